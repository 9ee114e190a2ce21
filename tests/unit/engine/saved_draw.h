/* saved_draw.h -- conditions of saved segments, drawn at random as programs. */
#ifndef CRMDB_TESTS_ENGINE_SAVED_DRAW_H
#define CRMDB_TESTS_ENGINE_SAVED_DRAW_H
#include "protocol/grades.h"
#include "protocol/predicate.h"
#include "tests/unit/engine/days_fixture.h"

enum saved_kind {
	SAVED_NUMBER,
	SAVED_DATE,
	SAVED_YEARLY,
	SAVED_STAGE,
	SAVED_BAND
};

struct saved_field {
	const char *name;
	enum saved_kind kind;
	int32_t most; /* of numbers worth asking for */
};

static const struct saved_field saved_fields[] = {
    {"points", SAVED_NUMBER, 2000},    {"orders", SAVED_NUMBER, 8},
    {"orders12", SAVED_NUMBER, 5},     {"spend", SAVED_NUMBER, 200000},
    {"spend12", SAVED_NUMBER, 100000}, {"spend12_before", SAVED_NUMBER, 50000},
    {"gap", SAVED_NUMBER, 100},        {"events", SAVED_NUMBER, 20},
    {"last_order", SAVED_DATE, 0},     {"first_order", SAVED_DATE, 0},
    {"previous_order", SAVED_DATE, 0}, {"created", SAVED_DATE, 0},
    {"tier_until", SAVED_DATE, 0},     {"joined", SAVED_DATE, 0},
    {"birth_date", SAVED_DATE, 0},     {"birthday", SAVED_YEARLY, 0},
    {"anniversary", SAVED_YEARLY, 0},  {"stage", SAVED_STAGE, STAGE_COUNT},
    {"band", SAVED_BAND, 4},
};
#define SAVED_FIELDS (sizeof saved_fields / sizeof saved_fields[0])

/* --- drawing --- */

static inline struct predicate_value saved_from(uint64_t *random, bool ahead)
{
	static const char units[] = "ddddwmmy";
	struct predicate_value value = {.kind = VALUE_FROM};
	value.detail = (uint8_t)units[days_draw(random, 8)];
	uint64_t most = value.detail == 'd' ? 120 : value.detail == 'w' ? 12 : 5;
	value.number = (int64_t)days_draw(random, most);
	if (!ahead)
		value.number = -value.number;
	return value;
}

static inline void saved_test(struct wire_writer *w, uint64_t *random, int32_t today)
{
	static const char *const stages[] = {"prospect", "new",     "active",  "loyal",
					     "at_risk",  "churned", "won_back"};
	static const uint8_t orders[] = {COMPARE_EQUAL,   COMPARE_NOT_EQUAL,  COMPARE_LESS,
					 COMPARE_AT_MOST, COMPARE_GREATER,    COMPARE_AT_LEAST,
					 COMPARE_IS_NULL, COMPARE_IS_NOT_NULL};
	const struct saved_field *field = &saved_fields[days_draw(random, SAVED_FIELDS)];
	struct predicate_step step = {.op = PREDICATE_TEST, .name = fixture_text(field->name)};
	struct predicate_value value = {.kind = VALUE_DECIMAL, .detail = 0};
	step.comparison = (enum predicate_comparison)orders[days_draw(random, 8)];
	if (field->kind == SAVED_NUMBER) {
		value.number = (int64_t)days_draw(random, (uint64_t)field->most);
		if (field->most > 5000)
			value.detail = 2; /* money */
	} else if (field->kind == SAVED_DATE) {
		value = saved_from(random, days_draw(random, 3) == 0);
		if (days_draw(random, 4) == 0)
			step.comparison = COMPARE_WITHIN;
		else if (days_draw(random, 4) == 0)
			value = (struct predicate_value){
			    .kind = VALUE_DATE, .number = today - (int64_t)days_draw(random, 300)};
	} else if (field->kind == SAVED_YEARLY) {
		value = saved_from(random, true);
		step.comparison = COMPARE_WITHIN;
	} else {
		value.kind = VALUE_TEXT;
		value.text = fixture_text(field->kind == SAVED_STAGE
					      ? stages[days_draw(random, STAGE_COUNT)]
					      : grade_band_name((unsigned)days_draw(random, 4)));
		step.comparison = days_draw(random, 2) == 0 ? COMPARE_EQUAL : COMPARE_NOT_EQUAL;
	}
	bool null = step.comparison == COMPARE_IS_NULL || step.comparison == COMPARE_IS_NOT_NULL;
	step.count = null ? 0 : 1;
	predicate_write(w, &step);
	if (!null)
		predicate_write_value(w, &value);
}

/* A condition of up to 4 tests; one of them may be another segment, when `other` has a name. */
static inline struct wire_text saved_program(uint64_t *random, int32_t today,
					     struct wire_text other, uint8_t room[2048])
{
	struct wire_writer w = {room, room + 2048, false};
	uint64_t tests = 1 + days_draw(random, 4);
	for (uint64_t i = 0; i < tests; i++) {
		if (i == 0 && other.size > 0)
			predicate_write(
			    &w, &(struct predicate_step){.op = PREDICATE_SAVED, .name = other});
		else
			saved_test(&w, random, today);
		if (days_draw(random, 5) == 0)
			predicate_write(&w, &(struct predicate_step){.op = PREDICATE_NOT});
	}
	if (tests > 1)
		predicate_write(&w, &(struct predicate_step){
					.op = days_draw(random, 2) ? PREDICATE_AND : PREDICATE_OR,
					.count = (uint16_t)tests});
	assert_false(w.failed);
	return (struct wire_text){(const char *)room, (uint32_t)(w.at - room)};
}

#endif
