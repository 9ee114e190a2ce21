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
#include <stdio.h>
#include <unistd.h>

#include "tests/integration/common/scratch.h"
#include "tests/kill/load_private.h"

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

static void run_batch(struct client *c)
{
	crm_error error;
	load_choose(c);
	write_intents(c);
	crm_batch_clear(c->batch);
	for (uint32_t i = 0; i < c->item_count; i++)
		load_add(c, &c->items[i]);
	load_add_find(c->batch, (uint32_t)scratch_below(&c->random, LOAD_PHONES));
	c->ack_count = 0;
	if (crm_exec(c->db, c->batch, &c->result, &error) != CRM_OK) {
		load_note_failed(c, &error);
		scratch_sleep_us(2000);
	} else {
		for (uint32_t i = 0; i < c->item_count; i++) {
			crm_status status = crm_result_status(c->result, i);
			if (status == CRM_OK)
				load_note_ok(c, &c->items[i], i);
			else
				load_note_refused(c, &c->items[i], (uint16_t)status);
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
		load_turn_day(c);
		run_batch(c);
	}
}
