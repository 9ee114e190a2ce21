/* rig.c -- see rig.h.
 *
 *   G1  Every write is accepted and every question answered: anything else is a broken rig
 * (ENSURE). G2  Drawing the population and making commands is not part of any time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/engine/rig.h"
#include "bench/timing.h"
#include "protocol/key.h"
#include "protocol/limits.h"
#include "server/base/ensure.h"
#include "server/engine/programme.h"
#include "server/engine/query/question.h"

#define START_US ((int64_t)RIG_TODAY * 86400 * 1000000)
#define CHUNK 8192u /* commands made at a time while filling; more than one customer's orders */

static struct wire_text text_of(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

/* Event 1, as the server writes it for a day that stands still. */
static void genesis_apply(struct rig *rig)
{
	uint8_t tiers[PROGRAMME_TIERS_BYTES];
	struct event *event = &rig->decision.event;
	*event = (struct event){.number = 1,
				.time_us = START_US,
				.type = EVENT_genesis,
				.parts = PART_genesis | PART_programme,
				.row = EVENT_ROW_UNKNOWN};
	event->genesis = (struct part_genesis){.hash_seed = UINT64_C(0x9e3779b97f4a7c15),
					       .currency = text_of("CNY"),
					       .currency_digits = 2,
					       .zone = text_of("UTC"),
					       .clock_fixed = 1,
					       .clock_day = RIG_TODAY,
					       .tiers = text_of(programme_default_tiers()),
					       .stages = text_of(grade_stages())};
	programme_default(2, tiers, &event->programme);
	engine_apply(rig->engine, event);
}

bool rig_open(struct rig *rig, uint64_t rows, uint64_t seed)
{
	*rig = (struct rig){.rows = rows,
			    .population = {.seed = seed, .today = RIG_TODAY, .unit = 100},
			    .random = {seed}};
	population_amounts(&rig->population, rig->amounts);
	rig->room = malloc(LIMIT_ANSWER_BYTES);
	rig->system = memory_system_open(0, &rig->memory);
	if (rig->room == NULL || rig->system == NULL)
		return false;
	rig->engine = engine_new(&rig->memory);
	if (rig->engine == NULL || engine_reserve(rig->engine, 1) != ERROR_OK)
		return false;
	genesis_apply(rig);
	return true;
}

void rig_close(struct rig *rig)
{
	question_free(rig->question);
	engine_free(rig->engine);
	if (rig->system != NULL)
		memory_system_close(rig->system);
	free(rig->room);
}

void rig_order(struct rig *rig, uint64_t customer, struct population_order order,
	       struct rig_command *out)
{
	int size = snprintf(out->id, sizeof out->id, "b%llu", (unsigned long long)++rig->serial);
	out->command = (struct command){.opcode = OP_order};
	out->command.as.order =
	    (struct msg_order){.given = 7,
			       .key = key_from_ref(OP_order, out->id, (size_t)size),
			       .customer = customer,
			       .order = {out->id, (uint32_t)size},
			       .day = order.day,
			       .amount = order.amount,
			       .items = 1};
}

static void prospect_make(struct rig *rig, uint64_t customer, struct rig_command *out)
{
	uint8_t random[10] = {0};
	uint64_t serial = ++rig->serial;
	memcpy(random + 3, &serial, 7); /* the byte before it holds the variant */
	out->command = (struct command){.opcode = OP_customer_create};
	out->command.as.customer_create = (struct msg_customer_create){
	    2, key_timed((uint64_t)(START_US / 1000), random), customer};
}

static void window_prefetch(const struct rig *rig, const struct rig_command *commands,
			    uint32_t count)
{
	const struct command *window[ENGINE_WINDOW];
	for (uint32_t i = 0; i < count; i++) {
		window[i] = &commands[i].command;
		engine_prefetch_slots(rig->engine, window[i]);
	}
	for (uint32_t i = 0; i < count; i++)
		engine_prefetch_row(rig->engine, window[i]);
	engine_prefetch_index(rig->engine, window, count);
}

static struct request request_of(const struct rig *rig, const struct command *command)
{
	return (struct request){.command = command, .now_us = START_US, .room = rig->room};
}

bool rig_write(struct rig *rig, const struct rig_command *commands, uint32_t count)
{
	for (uint32_t at = 0; at < count; at += ENGINE_WINDOW) {
		uint32_t end = count - at < ENGINE_WINDOW ? count : at + ENGINE_WINDOW;
		window_prefetch(rig, commands + at, end - at);
		for (uint32_t i = at; i < end; i++) {
			struct request request = request_of(rig, &commands[i].command);
			engine_decide(rig->engine, &request, &rig->decision);
			ENSURE(rig->decision.verdict == VERDICT_EVENT); /* G1 */
			if (engine_reserve(rig->engine, 1) != ERROR_OK)
				return false;
			engine_apply(rig->engine, &rig->decision.event);
		}
	}
	return true;
}

void rig_ask(struct rig *rig, const struct command *commands, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct request request = request_of(rig, &commands[i]);
		engine_decide(rig->engine, &request, &rig->decision);
		ENSURE(rig->decision.verdict == VERDICT_ANSWER); /* G1 */
	}
}

/* The commands that make customer number `item`; returns how many. */
static uint32_t customer_make(struct rig *rig, uint64_t item, struct rig_command *out)
{
	struct population_order orders[POPULATION_ORDERS];
	uint32_t count = population_draw(&rig->population, item, orders);
	for (uint32_t i = 0; i < count; i++) {
		rig_order(rig, item + 1, orders[i], &out[i]);
		out[i].command.as.order.no_points = 1; /* as history is loaded */
	}
	if (count == 0)
		prospect_make(rig, item + 1, &out[0]);
	return count == 0 ? 1 : count;
}

uint64_t rig_fill(struct rig *rig)
{
	static_assert(CHUNK > POPULATION_ORDERS, "a customer fits");
	struct rig_command *commands = calloc(CHUNK, sizeof *commands);
	uint64_t spent_ns = 0;
	bool fine = commands != NULL;
	for (uint64_t item = 0; fine && item < rig->rows;) {
		uint32_t count = 0;
		while (count <= CHUNK - POPULATION_ORDERS && item < rig->rows)
			count += customer_make(rig, item++, commands + count);
		uint64_t from_ns = timing_spent_ns(); /* G2 */
		fine = rig_write(rig, commands, count);
		spent_ns += timing_spent_ns() - from_ns;
	}
	free(commands);
	return fine ? spent_ns : 0;
}

uint64_t rig_memory(const struct rig *rig)
{
	return memory_system_used(rig->system);
}
