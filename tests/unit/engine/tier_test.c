/* tier_test.c -- what an order and a day make of a tier: each boundary from both sides, and over
 * every day around a validity what T1 and T2 (tier.c) promise.
 */
#include "tests/unit/engine/days_fixture.h"

#include "server/engine/tier.h"

#define UNTIL 10803 /* 1999-07-31 */

static struct programme programme_of(const struct rules *rules)
{
	struct event genesis = genesis_of(rules, FIXTURE_TODAY);
	struct programme programme;
	assert_true(programme_read(&genesis.programme, &programme));
	return programme;
}

static struct programme with(uint32_t fall, int32_t grace)
{
	struct rules rules = rules_default();
	rules.fall = fall;
	rules.grace_days = grace;
	return programme_of(&rules);
}

/* A gold customer (150000, kept with 105000) of validity UNTIL, `late` days after it. */
struct row {
	uint32_t fall;
	int32_t grace, late;
	int64_t metric;
	uint32_t cause, to; /* cause 0: nothing is told */
	int32_t until;
};

static void test_days(void **state)
{
	static const struct row rows[] = {
	    /* fall grace late metric cause to until */
	    {1, 0, 0, 0, 0, 0, 0},            /* the last day of its validity */
	    {1, 0, 1, 105000, 3, 3, 11169},   /* kept to 2000-07-31 */
	    {1, 0, 1, 104999, 4, 2, 11169},   /* the day after: 31 July is what counts */
	    {1, 0, 2, 0, 0, 0, 0},            /* T2 */
	    {1, 0, -1, 0, 0, 0, 0},           /* T2 */
	    {1, 1, 1, 104999, 0, 0, 0},       /* grace */
	    {1, 1, 1, 105000, 3, 3, 11169},   /* no grace is needed */
	    {1, 1, 2, 104999, 4, 2, 11200},   /* grace is over: 1 August counts */
	    {1, 1, 2, 105000, 3, 3, 11200},   /* a month that began */
	    {1, 31, 31, 0, 0, 0, 0},          /* the last day of grace */
	    {1, 31, 32, 0, 4, 2, 11200},      /* to the end of August: 31 August counts */
	    {1, 32, 33, 0, 4, 2, 11230},      /* 1 September counts */
	    {1, 31, 33, 0, 0, 0, 0},          /* T2 */
	    {1, 31, 2, 105000, 0, 0, 0},      /* T2: a day of grace is no test */
	    {2, 0, 1, 104999, 4, 2, 11169},   /* by metric: silver */
	    {2, 0, 1, 50000, 4, 2, 11169},    /* exactly silver */
	    {2, 0, 1, 49999, 4, 1, 11169},    /* bronze */
	    {2, 0, 1, 19999, 4, 0, -1},       /* none: no validity */
	    {0, 0, 1, 0, 0, 0, 0},            /* never */
	    {0, 0, 1, INT64_MAX, 0, 0, 0},    /* never, and not prolonged */
	    {1, 0, 1, INT64_MAX, 3, 3, 11169} /* T1: a day lifts nobody */
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		struct programme programme = with(row->fall, row->grace);
		struct tier_state gold = {3, UNTIL};
		struct part_tier part;
		bool told = tier_on_day(&programme, gold, UNTIL + row->late, row->metric, &part);
		if (told != (row->cause != 0))
			fail_msg("row %zu: told is %d", i, told);
		if (told && (part.from != 3 || part.to != row->to || part.cause != row->cause ||
			     part.until != row->until || part.metric != row->metric))
			fail_msg("row %zu: to %d, cause %d, until %d", i, (int)part.to,
				 (int)part.cause, (int)part.until);
	}
}

