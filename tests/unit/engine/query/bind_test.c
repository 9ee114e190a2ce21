/* bind_test.c -- a test on a field becomes the set of values that pass it, or is refused where it
 * stands.
 */
#include "server/engine/query/question_private.h"
#include "tests/support/naive.h"
#include "tests/support/program.h"
#include "tests/unit/engine/fixture_care.h"

#define LOW (INT64_MIN + 1) /* of fields without an end */

static struct bound bound;
static struct bind_fault fault;

/* Bind what was written.  The leaf at the root. */
static const struct bound_node *bind(struct fixture_kit *kit, const struct program *program)
{
	memset(&bound, 0xa5, sizeof bound);
	memset(&fault, 0xa5, sizeof fault);
	if (!bind_program(kit->engine, program_text(program), &bound, &fault))
		fail_msg("%s", error_info((uint16_t)fault.error)->name);
	return &bound.nodes[bound.root];
}

static void expect_set(const struct bound_node *leaf, uint32_t count,
		       const struct interval *intervals)
{
	assert_int_equal(leaf->set.count, count);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(leaf->set.items[i].low, intervals[i].low);
		assert_int_equal(leaf->set.items[i].high, intervals[i].high);
	}
}

/* --- numbers and amounts --- */

static void test_each_comparison(void **state)
{
	static const struct {
		enum predicate_comparison comparison;
		uint16_t values;
		uint32_t count;
		struct interval set[3];
	} cases[] = {
	    {COMPARE_EQUAL, 1, 1, {{500, 500}}},
	    {COMPARE_NOT_EQUAL, 1, 2, {{LOW, 499}, {501, INT64_MAX}}},
	    {COMPARE_LESS, 1, 1, {{LOW, 499}}},
	    {COMPARE_AT_MOST, 1, 1, {{LOW, 500}}},
	    {COMPARE_GREATER, 1, 1, {{501, INT64_MAX}}},
	    {COMPARE_AT_LEAST, 1, 1, {{500, INT64_MAX}}},
	    {COMPARE_IN, 2, 2, {{500, 500}, {1000, 1000}}},
	    {COMPARE_NOT_IN, 2, 3, {{LOW, 499}, {501, 999}, {1001, INT64_MAX}}},
	    {COMPARE_BETWEEN, 2, 1, {{500, 1000}}},
	    {COMPARE_NOT_BETWEEN, 2, 2, {{LOW, 499}, {1001, INT64_MAX}}},
	    {COMPARE_IS_NOT_NULL, 0, 1, {{LOW, INT64_MAX}}},
	    {COMPARE_IS_NULL, 0, 0, {{0, 0}}}, /* spend is never null */
	};
	struct fixture_kit *kit = fixture_kit("2027-11-20");
	struct program program;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		program_open(&program);
		program_test(&program, "spend", cases[i].comparison, cases[i].values);
		if (cases[i].values > 0)
			program_decimal(&program, 5000, 3); /* 5.000 */
		if (cases[i].values > 1)
			program_decimal(&program, 10, 0);
		expect_set(bind(kit, &program), cases[i].count, cases[i].set);
	}
	fixture_kit_close(kit);
}

/* Numbers at the ends, and customers whose number nobody has. */
static void test_ends(void **state)
{
	static const struct {
		const char *field;
		enum predicate_comparison comparison;
		int64_t number;
		uint32_t count;
		struct interval set;
	} cases[] = {
	    {"points", COMPARE_LESS, LOW, 0, {0, 0}},
	    {"points", COMPARE_GREATER, INT64_MAX, 0, {0, 0}},
	    {"points", COMPARE_AT_MOST, INT64_MAX, 1, {LOW, INT64_MAX}},
	    {"orders", COMPARE_AT_LEAST, -5, 1, {0, UINT32_MAX}},
	    {"orders", COMPARE_EQUAL, INT64_C(1) << 32, 0, {0, 0}},
	    {"id", COMPARE_GREATER, 0, 1, {LOW, INT64_MAX}},
	    {"id", COMPARE_AT_MOST, -7, 0, {0, 0}},
	    {"id", COMPARE_EQUAL, -7, 0, {0, 0}},
	    {"id", COMPARE_EQUAL, 1, 1, {LOW, LOW}},
	    {"id", COMPARE_GREATER, INT64_MAX, 1, {0, INT64_MAX}},
	    {"birthday_care", COMPARE_LESS, 2027, 1, {1, 2026}},
	    {"last_order", COMPARE_IS_NULL, 0, 1, {INT64_MIN, INT64_MIN}},
	};
	struct fixture_kit *kit = fixture_kit("2027-11-20");
	struct program program;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		bool null = cases[i].comparison == COMPARE_IS_NULL;
		program_open(&program);
		program_test(&program, cases[i].field, cases[i].comparison, !null);
		if (!null)
			program_decimal(&program, cases[i].number, 0);
		expect_set(bind(kit, &program), cases[i].count, &cases[i].set);
	}
	fixture_kit_close(kit);
}

