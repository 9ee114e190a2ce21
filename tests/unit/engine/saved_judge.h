/* saved_judge.h -- what a condition says of a row, worked out test by test and day by day. */
#ifndef CRMDB_TESTS_ENGINE_SAVED_JUDGE_H
#define CRMDB_TESTS_ENGINE_SAVED_JUDGE_H
#include "tests/unit/engine/saved_facts.h"

static inline int64_t saved_wanted(const char *name, const struct predicate_value *value,
				   int32_t today)
{
	static const char *const stages[] = {"prospect", "new",     "active",  "loyal",
					     "at_risk",  "churned", "won_back"};
	if (value->kind == VALUE_FROM)
		return saved_shift(today, value->number, value->detail);
	if (value->kind != VALUE_TEXT)
		return value->number;
	for (unsigned i = 0; i < STAGE_COUNT; i++) {
		const char *text = strcmp(name, "band") == 0 ? grade_band_name(i) : stages[i];
		if (strlen(text) == value->text.size &&
		    memcmp(text, value->text.bytes, value->text.size) == 0)
			return i;
	}
	fail();
	return 0;
}

static inline bool saved_passes(const struct engine *engine, uint32_t row,
				struct predicate_step *step)
{
	char name[LIMIT_NAME_BYTES + 1] = {0};
	struct predicate_value value = {0};
	int32_t today = engine->today;
	memcpy(name, step->name.bytes, step->name.size);
	int64_t fact = saved_fact(engine, row, name);
	if (step->count > 0)
		assert_true(predicate_next_value(&step->values, &value));
	if (step->comparison == COMPARE_IS_NULL || fact == SAVED_NONE)
		return step->comparison == COMPARE_IS_NULL && fact == SAVED_NONE;
	if (step->comparison == COMPARE_IS_NOT_NULL)
		return true;
	int64_t wanted = saved_wanted(name, &value, today);
	switch (step->comparison) {
	case COMPARE_EQUAL:
		return fact == wanted;
	case COMPARE_NOT_EQUAL:
		return fact != wanted;
	case COMPARE_LESS:
		return fact < wanted;
	case COMPARE_AT_MOST:
		return fact <= wanted;
	case COMPARE_GREATER:
		return fact > wanted;
	case COMPARE_AT_LEAST:
		return fact >= wanted;
	default:
		if (strcmp(name, "birthday") == 0 || strcmp(name, "anniversary") == 0)
			return saved_comes(fact, today, (int32_t)wanted);
		return wanted < today ? fact >= wanted && fact <= today
				      : fact >= today && fact <= wanted;
	}
}

/* Of a program without other segments. */
static inline bool saved_judge(const struct engine *engine, uint32_t row, struct wire_text program)
{
	const uint8_t *bytes = (const uint8_t *)program.bytes;
	struct wire_reader r = {bytes, bytes + program.size, false};
	struct predicate_step step;
	bool stack[64];
	uint32_t size = 0;
	if (rows_hot(&engine->rows, row)->erased != 0)
		return false;
	while (predicate_next(&r, &step)) {
		if (step.op == PREDICATE_TEST) {
			stack[size++] = saved_passes(engine, row, &step);
		} else if (step.op == PREDICATE_NOT) {
			stack[size - 1] = !stack[size - 1];
		} else {
			bool all = true, any = false;
			for (uint16_t i = 0; i < step.count; i++) {
				all = all && stack[size - 1 - i];
				any = any || stack[size - 1 - i];
			}
			size -= step.count;
			stack[size++] = step.op == PREDICATE_AND ? all : any;
		}
	}
	assert_int_equal(size, 1);
	return stack[0];
}

#endif