static void test_orders(void **state)
{
	static const struct row rows[] = {
	    {1, 9, 0, 149999, 0, 0, 0},     /* valid: nothing to save */
	    {1, 9, 1, 104999, 0, 0, 0},     /* grace, and not enough */
	    {1, 9, 1, 105000, 2, 3, 11200}, /* saved, to 2000-08-31 */
	    {1, 9, 9, 105000, 2, 3, 11200}, /* the last day of grace */
	    {1, 9, 1, 499999, 2, 3, 11200}, /* saved, not yet vip */
	    {1, 9, 1, 500000, 1, 4, 11200}, /* vip: reached, not saved */
	    {1, 9, 0, 500000, 1, 4, 11169}, /* likewise on the last day of July */
	    {0, 9, 1, 105000, 0, 0, 0},     /* never tested: nothing to save */
	    {0, 9, 1, 500000, 1, 4, 11200}, /* but lifted */
	    {1, 9, 0, INT64_MIN, 0, 0, 0},  /* T1: an order lowers nobody */
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		struct programme programme = with(row->fall, row->grace);
		struct tier_state gold = {3, UNTIL};
		struct part_tier part;
		bool told = tier_on_order(&programme, gold, UNTIL + row->late,
					  (struct tier_metric){row->metric, row->metric}, &part);
		if (told != (row->cause != 0))
			fail_msg("row %zu: told is %d", i, told);
		if (told && (part.from != 3 || part.to != row->to || part.cause != row->cause ||
			     part.until != row->until))
			fail_msg("row %zu: to %d, cause %d, until %d", i, (int)part.to,
				 (int)part.cause, (int)part.until);
	}
}

/* Who has no tier, or no end of it, is never tested. */
static void test_who_is_not_tested(void **state)
{
	struct programme programme = with(1, 0);
	struct tier_state none = {0, UNTIL}, for_ever = {3, TIER_NO_DAY};
	struct part_tier part;
	(void)state;
	assert_int_equal(tier_next_test(&programme, none, UNTIL), TIER_NO_DAY);
	assert_int_equal(tier_next_test(&programme, for_ever, UNTIL), TIER_NO_DAY);
	assert_false(tier_on_day(&programme, none, UNTIL + 1, 0, &part));
	assert_false(tier_on_day(&programme, for_ever, 0, 0, &part)); /* -1 + 1 */
	assert_false(tier_on_order(&programme, for_ever, UNTIL,
				   (struct tier_metric){105000, 105000}, &part));
}

/* Validities end with months, also with February. */
static void test_validities(void **state)
{
	static const struct {
		int32_t months, day, until;
	} rows[] = {
	    {1, 10987, 11016},  /* 2000-01-31: 29 February 2000 */
	    {12, 10650, 11016}, /* 1999-02-28: likewise */
	    {12, 11016, 11381}, /* 2000-02-29: 28 February 2001 */
	    {13, 11016, 11412}, /* 31 March */
	    {1, 11017, 11077},  /* 2000-03-01: 30 April */
	    {24, 10957, 11718}, /* 2000-01-01: 31 January 2002 */
	};
	struct rules rules = rules_default();
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rules.keep_months = rows[i].months;
		struct programme programme = programme_of(&rules);
		assert_int_equal(programme_tier_until(&programme, rows[i].day), rows[i].until);
	}
}

/* T2, day by day: a day tells something only if it was announced as the next test; and a validity
 * that a test gives lies ahead, so that it is tested again. */
static void test_every_day(void **state)
{
	struct part_tier part;
	unsigned told = 0;
	(void)state;
	for (int32_t keep = 1; keep <= 24; keep += 23)
		for (int32_t grace = 0; grace <= 70; grace++)
			for (int32_t until = UNTIL - 31; until <= UNTIL; until += 31) {
				struct rules rules = rules_default();
				rules.keep_months = keep;
				rules.grace_days = grace;
				struct programme programme = programme_of(&rules);
				struct tier_state gold = {3, until};
				int32_t next = tier_next_test(&programme, gold, until - 20);
				assert_int_equal(next, until + 1);
				for (int32_t day = until - 20; day < until + 80; day++) {
					int64_t metric = day == until + 1 ? 0 : 105000;
					bool tells =
					    tier_on_day(&programme, gold, day, metric, &part);
					assert_true(!tells || day == next);
					assert_true(!tells || part.until >= day);
					told += tells;
					if (day == next)
						next = tier_next_test(&programme, gold, day);
				}
				assert_int_equal(next, TIER_NO_DAY);
			}
	assert_int_equal(told, 2 * 71 * 2); /* each falls, or is kept after grace: once */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_days),       cmocka_unit_test(test_orders),
	    cmocka_unit_test(test_validities), cmocka_unit_test(test_who_is_not_tested),
	    cmocka_unit_test(test_every_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
