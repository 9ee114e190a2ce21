/* rows_test.c -- records and fields of delimited files. */
#include <stdlib.h>
#include <string.h>

#include "client/cli/rows_split.h"
#include "tests/support/cmocka_tests.h"

struct file {
	FILE *in;
	struct rows rows;
	struct rows_split split;
};

static void begin(struct file *file, const char *text, size_t size, char separator)
{
	*file = (struct file){.in = fmemopen((void *)(uintptr_t)text, size, "r")};
	assert_non_null(file->in);
	assert_true(rows_begin(&file->rows, file->in, separator));
	assert_true(rows_split_begin(&file->split, separator));
}

static void end(struct file *file)
{
	rows_end(&file->rows);
	rows_split_end(&file->split);
	fclose(file->in);
}

/* What a file says, as "line: [field][field]; line: ..." */
static void read_as(const char *text, size_t size, char separator, const char *expected)
{
	struct file file;
	struct row row;
	enum rows_yield yield;
	char *said = NULL;
	size_t said_size = 0;
	FILE *out = open_memstream(&said, &said_size);
	begin(&file, text, size, separator);
	while ((yield = rows_next(&file.rows, &row)) != ROWS_END) {
		fprintf(out, "%d:", (int)row.line);
		const char *why = yield == ROWS_RECORD ? rows_split_fields(&file.split, &row) : "!";
		if (why != NULL)
			fprintf(out, " %.16s", why);
		for (size_t i = 0; why == NULL && i < file.split.count; i++)
			fprintf(out, "[%s]", file.split.fields[i].text);
		fputc(';', out);
	}
	end(&file);
	fclose(out);
	assert_string_equal(said, expected);
	free(said);
}

#define READ(text, separator, expected) read_as(text, sizeof(text) - 1, separator, expected)

static void splits_by_the_separator(void **state)
{
	(void)state;
	READ("a,b,c\n1,2,3\n", ',', "1:[a][b][c];2:[1][2][3];");
	READ("a;b,c\r\n1;2\r\n", ';', "1:[a][b,c];2:[1][2];");
	READ("a\t\tc", '\t', "1:[a][][c];");
	READ("a,\n,b\n,", ',', "1:[a][];2:[][b];3:[][];");
	READ(" a , b \n", ',', "1:[a][b];");
}

static void blanks_run_together(void **state)
{
	(void)state;
	READ(" 00001 19970101  1   11.77\r\n 2\t3 \r\n", ROWS_BLANKS,
	     "1:[00001][19970101][1][11.77];2:[2][3];");
	READ("\"a b\"\n", ROWS_BLANKS, "1:[\"a][b\"];");
}

static void quotes_hold_separators_and_line_ends(void **state)
{
	(void)state;
	READ("\"a,b\",\"say \"\"x\"\"\"\n2\n", ',', "1:[a,b][say \"x\"];2:[2];");
	READ("\"one\r\ntwo\n\nthree\",x\ny\n", ',', "1:[one\r\ntwo\n\nthree][x];5:[y];");
	READ("\"\",x\n", ',', "1:[][x];");
	READ(" \"a\nb\" ,x\ny\n", ',', "1:[a\nb][x];3:[y];");
}

static void refuses_what_is_not_csv(void **state)
{
	(void)state;
	READ("a\"b,1\nc\n", ',', "1: a quote stands i;2:[c];");
	READ("\"a\"b,1\nc\n", ',', "1: a quote stands i;2:[c];");
	READ("a\rb\nc\n", ',', "1: a carriage retur;2:[c];");
	READ("a\0b\nc\n", ',', "1: it holds a NUL b;2:[c];");
	READ("x\n\"a\nb\n", ',', "1:[x];2: !;");
}

static void blank_lines_and_a_mark_are_nothing(void **state)
{
	(void)state;
	READ("", ',', "");
	READ("\n\r\n  \na\n\n", ',', "4:[a];");
	READ("\xef\xbb\xbf\x61\n", ',', "1:[a];");
	READ("a\n\xef\xbb\xbf\x62\n", ',', "1:[a];2:[\xef\xbb\xbf\x62];");
}

/* A record of exactly `size` bytes between two others: is it taken? */
static enum rows_yield second_of(size_t size, bool quoted)
{
	struct file file;
	struct row row;
	char *text = malloc(size + 8);
	memcpy(text, "a\n", 2);
	memset(text + 2, 'x', size);
	if (quoted) {
		text[2] = text[1 + size] = '"';
		text[2 + size / 2] = '\n';
	}
	memcpy(text + 2 + size, "\nend\n", 5);
	begin(&file, text, size + 7, ',');
	assert_int_equal(rows_next(&file.rows, &row), ROWS_RECORD);
	enum rows_yield yield = rows_next(&file.rows, &row);
	assert_int_equal(row.line, 2);
	assert_true(row.size <= ROWS_BYTES_MAX);
	if (yield == ROWS_RECORD)
		assert_null(rows_split_fields(&file.split, &row));
	assert_int_equal(rows_next(&file.rows, &row), ROWS_RECORD);
	assert_int_equal(row.line, quoted ? 4 : 3);
	assert_null(rows_split_fields(&file.split, &row));
	assert_string_equal(file.split.fields[0].text, "end");
	end(&file);
	free(text);
	return yield;
}

static void a_long_record_is_skipped_to_its_end(void **state)
{
	(void)state;
	assert_int_equal(second_of(ROWS_BYTES_MAX, false), ROWS_RECORD);
	assert_int_equal(second_of(ROWS_BYTES_MAX + 1, false), ROWS_TOO_LONG);
	assert_int_equal(second_of(ROWS_BYTES_MAX, true), ROWS_RECORD);
	assert_int_equal(second_of(ROWS_BYTES_MAX + 1, true), ROWS_TOO_LONG);
	assert_int_equal(second_of(10000000, true), ROWS_TOO_LONG);
}

/* F1 at its worst: as many fields as fit, all empty. */
static void more_columns_than_can_be_named(void **state)
{
	static char text[ROWS_BYTES_MAX];
	struct file file;
	struct row row;
	(void)state;
	memset(text, ',', sizeof text);
	begin(&file, text, sizeof text, ',');
	assert_int_equal(rows_next(&file.rows, &row), ROWS_RECORD);
	assert_null(rows_split_fields(&file.split, &row));
	assert_int_equal(file.split.count, ROWS_FIELDS_MAX);
	assert_int_equal(file.split.used, ROWS_BYTES_MAX + 1);
	end(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(splits_by_the_separator),
	    cmocka_unit_test(blanks_run_together),
	    cmocka_unit_test(quotes_hold_separators_and_line_ends),
	    cmocka_unit_test(refuses_what_is_not_csv),
	    cmocka_unit_test(blank_lines_and_a_mark_are_nothing),
	    cmocka_unit_test(a_long_record_is_skipped_to_its_end),
	    cmocka_unit_test(more_columns_than_can_be_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