/* --- dates --- */

static void test_relative_dates_at_the_ends_of_months(void **state)
{
	static const struct {
		const char *today;
		int64_t count;
		char unit;
		const char *day;
	} cases[] = {
	    {"2028-01-31", 1, 'm', "2028-02-29"},   {"2027-01-31", 1, 'm', "2027-02-28"},
	    {"2028-03-31", -1, 'm', "2028-02-29"},  {"2028-02-29", 1, 'y', "2029-02-28"},
	    {"2028-02-29", -4, 'y', "2024-02-29"},  {"2027-12-31", 2, 'm', "2028-02-29"},
	    {"2027-01-15", -1, 'm', "2026-12-15"},  {"2027-01-15", -13, 'm', "2025-12-15"},
	    {"2027-11-20", -90, 'd', "2027-08-22"}, {"2027-11-20", 2, 'w', "2027-12-04"},
	    {"2027-11-20", 0, 'd', "2027-11-20"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fixture_kit *kit = fixture_kit(cases[i].today);
		struct program program;
		int32_t day = fixture_day(cases[i].day);
		program_open(&program);
		program_test(&program, "joined", COMPARE_EQUAL, 1);
		program_from(&program, cases[i].count, cases[i].unit);
		expect_set(bind(kit, &program), 1, &(struct interval){day, day});
		fixture_kit_close(kit);
	}
}

/* Every day of two years and a leap day, spans of all lengths, births around leap days. */
static void test_yearly_days(void **state)
{
	static const int64_t spans[] = {0,  1,   2,   6,   27,  28,  29,  58,  59,  60,
					61, 200, 305, 306, 307, 363, 364, 365, 366, 400};
	struct fixture_kit *kit = fixture_kit("2027-02-20");
	struct program program;
	(void)state;
	for (; engine_today(kit->engine) < fixture_day("2028-03-04"); kit->engine->today++)
		for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
			int32_t today = engine_today(kit->engine);
			program_open(&program);
			program_test(&program, "birthday", COMPARE_WITHIN, 1);
			program_from(&program, spans[i], 'd');
			const struct bound_node *leaf = bind(kit, &program);
			for (int32_t birth = fixture_day("1998-12-20");
			     birth < fixture_day("2001-01-10"); birth++)
				if (intervals_have(&leaf->set, birth) !=
				    naive_comes(birth, today, today + spans[i]))
					fail_msg("born %d, today %d, within %d", birth, today,
						 (int)spans[i]);
		}
	kit->engine->today = fixture_day("2027-02-20");
	fixture_kit_close(kit);
}

/* --- what is refused --- */

static void expect_refused(struct fixture_kit *kit, const struct program *program, enum error error,
			   const char *word, const char *near)
{
	memset(&fault, 0xa5, sizeof fault);
	assert_false(bind_program(kit->engine, program_text(program), &bound, &fault));
	assert_int_equal(fault.error, error);
	assert_int_equal(fault.words.word.size, strlen(word));
	assert_memory_equal(fault.words.word.bytes, word, strlen(word));
	assert_true(fault.words.near.size >= strlen(near));
	assert_memory_equal(fault.words.near.bytes, near, strlen(near));
}

