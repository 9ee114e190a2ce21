/* care_test.c -- greetings: for which day and year, once a year for each occasion, and whom a due
 * list names.
 */
#include <stdio.h>

#include "server/engine/state.h"
#include "tests/unit/engine/fixture_care.h"

/* --- which year --- */

/* The nearest birthday, by the day it is; a tie goes to the earlier one. */
static void test_the_nearest_year(void **state)
{
	static const struct {
		const char *today, *born;
		unsigned year;
	} rows[] = {
	    {"1998-07-01", "1960-07-01", 1998}, {"1998-07-01", "1960-12-30", 1998},
	    {"1998-07-01", "1960-12-31", 1997}, {"1998-12-20", "1960-01-01", 1999},
	    {"1998-12-31", "1960-07-02", 1998}, {"1998-12-31", "1960-07-01", 1999},
	    {"1999-01-10", "1960-12-28", 1998}, {"1999-01-01", "1960-07-03", 1998},
	    {"1999-02-28", "2000-02-29", 1999}, {"1998-08-30", "2000-02-29", 1999},
	    {"2000-02-28", "2000-02-29", 2000}, {"2000-03-01", "1900-02-28", 2000},
	    {"1970-01-01", "1960-12-31", 1969}, {"1970-01-01", "1900-01-01", 1970},
	    {"2079-06-05", "2079-06-05", 2079}, {"1999-12-31", "1960-07-01", 1999},
	    {"2077-01-01", "2079-06-05", 2077}, {"1998-07-01", "2079-01-01", 1998},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture_kit *kit = fixture_kit(rows[i].today);
		char fields[32];
		snprintf(fields, sizeof fields, "birth_date=%s", rows[i].born);
		fixture_kit_set(kit, 5, fields);
		assert_int_equal(fixture_kit_greet(kit, 5, CARE_birthday, "", 0), ERROR_OK);
		if (kit->decision.event.care.year != rows[i].year)
			fail_msg("%s, born %s: %llu, not %u", rows[i].today, rows[i].born,
				 (unsigned long long)kit->decision.event.care.year, rows[i].year);
		fixture_kit_close(kit);
	}
}

/* In December for 1 January; then not again, not in January, and not for a year before. */
static void test_once_a_year(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-12-20");
	(void)state;
	fixture_kit_set(kit, 5, "birth_date=1960-01-01,anniversary=1985-01-01,holidays=eid");
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_birthday, "", 0), ERROR_OK);
	assert_int_equal(kit->decision.event.care.year, 1999);
	assert_int_equal(kit->decision.event.care.before, 0);
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_birthday, "", 0), ERROR_CARE_DONE);
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_birthday, "", 1998), ERROR_CARE_DONE);
	assert_int_equal(kit->decision.answer.detail.b, 1999);
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_anniversary, "", 0), ERROR_OK);
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_holiday, "eid", 0), ERROR_OK);
	assert_int_equal(kit->decision.event.care.year, 1998); /* of a holiday this year */
	fixture_kit_turn(kit, "1999-01-01");
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_birthday, "", 0), ERROR_CARE_DONE);
	assert_int_equal(kit->decision.saw, kit->engine->day_event); /* I3 */
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_anniversary, "", 0), ERROR_CARE_DONE);
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_holiday, "eid", 0), ERROR_OK);
	fixture_kit_turn(kit, "1999-07-03");
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_birthday, "", 0), ERROR_OK);
	assert_int_equal(kit->decision.event.care.year, 2000);
	assert_int_equal(kit->decision.event.care.before, 1999);
	fixture_kit_close(kit);
}

/* A new date is another day of the same occasion: the year counts. */
static void test_a_changed_date(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	(void)state;
	fixture_kit_set(kit, 5, "birth_date=1960-07-01");
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_birthday, "", 0), ERROR_OK);
	fixture_kit_set(kit, 5, "birth_date=1960-08-01");
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_birthday, "", 0), ERROR_CARE_DONE);
	fixture_kit_set(kit, 5, "birth_date=");
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_birthday, "", 0), ERROR_CARE_NO_DAY);
	fixture_kit_close(kit);
}

