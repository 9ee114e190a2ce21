/* query_test.c -- questions in words: what they mean, and what is said when they mean nothing. */
#include <stdlib.h>
#include <string.h>

#include "protocol/query/query.h"
#include "tests/support/cmocka_tests.h"
#include "tests/unit/protocol/query_dump.h"

static uint8_t room[LIMIT_PREDICATE_BYTES];
static char dumped[DUMP_BYTES];

static bool try(struct query *query, const char *line, struct complaint *complaint)
{
	struct query_source source = {line, strlen(line), 0, room};
	return query_parse(query, &source, complaint);
}

static struct query parse(const char *line)
{
	struct complaint complaint;
	struct error_detail detail;
	struct query query;
	if (!try(&query, line, &complaint))
		fail_msg("%s: at %zu: %s", line, complaint.at, complaint.message);
	assert_int_equal(predicate_check(query.program, &detail), ERROR_OK);
	return query;
}

/* --- what they mean --- */

static const struct {
	const char *condition, *program;
} meanings[] = {
    {"all", "ALL"},
    {"Tier = GOLD", "Tier = t:GOLD"},
    {"tier='gold'", "tier = t:gold"},
    {"tier=\"it's gold\"", "tier = t:it's gold"},
    {"tier != gold", "tier != t:gold"},
    {"tier < silver", "tier < t:silver"},
    {"tier <= silver", "tier <= t:silver"},
    {"tier > silver", "tier > t:silver"},
    {"tier >= silver", "tier >= t:silver"},
    {"tier in (gold, vip,gold)", "tier in t:gold,t:vip,t:gold"},
    {"tier NOT IN (gold)", "tier not in t:gold"},
    {"tier between bronze and gold", "tier between t:bronze,t:gold"},
    {"gap not between 1 and 5", "gap not between d:1/0,d:5/0"},
    {"tags has vegan", "tags has t:vegan"},
    {"consents has 'marketing:sms'", "consents has t:marketing:sms"},
    {"region is null", "region is null"},
    {"region is not null", "region is not null"},
    {"@lapsed", "@lapsed"},
    {"newsletter = true", "newsletter = t:true"},
    /* numbers */
    {"spend >= 1_000.50", "spend >= d:100050/2"},
    {"spend >= 10", "spend >= d:10/0"},
    {"spend >= 10k", "spend >= d:10000/0"},
    {"spend >= 1.5K", "spend >= d:1500/0"},
    {"spend >= 2.5m", "spend >= d:2500000/0"},
    {"spend >= 2m", "spend >= d:2000000/0"},
    {"spend >= 0.00001k", "spend >= d:1/2"},
    {"spend >= -5", "spend >= d:-5/0"},
    {"spend >= -2.5m", "spend >= d:-2500000/0"},
    {"spend >= +5", "spend >= d:5/0"},
    {"spend <= 9223372036854775807", "spend <= d:9223372036854775807/0"},
    {"spend >= -9223372036854775808", "spend >= d:-9223372036854775808/0"},
    {"spend >= 0.000000000000000001", "spend >= d:1/18"},
    /* dates */
    {"last_order < 2026-11-22", "last_order < day:20779"},
    {"last_order < -90d", "last_order < from:-90d"},
    {"last_order < -6M", "last_order < from:-6m"},
    {"last_order < -1y", "last_order < from:-1y"},
    {"tier_until <= +2w", "tier_until <= from:2w"},
    {"last_order between -1y and -90d", "last_order between from:-1y,from:-90d"},
    {"last_order within 90d", "last_order within from:-90d"},
    {"last_order within -90d", "last_order within from:-90d"},
    {"tier_until within +2w", "tier_until within from:2w"},
    {"birthday within 6m", "birthday within from:-6m"},
    {"birthday within 0d", "birthday within from:0d"},
    /* what looks like a number and is none */
    {"owner = 12-abc", "owner = t:12-abc"},
    {"owner = 1e5", "owner = t:1e5"},
    {"owner = 1__0", "owner = t:1__0"},
    {"owner = 1.", "owner = t:1."},
    {"owner = .5", "owner = t:.5"},
    {"owner = '10'", "owner = t:10"},
    {"owner = 'and'", "owner = t:and"},
    {"owner = ''", "owner = t:"},
    {"owner = \xe7\x8e\x8b", "owner = t:\xe7\x8e\x8b"},
    /* joints */
    {"a = 1 and b = 2 and c = 3", "a = d:1/0 | b = d:2/0 | c = d:3/0 | AND 3"},
    {"a = 1 or b = 2 and c = 3", "a = d:1/0 | b = d:2/0 | c = d:3/0 | AND 2 | OR 2"},
    {"(a = 1 or b = 2) and c = 3", "a = d:1/0 | b = d:2/0 | OR 2 | c = d:3/0 | AND 2"},
    {"not a = 1 and b = 2", "a = d:1/0 | NOT | b = d:2/0 | AND 2"},
    {"not (a = 1 and @b)", "a = d:1/0 | @b | AND 2 | NOT"},
    {"NOT not a = 1", "a = d:1/0 | NOT | NOT"},
    {"((a = 1))", "a = d:1/0"},
    {"a between 1 and 2 and b = 3", "a between d:1/0,d:2/0 | b = d:3/0 | AND 2"},
    {"tier >= gold and not (region = north or @lapsed)",
     "tier >= t:gold | region = t:north | @lapsed | OR 2 | NOT | AND 2"},
};

