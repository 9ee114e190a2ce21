/* cli_show_test.c -- answers about days, consents and greetings as text: each row is an entry of a
 * history and its csv. */
#include <stdlib.h>
#include <string.h>

#include "client/cli/show.h"
#include "client/result.h"
#include "protocol/grades.h"
#include "protocol/messages.h"
#include "tests/support/cmocka_tests.h"

#define TOLD_POINTS 1u
#define TOLD_ORDER 2u
#define TOLD_TIER 4u
#define TOLD_STAGE 8u

static const struct facts facts = {
    .tiers = {"none", "bronze", "silver"},
    .stages = {"prospect", "new", "active", "loyal", "at_risk", "churned"},
    .tier_count = 3,
    .stage_count = 6,
    .digits = 2,
};
static char *text;

/* Show one answer.  The text is owned by `text` until the next. */
static const char *shown(const struct answer *answer, enum show_format format, bool utf8)
{
	static const struct screen screens[] = {{false}, {true}};
	uint8_t bytes[1024];
	size_t size;
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	const struct batch_item item = {.opcode = answer->opcode};
	const struct verb verb = {.opcode = answer->opcode};
	const struct statement statement = {.verb = &verb};
	crm_result *result = NULL;
	free(text);
	text = NULL;
	answer_encode(&w, answer);
	assert_int_equal(result_take(&result, &item, 1, bytes, (size_t)(w.at - bytes)), CRM_OK);
	struct shown what = {.statement = &statement,
			     .result = result,
			     .facts = &facts,
			     .format = format,
			     .screen = &screens[utf8],
			     .out = open_memstream(&text, &size)};
	assert_true(show_answer(&what));
	fclose(what.out);
	crm_result_free(result);
	return text;
}

/* The line of an entry in csv. */
static const char *line_of(const struct rec_entry *entry)
{
	uint8_t bytes[512];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct answer answer = {.opcode = OP_history};
	encode_rec_entry(&w, entry);
	answer.as.history.entries = (struct wire_list){bytes, (uint32_t)(w.at - bytes), 1};
	const char *line = strchr(shown(&answer, SHOW_CSV, false), '\n') + 1;
	*strpbrk(text + (line - text), "\r\n") = '\0';
	return line;
}

