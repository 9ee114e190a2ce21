/* import_test.c -- rows as orders: maps, values, and the ids made for rows without one. */
#include <stdlib.h>
#include <string.h>

#include "client/cli/import_order.h"
#include "tests/support/cmocka_tests.h"

/* --- maps --- */

static bool read_map(struct import_map *map, const char *text, struct import_reason *why)
{
	*map = (struct import_map){.schema = &import_order_schema};
	return import_map_parse(map, text, why) && import_map_is_complete(map, why);
}

static void reads_a_map(void **state)
{
	struct import_map map;
	struct import_reason why;
	(void)state;
	assert_true(read_map(&map, "customer=3,amount=total due,day=1", &why));
	assert_int_equal(import_map_column(&map, IMPORT_CUSTOMER), 3);
	assert_int_equal(import_map_column(&map, IMPORT_DAY), 1);
	assert_int_equal(import_map_column(&map, IMPORT_AMOUNT), 0);
	assert_string_equal(map.columns[1].name, "total due");
	assert_true(import_map_has_names(&map));
	assert_false(import_map_has(&map, IMPORT_ITEMS));
	assert_true(read_map(&map, "customer=1,amount=2,day=1,items=1024,order=5", &why));
	assert_false(import_map_has_names(&map));
}

static void refuses_a_wrong_map(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
	    {"", "\"\" is not FIELD=COLUMN, such as customer=1"},
	    {"customer", "\"customer\" is not FIELD=COLUMN, such as customer=1"},
	    {"customer=", "\"customer=\" is not FIELD=COLUMN, such as customer=1"},
	    {"customer=1,,day=2", "\"\" is not FIELD=COLUMN, such as customer=1"},
	    {"customer=1,day=2", "no column is named for amount: add amount=COLUMN"},
	    {"customer=1,customer=2", "customer is given twice"},
	    {"customer=0", "customer=0: columns are counted from 1"},
	    {"customer=1025", "customer=1025: columns go up to 1024"},
	    {"amuont=1", "no field \"amuont\"; did you mean \"amount\"?"},
	    {"price=1", "no field \"price\"; there are customer, day, amount, items and order"},
	};
	struct import_map map;
	struct import_reason why;
	char name[100];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_false(read_map(&map, cases[i].text, &why));
		assert_string_equal(why.text, cases[i].why);
	}
	snprintf(name, sizeof name, "customer=%064d", 0);
	name[9] = 'x'; /* not a number: a name of 64 bytes */
	assert_false(read_map(&map, name, &why));
	assert_non_null(strstr(why.text, "is over 63 bytes"));
}

/* --- rows --- */

struct bench {
	struct import_map map;
	struct import_order out;
	struct rows_split split;
	struct import_reason why;
};

static void begin(struct bench *bench, const char *map, const char *date, const char *space)
{
	*bench = (struct bench){.out.rules = {&bench->map, date, 2, space, false}};
	assert_true(read_map(&bench->map, map, &bench->why));
	assert_true(rows_split_begin(&bench->split, ','));
}

static void end(struct bench *bench)
{
	import_order_free(&bench->out);
	rows_split_end(&bench->split);
}

static bool parse(struct bench *bench, const char *text)
{
	struct row row = {text, strlen(text), 1, 1};
	assert_null(rows_split_fields(&bench->split, &row));
	enum import_verdict verdict = import_order_read(&bench->out, &bench->split, &bench->why);
	assert_int_not_equal(verdict, IMPORT_NO_MEMORY);
	return verdict == IMPORT_FINE;
}

static void refuse(struct bench *bench, const char *text, const char *why)
{
	assert_false(parse(bench, text));
	assert_string_equal(bench->why.text, why);
}

#define FULL "customer=1,day=2,amount=3,items=4,order=5"

static void reads_a_row(void **state)
{
	struct bench bench;
	(void)state;
	begin(&bench, FULL, "%Y-%m-%d", NULL);
	assert_true(parse(&bench, "00042,1970-01-02,11.70,3,o-1,more"));
	assert_int_equal(bench.out.order.customer, 42);
	assert_int_equal(bench.out.order.day, 1);
	assert_int_equal(bench.out.order.amount, 1170);
	assert_int_equal(bench.out.order.items, 3);
	assert_string_equal(bench.out.order.id, "o-1");
	assert_true(
	    parse(&bench, "18446744073709551615,1970-01-01,92233720368547758.07,4294967295,x"));
	assert_true(bench.out.order.customer == UINT64_MAX);
	assert_true(bench.out.order.amount == INT64_MAX);
	assert_true(bench.out.order.items == UINT32_MAX);
	end(&bench);
}

static void names_field_column_and_value(void **state)
{
	struct bench bench;
	(void)state;
	begin(&bench, FULL, "%Y-%m-%d", NULL);
	refuse(&bench, "1,1998-01-01,1.00,1", "order (column 5): the row has only 4 columns");
	refuse(&bench, "1,1998-01-01,1.00,,x", "items (column 4): it is empty");
	refuse(&bench, "0,1998-01-01,1.00,1,x",
	       "customer (column 1): \"0\" is not a customer: ids start at 1");
	refuse(&bench, "1,1998-02-30,1.00,1,x",
	       "day (column 2): \"1998-02-30\" is not a day that exists, in the form %Y-%m-%d");
	refuse(&bench, "1,1969-12-31,1.00,1,x",
	       "day (column 2): \"1969-12-31\" is before 1970-01-01");
	refuse(&bench, "1,1998-01-01,1.001,1,x",
	       "amount (column 3): \"1.001\" has more than the 2 decimal places of the currency");
	refuse(&bench, "1,1998-01-01,1.00,4294967296,x",
	       "items (column 4): \"4294967296\" is too large");
	/* 40 bytes are shown, whole characters of them. */
	refuse(
	    &bench,
	    "\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b"
	    "\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b"
	    "\xe7\x8e\x8b\xe7\x8e\x8b,1998-01-01,1.00,1,x",
	    "customer (column 1): \"\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b"
	    "\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b\xe7\x8e\x8b"
	    "\xe7\x8e\x8b...\" is not a whole number");
	end(&bench);
}

