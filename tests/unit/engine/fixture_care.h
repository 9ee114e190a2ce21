/* fixture_care.h -- an engine on a day, its customers' attributes, consents and greetings. */
#ifndef CRMDB_TESTS_ENGINE_FIXTURE_CARE_H
#define CRMDB_TESTS_ENGINE_FIXTURE_CARE_H
#include "protocol/choices.h"
#include "protocol/common/date.h"
#include "server/engine/turn.h"
#include "tests/support/fields.h"
#include "tests/unit/engine/fixture.h"

#define FIXTURE_CARE_NOW_US (FIXTURE_START_US + 100 * FIXTURE_HOUR_US)

static inline struct command fixture_consent(struct wire_id key, uint64_t customer,
					     unsigned purpose, unsigned channel, unsigned granted)
{
	struct command command;
	memset(&command, 0, sizeof command);
	command.opcode = OP_customer_consent;
	command.as.customer_consent = (struct msg_customer_consent){.given = 7,
								    .key = key,
								    .customer = customer,
								    .purpose = (uint8_t)purpose,
								    .channel = (uint8_t)channel,
								    .granted = (uint8_t)granted};
	return command;
}

/* `holiday` is borrowed by the command; "": none. */
static inline struct command fixture_care(struct wire_id key, uint64_t customer, unsigned kind,
					  const char *holiday, unsigned year)
{
	struct command command;
	memset(&command, 0, sizeof command);
	command.opcode = OP_customer_care;
	command.as.customer_care = (struct msg_customer_care){.given = 6,
							      .key = key,
							      .customer = customer,
							      .kind = (uint8_t)kind,
							      .holiday = fixture_text(holiday),
							      .year = (uint16_t)year};
	return command;
}

static inline struct command fixture_due(unsigned kind, const char *holiday, int64_t first,
					 int64_t last)
{
	struct command command;
	memset(&command, 0, sizeof command);
	command.opcode = OP_due;
	command.as.due = (struct msg_due){.given = 8,
					  .kind = (uint8_t)kind,
					  .first = first,
					  .last = last,
					  .holiday = fixture_text(holiday),
					  .limit = LIMIT_MEMBERS_PAGE};
	return command;
}

static inline int32_t fixture_day(const char *text)
{
	int32_t day = 0;
	assert_true(date_parse(text, strlen(text), &day));
	return day;
}

struct fixture_kit {
	struct fixture_memory memory;
	struct engine *engine;
	uint64_t serial; /* makes fresh keys */
	struct decision decision;
	uint8_t fields[FIELDS_BYTES];
};

/* Owned by the caller; freed by fixture_kit_close. */
static inline struct fixture_kit *fixture_kit(const char *today)
{
	struct fixture_kit *kit = calloc(1, sizeof *kit);
	struct event genesis = fixture_genesis();
	assert_non_null(kit);
	fixture_memory(&kit->memory);
	kit->engine = engine_new(&kit->memory.memory);
	assert_non_null(kit->engine);
	genesis.genesis.clock_day = fixture_day(today);
	assert_int_equal(engine_reserve(kit->engine, 1), ERROR_OK);
	engine_apply(kit->engine, &genesis);
	assert_int_equal(engine_index(kit->engine), ERROR_OK);
	return kit;
}

static inline void fixture_kit_close(struct fixture_kit *kit)
{
	fixture_check(kit->engine);
	engine_free(kit->engine);
	assert_int_equal(kit->memory.used, 0);
	free(kit);
}

static inline struct wire_id fixture_kit_key(struct fixture_kit *kit)
{
	return fixture_key(FIXTURE_CARE_NOW_US, ++kit->serial);
}

/* The status of a command; what it makes is applied. */
static inline enum error fixture_kit_run(struct fixture_kit *kit, const struct command *command)
{
	enum verdict verdict =
	    fixture_run(kit->engine, command, FIXTURE_CARE_NOW_US, &kit->decision);
	return verdict == VERDICT_REFUSED ? (enum error)kit->decision.answer.status : ERROR_OK;
}

/* Set attributes of a customer, who is created if need be. */
static inline void fixture_kit_set(struct fixture_kit *kit, uint64_t customer, const char *fields)
{
	struct command create =
	    fixture_write(OP_customer_create, fixture_kit_key(kit), customer, 0);
	struct command set = {.opcode = OP_customer_set};
	fixture_kit_run(kit, &create);
	set.as.customer_set =
	    (struct msg_customer_set){.given = 3,
				      .key = fixture_kit_key(kit),
				      .customer = customer,
				      .fields = fields_parse(fields, kit->fields)};
	assert_int_equal(fixture_kit_run(kit, &set), ERROR_OK);
	assert_int_equal(kit->decision.verdict, VERDICT_EVENT);
}

/* Greet; year 0: the nearest one. */
static inline enum error fixture_kit_greet(struct fixture_kit *kit, uint64_t customer,
					   unsigned kind, const char *holiday, unsigned year)
{
	struct command command = fixture_care(fixture_kit_key(kit), customer, kind, holiday, year);
	return fixture_kit_run(kit, &command);
}

/* Turn the programme's day, one by one, up to a date. */
static inline void fixture_kit_turn(struct fixture_kit *kit, const char *date)
{
	struct day_begin begin = {FIXTURE_CARE_NOW_US, 2};
	while (engine_today(kit->engine) < fixture_day(date)) {
		assert_int_equal(engine_reserve(kit->engine, 1), ERROR_OK);
		engine_begin_day(kit->engine, &begin, &kit->decision.event);
		engine_apply(kit->engine, &kit->decision.event);
		for (enum ageing ageing = AGEING_MORE; ageing != AGEING_TURNED;) {
			uint32_t budget = 1;
			assert_int_equal(engine_reserve(kit->engine, 1), ERROR_OK);
			ageing =
			    engine_age(kit->engine, begin.now_us, &budget, &kit->decision.event);
			if (ageing == AGEING_EVENT)
				engine_apply(kit->engine, &kit->decision.event);
		}
	}
}

#endif