static void entries(void **state)
{
	static const struct {
		struct rec_entry entry;
		const char *line;
	} rows[] = {
	    {{.event = 9, .type = 2},
	     "9,1970-01-01T00:00:00.000000Z,customer_created,,,,,,,,,,,,,,,,,,,,,,,,"},
	    {{.event = 9,
	      .type = 3,
	      .told = TOLD_POINTS,
	      .before = 5,
	      .after = 5,
	      .key.bytes = {1}},
	     "9,1970-01-01T00:00:00.000000Z,points_earned,,,,,,0,5,5,,,,,,,,,,,,,,,,"
	     "01000000-0000-0000-0000-000000000000"},
	    {{.event = 9, .type = 8, .told = TOLD_STAGE, .stage_before = 2, .stage = 4},
	     "9,1970-01-01T00:00:00.000000Z,day_turned,,,,,,,,,,active,,at_risk,,,,,,,,,,,,"},
	    {{.event = 9,
	      .type = 8,
	      .told = TOLD_TIER,
	      .tier_before = 2,
	      .tier = 2,
	      .tier_cause = TIER_CAUSE_kept,
	      .tier_metric = 35000,
	      .tier_until = 11016},
	     "9,1970-01-01T00:00:00.000000Z,day_turned,,,,,,,,,silver,,silver,,kept,350.00,"
	     "2000-02-29,,,,,,,,,"},
	    {{.event = 9,
	      .type = 8,
	      .told = TOLD_TIER | TOLD_STAGE,
	      .tier_before = 1,
	      .stage_before = 3,
	      .stage = 2,
	      .tier_cause = TIER_CAUSE_fell,
	      .tier_until = -1},
	     "9,1970-01-01T00:00:00.000000Z,day_turned,,,,,,,,,bronze,loyal,none,active,fell,0.00,"
	     ",,,,,,,,,"},
	    {{.event = 9,
	      .type = 6,
	      .told = TOLD_POINTS | TOLD_ORDER | TOLD_TIER | TOLD_STAGE,
	      .order = {"A", 1},
	      .day = 1,
	      .amount = 100,
	      .items = 2,
	      .spend = 100,
	      .stage_before = 1,
	      .stage = 1},
	     "9,1970-01-01T00:00:00.000000Z,order_placed,A,1970-01-02,1.00,2,1.00,0,0,0,none,new,"
	     "none,new,,,,,,,,,,,,"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(line_of(&rows[i].entry), rows[i].line);
}

static void entries_of_care(void **state)
{
	static const struct {
		struct rec_entry entry;
		const char *line;
	} rows[] = {
	    {{.event = 9,
	      .type = 12,
	      .purpose = 1,
	      .channel = 3,
	      .granted = 1,
	      .policy = {"v,2", 3},
	      .source = {"web", 3}},
	     "9,1970-01-01T00:00:00.000000Z,consent_changed,,,,,,,,,,,,,,,,marketing,sms,true,"
	     "\"v,2\",web,,,,"},
	    {{.event = 9, .type = 12, .purpose = 4, .channel = 99}, /* of a newer server */
	     "9,1970-01-01T00:00:00.000000Z,consent_changed,,,,,,,,,,,,,,,,profiling,,false,,,,,,"},
	    {{.event = 9, .type = 13, .care = 3, .care_year = 1998, .policy = {"eid", 3}},
	     "9,1970-01-01T00:00:00.000000Z,customer_greeted,,,,,,,,,,,,,,,,,,,,,holiday,eid,"
	     "1998,"},
	    {{.event = 9, .type = 13, .care = 1, .channel = 8, .care_year = 1969},
	     "9,1970-01-01T00:00:00.000000Z,customer_greeted,,,,,,,,,,,,,,,,,post,,,,birthday,,"
	     "1969,"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(line_of(&rows[i].entry), rows[i].line);
}

/* What people are told of consents and greetings; texts of 64 bytes fit. */
static void told(void **state)
{
	static const char most[] =
	    "1234567890123456789012345678901234567890123456789012345678901234";
	static const struct {
		struct rec_entry entry;
		const char *told;
	} rows[] = {
	    {{.type = 12, .purpose = 1, .channel = 3, .granted = 1}, "| marketing by sms given |"},
	    {{.type = 12, .purpose = 3, .channel = 0, .source = {"web", 3}},
	     "| research by unknown withdrawn, at web |"},
	    {{.type = 12,
	      .purpose = 1,
	      .channel = 3,
	      .granted = 1,
	      .policy = {most, 64},
	      .source = {most, 64}},
	     "given, policy 1234567890123456789012345678901234567890123456789012345678901234, at "
	     "1234567890123456789012345678901234567890123456789012345678901234 |"},
	    {{.type = 13, .care = 3, .channel = 2, .care_year = 1998, .policy = {most, 64}},
	     "| holiday 1234567890123456789012345678901234567890123456789012345678901234 1998 by "
	     "email |"},
	    {{.type = 13, .care = 2, .care_year = 1999}, "| anniversary 1999 |"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t bytes[512];
		struct wire_writer w = {bytes, bytes + sizeof bytes, false};
		struct answer answer = {.opcode = OP_history};
		encode_rec_entry(&w, &rows[i].entry);
		answer.as.history.entries = (struct wire_list){bytes, (uint32_t)(w.at - bytes), 1};
		if (strstr(shown(&answer, SHOW_TABLE, false), rows[i].told) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", text, rows[i].told);
	}
}

static void advanced(void **state)
{
	const struct answer answer = {.opcode = OP_advance, .as.advance = {10499, 96}};
	(void)state;
	assert_string_equal(shown(&answer, SHOW_TABLE, true),
			    "1998-09-30 is the programme's day · event 96 · durable\n");
	assert_string_equal(shown(&answer, SHOW_TABLE, false),
			    "1998-09-30 is the programme's day, event 96, durable\n");
	assert_string_equal(shown(&answer, SHOW_JSON, true),
			    "{\n  \"today\": \"1998-09-30\",\n  \"event\": 96\n}\n");
}

static void states_of_the_day(void **state)
{
	static const char *const names[] = {"turned", "turning", "suspect", "unknown"};
	struct answer answer = {.opcode = OP_info};
	char line[64];
	(void)state;
	for (uint8_t i = 0; i < 4; i++) {
		answer.as.info.day_state = i;
		snprintf(line, sizeof line, "\"day_state\": \"%s\",", names[i]);
		assert_non_null(strstr(shown(&answer, SHOW_JSON, false), line));
	}
}

static int release(void **state)
{
	(void)state;
	free(text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(entries),  cmocka_unit_test(entries_of_care),   cmocka_unit_test(told),
	    cmocka_unit_test(advanced), cmocka_unit_test(states_of_the_day),
	};
	return cmocka_run_group_tests(tests, NULL, release);
}
