/* query_test.c -- questions in words: what they mean, and what is said when they mean nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/query/query.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/guard.h"

static const struct query_names names = {
    "none,bronze,silver,gold,vip", "prospect,new,active,loyal,at_risk,churned,won_back", "USD", 2};

#define ALL 0xffff
#define LEAST INT64_MIN
#define MOST INT64_MAX

/* --- what they mean --- */

struct meaning {
	const char *line;
	uint16_t tiers, stages;
	int64_t from, to;
};

static const struct meaning meanings[] = {
    {"segment all", ALL, ALL, LEAST, MOST},
    {"count all", ALL, ALL, LEAST, MOST},
    {"SEGMENT Tier = GOLD", 0x08, ALL, LEAST, MOST},
    {"segment tier = 'gold'", 0x08, ALL, LEAST, MOST},
    {"segment tier=\"gold\"", 0x08, ALL, LEAST, MOST},
    {"segment tier != gold", 0x17, ALL, LEAST, MOST},
    {"segment tier < silver", 0x03, ALL, LEAST, MOST},
    {"segment tier <= silver", 0x07, ALL, LEAST, MOST},
    {"segment tier > silver", 0x18, ALL, LEAST, MOST},
    {"segment tier >= silver", 0x1c, ALL, LEAST, MOST},
    {"segment tier >= none", 0x1f, ALL, LEAST, MOST},
    {"segment tier in (gold, vip,gold)", 0x18, ALL, LEAST, MOST},
    {"segment tier not in (gold, vip)", 0x07, ALL, LEAST, MOST},
    {"segment tier between bronze and gold", 0x0e, ALL, LEAST, MOST},
    {"segment tier between vip and vip", 0x10, ALL, LEAST, MOST},
    {"segment tier not between bronze and gold", 0x11, ALL, LEAST, MOST},
    {"segment stage = new", ALL, 0x02, LEAST, MOST},
    {"segment stage != new", ALL, 0x7d, LEAST, MOST},
    {"segment stage in (won_back, at_risk)", ALL, 0x50, LEAST, MOST},
    {"segment stage not in (prospect)", ALL, 0x7e, LEAST, MOST},
    {"count tier >= silver and tier != gold and tier <= vip", 0x14, ALL, LEAST, MOST},
    {"segment spend = 10", ALL, ALL, 1000, 1000},
    {"segment spend > 10", ALL, ALL, 1001, MOST},
    {"segment spend >= 10.5", ALL, ALL, 1050, MOST},
    {"segment spend < 10.00", ALL, ALL, LEAST, 999},
    {"segment spend <= 1_000.50", ALL, ALL, LEAST, 100050},
    {"segment spend >= 10k", ALL, ALL, 1000000, MOST},
    {"segment spend >= 1.5K", ALL, ALL, 150000, MOST},
    {"segment spend >= 0.00001k", ALL, ALL, 1, MOST},
    {"segment spend >= 2m", ALL, ALL, 200000000, MOST},
    {"segment spend >= -5", ALL, ALL, -500, MOST},
    {"segment spend >= +5", ALL, ALL, 500, MOST},
    {"segment spend between 1 and 2", ALL, ALL, 100, 200},
    {"segment spend between 2 and 2", ALL, ALL, 200, 200},
    {"segment spend > 1 and spend < 1.02 and spend >= 0", ALL, ALL, 101, 101},
    {"segment spend <= 92233720368547758.07", ALL, ALL, LEAST, MOST},
    {"segment spend >= -92233720368547758.08", ALL, ALL, LEAST, MOST},
    {"segment (tier = gold)", 0x08, ALL, LEAST, MOST},
    {"segment ((tier = gold) and (stage = new and spend > 1)) and spend < 3", 0x08, 0x02, 101, 299},
    {"segment tier between gold and vip and stage = new", 0x18, 0x02, LEAST, MOST},
};

