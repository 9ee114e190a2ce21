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

struct intent *intents_add(struct intents *intents, const struct command *command, uint32_t owner)
{
	struct intent *intent = calloc(1, sizeof *intent);
	const struct wire_id *key = command_key(command);
	if (intent == NULL)
		fail_now("the simulation is out of memory");
	intent->command = *command;
	intent->owner = owner;
	if (intents->count == intents->capacity) {
		intents->capacity = intents->capacity == 0 ? 256 : 2 * intents->capacity;
		intents->all = resize(intents->all, intents->capacity * sizeof(struct intent *));
	}
	intents->all[intents->count++] = intent;
	if (2 * intents->count > intents->slot_count)
		grow_slots(intents);
	if (key != NULL) {
		struct intent **slot = slot_of(intents, key);
		intent->content = command_content(command);
		intent->same_key = *slot;
		*slot = intent;
	}
	return intent;
}

struct intent *intents_find(const struct intents *intents, const struct wire_id *key)
{
	return intents->slot_count == 0 ? NULL : *slot_of(intents, key);
}

void intents_clear(struct intents *intents)
{
	for (uint32_t i = 0; i < intents->count; i++)
		free(intents->all[i]);
	free(intents->all);
	free(intents->slots);
	*intents = (struct intents){0};
}

const char *intents_describe(const struct intent *intent)
{
	static char text[160];
	const struct command *command = &intent->command;
	const struct wire_id *key = command_key(command);
	int size = snprintf(text, sizeof text, "%s", message_info(command->opcode)->name);
	char *rest = text + size;
	size_t left = sizeof text - (size_t)size;
	char shown[37];
	if (key == NULL) {
		if (command->opcode == OP_history)
			snprintf(rest, left, " of customer %" PRIu64 " from %" PRIu64,
				 command->as.history.customer, command->as.history.from);
		else if (command->opcode == OP_customer_get)
			snprintf(rest, left, " of customer %" PRIu64,
				 command->as.customer_get.customer);
		return text;
	}
	key_format(*key, shown);
	if (command->opcode == OP_customer_create)
		snprintf(rest, left, " of customer %" PRIu64 ", key %s",
			 command->as.customer_create.customer, shown);
	else
		snprintf(rest, left, " of customer %" PRIu64 " by %" PRId64 ", key %s",
			 command->as.points_earn.customer, command->as.points_earn.points, shown);
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
	case OP_points_earn:
	case OP_points_redeem:
	case OP_points_adjust:
		return command->as.points_earn.customer; /* the three look alike */
	default:
		return 0;
	}
}
