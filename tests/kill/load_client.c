/* load_client.c -- one client process of the load; see load.h.
 *
 *   L1  Every write is in the file, synced, before the library is called with it.
 *   L2  A key goes with one content for ever; after a definite refusal it is not used again.
 *   L3  An unknown outcome is tried again with the same key until it is known.  A failure of a
 *       later attempt that never reached a decision leaves it unknown.
 *
 * A batch mixes new commands, unknown ones tried again, and repeats of acknowledged ones whose
 * answers must be the first ones again.  Half of the keys are timed, half are made from refs.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/crmdb/crmdb.h"
#include "protocol/key.h"
#include "protocol/messages.h"
#include "tests/integration/common/scratch.h"
#include "tests/kill/load.h"
#include "tests/kill/record.h"

#define BATCH 64
#define UNKNOWN 4096 /* unknown outcomes kept: with this many no new command is sent */
#define RECENT 256   /* acknowledged ones kept to be repeated */

enum role {
	ROLE_NEW,
	ROLE_RETRY,
	ROLE_REPEAT,
	ROLE_CONFLICT
};

struct item {
	enum role role;
	struct record intent; /* ROLE_REPEAT, ROLE_CONFLICT: with the first answer */
};

struct client {
	const struct load_options *options;
	unsigned index;
	struct load_gate *gate;
	uint64_t random;
	int fd;
	uint32_t next; /* number of the next intent */
	uint64_t born; /* customers of its own created */
	crm_client *db;
	crm_batch *batch;
	crm_result *result;
	struct item items[BATCH];
	uint32_t item_count;
	struct record acks[BATCH];
	uint32_t ack_count;
	struct record unknown[UNKNOWN];
	uint32_t unknown_count;
	struct record recent[RECENT];
	uint32_t recent_count, recent_next;
};

static uint64_t below(struct client *c, uint64_t limit)
{
	return scratch_below(&c->random, limit);
}

/* Now and then a customer of its own (created once in a while) or one that never was. */
static uint64_t choose_customer(struct client *c)
{
	uint64_t dice = below(c, 100);
	if (dice < 5 && c->born > 0)
		return (c->index + 1) * UINT64_C(1000000) + below(c, c->born);
	if (dice == 5)
		return UINT64_C(1) << 60 | below(c, 100);
	if (dice < 40)
		return 1 + below(c, 3);
	return 1 + below(c, c->options->customers);
}

static void choose_command(struct client *c, struct record *intent)
{
	uint64_t dice = below(c, 100);
	intent->customer = choose_customer(c);
	intent->points = 1 + (int64_t)below(c, 500);
	if (dice < 6) {
		intent->opcode = OP_customer_create;
		intent->points = 0;
		if (dice < 3)
			intent->customer = (c->index + 1) * UINT64_C(1000000) + c->born++;
	} else if (dice < 50) {
		intent->opcode = OP_points_earn;
	} else if (dice < 85) {
		intent->opcode = OP_points_redeem;
	} else {
		intent->opcode = OP_points_adjust;
		if (dice & 1)
			intent->points = -intent->points;
	}
}

static void new_ref(const struct client *c, uint32_t number, char ref[64])
{
	snprintf(ref, 64, "client %u command %" PRIu32, c->index, number);
}

static void new_intent(struct client *c, struct item *item)
{
	char ref[64];
	struct record *intent = &item->intent;
	item->role = ROLE_NEW;
	*intent = (struct record){.kind = RECORD_INTENT, .client = c->index, .number = c->next++};
	choose_command(c, intent);
	if (intent->number & 1) {
		crm_key key = crm_key_new(c->db);
		memcpy(intent->key.bytes, key.bytes, sizeof key.bytes);
	} else {
		new_ref(c, intent->number, ref);
		intent->key = key_from_ref(intent->opcode, ref, strlen(ref));
	}
}

