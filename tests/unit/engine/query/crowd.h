/* crowd.h -- an engine with customers of all kinds, and random commands that change them.
 *
 * Values are few, so that tests on them pass for some and not for all; days turn now and then.
 */
#ifndef CRMDB_TESTS_ENGINE_QUERY_CROWD_H
#define CRMDB_TESTS_ENGINE_QUERY_CROWD_H
#include <stdio.h>

#include "tests/unit/engine/fixture_care.h"
#include "tests/unit/engine/fixture_people.h"

#define CROWD_WORDS 9u
#define CROWD_ORDERS 64u

struct crowd {
	struct fixture_kit *kit;
	struct fixture_people *people;
	uint64_t random, serial, orders;
	uint64_t customers; /* ids are 3, 6, 9 ...; the last ones beyond 2^63 */
	char order[CROWD_ORDERS][24];
	char fields[512];
};

static inline uint64_t crowd_roll(struct crowd *crowd, uint64_t sides)
{
	return (fixture_random(&crowd->random) >> 20) % sides;
}

static inline uint64_t crowd_id(uint64_t number)
{
	return number % 50 == 49 ? UINT64_MAX - number : 3 * (number + 1);
}

/* Up to `budget` customers of the day that turns. */
static inline void crowd_age(struct crowd *crowd, uint32_t budget)
{
	struct event event;
	while (budget > 0 && engine_is_turning(crowd->kit->engine)) {
		assert_int_equal(engine_reserve_days(crowd->kit->engine, budget), ERROR_OK);
		if (engine_age(crowd->kit->engine, FIXTURE_CARE_NOW_US, &budget, &event) ==
		    AGEING_EVENT)
			engine_apply(crowd->kit->engine, &event);
	}
}

static inline void crowd_run(struct crowd *crowd, const struct command *command)
{
	struct engine *engine = crowd->kit->engine;
	struct event event;
	assert_int_equal(engine_reserve(engine, 2), ERROR_OK);
	if (engine_age_first(engine, command, FIXTURE_CARE_NOW_US, &event))
		engine_apply(engine, &event);
	fixture_run_person(engine, crowd->people, command, &crowd->kit->decision);
}

static inline void crowd_create(struct crowd *crowd)
{
	struct command create = fixture_write(OP_customer_create, fixture_kit_key(crowd->kit),
					      crowd_id(crowd->customers++), 0);
	crowd_run(crowd, &create);
}

static inline void crowd_order(struct crowd *crowd, uint64_t customer)
{
	static const int64_t amounts[] = {0, 1, 9999, 20000, 50000, 150000, 500000, 700001};
	char *id = crowd->order[crowd->orders % CROWD_ORDERS];
	int64_t age = (int64_t)crowd_roll(crowd, crowd_roll(crowd, 3) == 0 ? 800 : 60);
	snprintf(id, sizeof crowd->order[0], "o%llu", (unsigned long long)++crowd->orders);
	struct command order = fixture_order(customer, id, engine_today(crowd->kit->engine) - age,
					     amounts[crowd_roll(crowd, 8)]);
	crowd_run(crowd, &order);
}

/* One value of a field, or none. */
static inline size_t crowd_field(struct crowd *crowd, const struct person_field *field, char *text,
				 size_t size)
{
	static const char *const genders[] = {"female", "male", "other"};
	static const char *const channels[] = {"phone", "sms", "post"};
	static const char *const dates[] = {"2000-02-29", "1999-02-28", "1985-03-01",
					    "1960-12-31", "2079-06-05", "1900-01-01"};
	char value[16];
	if (crowd_roll(crowd, 6) == 0)
		value[0] = '\0';
	else if (field->kind == PERSON_KIND_GENDER)
		snprintf(value, sizeof value, "%s", genders[crowd_roll(crowd, 3)]);
	else if (field->kind == PERSON_KIND_CHANNEL)
		snprintf(value, sizeof value, "%s", channels[crowd_roll(crowd, 3)]);
	else if (field->kind != PERSON_KIND_DATE)
		snprintf(value, sizeof value, "W%u", (unsigned)crowd_roll(crowd, CROWD_WORDS));
	else if (crowd_roll(crowd, 2) == 0)
		snprintf(value, sizeof value, "%s", dates[crowd_roll(crowd, 6)]);
	else
		snprintf(value, sizeof value, "19%02u-%02u-%02u", (unsigned)crowd_roll(crowd, 99),
			 1 + (unsigned)crowd_roll(crowd, 12), 1 + (unsigned)crowd_roll(crowd, 28));
	return (size_t)snprintf(text, size, "%s%s=%s", text == crowd->fields ? "" : ",",
				field->name, value);
}

static inline void crowd_set(struct crowd *crowd, uint64_t customer)
{
	bool put = crowd_roll(crowd, 8) == 0;
	size_t size = 0;
	for (size_t i = 0; i < person_field_count; i++) {
		const struct person_field *field = &person_fields[i];
		uint64_t values = crowd_roll(crowd, field->kind == PERSON_KIND_TAGS ? 4 : 2);
		for (; field->attribute && values > 0; values--)
			size += crowd_field(crowd, field, crowd->fields + size,
					    sizeof crowd->fields - size);
	}
	if (size == 0)
		return;
	struct wire_list list = fields_parse(crowd->fields, crowd->kit->fields);
	struct command command = fixture_person(put ? OP_customer_put : OP_customer_set,
						fixture_kit_key(crowd->kit), customer, list);
	crowd_run(crowd, &command);
}

static inline void crowd_change(struct crowd *crowd)
{
	uint64_t customer = crowd_id(crowd_roll(crowd, crowd->customers)),
		 kind = crowd_roll(crowd, 100);
	struct wire_id key = fixture_kit_key(crowd->kit);
	struct command command = fixture_write(OP_points_earn, key, customer, 5);
	if (kind < 35) {
		crowd_order(crowd, customer);
	} else if (kind < 60) {
		crowd_set(crowd, customer);
	} else if (kind < 65) {
		crowd_create(crowd);
	} else {
		if (kind < 75)
			command = fixture_consent(key, customer, 1 + (kind & 3),
						  1 + (unsigned)crowd_roll(crowd, 8), kind != 70);
		else if (kind < 80)
			command = fixture_care(key, customer, CARE_birthday, "",
					       2026 + (unsigned)crowd_roll(crowd, 3));
		else if (kind == 80)
			command =
			    fixture_person(OP_customer_erase, key, customer, (struct wire_list){0});
		crowd_run(crowd, &command);
	}
}

#endif