static void conditions(void **state)
{
	char line[256];
	(void)state;
	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
		snprintf(line, sizeof line, "count %s", meanings[i].condition);
		struct query query = parse(line);
		assert_string_equal(dump_program(query.program, dumped), meanings[i].program);
		assert_int_equal(query.kind, QUERY_COUNT);
		assert_int_equal(query.all, i == 0);
		struct query_source source = {line, strlen(line), 6, room};
		struct complaint complaint;
		struct wire_text program;
		assert_true(query_parse_condition(&program, &source, &complaint));
		assert_string_equal(dump_program(program, dumped), meanings[i].program);
	}
}

/* Columns count from the line's first byte, which is 1. */
static void columns(void **state)
{
	struct query query = parse("segment  tier in (gold, 'vip') or @best");
	const uint8_t *bytes = (const uint8_t *)query.program.bytes;
	struct wire_reader r = {bytes, bytes + query.program.size, false};
	struct predicate_step step;
	struct predicate_value value;
	(void)state;
	assert_true(predicate_next(&r, &step));
	assert_int_equal(step.at, 10);
	assert_true(predicate_next_value(&step.values, &value));
	assert_int_equal(value.at, 19);
	assert_true(predicate_next_value(&step.values, &value));
	assert_int_equal(value.at, 25);
	assert_true(predicate_next(&r, &step));
	assert_int_equal(step.at, 35);
}

static void clauses(void **state)
{
	struct query query = parse("segment tier = gold show Name, spend order by points desc "
				   "limit 1_000 after '-71999:18446744073709551615:9f3a01cc'");
	(void)state;
	assert_string_equal(query.show, "Name,spend");
	assert_memory_equal(query.order.bytes, "points", 6);
	assert_int_equal(query.order.size, 6);
	assert_true(query.descending);
	assert_int_equal(query.limit, 1000);
	assert_true(query.after.value == -71999 && query.after.customer == UINT64_MAX);
	assert_true(query.after.query == 0x9f3a01cc && !query.after.null);
	query = parse("segment all LIMIT 4294967295 AFTER :5:00000001 ORDER BY gap ASC");
	assert_true(query.limit == UINT32_MAX && !query.descending && query.after.null);
	query = parse("segment all after null:5:00000001");
	assert_true(query.after.null && query.after.customer == 5 && query.order.size == 0);
	query = parse("segment tier = gold");
	assert_memory_equal(query.order.bytes, "spend", 5);
	assert_true(query.descending && query.show[0] == '\0' && query.limit == 0);
	query = parse("segment tier = gold or tier = vip for marketing by sms");
	assert_string_equal(dump_program(query.program, dumped),
			    "tier = t:gold | tier = t:vip | OR 2 | consents has t:marketing:sms | "
			    "AND 2");
	query = parse("stream all show id,tier for service by email");
	assert_int_equal(query.kind, QUERY_STREAM);
	assert_string_equal(dump_program(query.program, dumped),
			    "ALL | consents has t:service:email | AND 2");
}