static void choose_items(struct client *c)
{
	uint64_t dice = below(c, 100);
	uint32_t count = 1;
	if (dice >= 50)
		count += (uint32_t)below(c, dice < 85 ? 8 : BATCH - 1);
	c->item_count = 0;
	uint32_t retries = below(c, 2) == 0 ? c->unknown_count : 0;
	while (c->item_count < count) {
		struct item *item = &c->items[c->item_count++];
		if (retries > 0) {
			*item = (struct item){ROLE_RETRY, c->unknown[--retries]};
		} else if (c->recent_count > 0 && below(c, 100) < 5) {
			enum role role = below(c, 4) == 0 ? ROLE_CONFLICT : ROLE_REPEAT;
			*item = (struct item){role, c->recent[below(c, c->recent_count)]};
		} else if (c->unknown_count + BATCH < UNKNOWN) {
			new_intent(c, item);
		} else {
			*item = (struct item){ROLE_RETRY, c->unknown[0]};
		}
	}
}

/* The same key twice in one batch would make a repeat of a repeat: allowed, and answered so. */
static void add_command(struct client *c, const struct item *item)
{
	char ref[64];
	const struct record *intent = &item->intent;
	int64_t points = intent->points + (item->role == ROLE_CONFLICT ? 1 : 0);
	const char *text = NULL;
	uint64_t customer = intent->customer;
	if (!(intent->number & 1) && item->role != ROLE_CONFLICT) {
		new_ref(c, intent->number, ref);
		text = ref;
	}
	if (intent->opcode == OP_customer_create)
		crm_batch_customer_create(c->batch, customer + (item->role == ROLE_CONFLICT), text);
	else if (intent->opcode == OP_points_earn)
		crm_batch_points_earn(c->batch, customer, points, text);
	else if (intent->opcode == OP_points_redeem)
		crm_batch_points_redeem(c->batch, customer, points, text);
	else
		crm_batch_points_adjust(c->batch, customer, points == 0 ? 1 : points, text);
	if (text == NULL) {
		crm_key key;
		memcpy(key.bytes, intent->key.bytes, sizeof key.bytes);
		crm_batch_key(c->batch, key);
	}
}

static void write_intents(struct client *c)
{
	struct record records[BATCH];
	size_t count = 0;
	for (uint32_t i = 0; i < c->item_count; i++)
		if (c->items[i].role == ROLE_NEW)
			records[count++] = c->items[i].intent;
	if (count > 0)
		record_append(c->fd, records, count); /* L1 */
}

static void forget_unknown(struct client *c, uint32_t number)
{
	for (uint32_t i = 0; i < c->unknown_count; i++)
		if (c->unknown[i].number == number) {
			c->unknown[i] = c->unknown[--c->unknown_count];
			return;
		}
}

static void note(struct client *c, const struct record *intent, enum record_kind kind,
		 uint16_t status)
{
	struct record *ack = &c->acks[c->ack_count++];
	*ack = *intent;
	ack->kind = (uint16_t)kind;
	ack->status = status;
}

static void note_unknown(struct client *c, const struct item *item)
{
	if (item->role != ROLE_NEW)
		return; /* L3: a retry stays what it was */
	note(c, &item->intent, RECORD_UNKNOWN, 0);
	c->unknown[c->unknown_count++] = item->intent;
}

static void note_ok(struct client *c, const struct item *item, uint32_t index)
{
	crm_points points = {0};
	struct record first = item->intent;
	if (first.opcode == OP_customer_create)
		crm_result_created(c->result, index, &points.event);
	else
		crm_result_points(c->result, index, &points);
	first.kind = RECORD_OK;
	first.before = points.before;
	first.after = points.after;
	first.event = points.event;
	first.repeated = (uint16_t)crm_result_repeated(c->result, index);
	if (item->role == ROLE_CONFLICT) {
		note(c, &item->intent, RECORD_COMPLAINT, COMPLAINT_CONTENT_TAKEN);
	} else if (item->role == ROLE_REPEAT) {
		if (first.event != item->intent.event || first.before != item->intent.before ||
		    first.after != item->intent.after)
			note(c, &first, RECORD_COMPLAINT, COMPLAINT_OTHER_ANSWER);
		else if (!first.repeated)
			note(c, &first, RECORD_COMPLAINT, COMPLAINT_NOT_REPEATED);
	} else {
		note(c, &first, RECORD_OK, 0);
		forget_unknown(c, first.number);
		c->recent[c->recent_next++ % RECENT] = first;
		c->recent_count += c->recent_count < RECENT;
	}
}

