/* intents.c -- see intents.h. */
#include "tests/sim/intents.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/describe.h"
#include "protocol/key.h"
#include "tests/sim/fail.h"

static void *resize(void *block, size_t size)
{
	void *resized = realloc(block, size);
	if (resized == NULL)
		fail_now("the simulation is out of memory");
	return resized;
}

/* Keys are random enough at their end to be their own hash. */
static struct intent **slot_of(const struct intents *intents, const struct wire_id *key)
{
	uint64_t hash;
	memcpy(&hash, key->bytes + 8, sizeof hash);
	hash = (hash ^ hash >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	uint32_t at = (uint32_t)(hash >> 32) & (intents->slot_count - 1);
	while (intents->slots[at] != NULL &&
	       !wire_id_equal(*command_key(&intents->slots[at]->command), *key))
		at = (at + 1) & (intents->slot_count - 1);
	return &intents->slots[at];
}

/* Twice the slots; heads of chains move, chains stay. */
static void grow_slots(struct intents *intents)
{
	struct intent **old = intents->slots;
	uint32_t count = intents->slot_count;
	intents->slot_count = count == 0 ? 1024 : 2 * count;
	intents->slots = calloc(intents->slot_count, sizeof(struct intent *));
	if (intents->slots == NULL)
		fail_now("the simulation is out of memory");
	for (uint32_t i = 0; i < count; i++)
		if (old[i] != NULL)
			*slot_of(intents, command_key(&old[i]->command)) = old[i];
	free(old);
}

static char *keep(struct intent *intent, const void *bytes, uint32_t size)
{
	intent->text = resize(NULL, size + 1);
	if (size > 0)
		memcpy(intent->text, bytes, size);
	return intent->text;
}

/* What it was drawn with is borrowed: an order's id, the fields of a put or set, what is looked
 * for, a condition. */
static void keep_text(struct intent *intent)
{
	struct wire_text *text = NULL;
	struct wire_list *fields = NULL;
	if (intent->command.opcode == OP_query_count)
		text = &intent->command.as.query_count.predicate;
	else if (intent->command.opcode == OP_segment_save)
		text = &intent->command.as.segment_save.predicate; /* its name stays */
	else if (intent->command.opcode == OP_order)
		text = &intent->command.as.order.order;
	else if (intent->command.opcode == OP_customer_find)
		text = &intent->command.as.customer_find.value;
	else if (intent->command.opcode == OP_customer_put)
		fields = &intent->command.as.customer_put.fields;
	else if (intent->command.opcode == OP_customer_set)
		fields = &intent->command.as.customer_set.fields;
	if (text != NULL)
		text->bytes = keep(intent, text->bytes, text->size);
	if (fields != NULL)
		fields->bytes = (const uint8_t *)keep(intent, fields->bytes, fields->size);
}

struct intent *intents_add(struct intents *intents, const struct command *command, uint32_t owner)
{
	struct intent *intent = calloc(1, sizeof *intent);
	const struct wire_id *key = command_key(command);
	if (intent == NULL)
		fail_now("the simulation is out of memory");
	intent->command = *command;
	intent->owner = owner;
	keep_text(intent);
	if (intents->count == intents->capacity) {
		intents->capacity = intents->capacity == 0 ? 256 : 2 * intents->capacity;
		intents->all = resize(intents->all, intents->capacity * sizeof(struct intent *));
	}
	intents->all[intents->count++] = intent;
	if (2 * intents->count > intents->slot_count)
		grow_slots(intents);
	if (key != NULL) {
		struct intent **slot = slot_of(intents, key);
		intent->content = intents_content(&intent->command);
		intent->same_key = *slot;
		*slot = intent;
	}
	return intent;
}

uint64_t intents_content(const struct command *command)
{
	const struct msg_customer_set *set = &command->as.customer_set;
	const struct msg_customer_put *put = &command->as.customer_put;
	bool sets = command->opcode == OP_customer_set;
	struct seal seal = {INTENTS_SECRET};
	if (!sets && command->opcode != OP_customer_put)
		return command_content(command);
	struct wire_list fields = sets ? set->fields : put->fields;
	uint64_t create = sets && set->create != 0 ? UINT64_C(1) << 16 : 0;
	const uint64_t words[] = {command->opcode | create, sets ? set->customer : put->customer,
				  fields.count, seal_content(&seal, fields.bytes, fields.size)};
	return seal_content(&seal, words, sizeof words);
}

struct intent *intents_find(const struct intents *intents, const struct wire_id *key)
{
	return intents->slot_count == 0 ? NULL : *slot_of(intents, key);
}

void intents_clear(struct intents *intents)
{
	for (uint32_t i = 0; i < intents->count; i++) {
		free(intents->all[i]->text);
		free(intents->all[i]);
	}
	free(intents->all);
	free(intents->slots);
	*intents = (struct intents){0};
}

static void describe_set(const struct msg_segment_count *m, char *text, size_t size)
{
	snprintf(text, size, " of tiers %04x, stages %04x, spend %" PRId64 " to %" PRId64, m->tiers,
		 m->stages, m->from, m->to);
}

static void describe_page(const struct msg_segment_page *m, char *text, size_t size)
{
	struct msg_segment_count set = {0, m->tiers, m->stages, m->from, m->to};
	describe_set(&set, text, size);
	size_t used = strlen(text);
	snprintf(text + used, size - used,
		 "%s, limit %u, query %u, after %" PRId64 " of customer %" PRIu64,
		 m->descending != 0 ? " falling" : "", m->limit, m->query, m->after_spend,
		 m->after_customer);
}

static void describe_read(const struct command *command, char *text, size_t size)
{
	if (command->opcode == OP_history)
		snprintf(text, size, " of customer %" PRIu64 " from %" PRIu64,
			 command->as.history.customer, command->as.history.from);
	else if (command->opcode == OP_customer_get)
		snprintf(text, size, " of customer %" PRIu64, command->as.customer_get.customer);
	else if (command->opcode == OP_segment_count)
		describe_set(&command->as.segment_count, text, size);
	else if (command->opcode == OP_segment_page)
		describe_page(&command->as.segment_page, text, size);
	else if (command->opcode == OP_customer_find)
		snprintf(text, size, " by field %u \"%.*s\"", command->as.customer_find.field,
			 (int)command->as.customer_find.value.size,
			 command->as.customer_find.value.bytes);
	else if (command->opcode == OP_customer_profile)
		snprintf(text, size, " of customer %" PRIu64,
			 command->as.customer_profile.customer);
	else if (command->opcode == OP_segment_test)
		snprintf(text, size, " of customer %" PRIu64 " in %.*s",
			 command->as.segment_test.customer, (int)command->as.segment_test.name.size,
			 command->as.segment_test.name.bytes);
	else if (command->opcode == OP_advance)
		snprintf(text, size, " to day %" PRId64, command->as.advance.day);
	else if (command->opcode == OP_segment_walk)
		snprintf(text, size, " from %" PRIu64 ", limit %u", command->as.segment_walk.from,
			 command->as.segment_walk.limit);
}

static void describe_write(const struct command *command, char *text, size_t size)
{
	char shown[37];
	const struct msg_order *order = &command->as.order;
	key_format(*command_key(command), shown);
	if (command->opcode == OP_customer_create)
		snprintf(text, size, " of customer %" PRIu64 ", key %s",
			 command->as.customer_create.customer, shown);
	else if (command->opcode == OP_order)
		snprintf(text, size,
			 " \"%.*s\" of customer %" PRIu64 ", day %" PRId64 ", amount %" PRId64
			 ", key %s",
			 (int)order->order.size, order->order.bytes, order->customer, order->day,
			 order->amount, shown);
	else if (command->opcode == OP_segment_save)
		snprintf(text, size, " as %.*s, key %s", (int)command->as.segment_save.name.size,
			 command->as.segment_save.name.bytes, shown);
	else if (command->opcode == OP_segment_drop)
		snprintf(text, size, " %.*s, key %s", (int)command->as.segment_drop.name.size,
			 command->as.segment_drop.name.bytes, shown);
	else if (command->opcode == OP_customer_put || command->opcode == OP_customer_set ||
		 command->opcode == OP_customer_erase || command->opcode == OP_customer_consent)
		snprintf(text, size, " of customer %" PRIu64 ", key %s",
			 command->as.customer_set.customer, shown); /* at the same place */
	else if (command->opcode == OP_customer_care)
		snprintf(text, size, " %u %.*s of customer %" PRIu64 ", year %u, key %s",
			 command->as.customer_care.kind,
			 (int)command->as.customer_care.holiday.size,
			 command->as.customer_care.holiday.bytes,
			 command->as.customer_care.customer, command->as.customer_care.year, shown);
	else if (command->opcode == OP_field_add || command->opcode == OP_field_rename ||
		 command->opcode == OP_field_drop)
		snprintf(text, size, " \"%.*s\", key %s", (int)command->as.field_add.name.size,
			 command->as.field_add.name.bytes, shown); /* at the same place */
	else
		snprintf(text, size, " of customer %" PRIu64 " by %" PRId64 ", key %s",
			 command->as.points_earn.customer, command->as.points_earn.points, shown);
}

const char *intents_describe(const struct intent *intent)
{
	static char text[300];
	const struct command *command = &intent->command;
	int size = snprintf(text, sizeof text, "%s", message_info(command->opcode)->name);
	char *rest = text + size;
	size_t left = sizeof text - (size_t)size;
	if (command_key(command) == NULL)
		describe_read(command, rest, left);
	else
		describe_write(command, rest, left);
	return text;
}

uint64_t intents_customer(const struct intent *intent)
{
	const struct command *command = &intent->command;
	switch (command->opcode) {
	case OP_customer_create:
		return command->as.customer_create.customer;
	case OP_customer_get:
		return command->as.customer_get.customer;
	case OP_history:
		return command->as.history.customer;
	case OP_order:
		return command->as.order.customer;
	case OP_customer_profile:
		return command->as.customer_profile.customer;
	case OP_customer_put:
		return command->as.customer_put.customer;
	case OP_customer_erase:
		return command->as.customer_erase.customer;
	case OP_customer_set:
		return command->as.customer_set.customer;
	case OP_segment_test:
		return command->as.segment_test.customer;
	case OP_customer_consent:
		return command->as.customer_consent.customer;
	case OP_customer_care:
		return command->as.customer_care.customer;
	case OP_points_earn:
	case OP_points_redeem:
	case OP_points_adjust:
		return command->as.points_earn.customer; /* the three look alike */
	default:
		return 0;
	}
}