static void conditions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
		const struct meaning *row = &meanings[i];
		struct complaint complaint;
		struct query query;
		if (!query_parse(&query, row->line, strlen(row->line), &names, &complaint))
			fail_msg("%s: %s", row->line, complaint.message);
		if (query.tiers != row->tiers || query.stages != row->stages ||
		    query.from != row->from || query.to != row->to)
			fail_msg("%s: tiers %x, stages %x, from %lld, to %lld", row->line,
				 query.tiers, query.stages, (long long)query.from,
				 (long long)query.to);
		assert_int_equal(query.all, strstr(row->line, "all") != NULL);
		assert_int_equal(query.kind, *row->line == 'c' ? QUERY_COUNT : QUERY_SEGMENT);
		assert_true(query_parse(&query, row->line, strlen(row->line), NULL, &complaint));
	}
}

static struct query parse(const char *line)
{
	struct complaint complaint;
	struct query query;
	if (!query_parse(&query, line, strlen(line), &names, &complaint))
		fail_msg("%s: %s", line, complaint.message);
	return query;
}

static void clauses(void **state)
{
	struct query query = parse("segment tier = gold order by spend desc limit 1_000");
	(void)state;
	assert_int_equal(query.order, QUERY_DESCENDING);
	assert_int_equal(query.limit, 1000);
	assert_int_equal(query.after.kind, CURSOR_NONE);
	query = parse("segment all LIMIT 4294967295 ORDER BY SPEND ASC");
	assert_int_equal(query.order, QUERY_ASCENDING);
	assert_true(query.limit == UINT32_MAX);
	assert_false(query_is_walk(&query));
	query = parse("segment all order by spend");
	assert_int_equal(query.order, QUERY_ASCENDING);
	assert_int_equal(query.limit, 0);
	query = parse("segment tier = gold");
	assert_int_equal(query.order, QUERY_UNORDERED);
	assert_false(query_is_walk(&query));
}

static void cursors(void **state)
{
	struct query query = parse("segment all limit 5 after 500");
	char text[CURSOR_TEXT_BYTES];
	(void)state;
	assert_true(query_is_walk(&query));
	assert_int_equal(query.after.kind, CURSOR_WALK);
	assert_true(query.after.row == 500);
	cursor_format(&query.after, 2, text);
	assert_string_equal(text, "500");
	query = parse("segment tier = gold after '-71999.00:18446744073709551615:9f3a01cc'");
	assert_int_equal(query.after.kind, CURSOR_SPEND);
	assert_true(query.after.spend == -7199900);
	assert_true(query.after.customer == UINT64_MAX);
	assert_true(query.after.query == 0x9f3a01cc);
	cursor_format(&query.after, 2, text);
	assert_string_equal(text, "-71999.00:18446744073709551615:9f3a01cc");
	query = parse("segment all order by spend after 1:2:00000003");
	assert_true(query.after.spend == 100 && query.after.query == 3);
}

static void groups(void **state)
{
	struct query query = parse("count by tier");
	(void)state;
	assert_int_equal(query.kind, QUERY_COUNT_BY);
	assert_true(query.by_tier && !query.by_stage);
	query = parse("COUNT BY stage,TIER");
	assert_true(query.by_tier && query.by_stage);
}

/* --- what they do not mean --- */

struct refusal {
	const char *line;
	size_t at;
	const char *message;
};