/* P1 */
static void dates_are_taken_whole(void **state)
{
	static const struct {
		const char *format, *text;
		int32_t day; /* -1: refused */
	} cases[] = {
	    {"%Y%m%d", "19980701", 10408},
	    {"%Y%m%d", "19970231", -1},
	    {"%Y%m%d", "1997011", -1},
	    {"%Y%m%d", "199701011", -1},
	    {"%Y%m%d", " 9970101", -1},
	    {"%d.%m.%Y", "1.7.1998", 10408},
	    {"%d.%m.%Y", "29.2.1900", -1},
	    {"%d.%m.%Y", "29.2.2000", 11016},
	    {"%m/%d/%y", "07/01/98", 10408},
	    {"%d %b %Y", "1 Jul 1998", 10408},
	    {"%Y-%m-%dT%H:%M:%S", "1998-07-01T23:59:59", 10408},
	    {"%Y-%m-%d", "1998-07-01 ", 10408}, /* blanks around a field are not of it */
	    {"%Y-%m-%d", "1998-07-01x", -1},
	    {"%Y-%j", "1998-182", 10408},
	};
	struct bench bench;
	char text[80];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin(&bench, "customer=1,day=2,amount=1", cases[i].format, "x");
		assert_true(import_date_is_whole(cases[i].format));
		snprintf(text, sizeof text, "1,%s", cases[i].text);
		assert_int_equal(parse(&bench, text), cases[i].day >= 0);
		if (cases[i].day >= 0)
			assert_int_equal(bench.out.order.day, cases[i].day);
		end(&bench);
	}
	assert_false(import_date_is_whole("%Y-%m"));
	assert_false(import_date_is_whole("%d.%m."));
	assert_false(import_date_is_whole("today"));
	assert_false(import_date_is_whole(""));
}

/* P2: the ids of equal rows differ in their count, those of other rows in their hash.  They stand
 * in databases: the first one here may never change. */
static void makes_ids(void **state)
{
	struct bench bench;
	char first[sizeof bench.out.id];
	(void)state;
	begin(&bench, "customer=1,day=2,amount=3,items=4", "%Y-%m-%d", "cdnow");
	assert_true(parse(&bench, "1,1997-01-01,11.77,1"));
	assert_string_equal(bench.out.order.id, "cdnow-23e2161e6f97565b328bd5e8557395aa-1");
	memcpy(first, bench.out.id, sizeof first);
	assert_true(parse(&bench, "001,1997-01-01,11.770,1"));
	assert_memory_equal(bench.out.id, first, strlen(first) - 1);
	assert_string_equal(bench.out.id + strlen(first) - 2, "-2");
	assert_true(parse(&bench, "1,1997-01-01,11.77,2"));
	assert_memory_not_equal(bench.out.id, first, strlen(first));
	assert_false(parse(&bench, "1,1997-01-01,-11.77,1"));
	assert_true(parse(&bench, "1,1997-01-01,11.77,1"));
	assert_string_equal(bench.out.id + strlen(first) - 2, "-3");
	end(&bench);
}

/* The longest namespace leaves six digits of a count. */
static void an_id_that_would_be_too_long_is_refused(void **state)
{
	struct bench bench;
	struct import_values values = {1, 0, 100, 0};
	(void)state;
	begin(&bench, "customer=1,day=2,amount=3", "%Y-%m-%d", "123456789012345678901234");
	for (unsigned i = 0; i < 999998; i++)
		import_count_add(&bench.out.count, import_count_hash(&values));
	assert_true(parse(&bench, "1,1970-01-01,1.00"));
	assert_int_equal(strlen(bench.out.id), 64);
	refuse(&bench, "1,1970-01-01,1.00", "there are too many equal rows: 1000000");
	end(&bench);
}

static void counts_through_growing(void **state)
{
	struct import_count count = {0};
	(void)state;
	for (uint64_t round = 1; round <= 3; round++)
		for (uint64_t i = 0; i < 10000; i++) {
			struct import_values values = {i, 1, 2, 3};
			assert_int_equal(import_count_add(&count, import_count_hash(&values)),
					 round);
		}
	assert_int_equal(count.used, 10000);
	assert_true(count.used < count.size / 4 * 3 + 1);
	import_count_free(&count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_a_map),
	    cmocka_unit_test(refuses_a_wrong_map),
	    cmocka_unit_test(reads_a_row),
	    cmocka_unit_test(names_field_column_and_value),
	    cmocka_unit_test(dates_are_taken_whole),
	    cmocka_unit_test(makes_ids),
	    cmocka_unit_test(an_id_that_would_be_too_long_is_refused),
	    cmocka_unit_test(counts_through_growing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
