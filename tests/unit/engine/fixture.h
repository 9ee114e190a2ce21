/* fixture.h -- what the engine's tests share: memory that can fail, commands, a new engine. */
#ifndef CRMDB_TESTS_ENGINE_FIXTURE_H
#define CRMDB_TESTS_ENGINE_FIXTURE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/key.h"
#include "protocol/limits.h"
#include "server/engine/engine.h"
#include "server/engine/programme.h"
#include "tests/unit/engine/fixture_memory.h"

#define FIXTURE_START_US (INT64_C(1800000000) * 1000000)
#define FIXTURE_HOUR_US (INT64_C(3600) * 1000000)
#define FIXTURE_TODAY 10408 /* 1998-07-01: the programme's day stands still */

/* A small generator (xorshift64*), so that one seed is one run. */
static inline uint64_t fixture_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static inline struct wire_id fixture_key(int64_t time_us, uint64_t serial)
{
	uint8_t random[10] = {0};
	memcpy(random + 3, &serial, 7); /* the byte before it holds the variant */
	return key_timed((uint64_t)(time_us / 1000), random);
}

static inline struct wire_text fixture_text(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

static inline struct event fixture_genesis(void)
{
	static uint8_t tiers[PROGRAMME_TIERS_BYTES];
	struct event event;
	memset(&event, 0, sizeof event);
	event.number = 1;
	event.time_us = FIXTURE_START_US;
	event.type = EVENT_genesis;
	event.parts = PART_genesis | PART_programme;
	event.row = EVENT_ROW_UNKNOWN;
	event.genesis.database.bytes[0] = 0xdb;
	event.genesis.hash_seed = UINT64_C(0x9e3779b97f4a7c15);
	event.genesis.currency = fixture_text("CNY");
	event.genesis.currency_digits = 2;
	event.genesis.zone = fixture_text("Asia/Shanghai");
	event.genesis.zone_table = fixture_text("offsets");
	event.genesis.clock_fixed = 1;
	event.genesis.clock_day = FIXTURE_TODAY;
	event.genesis.tiers = fixture_text(programme_default_tiers());
	event.genesis.stages = fixture_text(grade_stages());
	programme_default(2, tiers, &event.programme);
	return event;
}

static inline struct engine *fixture_engine(struct fixture_memory *m)
{
	struct engine *engine = engine_new(&m->memory);
	struct event genesis = fixture_genesis();
	assert_non_null(engine);
	assert_int_equal(engine_reserve(engine, 1), ERROR_OK);
	engine_apply(engine, &genesis);
	assert_int_equal(engine_index(engine), ERROR_OK);
	return engine;
}

/* A write of any opcode: they share the places of key, customer and points. */
static inline struct command fixture_write(enum opcode opcode, struct wire_id key,
					   uint64_t customer, int64_t points)
{
	struct command command;
	memset(&command, 0, sizeof command);
	command.opcode = (uint16_t)opcode;
	if (opcode == OP_customer_create)
		command.as.customer_create = (struct msg_customer_create){2, key, customer};
	else if (opcode == OP_points_earn)
		command.as.points_earn = (struct msg_points_earn){3, key, customer, points};
	else if (opcode == OP_points_redeem)
		command.as.points_redeem = (struct msg_points_redeem){3, key, customer, points};
	else
		command.as.points_adjust = (struct msg_points_adjust){3, key, customer, points};
	return command;
}

/* An order with its own key.  `id` is borrowed by the command. */
static inline struct command fixture_order(uint64_t customer, const char *id, int64_t day,
					   int64_t amount)
{
	struct command command;
	memset(&command, 0, sizeof command);
	command.opcode = OP_order;
	command.as.order = (struct msg_order){.given = 7,
					      .key = key_from_ref(OP_order, id, strlen(id)),
					      .customer = customer,
					      .order = fixture_text(id),
					      .day = day,
					      .amount = amount,
					      .items = 1};
	return command;
}

static inline void fixture_decide(const struct engine *engine, const struct command *command,
				  int64_t now_us, struct decision *decision)
{
	static uint8_t room[LIMIT_ANSWER_BYTES];
	struct request request = {.command = command, .now_us = now_us, .room = room};
	memset(decision, 0xa5, sizeof *decision); /* nothing may lean on a cleared struct */
	engine_decide(engine, &request, decision);
}

/* Decide and, where there is an event, apply it. */
static inline enum verdict fixture_run(struct engine *engine, const struct command *command,
				       int64_t now_us, struct decision *decision)
{
	fixture_decide(engine, command, now_us, decision);
	if (decision->verdict == VERDICT_EVENT) {
		assert_int_equal(engine_reserve(engine, 1), ERROR_OK);
		engine_apply(engine, &decision->event);
	}
	return decision->verdict;
}

static inline void fixture_check(const struct engine *engine)
{
	struct failure failure = {EXIT_FINE, ""};
	if (!engine_check(engine, &failure))
		fail_msg("engine_check: %s", failure.text);
}

/* SEED from the environment, or `otherwise`; printed so that a failure can be repeated. */
static inline uint64_t fixture_seed(uint64_t otherwise)
{
	const char *text = getenv("SEED");
	uint64_t seed = text != NULL ? strtoull(text, NULL, 10) : otherwise;
	print_message("SEED=%llu\n", (unsigned long long)seed);
	return seed == 0 ? 1 : seed;
}

#endif