static void note_refused(struct client *c, const struct item *item, uint16_t status)
{
	enum error_class class = error_info(status)->class;
	if (class == ERROR_CLASS_UNKNOWN ||
	    (class == ERROR_CLASS_RETRY && item->role != ROLE_NEW)) {
		note_unknown(c, item);
	} else if (item->role == ROLE_CONFLICT) {
		if (status != ERROR_EXISTS_DIFFERENT)
			note(c, &item->intent, RECORD_COMPLAINT, COMPLAINT_CONTENT_TAKEN);
	} else if (item->role == ROLE_REPEAT) {
		note(c, &item->intent, RECORD_COMPLAINT, COMPLAINT_REPEAT_REFUSED);
	} else {
		note(c, &item->intent, RECORD_REFUSED, status);
		forget_unknown(c, item->intent.number);
	}
}

/* The call failed as a whole: new commands are unknown, or known not to be applied. */
static void note_call_failed(struct client *c, const crm_error *error)
{
	for (uint32_t i = 0; i < c->item_count; i++) {
		if (error->in_doubt)
			note_unknown(c, &c->items[i]);
		else if (c->items[i].role == ROLE_NEW)
			note(c, &c->items[i].intent, RECORD_REFUSED, (uint16_t)error->code);
	}
}

static void run_batch(struct client *c)
{
	crm_error error;
	choose_items(c);
	write_intents(c);
	crm_batch_clear(c->batch);
	for (uint32_t i = 0; i < c->item_count; i++)
		add_command(c, &c->items[i]);
	c->ack_count = 0;
	if (crm_exec(c->db, c->batch, &c->result, &error) != CRM_OK) {
		note_call_failed(c, &error);
		scratch_sleep_us(2000);
	} else {
		for (uint32_t i = 0; i < c->item_count; i++) {
			crm_status status = crm_result_status(c->result, i);
			if (status == CRM_OK)
				note_ok(c, &c->items[i], i);
			else
				note_refused(c, &c->items[i], (uint16_t)status);
		}
	}
	if (c->ack_count > 0)
		record_append(c->fd, c->acks, c->ack_count);
	atomic_fetch_add(&c->gate->batches[c->index], 1);
}

static void open_client(struct client *c)
{
	static const char *const settings[LOAD_CLIENTS] = {"?timeout=5s", "?timeout=1s",
							   "?timeout=200ms", "?timeout=40ms"};
	char uri[SCRATCH_PATH], path[SCRATCH_PATH];
	crm_error error;
	scratch_path(uri, "%s%s&pool=1&app=kill", c->options->uri, settings[c->index]);
	load_file(path, c->options->directory, c->index);
	c->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (c->fd < 0)
		scratch_die(path);
	for (int tries = 0; c->db == NULL && tries < 200; tries++) {
		c->db = crm_open(uri, &error);
		if (c->db == NULL)
			scratch_sleep_us(20000);
	}
	c->batch = crm_batch_new();
	if (c->db == NULL || c->batch == NULL) {
		fprintf(stderr, "client %u: %s\n", c->index, error.message);
		_exit(1);
	}
}

_Noreturn void load_client(const struct load_options *options, unsigned index,
			   struct load_gate *gate)
{
	static struct client client;
	struct client *c = &client;
	*c = (struct client){.options = options, .index = index, .gate = gate};
	c->random = options->seed * LOAD_CLIENTS + index;
	for (;;) {
		uint32_t ask = atomic_load(&gate->ask);
		if (ask != 0) {
			atomic_store(&gate->idle[index], ask);
			scratch_sleep_us(300);
			continue;
		}
		if (c->db == NULL)
			open_client(c);
		run_batch(c);
	}
}
