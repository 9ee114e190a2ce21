/* cli_table_test.c -- one sheet of names from everywhere in every format, against the text it must
 * be: columns align by what a terminal shows, not by bytes. */
#include <stdlib.h>
#include <string.h>

#include "client/cli/cells.h"
#include "client/cli/commas.h"
#include "client/cli/json.h"
#include "client/cli/table.h"
#include "tests/support/cmocka_tests.h"

#define COLUMNS 5u
#define ROWS 6u

static struct cell cells[ROWS * COLUMNS];

static void fill_row(unsigned row, uint64_t customer, const char *name, int64_t spend, int32_t day)
{
	struct cell *at = cells + row * COLUMNS;
	at[0] = id_cell("id", customer);
	at[1] = text_cell("name", name);
	at[2] = money_cell("spend", spend, 2);
	at[3] = number_cell("change", CELL_CHANGE, spend / 100);
	at[4] = day_cell("day", day);
}

static struct sheet people(void)
{
	fill_row(0, 1007, "王小明", 18425000, 10408);
	fill_row(1, 5, "김민수", -50, -1);
	fill_row(2, 88121, "山田太郎", 9600350, 0);
	fill_row(3, 42, "Zoë Åkesson", 7199900, 10407);
	fill_row(4, 7, "🎉", 123456789012, 10408);
	fill_row(5, 8, "a\x1b[2J\xff", 0, 10408);
	return (struct sheet){cells, COLUMNS, ROWS};
}

