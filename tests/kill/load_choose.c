/* load_choose.c -- what a client sends next; see load_client.c for the rules. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/key.h"
#include "protocol/messages.h"
#include "tests/integration/common/scratch.h"
#include "tests/kill/load_private.h"

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

/* Every stage and tier is reached; now and then a day that is refused. */
static void choose_order(struct client *c, struct record *intent)
{
	struct record_purchase *purchase = &intent->purchase;
	uint64_t dice = below(c, 100);
	int32_t today = atomic_load(&c->gate->today); /* or later */
	intent->opcode = OP_order;
	intent->points = 0;
	if (dice < 20)
		intent->customer = UINT64_C(1) << 61 | (c->index * 1000 + below(c, 1000));
	purchase->day = dice < 30 ? CRM_TODAY : today + 1 - (int64_t)below(c, 800);
	if (dice == 99)
		purchase->day = today + 100;
	purchase->amount = (int64_t)below(c, dice < 60 ? 3000 : 90000);
	purchase->items = (uint32_t)below(c, 5);
	purchase->no_points = below(c, 10) == 0;
}

/* People come and go: each client has a few at a time, and now and then means another's. */
static void choose_person(struct client *c, struct record *intent)
{
	uint64_t dice = below(c, 100), owner = dice % 5 == 0 ? below(c, LOAD_CLIENTS) : c->index;
	intent->customer = LOAD_PERSONS | owner << 24 | (c->next / 800 * 8 + below(c, 8));
	intent->points = (int64_t)below(c, LOAD_PHONES);
	intent->opcode = dice < 55 ? OP_customer_put : dice < 80 ? OP_customer_set : OP_points_earn;
	if (intent->opcode == OP_points_earn)
		intent->points++;
	if (dice >= 92) {
		intent->opcode = OP_customer_erase;
		intent->points = 0;
	}
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
	} else if (dice < 18) {
		choose_person(c, intent);
	} else if (dice < 40) {
		choose_order(c, intent);
	} else if (dice < 60) {
		intent->opcode = OP_points_earn;
	} else if (dice < 88) {
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
	if (intent->opcode == OP_order) {
		load_order_id(c->index, intent->number, ref);
		intent->key = key_from_ref(OP_order, ref, strlen(ref));
	} else if (intent->number & 1) {
		crm_key key = crm_key_new(c->db);
		memcpy(intent->key.bytes, key.bytes, sizeof key.bytes);
	} else {
		new_ref(c, intent->number, ref);
		intent->key = key_from_ref(intent->opcode, ref, strlen(ref));
	}
}

void load_choose(struct client *c)
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
void load_add(struct client *c, const struct item *item)
{
	char ref[64];
	const struct record *intent = &item->intent;
	int64_t points = intent->points + (item->role == ROLE_CONFLICT ? 1 : 0);
	const char *text = NULL;
	uint64_t customer = intent->customer;
	if (intent->opcode == OP_order) {
		struct record order = *intent;
		order.purchase.amount += item->role == ROLE_CONFLICT;
		load_add_order(c->batch, &order);
		return;
	}
	if (!(intent->number & 1) && item->role != ROLE_CONFLICT) {
		new_ref(c, intent->number, ref);
		text = ref;
	}
	if (load_is_person(intent->opcode)) {
		struct record other = *intent;
		other.customer += item->role == ROLE_CONFLICT && other.opcode == OP_customer_erase;
		other.number += item->role == ROLE_CONFLICT;
		load_add_person(c->batch, &other, text);
	} else if (intent->opcode == OP_customer_create)
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
