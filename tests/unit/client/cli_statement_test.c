/* cli_statement_test.c -- commands as words: what they become, before and after a server is known.
 */
#include <stdlib.h>
#include <string.h>

#include "client/cli/statement.h"
#include "protocol/messages.h"
#include "tests/support/cmocka_tests.h"

static const struct facts facts = {
    .server = {.currency = "USD",
	       .currency_digits = 2,
	       .tiers = "none,gold",
	       .stages = "prospect,new"},
    .tiers = {"none", "gold"},
    .stages = {"prospect", "new"},
    .tier_count = 2,
    .stage_count = 2,
    .digits = 2,
};

/* Parse and bind a line; its words are freed by the caller. */
static bool parse(const char *line, struct words *words, struct statement *statement,
		  struct complaint *complaint)
{
	return words_split(words, line, complaint) &&
	       statement_parse(statement, words, complaint) &&
	       statement_bind(statement, words, &facts, complaint);
}

static void order(void **state)
{
	struct words words;
	struct statement statement;
	struct complaint complaint;
	(void)state;
	assert_true(parse("order 42 1_119.9 no-points items 3 on 1998-06-30 ref 'A 991'", &words,
			  &statement, &complaint));
	assert_int_equal(statement.verb->opcode, OP_order);
	assert_int_equal(statement.customer, 42);
	assert_int_equal(statement.amount, 111990);
	assert_int_equal(statement.day, 10407);
	assert_int_equal(statement.items, 3);
	assert_true(statement.no_points);
	assert_string_equal(statement.ref, "A 991");
	assert_true(statement_writes(&statement));
	words_free(&words);
	assert_true(parse("ORDER 42 0 REF x", &words, &statement, &complaint));
	assert_int_equal(statement.day, CRM_TODAY);
	assert_int_equal(statement.items, 0);
	assert_false(statement.no_points);
	words_free(&words);
}

static void advance(void **state)
{
	struct words words;
	struct statement statement;
	struct complaint complaint;
	(void)state;
	assert_true(parse("Advance 2000-02-29", &words, &statement, &complaint));
	assert_int_equal(statement.verb->opcode, OP_advance);
	assert_int_equal(statement.day, 11016);
	assert_false(statement_writes(&statement));
	words_free(&words);
}

static void question(void **state)
{
	struct words words;
	struct statement statement;
	struct complaint complaint;
	(void)state;
	assert_true(
	    parse("segment tier = gold and spend > 1 limit 7", &words, &statement, &complaint));
	assert_true(statement.is_query);
	assert_int_equal(statement.query.tiers, 2);
	assert_int_equal(statement.query.from, 101);
	assert_int_equal(statement.query.limit, 7);
	assert_false(statement_writes(&statement));
	words_free(&words);
	assert_true(parse("count by stage", &words, &statement, &complaint));
	assert_int_equal(statement.query.kind, QUERY_COUNT_BY);
	words_free(&words);
}

/* What the shell took apart is one question again. */
static void question_of_arguments(void **state)
{
	char *arguments[] = {"segment", "tier",           "in", "(none,", "gold)",
			     "after",   "1.00:2:00000003"};
	struct words words;
	struct statement statement;
	struct complaint complaint;
	(void)state;
	assert_true(words_join(&words, arguments, 7, &complaint));
	assert_true(statement_parse(&statement, &words, &complaint));
	assert_true(statement_bind(&statement, &words, &facts, &complaint));
	assert_int_equal(statement.query.tiers, 3);
	assert_int_equal(statement.query.after.kind, CURSOR_SPEND);
	words_free(&words);
}

static void refused(void **state)
{
	static const struct {
		const char *line;
		size_t at;
		const char *message;
	} rows[] = {
	    {"order 42 5", 10,
	     "the order's id is missing here: order ID AMOUNT ref ORDER [on DATE] [items N] "
	     "[no-points]"},
	    {"order 42", 8,
	     "an amount is missing here: order ID AMOUNT ref ORDER [on DATE] [items N] "
	     "[no-points]"},
	    {"order 42 five ref x", 9, "an amount must be a number such as 119.90, not \"five\""},
	    {"order 42 5.001 ref x", 9, "USD has 2 decimal places; 5.001 has more"},
	    {"order 42 99999999999999999999 ref x", 9,
	     "the amount 99999999999999999999 is too large"},
	    {"order 42 5 ref x on tomorrow", 20,
	     "the day must be one such as 1998-06-30, not \"tomorrow\""},
	    {"order 42 5 ref x on 1998-06-31", 20,
	     "the day must be one such as 1998-06-30, not \"1998-06-31\""},
	    {"order 42 5 ref x on 1969-12-31", 20, "days begin at 1970-01-01"},
	    {"order 42 5 ref x items 4294967296", 23, "the number of items is at most 4294967295"},
	    {"order 42 5 ref x no-points no-points", 27, "\"no-points\" comes twice"},
	    {"order 42 5 ref x no-point", 17,
	     "\"no-point\" has no place here; did you mean \"no-points\"?"},
	    {"order 42 5 ref x limit 5", 17, "\"limit\" has no place here"},
	    {"segment teir = gold", 8, "no field \"teir\"; did you mean \"tier\"?"},
	    {"segment tier = glod", 15, "no tier \"glod\"; did you mean \"gold\"?"},
	    {"count", 5, "a condition, or all, is missing here"},
	    {"advance", 7, "the day is missing here: advance DATE"},
	    {"advance 1999-02-29", 8, "the day must be one such as 1998-06-30, not \"1999-02-29\""},
	    {"advance 1969-12-31", 8, "days begin at 1970-01-01"},
	    {"advance 1998-09-30 ref x", 19, "\"ref\" has no place here"},
	    {"cuont all", 0, "no command \"cuont\"; did you mean \"count\"?"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct words words;
		struct statement statement;
		struct complaint complaint;
		if (parse(rows[i].line, &words, &statement, &complaint))
			fail_msg("%s: parsed", rows[i].line);
		if (complaint.at != rows[i].at || strcmp(complaint.message, rows[i].message) != 0)
			fail_msg("%s: at %zu: %s", rows[i].line, complaint.at, complaint.message);
		words_free(&words);
	}
}

/* Every verb is found by its own words, and its help fits a line of a terminal. */
static void every_verb(void **state)
{
	char syntax[128];
	(void)state;
	for (size_t i = 0; i < verb_count; i++) {
		verb_format(&verbs[i], syntax, sizeof syntax);
		assert_true(strlen(syntax) < 78);
		assert_null(strchr(syntax, '?'));
	}
	char *help = verbs_help();
	assert_non_null(help);
	for (const char *line = help; line != NULL; line = strchr(line + 1, '\n'))
		assert_true(strcspn(line + 1, "\n") < 79);
	free(help);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(order),
	    cmocka_unit_test(advance),
	    cmocka_unit_test(question),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(question_of_arguments),
	    cmocka_unit_test(every_verb),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