static const struct refusal refusals[] = {
    {"", 0, "segment or count is missing here"},
    {"list all", 0, "segment or count must stand here, not \"list\""},
    {"segment", 7, "a condition, or all, is missing here"},
    {"count  ", 7, "a condition, or all, is missing here"},
    {"segment teir = gold", 8, "no field \"teir\"; did you mean \"tier\"?"},
    {"segment colour = red", 8, "no field \"colour\"; there are tier, stage and spend"},
    {"segment points > 5", 8,
     "\"points\" cannot be asked for yet; there are tier, stage and spend"},
    {"segment @best", 8, "\"@best\" cannot be asked for yet; there are no saved segments"},
    {"segment 5 = tier", 8, "a condition such as tier = gold must stand here, not \"5\""},
    {"segment tier", 12, "a test such as =, !=, <, >=, in (...) or between is missing here"},
    {"segment tier gold", 13,
     "a test such as =, !=, <, >=, in (...) or between must stand here, not \"gold\""},
    {"segment tier =", 14, "a tier is missing here"},
    {"segment tier = ,", 15, "a tier must stand here, not \",\""},
    {"segment tier = glod", 15, "no tier \"glod\"; did you mean \"gold\"?"},
    {"segment tier = 'glod'", 15, "no tier \"glod\"; did you mean \"gold\"?"},
    {"segment tier = 7", 15, "no tier \"7\"; there are none, bronze, silver, gold and vip"},
    {"segment stage = lost", 16,
     "no stage \"lost\"; there are prospect, new, active, loyal, at_risk, churned and won_back"},
    {"segment stage = loyla", 16, "no stage \"loyla\"; did you mean \"loyal\"?"},
    {"segment stage < new", 14, "a stage is not more or less than another; use =, != or in (...)"},
    {"segment stage not between new and loyal", 14,
     "a stage is not more or less than another; use =, != or in (...)"},
    {"segment tier in gold", 16, "a list such as (gold, vip) must stand here, not \"gold\""},
    {"segment tier in ()", 17, "the list is empty"},
    {"segment tier in (gold", 21, "\",\" or the list's \")\" is missing here"},
    {"segment tier in (gold,)", 22, "a tier must stand here, not \")\""},
    {"segment tier not gold", 17, "\"in\" or \"between\" must stand here, not \"gold\""},
    {"segment tier between gold", 25, "the \"and\" of \"between\" is missing here"},
    {"segment tier between gold and bronze", 21,
     "the lower one comes first: between bronze and gold"},
    {"segment tier < none", 8, "no tier passes this test"},
    {"segment tier not in (none,bronze,silver,gold,vip)", 8, "no tier passes this test"},
    {"segment tier = gold and tier = vip", 24, "no tier passes this test and those before it"},
    {"segment tier is null", 13,
     "\"is\" cannot be asked for yet; there are =, !=, <, in and between"},
    {"segment tier == gold", 13, "\"==\" means nothing here; did you mean \"=\"?"},
    {"segment tier <> gold", 13, "\"<>\" means nothing here; did you mean \"!=\"?"},
    {"segment tier = gold && stage = new", 20, "\"&&\" means nothing here; did you mean \"and\"?"},
    {"segment tier = gold;", 19, "\";\" means nothing here"},
    {"segment spend >= lots", 17, "an amount is a number such as 1_000.50 or 10k, not \"lots\""},
    {"segment spend >= k", 17, "an amount is a number such as 1_000.50 or 10k, not \"k\""},
    {"segment spend >= 1,000", 18, "\",\" has no place here"},
    {"segment spend >= 1.005", 17, "the amount 1.005 has more decimal places than the 2 of USD"},
    {"segment spend >= 0.000001k", 17,
     "the amount 0.000001k has more decimal places than the 2 of USD"},
    {"segment spend >= 92233720368547758.08", 17, "the amount 92233720368547758.08 is too large"},
    {"segment spend > 92233720368547758.07", 16, "the amount 92233720368547758.07 is too large"},
    {"segment spend < -92233720368547758.08", 16, "the amount -92233720368547758.08 is too large"},
    {"segment spend >= 99999999999m", 17, "the amount 99999999999m is too large"},
    {"segment spend between 10 and 5", 22, "the lower end comes first: between 5 and 10"},
    {"segment spend >= 10 and spend <= 5", 24, "no spend passes this test and those before it"},
    {"segment spend != 5", 14,
     "\"!=\" cannot be asked for yet; spend takes =, <, <=, >, >= and between"},
    {"segment spend not between 1 and 5", 14,
     "\"not\" cannot be asked for yet; spend takes =, <, <=, >, >= and between"},
    {"segment tier = gold or stage = new", 20,
     "\"or\" cannot be asked for yet; use in (...), or two questions"},
    {"segment not (tier = gold)", 8,
     "\"not\" cannot be asked for yet; use !=, not in or not between"},
    {"segment (tier = gold", 20, "\")\" is missing here"},
    {"segment tier = gold)", 19, "\")\" has no place here"},
    {"segment tier = 'gold", 15, "the text has no closing '"},
    {"segment 'tier", 8, "the text has no closing '"},
    {"segment tier = gold \"", 20, "the text has no closing \""},
    {"segment tier = gold vip", 20, "\"vip\" has no place here"},
    {"segment tier = gold odrer by spend", 20,
     "\"odrer\" has no place here; did you mean \"order\"?"},
    {"segment tier = gold and", 23, "a condition such as tier = gold is missing here"},
    {"segment all and tier = gold", 12, "\"and\" has no place here"},
    {"segment all order spend", 18, "the \"by\" of \"order by\" must stand here, not \"spend\""},
    {"segment all order by", 20, "\"spend\" is missing here"},
    {"segment all order by points", 21,
     "\"points\" cannot be asked for yet; there is order by spend"},
    {"segment all order by spend up", 27, "\"up\" has no place here"},
    {"segment all limit", 17, "the limit is missing here"},
    {"segment all limit 0", 18, "the limit is a whole number from 1, not \"0\""},
    {"segment all limit -1", 18, "the limit is a whole number from 1, not \"-1\""},
    {"segment all limit 1.0", 18, "the limit is a whole number from 1, not \"1.0\""},
    {"segment all limit 4294967296", 18, "the limit is at most 4294967295"},
    {"segment all limit 1 limit 2", 20, "\"limit\" comes twice"},
    {"segment all show name", 12,
     "\"show\" cannot be asked for yet; there are order by, limit and after"},
    {"segment all after", 17, "a cursor is missing here"},
    {"segment all after x", 18, "\"x\" is no cursor; copy what stands behind \"next: after\""},
    {"segment tier = gold after 1.00:2:3", 26,
     "\"1.00:2:3\" is no cursor; copy what stands behind \"next: after\""},
    {"segment tier = gold after 1.00:2:00000000", 26,
     "\"1.00:2:00000000\" is no cursor; copy what stands behind \"next: after\""},
    {"segment tier = gold after 5 limit 1", 26,
     "the cursor is of another question: repeat the one it came from"},
    {"segment all after 1.00:2:00000003", 18,
     "the cursor is of another question: repeat the one it came from"},
    {"count tier = gold limit 5", 18, "\"limit\" has no place here"},
    {"count by", 8, "tier or stage is missing here"},
    {"count by tier,", 14, "tier or stage is missing here"},
    {"count by teir", 9, "no field \"teir\"; did you mean \"tier\"?"},
    {"count by spend", 9, "\"spend\" cannot be asked for yet; groups are by tier and stage"},
    {"count by tier, tier", 15, "\"tier\" comes twice"},
    {"count by tier stage", 14, "\"stage\" has no place here"},
    {"count by tier where stage = new", 14,
     "\"where\" cannot be asked for yet; groups are of all customers"},
};

