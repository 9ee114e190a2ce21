/* tasks_people.c -- see tasks.h: who has this phone?
 *
 * Every customer gets a phone at the first run.  What is measured is all that a look-up does: the
 * normal form, the keyed fingerprint, the table, the answer; each of another customer.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/engine/tasks.h"
#include "bench/timing.h"
#include "protocol/limits.h"
#include "protocol/person.h"
#include "server/base/ensure.h"
#include "server/base/seal.h"
#include "server/engine/state.h"

#define FINDS 100000u
#define PHONE_BYTES 16u

static const struct seal seal = {{1, 2, 3}};

static struct wire_text phone_of(uint64_t customer, char room[PHONE_BYTES])
{
	int size = snprintf(room, PHONE_BYTES, "+86%011" PRIu64, customer);
	return (struct wire_text){room, (uint32_t)size};
}

static void fingerprint(struct wire_text phone, uint8_t record[IDENTITY_RECORD_BYTES])
{
	char normal[IDENTITY_BYTES];
	size_t size = person_normal(person_field(PERSON_phone), phone, normal);
	ENSURE(size > 0);
	record[0] = PERSON_phone;
	seal_fingerprint(&seal, record[0], normal, size, record + 1);
}

/* The event of a put, as decide makes it.  False: out of memory. */
static bool give_phone(struct rig *rig, uint64_t customer)
{
	uint8_t record[IDENTITY_RECORD_BYTES];
	char room[PHONE_BYTES];
	struct event *event = &rig->decision.event;
	uint32_t row = (uint32_t)(customer - 1);
	fingerprint(phone_of(customer, room), record);
	event->number = engine_applied(rig->engine) + 1;
	event->time_us = rig->engine->time_us;
	event->type = EVENT_customer_put;
	event->flags = 0;
	event->parts = PART_profile | PART_identities;
	event->row = row;
	event->actor = 0;
	event->customer = customer;
	event->previous = rows_hot(&rig->engine->rows, row)->last_event;
	event->profile = (struct part_profile){event->number, 0};
	event->identities =
	    (struct part_identities){{(const char *)record, sizeof record}, {NULL, 0}};
	if (engine_reserve(rig->engine, 1) != ERROR_OK)
		return false;
	engine_apply(rig->engine, event);
	return true;
}

static void find(struct rig *rig, uint64_t customer)
{
	uint8_t record[IDENTITY_RECORD_BYTES];
	char room[PHONE_BYTES];
	struct command command = {.opcode = OP_customer_find};
	command.as.customer_find =
	    (struct msg_customer_find){2, PERSON_phone, phone_of(customer, room)};
	fingerprint(command.as.customer_find.value, record);
	struct person_evidence evidence = {.added = {(const char *)record, sizeof record}};
	struct request request = {.command = &command, .room = rig->room, .person = &evidence};
	engine_decide(rig->engine, &request, &rig->decision);
	ENSURE(rig->decision.verdict == VERDICT_ANSWER &&
	       rig->decision.answer.as.customer_find.customer == customer);
}

double task_find(struct rig *rig)
{
	if (rig->engine->identities.live == 0)
		for (uint64_t customer = 1; customer <= rig->rows; customer++)
			if (!give_phone(rig, customer))
				return -1;
	uint64_t from_ns = timing_spent_ns();
	for (uint32_t i = 0; i < FINDS; i++)
		find(rig, 1 + random_below(&rig->random, rig->rows));
	return (double)(timing_spent_ns() - from_ns) / FINDS;
}
