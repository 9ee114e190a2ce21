/* cli_trend_test.c -- `trend` and `matrix on` as words: what they become with a server's names, and
 * where they are wrong.
 */
#include <string.h>

#include "client/cli/statement.h"
#include "protocol/messages.h"
#include "tests/support/cmocka_tests.h"

static const struct facts facts = {
    .server = {.today = 10408},
    .tiers = {"none", "bronze", "silver", "gold"},
    .stages = {"prospect", "new", "active"},
    .tier_count = 4,
    .stage_count = 3,
};

static bool parse(const char *line, struct words *words, struct statement *statement,
		  struct complaint *complaint)
{
	return words_split(words, line, complaint) &&
	       statement_parse(statement, words, complaint) &&
	       statement_bind(statement, &facts, complaint);
}

static void trends(void **state)
{
	static const struct {
		const char *line;
		uint16_t tiers, stages;
		int32_t first, last;
		const char *segment;
	} rows[] = {
	    {"trend", CRM_ALL, CRM_ALL, DAY_NOT_SAID, DAY_NOT_SAID, NULL},
	    {"trend tier = gold", 8, CRM_ALL, DAY_NOT_SAID, DAY_NOT_SAID, NULL},
	    {"trend tier != gold", 7, CRM_ALL, DAY_NOT_SAID, DAY_NOT_SAID, NULL},
	    {"trend tier < silver", 3, CRM_ALL, DAY_NOT_SAID, DAY_NOT_SAID, NULL},
	    {"trend tier <= silver", 7, CRM_ALL, DAY_NOT_SAID, DAY_NOT_SAID, NULL},
	    {"trend tier > bronze", 12, CRM_ALL, DAY_NOT_SAID, DAY_NOT_SAID, NULL},
	    {"TREND TIER >= Silver", 12, CRM_ALL, DAY_NOT_SAID, DAY_NOT_SAID, NULL},
	    {"trend tier < none", 0, CRM_ALL, DAY_NOT_SAID, DAY_NOT_SAID, NULL},
	    {"trend stage = active tier > none", 14, 4, DAY_NOT_SAID, DAY_NOT_SAID, NULL},
	    {"trend stage != new", CRM_ALL, 5, DAY_NOT_SAID, DAY_NOT_SAID, NULL},
	    {"trend to 1998-07-01 from 1998-06-30", CRM_ALL, CRM_ALL, 10407, 10408, NULL},
	    {"trend segment big", CRM_ALL, CRM_ALL, DAY_NOT_SAID, DAY_NOT_SAID, "big"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct words words;
		struct statement statement;
		struct complaint complaint;
		if (!parse(rows[i].line, &words, &statement, &complaint))
			fail_msg("%s: %s", rows[i].line, complaint.message);
		assert_int_equal(statement.verb->opcode, OP_trend);
		assert_int_equal(statement.tier.set, rows[i].tiers);
		assert_int_equal(statement.stage.set, rows[i].stages);
		assert_int_equal(statement.first, rows[i].first);
		assert_int_equal(statement.last, rows[i].last);
		assert_int_equal(statement.segment != NULL, rows[i].segment != NULL);
		if (rows[i].segment != NULL)
			assert_string_equal(statement.segment, rows[i].segment);
		words_free(&words);
	}
}

static void matrices(void **state)
{
	struct words words;
	struct statement statement;
	struct complaint complaint;
	(void)state;
	assert_true(parse("matrix", &words, &statement, &complaint));
	assert_int_equal(statement.day, CRM_TODAY);
	words_free(&words);
	assert_true(parse("matrix on 1998-06-30", &words, &statement, &complaint));
	assert_int_equal(statement.verb->opcode, OP_matrix);
	assert_int_equal(statement.day, 10407);
	words_free(&words);
}

static void complaints(void **state)
{
	static const struct {
		const char *line;
		size_t at;
		const char *text;
	} rows[] = {
	    {"trend tier", 10, "= or another test is missing here"},
	    {"trend tier ~ gold", 11, "a tier is tested with =, !=, <, <=, > or >=, not \"~\""},
	    {"trend tier >=", 13, "a name is missing here"},
	    {"trend tier >= gould", 14, "\"gould\" is not known here; did you mean \"gold\"?"},
	    {"trend tier >= platinum", 14, "\"platinum\" is not known here; see info"},
	    {"trend stage >= new", 12, "a stage is tested with = or !=, not \">=\""},
	    {"trend tier = gold tier = none", 18, "\"tier\" comes twice"},
	    {"trend teir = gold", 6, "\"teir\" has no place here; did you mean \"tier\"?"},
	    {"matrix on", 9, "the day is missing here"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct words words;
		struct statement statement;
		struct complaint complaint;
		assert_false(parse(rows[i].line, &words, &statement, &complaint));
		if (strstr(complaint.message, rows[i].text) == NULL)
			fail_msg("%s: \"%s\"", rows[i].line, complaint.message);
		assert_int_equal(complaint.at, rows[i].at);
		words_free(&words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(trends),
	    cmocka_unit_test(matrices),
	    cmocka_unit_test(complaints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
