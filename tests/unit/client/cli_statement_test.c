/* cli_statement_test.c -- commands as words: what they become, before and after a server is known.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/statement.h"
#include "protocol/messages.h"
#include "tests/support/cmocka_tests.h"

static const struct facts facts = {
    .server = {.currency = "USD",
	       .currency_digits = 2,
	       .today = 10408,
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
	       statement_bind(statement, &facts, complaint);
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
	assert_int_equal(statement.query.kind, QUERY_SEGMENT);
	assert_true(statement.query.program.size > 0);
	assert_int_equal(statement.query.limit, 7);
	assert_false(statement_writes(&statement));
	words_free(&words);
	assert_true(parse("count by stage", &words, &statement, &complaint));
	assert_int_equal(statement.query.kind, QUERY_GROUPS);
	words_free(&words);
}

/* What the shell took apart is one question again. */
static void question_of_arguments(void **state)
{
	char *arguments[] = {"segment", "tier", "in", "(none,", "gold)", "after", "100:2:00000003"};
	struct words words;
	struct statement statement;
	struct complaint complaint;
	(void)state;
	assert_true(words_join(&words, arguments, 7, &complaint));
	assert_true(statement_parse(&statement, &words, &complaint));
	assert_true(statement_bind(&statement, &facts, &complaint));
	assert_int_equal(statement.query.after.query, 3);
	words_free(&words);
}

static void segments_and_fields(void **state)
{
	struct words words;
	struct statement statement;
	struct complaint complaint;
	(void)state;
	assert_true(parse("save segment best as tier = gold and (spend > 5 or @vip)", &words,
			  &statement, &complaint));
	assert_int_equal(statement.verb->opcode, OP_segment_save);
	assert_string_equal(statement.name, "best");
	assert_string_equal(statement.condition, "tier = gold and (spend > 5 or @vip)");
	assert_true(statement_writes(&statement));
	words_free(&words);
	assert_true(parse("test 42 IN best", &words, &statement, &complaint));
	assert_int_equal(statement.customer, 42);
	assert_string_equal(statement.name, "best");
	words_free(&words);
	assert_true(parse("add field colour choice values red,green ref c1", &words, &statement,
			  &complaint));
	assert_string_equal(statement.kind, "choice");
	assert_string_equal(statement.values, "red,green");
	assert_string_equal(statement.ref, "c1");
	words_free(&words);
	assert_true(parse("add field size number places 2", &words, &statement, &complaint));
	assert_int_equal(statement.places, 2);
	words_free(&words);
	assert_true(parse("rename field size to width", &words, &statement, &complaint));
	assert_string_equal(statement.to, "width");
	words_free(&words);
}

/* A question may have more words than any other command. */
static void many_words(void **state)
{
	char line[8192];
	struct words words;
	struct statement statement;
	struct complaint complaint;
	size_t size = (size_t)snprintf(line, sizeof line, "count id in (1");
	(void)state;
	for (int i = 0; i < 900; i++)
		size += (size_t)snprintf(line + size, sizeof line - size, " , %d", i);
	snprintf(line + size, sizeof line - size, " )");
	assert_true(parse(line, &words, &statement, &complaint));
	words_free(&words);
	memcpy(line, "ping        ", 12);
	assert_false(parse(line, &words, &statement, &complaint));
	words_free(&words);
}

static void care(void **state)
{
	struct words words;
	struct statement statement;
	struct complaint complaint;
	(void)state;
	assert_true(parse("consent 42 Marketing SMS Given source 'shop 12' policy v2 ref c1",
			  &words, &statement, &complaint));
	assert_int_equal(statement.verb->opcode, OP_customer_consent);
	assert_string_equal(statement.purpose, "marketing");
	assert_string_equal(statement.channel, "sms");
	assert_true(statement.granted && statement_writes(&statement));
	assert_string_equal(statement.source, "shop 12");
	assert_string_equal(statement.policy, "v2");
	words_free(&words);
	assert_true(
	    parse("care 42 holiday eid year 1_999 by post", &words, &statement, &complaint));
	assert_string_equal(statement.care, "holiday");
	assert_string_equal(statement.holiday, "eid");
	assert_string_equal(statement.channel, "post");
	assert_int_equal(statement.year, 1999);
	assert_null(statement.purpose);
	words_free(&words);
	assert_true(parse("care 42 birthday", &words, &statement, &complaint));
	assert_true(statement.holiday == NULL && statement.channel == NULL && statement.year == 0);
	words_free(&words);
}