static void cursors(void **state)
{
	static const char *const texts[] = {"0:1:00000001", "-5:42:9f3a01cc", "null:7:ffffffff",
					    "-9223372036854775808:18446744073709551615:00000010"};
	static const char *const wrong[] = {"",
					    "5",
					    "5:6",
					    "5:6:7",
					    "x:6:00000001",
					    "5:x:00000001",
					    "5:6:00000000",
					    "1.5:6:00000001",
					    "5:6:0000000g",
					    "5:6:000000001"};
	char text[CURSOR_TEXT_BYTES];
	struct cursor cursor;
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		assert_true(cursor_parse(texts[i], strlen(texts[i]), &cursor));
		cursor_format(&cursor, text);
		assert_string_equal(text, texts[i]);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(cursor_parse(wrong[i], strlen(wrong[i]), &cursor));
}

static void groups(void **state)
{
	static const struct {
		const char *line, *by, *measure;
		enum query_figure figure;
		uint32_t percentile;
	} rows[] = {
	    {"count by tier", "tier", "", FIGURE_CUSTOMERS, 0},
	    {"COUNT BY stage,TIER where spend > 5", "stage,TIER", "", FIGURE_CUSTOMERS, 0},
	    {"sum spend", "", "spend", FIGURE_SUM, 0},
	    {"sum spend where tier = gold", "", "spend", FIGURE_SUM, 0},
	    {"avg gap by tier where @x", "tier", "gap", FIGURE_AVERAGE, 0},
	    {"min points by tier", "tier", "points", FIGURE_LEAST, 0},
	    {"max points by tier", "tier", "points", FIGURE_GREATEST, 0},
	    {"median spend by tier", "tier", "spend", FIGURE_PERCENTILE, 5000},
	    {"percentile 99.9 spend by tier", "tier", "spend", FIGURE_PERCENTILE, 9990},
	    {"percentile 95% spend", "", "spend", FIGURE_PERCENTILE, 9500},
	    {"explain percentile 0.01 spend", "", "spend", FIGURE_PERCENTILE, 1},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct query query = parse(rows[i].line);
		assert_int_equal(query.kind, QUERY_GROUPS);
		assert_string_equal(query.by, rows[i].by);
		assert_int_equal(query.measure.size, strlen(rows[i].measure));
		if (query.measure.size > 0)
			assert_memory_equal(query.measure.bytes, rows[i].measure,
					    query.measure.size);
		assert_int_equal(query.figure, rows[i].figure);
		assert_int_equal(query.percentile, rows[i].percentile);
		assert_int_equal(query.all, strstr(rows[i].line, "where") == NULL);
		assert_int_equal(query.explain, strncmp(rows[i].line, "explain", 7) == 0);
	}
}

/* --- what they do not mean --- */

#define A_TEST "a test such as =, !=, <, >=, in (...) or between"
#define A_CONDITION "a condition such as tier = gold"