static void refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		const struct refusal *row = &refusals[i];
		struct complaint complaint = {{0}, 0};
		struct query query;
		if (query_parse(&query, row->line, strlen(row->line), &names, &complaint))
			fail_msg("%s: parsed", row->line);
		if (complaint.at != row->at || strcmp(complaint.message, row->message) != 0)
			fail_msg("%s: at %zu: %s", row->line, complaint.at, complaint.message);
	}
}

/* Without the names of a server, what is grammar is refused and what is meaning is not. */
static void without_names(void **state)
{
	static const char *const fine[] = {
	    "segment tier = glod",
	    "segment stage in (lost, found)",
	    "segment spend >= 1.0000005",
	    "segment spend >= 99999999999999999999",
	    "segment spend between 10 and 5",
	    "segment tier = a and tier = b",
	    "segment all after x",
	};
	static const char *const wrong[] = {
	    "segment teir = gold",  "segment spend >= lots",  "segment tier in ()",
	    "segment tier = 'gold", "segment stage < new",    "segment tier = gold vip",
	    "count by points",      "segment all limit zero",
	};
	struct complaint complaint;
	struct query query;
	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
		assert_true(query_parse(&query, fine[i], strlen(fine[i]), NULL, &complaint));
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(query_parse(&query, wrong[i], strlen(wrong[i]), NULL, &complaint));
}