static void test_refusals(void **state)
{
	static const struct {
		const char *field;
		enum predicate_comparison comparison;
		struct predicate_value value;
		enum error error;
		const char *word, *near;
		unsigned at;
	} cases[] = {
#define NUMBER(n, places) {.at = 9, .kind = VALUE_DECIMAL, .number = (n), .detail = (places)}
#define FROM(n, unit)                                                                              \
	{                                                                                          \
		.at = 9, .kind = VALUE_FROM, .number = (n), .detail = (unit)                       \
	}
#define DAY(n)                                                                                     \
	{                                                                                          \
		.at = 9, .kind = VALUE_DATE, .number = (n)                                         \
	}
#define NAME(said)                                                                                 \
	{                                                                                          \
		.at = 9, .kind = VALUE_TEXT, .text = { said, sizeof(said) - 1 }                    \
	}
	    {"teir", COMPARE_EQUAL, NAME("gold"), ERROR_QUERY_FIELD, "teir",
	     "; did you mean \"tier", 3},
	    {"", COMPARE_EQUAL, NAME("gold"), ERROR_QUERY_FIELD, "", "", 3},
	    {"name", COMPARE_EQUAL, NAME("Zoe"), ERROR_QUERY_TEST, "name", "; it can only", 3},
	    {"region", COMPARE_LESS, NAME("x"), ERROR_QUERY_TEST, "region", "; its values have", 3},
	    {"tags", COMPARE_EQUAL, NAME("x"), ERROR_QUERY_TEST, "tags", "; tags are", 3},
	    {"birthday", COMPARE_EQUAL, DAY(1), ERROR_QUERY_TEST, "birthday", "; it comes", 3},
	    {"points", COMPARE_WITHIN, FROM(7, 'd'), ERROR_QUERY_TEST, "points", "; a number", 3},
	    {"tier", COMPARE_EQUAL, NAME("glod"), ERROR_QUERY_VALUE, "glod",
	     "; did you mean \"gold", 9},
	    {"tier", COMPARE_EQUAL, NUMBER(3, 0), ERROR_QUERY_VALUE, "", "", 9},
	    {"stage", COMPARE_EQUAL, NAME(""), ERROR_QUERY_VALUE, "", "", 9},
	    {"tags", COMPARE_HAS, NAME("nobody"), ERROR_QUERY_VALUE, "nobody", "", 9},
	    {"consents", COMPARE_HAS, NAME("sms"), ERROR_QUERY_VALUE, "sms", "", 9},
	    {"points", COMPARE_EQUAL, NUMBER(15, 1), ERROR_QUERY_NUMBER, "points", "", 9},
	    {"points", COMPARE_EQUAL, NUMBER(0, 19), ERROR_QUERY_NUMBER, "points", "", 9},
	    {"points", COMPARE_EQUAL, NUMBER(INT64_MIN, 0), ERROR_QUERY_NUMBER, "points", "", 9},
	    {"spend", COMPARE_EQUAL, NUMBER(INT64_MAX, 0), ERROR_QUERY_NUMBER, "spend", "", 9},
	    {"spend", COMPARE_EQUAL, DAY(1), ERROR_QUERY_NUMBER, "spend", "", 9},
	    {"joined", COMPARE_EQUAL, DAY(INT64_MIN), ERROR_QUERY_DATE, "joined", "", 9},
	    {"joined", COMPARE_EQUAL, DAY(47482), ERROR_QUERY_DATE, "joined", "", 9},
	    {"joined", COMPARE_EQUAL, FROM(1, 'x'), ERROR_QUERY_DATE, "joined", "", 9},
	    {"joined", COMPARE_EQUAL, FROM(INT64_MIN, 'y'), ERROR_QUERY_DATE, "joined", "", 9},
	    {"birthday", COMPARE_WITHIN, FROM(INT64_MIN, 'd'), ERROR_QUERY_DATE, "birthday", "", 9},
	    {"birthday", COMPARE_WITHIN, FROM(200, 'y'), ERROR_QUERY_DATE, "birthday", "", 9},
	};
	struct fixture_kit *kit = fixture_kit("2027-11-20");
	struct program program;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		program_open(&program);
		program.at = 3;
		program_test(&program, cases[i].field, cases[i].comparison, 1);
		program_value(&program, &cases[i].value);
		expect_refused(kit, &program, cases[i].error, cases[i].word, cases[i].near);
		assert_int_equal(fault.detail.a, cases[i].at);
	}
	fixture_kit_close(kit);
}

static void test_reversed(void **state)
{
	static const struct {
		const char *field;
		int64_t first, second;
	} reversed[] = {{"spend", 2, 1}, {"id", 7, -7}, {"id", 0, -1}}; /* nobody is 0 or less */
	struct fixture_kit *kit = fixture_kit("2027-11-20");
	struct program program;
	(void)state;
	for (size_t i = 0; i < sizeof reversed / sizeof reversed[0]; i++) {
		program_open(&program);
		program_test(&program, reversed[i].field, COMPARE_BETWEEN, 2);
		program_decimal(&program, reversed[i].first, 0);
		program_decimal(&program, reversed[i].second, 0);
		expect_refused(kit, &program, ERROR_QUERY_REVERSED, reversed[i].field, "");
	}
	fixture_kit_close(kit);
}

/* More yearly days than there is room for: refused with how many that is. */
static void test_too_many_intervals(void **state)
{
	struct fixture_kit *kit = fixture_kit("2027-11-20");
	struct program program;
	(void)state;
	program_open(&program);
	for (int i = 0; i < 100; i++) {
		program_test(&program, "birthday", COMPARE_WITHIN, 1);
		program_from(&program, 7, 'd');
	}
	program_joint(&program, PREDICATE_OR, 100);
	expect_refused(kit, &program, ERROR_PREDICATE_TOO_LARGE, "", "");
	assert_int_equal(fault.detail.b, BOUND_INTERVALS);
	fixture_kit_close(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_comparison),
	    cmocka_unit_test(test_ends),
	    cmocka_unit_test(test_relative_dates_at_the_ends_of_months),
	    cmocka_unit_test(test_yearly_days),
	    cmocka_unit_test(test_refusals),
	    cmocka_unit_test(test_reversed),
	    cmocka_unit_test(test_too_many_intervals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