static const struct {
	const char *line;
	size_t at;
	const char *message;
} refusals[] = {
    {"", 0, "a question such as segment, count or sum is missing here"},
    {"segmnt all", 0,
     "a question such as segment, count or sum must stand here, not \"segmnt\"; did you mean "
     "\"segment\"?"},
    {"explain", 7, "a question such as segment, count or sum is missing here"},
    {"explain stream all", 8, "a stream judges every customer: there is nothing to explain"},
    {"segment", 7, "a condition, or all, is missing here"},
    {"count  ", 7, "a condition, or all, is missing here"},
    {"segment 5 = tier", 8, A_CONDITION " must stand here, not \"5\""},
    {"segment and", 8, A_CONDITION " must stand here, not \"and\""},
    {"segment tier", 12, A_TEST " is missing here"},
    {"segment tier gold", 13, A_TEST " must stand here, not \"gold\""},
    {"segment tier betwen a and b", 13,
     A_TEST " must stand here, not \"betwen\"; did you mean \"between\"?"},
    {"segment tier witin 5d", 13,
     A_TEST " must stand here, not \"witin\"; did you mean \"within\"?"},
    {"segment tier =", 14, "a value is missing here"},
    {"segment tier = ,", 15, "a value must stand here, not \",\""},
    {"segment tier = order by spend", 15, "a value must stand here, not \"order\""},
    {"segment tier = null", 15, "\"null\" is no value; use is null or is not null"},
    {"segment tier in gold", 16, "a list such as (gold, vip) must stand here, not \"gold\""},
    {"segment tier in ()", 17, "the list is empty"},
    {"segment tier in (gold", 21, "\",\" or the list's \")\" is missing here"},
    {"segment tier in (gold,)", 22, "a value must stand here, not \")\""},
    {"segment tier not gold", 17, "\"in\" or \"between\" must stand here, not \"gold\""},
    {"segment tier between gold", 25, "the \"and\" of \"between\" is missing here"},
    {"segment tier is", 15, "\"null\" or \"not null\" is missing here"},
    {"segment tier is not nul", 20,
     "\"null\" must stand here, not \"nul\"; did you mean \"null\"?"},
    {"segment tier has", 16, "a value is missing here"},
    {"segment last_order within", 25, "a duration such as 90d, 2w, 6m or 1y is missing here"},
    {"segment last_order within 90", 26,
     "a duration such as 90d, 2w, 6m or 1y must stand here, not \"90\""},
    {"segment last_order within 9_999_999d", 26, "the number 9_999_999d has too many digits"},
    {"segment last_order < 90d", 21,
     "a time from today has a sign: -90d was before it, +90d will be"},
    {"segment last_order < 2026-02-30", 21, "the calendar has no day 2026-02-30"},
    {"segment spend > 9223372036854775808", 16,
     "the number 9223372036854775808 has too many digits"},
    {"segment spend > 99999999999999m", 16, "the number 99999999999999m has too many digits"},
    {"segment spend > 0.0000000000000000001", 16,
     "the number 0.0000000000000000001 has too many digits"},
    {"segment spend >= 1,000", 18, "\",\" has no place here"},
    {"segment tier == gold", 13, "\"==\" means nothing here; did you mean \"=\"?"},
    {"segment tier <> gold", 13, "\"<>\" means nothing here; did you mean \"!=\"?"},
    {"segment tier = gold && stage = new", 20, "\"&&\" means nothing here; did you mean \"and\"?"},
    {"segment tier = gold;", 19, "\";\" means nothing here"},
    {"segment (tier = gold", 20, "\")\" is missing here"},
    {"segment tier = gold)", 19, "\")\" has no place here"},
    {"segment tier = 'gold", 15, "the text has no closing '"},
    {"segment tier = gold vip", 20, "\"vip\" has no place here"},
    {"segment tier = gold odrer by spend", 20,
     "\"odrer\" has no place here; did you mean \"order\"?"},
    {"segment tier = gold adn stage = new", 20, "\"adn\" has no place here; did you mean \"and\"?"},
    {"segment tier = gold and", 23, A_CONDITION " is missing here"},
    {"segment not", 11, A_CONDITION " is missing here"},
    {"segment all and tier = gold", 12, "\"and\" has no place here"},
    {"segment @", 8, "a saved segment is named as in @lapsed, by up to 48 bytes"},
    {"segment tier = \xff", 0, "the text is not UTF-8"},
    {"segment all order spend", 18, "the \"by\" of \"order by\" must stand here, not \"spend\""},
    {"segment all order by", 20, "a field is missing here"},
    {"segment all order by spend up", 27, "\"up\" has no place here"},
    {"segment all limit", 17, "the limit is missing here"},
    {"segment all limit 0", 18, "the limit is a whole number from 1, not \"0\""},
    {"segment all limit 1.0", 18, "the limit is a whole number from 1, not \"1.0\""},
    {"segment all limit 4294967296", 18, "the limit is at most 4294967295"},
    {"segment all limit 1 limit 2", 20, "\"limit\" comes twice"},
    {"segment all show", 16, "a field is missing here"},
    {"segment all show a,b,A", 21, "\"A\" comes twice"},
    {"segment all show a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", 49, "at most 16 fields can stand here"},
    {"segment all after", 17, "a cursor is missing here"},
    {"segment all after 5", 18, "\"5\" is no cursor; copy what stands behind \"next: after\""},
    {"segment all for marketing", 25, "\"by\" and a channel is missing here"},
    {"stream all order by spend", 11, "\"order\" has no place here"},
    {"stream all shwo id", 11, "\"shwo\" has no place here; did you mean \"show\"?"},
    {"count tier = gold limit 5", 18, "\"limit\" has no place here"},
    {"count by", 8, "a field is missing here"},
    {"count by tier,", 14, "a field is missing here"},
    {"count by tier, tier", 15, "\"tier\" comes twice"},
    {"count by a, b, c", 15, "at most 2 fields can stand here"},
    {"count by tier wehre spend > 5", 14, "\"wehre\" has no place here; did you mean \"where\"?"},
    {"sum", 3, "a field is missing here"},
    {"sum by tier", 4, "a field must stand here, not \"by\""},
    {"sum spend tier", 10, "\"tier\" has no place here"},
    {"percentile spend", 11, "a percentage must stand here, not \"spend\""},
    {"percentile 0 spend", 11, "percentiles are from 0.01 to 100, not \"0\""},
    {"percentile 100.01 spend", 11, "percentiles are from 0.01 to 100, not \"100.01\""},
};