/* What `print` writes.  Owned by the caller. */
static char *written(void (*print)(FILE *out))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	print(out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void expect(void (*print)(FILE *out), const char *text)
{
	char *came = written(print);
	assert_string_equal(came, text);
	free(came);
}

static void print_utf8(FILE *out)
{
	struct sheet sheet = people();
	table_print(&(struct screen){.utf8 = true}, out, &sheet);
}

static void print_ascii(FILE *out)
{
	struct sheet sheet = people();
	table_print(&(struct screen){.utf8 = false}, out, &sheet);
}

static void print_turned(FILE *out)
{
	struct sheet sheet = people();
	sheet.rows = 1;
	table_print_turned(&(struct screen){.utf8 = true}, out, &sheet);
}

static void print_csv(FILE *out)
{
	struct sheet sheet = people();
	commas_print(out, &sheet);
}

static void print_empty_csv(FILE *out)
{
	struct sheet sheet = people();
	sheet.rows = 0;
	commas_print(out, &sheet);
}

static void print_json(FILE *out)
{
	struct sheet sheet = people();
	sheet.rows = 2;
	assert_true(json_print_page(out, "people", &sheet, UINT64_MAX));
}

static void print_json_row(FILE *out)
{
	struct sheet sheet = people();
	assert_true(json_print_row(out, sheet.cells + 4 * COLUMNS, COLUMNS));
}

/* Chinese, Japanese, Korean and emoji take two columns a character. */
static void utf8(void **state)
{
	(void)state;
	expect(print_utf8,
	       "┌───────┬──────────────┬──────────────────┬────────────────┬────────────┐\n"
	       "│    id │ name         │            spend │         change │ day        │\n"
	       "├───────┼──────────────┼──────────────────┼────────────────┼────────────┤\n"
	       "│  1007 │ 王小明       │       184,250.00 │       +184,250 │ 1998-07-01 │\n"
	       "│     5 │ 김민수       │            -0.50 │              0 │            │\n"
	       "│ 88121 │ 山田太郎     │        96,003.50 │        +96,003 │ 1970-01-01 │\n"
	       "│    42 │ Zoë Åkesson  │        71,999.00 │        +71,999 │ 1998-06-30 │\n"
	       "│     7 │ 🎉           │ 1,234,567,890.12 │ +1,234,567,890 │ 1998-07-01 │\n"
	       "│     8 │ a\\x1b[2J\\xff │             0.00 │              0 │ 1998-07-01 │\n"
	       "└───────┴──────────────┴──────────────────┴────────────────┴────────────┘\n");
}

/* A screen of ASCII shows their bytes, and aligns just as well. */
static void ascii(void **state)
{
	(void)state;
	expect(print_ascii,
	       "+-------+--------------------------------------------------+"
	       "------------------+----------------+------------+\n"
	       "|    id | name                                             |"
	       "            spend |         change | day        |\n"
	       "+-------+--------------------------------------------------+"
	       "------------------+----------------+------------+\n"
	       "|  1007 | \\xe7\\x8e\\x8b\\xe5\\xb0\\x8f\\xe6\\x98\\x8e             |"
	       "       184,250.00 |       +184,250 | 1998-07-01 |\n"
	       "|     5 | \\xea\\xb9\\x80\\xeb\\xaf\\xbc\\xec\\x88\\x98             |"
	       "            -0.50 |              0 |            |\n"
	       "| 88121 | \\xe5\\xb1\\xb1\\xe7\\x94\\xb0\\xe5\\xa4\\xaa\\xe9\\x83\\x8e |"
	       "        96,003.50 |        +96,003 | 1970-01-01 |\n"
	       "|    42 | Zo\\xc3\\xab \\xc3\\x85kesson                        |"
	       "        71,999.00 |        +71,999 | 1998-06-30 |\n"
	       "|     7 | \\xf0\\x9f\\x8e\\x89                                 |"
	       " 1,234,567,890.12 | +1,234,567,890 | 1998-07-01 |\n"
	       "|     8 | a\\x1b[2J\\xff                                     |"
	       "             0.00 |              0 | 1998-07-01 |\n"
	       "+-------+--------------------------------------------------+"
	       "------------------+----------------+------------+\n");
}

static void turned(void **state)
{
	(void)state;
	expect(print_turned, "┌────────┬────────────┐\n"
			     "│ id     │       1007 │\n"
			     "│ name   │ 王小明     │\n"
			     "│ spend  │ 184,250.00 │\n"
			     "│ change │   +184,250 │\n"
			     "│ day    │ 1998-07-01 │\n"
			     "└────────┴────────────┘\n");
}

static void csv(void **state)
{
	(void)state;
	expect(print_csv, "id,name,spend,change,day\n"
			  "1007,王小明,184250.00,184250,1998-07-01\n"
			  "5,김민수,-0.50,0,\n"
			  "88121,山田太郎,96003.50,96003,1970-01-01\n"
			  "42,Zoë Åkesson,71999.00,71999,1998-06-30\n"
			  "7,🎉,1234567890.12,1234567890,1998-07-01\n"
			  "8,\"a\x1b[2J\xff\",0.00,0,1998-07-01\n");
	expect(print_empty_csv, "id,name,spend,change,day\n");
}

static const char *quoted_text;

static void print_quoted(FILE *out)
{
	struct cell cell = text_cell("x", quoted_text);
	commas_print_rows(out, &(struct sheet){&cell, 1, 1});
}

/* RFC 4180: what would end the field is quoted, and a quote is doubled. */
static void csv_quotes(void **state)
{
	static const char *const rows[][2] = {
	    {"", "\n"},           {"plain text", "plain text\n"},
	    {"a,b", "\"a,b\"\n"}, {"say \"hi\"", "\"say \"\"hi\"\"\"\n"},
	    {"\"", "\"\"\"\"\n"}, {"two\nlines", "\"two\nlines\"\n"},
	    {"\r", "\"\r\"\n"},   {"\tx", "\"\tx\"\n"},
	    {" x", "\" x\"\n"},   {"x ", "\"x \"\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		quoted_text = rows[i][0];
		expect(print_quoted, rows[i][1]);
	}
}

/* Money is text; so is a number above 2^53. */
static void json(void **state)
{
	(void)state;
	expect(print_json, "{\n"
			   "  \"people\": [\n"
			   "    {\n"
			   "      \"id\": 1007,\n"
			   "      \"name\": \"王小明\",\n"
			   "      \"spend\": \"184250.00\",\n"
			   "      \"change\": 184250,\n"
			   "      \"day\": \"1998-07-01\"\n"
			   "    },\n"
			   "    {\n"
			   "      \"id\": 5,\n"
			   "      \"name\": \"김민수\",\n"
			   "      \"spend\": \"-0.50\",\n"
			   "      \"change\": 0,\n"
			   "      \"day\": null\n"
			   "    }\n"
			   "  ],\n"
			   "  \"next\": \"18446744073709551615\"\n"
			   "}\n");
	expect(print_json_row, "{ \"id\": 7, \"name\": \"🎉\", \"spend\": \"1234567890.12\", "
			       "\"change\": 1234567890, \"day\": \"1998-07-01\" }");
}

static void grouped(void **state)
{
	static const struct {
		int64_t value;
		unsigned digits;
		const char *text;
	} rows[] = {
	    {0, 0, "0"},
	    {999, 0, "999"},
	    {1000, 0, "1,000"},
	    {-999999, 0, "-999,999"},
	    {-100000, 2, "-1,000.00"},
	    {99999, 2, "999.99"},
	    {1234567, 3, "1,234.567"},
	    {INT64_MIN, 2, "-92,233,720,368,547,758.08"},
	    {INT64_MIN, 0, "-9,223,372,036,854,775,808"},
	};
	char text[CELL_TEXT_BYTES];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_string_equal(cell_group_money(rows[i].value, rows[i].digits, text),
				    rows[i].text);
		if (rows[i].digits == 0)
			assert_string_equal(cell_group_digits(rows[i].value, text), rows[i].text);
	}
}

/* A day of a server that errs is shown, not computed with. */
static void odd_days(void **state)
{
	struct cell cell = day_cell("day", INT32_MAX);
	char text[CELL_TEXT_BYTES];
	(void)state;
	assert_string_equal(cell_format(&cell, text), "2147483647");
	cell = day_cell("day", INT32_MIN);
	assert_string_equal(cell_plain(&cell, text), "-2147483648");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(utf8),    cmocka_unit_test(ascii),      cmocka_unit_test(turned),
	    cmocka_unit_test(csv),     cmocka_unit_test(csv_quotes), cmocka_unit_test(json),
	    cmocka_unit_test(grouped), cmocka_unit_test(odd_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