/* Each holiday has its own year; one that is not kept, or not known, has no day. */
static void test_holidays(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	(void)state;
	fixture_kit_set(kit, 5, "holidays=eid,holidays=diwali");
	fixture_kit_set(kit, 6, "holidays=xmas");
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_holiday, "eid", 0), ERROR_OK);
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_holiday, "eid", 0), ERROR_CARE_DONE);
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_holiday, "diwali", 0), ERROR_OK);
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_holiday, "xmas", 0), ERROR_CARE_NO_DAY);
	assert_int_equal(fixture_kit_greet(kit, 5, CARE_holiday, "easter", 0), ERROR_CARE_NO_DAY);
	assert_int_equal(fixture_kit_greet(kit, 6, CARE_holiday, "xmas", 1999), ERROR_OK);
	fixture_kit_close(kit);
}

/* --- due lists --- */

/* "5 1998-07-01, 6 1998-07-02": who is due, and when, over all pages of `limit`. */
static void expect_due(struct fixture_kit *kit, struct command command, const char *wanted)
{
	char text[512] = "", day[DATE_TEXT_BYTES];
	size_t size = 0;
	do {
		const struct ans_due *answer = &kit->decision.answer.as.due;
		struct rec_due record;
		assert_int_equal(fixture_kit_run(kit, &command), ERROR_OK);
		assert_int_equal(kit->decision.saw, engine_applied(kit->engine)); /* I3 */
		const struct wire_list *list = &answer->customers;
		struct wire_reader r = {list->bytes, list->bytes + list->size, false};
		for (uint32_t i = 0; i < list->count; i++) {
			assert_true(decode_rec_due(&r, &record));
			date_format((int32_t)record.day, day);
			size += (size_t)snprintf(text + size, sizeof text - size, "%s%d %s",
						 size == 0 ? "" : ", ", (int)record.customer, day);
		}
		command.as.due.from = answer->next;
	} while (command.as.due.from != 0);
	if (strcmp(text, wanted) != 0)
		fail_msg("due: \"%s\", not \"%s\"", text, wanted);
}

static struct command birthdays(const char *first, const char *last)
{
	return fixture_due(CARE_birthday, "", fixture_day(first), fixture_day(last));
}

static void test_due_by_range(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-12-20");
	(void)state;
	fixture_kit_set(kit, 1, "birth_date=1960-12-31");
	fixture_kit_set(kit, 2, "birth_date=1960-01-01");
	fixture_kit_set(kit, 3, "birth_date=2000-02-29");
	fixture_kit_set(kit, 4, "region=east"); /* no day */
	expect_due(kit, birthdays("1998-12-31", "1998-12-31"), "1 1998-12-31");
	expect_due(kit, birthdays("1998-12-30", "1999-01-01"), "1 1998-12-31, 2 1999-01-01");
	expect_due(kit, birthdays("1999-01-01", "1999-01-01"), "2 1999-01-01");
	expect_due(kit, birthdays("1999-02-28", "1999-02-28"), "3 1999-02-28");
	expect_due(kit, birthdays("1999-03-01", "1999-12-30"), "");
	expect_due(kit, birthdays("2000-02-28", "2000-02-28"), "");
	expect_due(kit, birthdays("2000-02-29", "2000-02-29"), "3 2000-02-29");
	expect_due(kit, birthdays("9999-01-01", "9999-12-31"),
		   "1 9999-12-31, 2 9999-01-01, 3 9999-02-28");
	fixture_kit_close(kit);
}

/* Who was greeted is not due for that day, but for the next; a range of 367 days has two of them.
 */
static void test_due_after_greetings(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-12-20");
	(void)state;
	fixture_kit_set(kit, 1, "birth_date=1960-12-31");
	fixture_kit_set(kit, 2, "birth_date=1960-01-01");
	assert_int_equal(fixture_kit_greet(kit, 2, CARE_birthday, "", 0), ERROR_OK);
	expect_due(kit, birthdays("1998-12-30", "1999-01-01"), "1 1998-12-31");
	expect_due(kit, birthdays("1998-12-31", "2000-01-01"), "1 1998-12-31, 2 2000-01-01");
	assert_int_equal(fixture_kit_greet(kit, 1, CARE_birthday, "", 0), ERROR_OK);
	expect_due(kit, birthdays("1998-12-31", "1999-12-31"), "1 1999-12-31");
	expect_due(kit, birthdays("1998-12-31", "1999-12-30"), "");
	fixture_kit_close(kit);
}