static void nesting(void **state)
{
	char line[128];
	struct complaint complaint;
	struct query query;
	(void)state;
	for (unsigned depth = 32; depth <= 33; depth++) {
		size_t size = (size_t)snprintf(line, sizeof line, "count ");
		memset(line + size, '(', depth);
		size += depth;
		size += (size_t)snprintf(line + size, sizeof line - size, "tier = gold");
		memset(line + size, ')', depth);
		size += depth;
		assert_int_equal(query_parse(&query, line, size, &names, &complaint), depth == 32);
	}
	assert_string_equal(complaint.message, "parentheses are nested at most 32 deep");
	assert_int_equal(complaint.at, 6 + 32);
}

/* --- anything at all --- */

/* Either it is parsed, or the complaint names a place in the line. */
static void try(const char *line, size_t size)
{
	const char *copy = (const char *)guard_copy(line, size);
	const struct query_names *known[2] = {&names, NULL};
	for (int i = 0; i < 2; i++) {
		struct complaint complaint = {{0}, SIZE_MAX};
		struct query query;
		if (query_parse(&query, copy, size, known[i], &complaint))
			continue;
		assert_true(complaint.at <= size);
		assert_true(complaint.message[0] != '\0');
		assert_true(memchr(complaint.message, '\0', sizeof complaint.message) != NULL);
	}
}

static void every_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
		for (size_t size = 0; size <= strlen(meanings[i].line); size++)
			try(meanings[i].line, size);
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
		for (size_t size = 0; size <= strlen(refusals[i].line); size++)
			try(refusals[i].line, size);
}

/* Each byte of each line in turn becomes some other one. */
static void other_bytes(void **state)
{
	static const char bytes[] = "\0 ()',\"=<>!&5k-_.:@\x80\xc3\xff";
	char line[128];
	(void)state;
	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
		size_t size = strlen(meanings[i].line);
		for (size_t at = 0; at < size; at++)
			for (size_t b = 0; b < sizeof bytes - 1; b++) {
				memcpy(line, meanings[i].line, size);
				line[at] = bytes[b];
				try(line, size);
			}
	}
}

/* Tokens in any order, from one seed. */
static void random_tokens(void **state)
{
	static const char *const tokens[] = {
	    "segment", "count", "all", "by",  "tier",  "stage", "spend", "and",  "or",
	    "not",     "in",    "(",   ")",   ",",     "=",     "!=",    "<=",   ">",
	    "between", "gold",  "new", "10k", "5",     "'vip'", "order", "desc", "limit",
	    "after",   "1:2:3", "'",   "==",  "1.005", "\xff",  "where", "is",   "@x",
	};
	const char *text = getenv("SEED");
	uint64_t random = text == NULL ? 42 : strtoull(text, NULL, 10);
	(void)state;
	print_message("SEED=%llu\n", (unsigned long long)random);
	for (int i = 0; i < 20000; i++) {
		char line[256];
		size_t size = (size_t)snprintf(line, sizeof line, "%s ", tokens[i % 3 == 0]);
		for (int n = 0; n < 14; n++) {
			random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
			const char *token =
			    tokens[(random >> 33) % (sizeof tokens / sizeof tokens[0])];
			size += (size_t)snprintf(line + size, sizeof line - size, "%s ", token);
		}
		try(line, size);
	}
}

/* A line of a mebibyte is refused as one of ten bytes is. */
static void long_line(void **state)
{
	size_t size = 1 << 20;
	char *line = malloc(size);
	struct complaint complaint;
	struct query query;
	(void)state;
	assert_non_null(line);
	memset(line, 'x', size);
	memcpy(line, "segment ", 8);
	assert_false(query_parse(&query, line, size, &names, &complaint));
	assert_int_equal(complaint.at, 8);
	memset(line + 8, '(', size - 8);
	assert_false(query_parse(&query, line, size, &names, &complaint));
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(conditions),  cmocka_unit_test(clauses),
	    cmocka_unit_test(cursors),     cmocka_unit_test(groups),
	    cmocka_unit_test(refused),     cmocka_unit_test(without_names),
	    cmocka_unit_test(nesting),     cmocka_unit_test(every_truncation),
	    cmocka_unit_test(other_bytes), cmocka_unit_test(random_tokens),
	    cmocka_unit_test(long_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