static void refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		struct complaint complaint = {{0}, 0};
		struct query query;
		if (try(&query, refusals[i].line, &complaint))
			fail_msg("%s: parsed", refusals[i].line);
		if (complaint.at != refusals[i].at ||
		    strcmp(complaint.message, refusals[i].message) != 0)
			fail_msg("%s: at %zu: %s", refusals[i].line, complaint.at,
				 complaint.message);
	}
}

/* --- limits: exactly so much is parsed, and one more is refused where it stands --- */

/* `head`, then `part` so often, then `tail`. */
static bool repeated(const char *head, const char *part, unsigned count, const char *tail,
		     struct complaint *complaint)
{
	size_t most = strlen(head) + strlen(part) * count + strlen(tail) + 1;
	char *line = malloc(most), *to = line;
	struct query query;
	assert_non_null(line);
	to += snprintf(to, most, "%s", head);
	for (unsigned i = 0; i < count; i++)
		to += snprintf(to, strlen(part) + 1, "%s", part);
	snprintf(to, strlen(tail) + 1, "%s", tail);
	bool fine = try(&query, line, complaint);
	free(line);
	return fine;
}

static void limits(void **state)
{
	struct complaint complaint;
	(void)state;
	assert_true(repeated("count a in (1", ",2", 1023, ")", &complaint));
	assert_false(repeated("count a in (1", ",2", 1024, ")", &complaint));
	assert_non_null(strstr(complaint.message, "more than 1024 values"));
	assert_int_equal(complaint.at, 13 + 2 * 1024 - 1);
	assert_true(repeated("count a=1", " or a=1", 254, "", &complaint));
	assert_false(repeated("count a=1", " or a=1", 255, "", &complaint));
	assert_non_null(strstr(complaint.message, "at most 255 conditions"));
	assert_true(repeated("count (a=1", " or a=1", 126, ") and (b=1 or b=2)", &complaint));
	assert_false(repeated("count (a=1 or a=1", " or a=1", 200,
			      ") and (b=1 or b=2 or b=3 or b=4 or b=5 or b=6 or b=7 or b=8 or b=9 "
			      "or c=1 or c=2 or c=3 or c=4 or c=5 or c=6 or c=7 or c=8 or c=9 or "
			      "d=1 or d=2 or d=3 or d=4 or d=5 or d=6 or d=7 or d=8 or d=9 or d=1 "
			      "or e=1 or e=2 or e=3 or e=4 or e=5 or e=6 or e=7 or e=8 or e=9 or "
			      "e=1 or f=1 or f=2 or f=3 or f=4 or f=5 or f=6 or f=7 or f=8 or f=9 "
			      "or g=1 or g=2 or g=3 or g=4 or g=5 or g=6 or g=7 or g=8 or g=9)",
			      &complaint));
	assert_non_null(strstr(complaint.message, "more than 256 tests and joints"));
	assert_true(repeated("count ", "not ", 15, "a=1", &complaint));
	assert_false(repeated("count ", "not ", 16, "a=1", &complaint));
	assert_non_null(strstr(complaint.message, "nested at most 16 deep"));
	assert_int_equal(complaint.at, 6);
	assert_false(repeated("count a in ('x", "','0123456789012345678901234567890123456789", 400,
			      "')", &complaint));
	assert_non_null(strstr(complaint.message, "16384 bytes of program"));
}

/* Text of up to 255 bytes is a value. */
static void long_text(void **state)
{
	struct complaint complaint;
	(void)state;
	assert_true(repeated("count a = '", "x", 255, "'", &complaint));
	assert_false(repeated("count a = '", "x", 256, "'", &complaint));
	assert_string_equal(complaint.message, "a value has at most 255 bytes, this one 256");
	assert_true(repeated("count ", "x", 48, " = 1", &complaint));
	assert_false(repeated("count ", "x", 49, " = 1", &complaint));
	assert_int_equal(complaint.at, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(conditions), cmocka_unit_test(columns),   cmocka_unit_test(clauses),
	    cmocka_unit_test(cursors),    cmocka_unit_test(groups),    cmocka_unit_test(refused),
	    cmocka_unit_test(limits),     cmocka_unit_test(long_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