/* Without a day a due list is of the programme's day, and of one day. */
static void due(void **state)
{
	static const struct {
		const char *line;
		int32_t first, last;
	} rows[] = {
	    {"due birthday", 10408, 10408},
	    {"due birthday from 1998-06-30", 10407, 10407},
	    {"due birthday to 1998-07-02", 10408, 10409},
	    {"due holiday eid to 1998-07-02 after 7 from 1998-06-30 limit 9", 10407, 10409},
	    {"due anniversary for research by web", 10408, 10408},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct words words;
		struct statement statement;
		struct complaint complaint;
		assert_true(parse(rows[i].line, &words, &statement, &complaint));
		assert_int_equal(statement.first, rows[i].first);
		assert_int_equal(statement.last, rows[i].last);
		assert_false(statement_writes(&statement));
		assert_int_equal(statement.from, i == 3 ? 7 : 0);
		assert_int_equal(statement.limit, i == 3 ? 9 : 0);
		assert_int_equal(statement.purpose != NULL && statement.channel != NULL, i == 4);
		words_free(&words);
	}
}

static const struct {
	const char *line;
	size_t at;
	const char *message;
} refusals[] = {
    {"order 42 5", 10,
     "the order's id is missing here: order ID AMOUNT ref ORDER [on DATE] [items N] "
     "[no-points]"},
    {"order 42", 8,
     "an amount is missing here: order ID AMOUNT ref ORDER [on DATE] [items N] "
     "[no-points]"},
    {"order 42 five ref x", 9, "an amount must be a number such as 119.90, not \"five\""},
    {"order 42 5.001 ref x", 9, "USD has 2 decimal places; 5.001 has more"},
    {"order 42 99999999999999999999 ref x", 9, "the amount 99999999999999999999 is too large"},
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
    {"segment tier = gold adn stage = new", 20, "\"adn\" has no place here; did you mean \"and\"?"},
    {"save segment best", 17, "\"as\" is missing here: save segment NAME as COND"},
    {"save segment best tier = gold", 18, "\"as\" must stand here, not \"tier\""},
    {"save segment best as", 20, "a condition is missing here: save segment NAME as COND"},
    {"save segment best as tier = ", 28, "a value is missing here"},
    {"save segment best as tier = gold limit 5", 33, "\"limit\" has no place here"},
    {"drop segmnt best", 5, "no command \"drop segmnt\"; did you mean \"drop segment\"?"},
    {"test 42 at best", 8, "\"in\" must stand here, not \"at\""},
    {"add field colour chioce", 17, "no kind \"chioce\"; did you mean \"choice\"?"},
    {"add field colour text", 17,
     "no kind \"text\"; there are number,money,date,boolean,choice,tags"},
    {"add field size number places x", 29,
     "the number of decimal places must be a whole number, not \"x\""},
    {"rename field size too width", 18, "\"to\" must stand here, not \"too\""},
    {"count", 5, "a condition, or all, is missing here"},
    {"consent 42 marketting sms given", 11,
     "no purpose \"marketting\"; did you mean \"marketing\"?"},
    {"consent 42 marketing fax given", 21,
     "no channel \"fax\"; there are phone, email, sms, chat, social, app, web, post"},
    {"consent 42 marketing sms withdrawm", 25,
     "a consent is not \"withdrawm\"; did you mean \"withdrawn\"?"},
    {"consent 42 marketing sms no", 25, "a consent is given or withdrawn, not \"no\""},
    {"consent 42 marketing sms given policy ''", 38, "the policy has 1 to 64 bytes, this one 0"},
    {"care 42 birthdy", 8, "no care \"birthdy\"; did you mean \"birthday\"?"},
    {"care 42 holiday", 15,
     "the name of the holiday is missing here: care ID CARE [by CHANNEL] [year N] [ref "
     "TEXT]"},
    {"care 42 birthday year 0", 22, "there is no year 0"},
    {"care 42 birthday year 65536", 22, "the year is at most 65535"},
    {"due birthday for marketing", 26, "\"by\" and a channel are missing here"},
    {"due birthday for marketing at sms", 27, "\"by\" and a channel are missing here"},
    {"due birthday from 1900-02-29", 18,
     "the day must be one such as 1998-06-30, not \"1900-02-29\""},
    {"due birthday by sms", 13, "\"by\" has no place here"},
    {"advance", 7, "the day is missing here: advance DATE"},
    {"advance 1999-02-29", 8, "the day must be one such as 1998-06-30, not \"1999-02-29\""},
    {"advance 1969-12-31", 8, "days begin at 1970-01-01"},
    {"advance 1998-09-30 ref x", 19, "\"ref\" has no place here"},
    {"cuont all", 0, "no command \"cuont\"; did you mean \"count\"?"},
};

static void refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		struct words words;
		struct statement statement;
		struct complaint complaint;
		if (parse(refusals[i].line, &words, &statement, &complaint))
			fail_msg("%s: parsed", refusals[i].line);
		if (complaint.at != refusals[i].at ||
		    strcmp(complaint.message, refusals[i].message) != 0)
			fail_msg("%s: at %zu: %s", refusals[i].line, complaint.at,
				 complaint.message);
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
	    cmocka_unit_test(care),
	    cmocka_unit_test(due),
	    cmocka_unit_test(question),
	    cmocka_unit_test(segments_and_fields),
	    cmocka_unit_test(many_words),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(question_of_arguments),
	    cmocka_unit_test(every_verb),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