static void test_due_of_holidays_and_anniversaries(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-12-20");
	int64_t first = fixture_day("1998-12-24"), last = fixture_day("1999-01-06");
	struct command xmas = fixture_due(CARE_holiday, "xmas", first, last);
	(void)state;
	fixture_kit_set(kit, 1, "holidays=xmas,anniversary=1980-01-02");
	fixture_kit_set(kit, 2, "holidays=eid,anniversary=1980-05-02");
	fixture_kit_set(kit, 3, "holidays=eid,holidays=xmas");
	expect_due(kit, xmas, "1 1998-12-24, 3 1998-12-24");
	assert_int_equal(fixture_kit_greet(kit, 1, CARE_holiday, "xmas", 0), ERROR_OK);
	expect_due(kit, xmas, "3 1998-12-24");
	expect_due(kit, fixture_due(CARE_holiday, "xmas", first + 365, last + 365),
		   "1 1999-12-24, 3 1999-12-24");
	expect_due(kit, fixture_due(CARE_holiday, "easter", first, last), "");
	expect_due(kit, fixture_due(CARE_anniversary, "", first, last), "1 1999-01-02");
	fixture_kit_close(kit);
}

/* Only who consented, by that channel, and has not withdrawn; nobody who is gone. */
static void test_due_by_consent(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	struct command due = birthdays("1998-07-01", "1998-07-01");
	(void)state;
	due.as.due.purpose = 1;
	due.as.due.channel = 3;
	for (uint64_t customer = 1; customer <= 4; customer++)
		fixture_kit_set(kit, customer, "birth_date=1960-07-01");
	static const unsigned given[][4] = {{1, 1, 3, 1}, {2, 1, 2, 1}, {3, 2, 3, 1}, {4, 1, 3, 1},
					    {4, 1, 3, 0}, {4, 1, 8, 1}, {3, 4, 8, 1}};
	for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
		struct command consent = fixture_consent(fixture_kit_key(kit), given[i][0],
							 given[i][1], given[i][2], given[i][3]);
		assert_int_equal(fixture_kit_run(kit, &consent), ERROR_OK);
	}
	expect_due(kit, due, "1 1998-07-01");
	due.as.due.purpose = 4;
	due.as.due.channel = 8;
	expect_due(kit, due, "3 1998-07-01");
	fixture_kit_close(kit);
}

/* A page ends when it is full, or when enough rows were looked at: then it may be empty. */
static void test_due_pages(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	struct command due = birthdays("1998-07-01", "1998-07-01");
	(void)state;
	for (uint64_t i = 1; i <= 20000; i++) {
		struct command create =
		    fixture_write(OP_customer_create, fixture_kit_key(kit), i, 0);
		assert_int_equal(fixture_kit_run(kit, &create), ERROR_OK);
	}
	fixture_kit_set(kit, 19999, "birth_date=1960-07-01");
	fixture_kit_set(kit, 20000, "birth_date=1960-07-01");
	assert_int_equal(fixture_kit_run(kit, &due), ERROR_OK);
	const struct ans_due *answer = &kit->decision.answer.as.due;
	assert_int_equal(answer->customers.count, 0);
	assert_int_equal(answer->next, 8192);
	assert_int_equal(kit->decision.cost, 512);
	expect_due(kit, due, "19999 1998-07-01, 20000 1998-07-01");
	due.as.due.limit = 1;
	expect_due(kit, due, "19999 1998-07-01, 20000 1998-07-01");
	due.as.due.from = 20000; /* behind the last row, and far behind */
	expect_due(kit, due, "");
	due.as.due.from = UINT64_MAX;
	expect_due(kit, due, "");
	fixture_kit_close(kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_nearest_year),
	    cmocka_unit_test(test_once_a_year),
	    cmocka_unit_test(test_a_changed_date),
	    cmocka_unit_test(test_holidays),
	    cmocka_unit_test(test_due_by_range),
	    cmocka_unit_test(test_due_after_greetings),
	    cmocka_unit_test(test_due_of_holidays_and_anniversaries),
	    cmocka_unit_test(test_due_by_consent),
	    cmocka_unit_test(test_due_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
