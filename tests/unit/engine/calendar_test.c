/* calendar_test.c -- days of real zones: the table that genesis keeps, against the C library.
 *
 * What is asked for is the latest date any clock of the zone has shown so far: the date itself, but
 * where clocks go back over midnight, which happens twice then.
 */
#include <time.h>

#include "tests/unit/engine/fixture.h"

#include "server/app/zone.h"
#include "server/base/limits.h"
#include "server/engine/calendar.h"

#define DAY_S INT64_C(86400)
#define END_S ((CALENDAR_LAST_DAY + 1) * DAY_S)
#define COARSE_S (3 * 3600)
#define FINE_S 60
#define NEAR_S (3 * 3600) /* of a change of the offset */

static uint8_t bytes[LIMIT_EVENT_BYTES];

static const char *const zones[] = {
    "UTC",
    "Asia/Shanghai",     /* daylight saving from 1986 to 1991 */
    "America/New_York",  /* and to the end of the table */
    "America/St_Johns",  /* clocks went back at 00:01 until 2011 */
    "America/Sao_Paulo", /* forward at midnight: days that begin at 01:00 */
    "America/Havana",    /* likewise, and back at 01:00 */
    "Pacific/Apia",      /* has no 2011-12-30 */
    "Pacific/Kwajalein", /* has no 1993-08-21 */
    "Africa/Casablanca", /* daylight saving but in Ramadan */
    "Europe/Berlin",
    "Australia/Lord_Howe", /* by half an hour */
};

static struct wire_text read_zone(const char *name)
{
	struct failure failure = {EXIT_FINE, ""};
	uint32_t size;
	if (!zone_read(name, bytes, sizeof bytes, &size, &failure)) {
		print_message("skipped: %s\n", failure.text);
		skip();
	}
	setenv("TZ", name, 1);
	tzset();
	return (struct wire_text){(const char *)bytes, size};
}

/* The zone's date as days since 1970-01-01. */
static int32_t date_at(int64_t second)
{
	time_t time = (time_t)second;
	struct tm local;
	localtime_r(&time, &local);
	local.tm_hour = local.tm_min = local.tm_sec = local.tm_isdst = 0;
	local.tm_gmtoff = 0;
	int64_t midnight = timegm(&local);
	return (int32_t)(midnight / DAY_S);
}

/* The first change after `second`; END_S: none. */
static int64_t change_after(struct wire_text table, int64_t second)
{
	for (uint32_t at = 0; at < table.size; at += 12) {
		int64_t start;
		memcpy(&start, table.bytes + at, sizeof start);
		if (start > second)
			return start;
	}
	return END_S;
}

static int64_t check_moment(struct wire_text table, int64_t second, int32_t *latest)
{
	int32_t date = date_at(second);
	if (date > *latest)
		*latest = date;
	int32_t got = calendar_day(table, second * 1000000 + second % 1000000);
	int32_t wanted = *latest > CALENDAR_LAST_DAY ? CALENDAR_LAST_DAY : *latest;
	if (got != wanted)
		fail_msg("at %lld it is day %d, not %d", (long long)second, got, wanted);
	return date >= 0 && date < *latest;
}

static void check_zone(const char *name)
{
	struct wire_text table = read_zone(name);
	int64_t change = change_after(table, 0), left = -NEAR_S, twice = 0;
	int32_t latest = 0;
	for (int64_t second = 0; second < END_S;) {
		if (second >= change) {
			left = change;
			change = change_after(table, second);
		}
		bool near = change - second <= NEAR_S || second - left <= NEAR_S;
		twice += check_moment(table, second, &latest);
		check_moment(table, second + 1, &latest);
		second += near ? FINE_S : COARSE_S;
	}
	print_message("%s: %u changes, %lld minutes of dates that came back\n", name,
		      table.size / 12 - 1, (long long)twice);
}

static void test_days_of_zones(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
		check_zone(zones[i]);
	unsetenv("TZ");
	tzset();
}

/* A day ends where the next moment is of a later one, also the day that never was. */
static void test_ends_of_days(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
		struct wire_text table = read_zone(zones[i]);
		int64_t before = 0;
		for (int32_t day = 0; day < CALENDAR_LAST_DAY; day += 1 + day % 3) {
			int64_t end = calendar_day_end(table, day);
			assert_true(calendar_day(table, end) > day);
			assert_true(calendar_day(table, end - 1) <= day);
			assert_true(end >= before && end % 1000000 == 0);
			before = end;
		}
		/* the last day has no end in the calendar: it is asked again later */
		assert_true(calendar_day_end(table, CALENDAR_LAST_DAY) > before + DAY_S * 1000000);
	}
	unsetenv("TZ");
	tzset();
}

/* Days that the issue of a zone names. */
static void test_known_days(void **state)
{
	(void)state;
	struct wire_text apia = read_zone("Pacific/Apia");
	int64_t end = calendar_day_end(apia, 15337); /* 2011-12-29 */
	assert_true(end == INT64_C(1325239200) * 1000000 && end == calendar_day_end(apia, 15338));
	assert_int_equal(calendar_day(apia, end), 15339);
	struct wire_text johns = read_zone("America/St_Johns"); /* 2006-10-29 00:01 back to 23:01 */
	end = calendar_day_end(johns, 13449);
	assert_int_equal(end, INT64_C(1162089000) * 1000000); /* 02:30 UTC, at the first midnight */
	assert_int_equal(date_at(1162089060), 13449);         /* clocks are back on the 28th */
	assert_int_equal(calendar_day(johns, INT64_C(1162089060) * 1000000), 13450);
	struct wire_text paulo = read_zone("America/Sao_Paulo"); /* 2018-11-04 begins at 01:00 */
	assert_int_equal(calendar_day_end(paulo, 17838), INT64_C(1541300400) * 1000000);
	struct wire_text shanghai = read_zone("Asia/Shanghai");
	assert_int_equal(calendar_day_end(shanghai, 10408), INT64_C(899308800) * 1000000);
	unsetenv("TZ");
	tzset();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known_days),
	    cmocka_unit_test(test_days_of_zones),
	    cmocka_unit_test(test_ends_of_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
