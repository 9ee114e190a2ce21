/* cli_lister_test.c -- customers as they come: each format is whole, however many pages there are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/found.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/found_reply.h"

static const struct facts facts = {.tiers = {"none", "gold"},
				   .stages = {"prospect", "new"},
				   .tier_count = 2,
				   .stage_count = 2,
				   .digits = 2};
static const struct screen screen = {.utf8 = true};

/* The page's customer `count` times in this format.  Owned by the caller. */
static char *listed(enum show_format format, uint64_t count, const char *next)
{
	char *text = NULL;
	size_t size;
	struct found found;
	crm_result *result = found_result();
	struct lister lister = {.kind = &lister_members,
				.columns = 6,
				.context = &found,
				.facts = &facts,
				.screen = &screen,
				.format = format};
	lister.out = open_memstream(&text, &size);
	assert_non_null(lister.out);
	assert_true(found_read(&found, result, 0));
	assert_true(lister_begin(&lister));
	for (uint64_t i = 1; i <= count; i++)
		assert_true(lister_add(&lister, &(struct found_row){result, FOUND_PAGE, 0}));
	lister_end(&lister, &(struct lister_end){.total = 12345, .next = next, .server_us = 310});
	lister_free(&lister);
	crm_result_free(result);
	assert_int_equal(fclose(lister.out), 0);
	return text;
}

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0, size = strlen(part);
	for (; *text != '\0'; text++) /* strstr measures the whole text under asan */
		count += *text == *part && strncmp(text, part, size) == 0;
	return count;
}

static bool ends_with(const char *text, const char *end)
{
	return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

#define HEAD "customer,tier,spend,last_order,size,vegan\n"

static void csv(void **state)
{
	char *text = listed(SHOW_CSV, 2, NULL);
	(void)state;
	assert_string_equal(text, HEAD "7,gold,1234.56,1998-07-01,42.5,true\n"
				       "7,gold,1234.56,1998-07-01,42.5,true\n");
	free(text);
	text = listed(SHOW_CSV, 0, NULL);
	assert_string_equal(text, HEAD);
	free(text);
	text = listed(SHOW_CSV, 25000, NULL);
	assert_int_equal(count_of(text, "\n"), 25001);
	free(text);
}

static void json(void **state)
{
	char *text = listed(SHOW_JSON, 0, NULL);
	(void)state;
	assert_string_equal(text,
			    "{\n  \"members\": [],\n  \"total\": 12345,\n  \"next\": null\n}\n");
	free(text);
	text = listed(SHOW_JSON, 25000, "0.02:2:0000000a");
	assert_int_equal(count_of(text, "},\n"), 24999);
	assert_true(
	    ends_with(text, "}\n  ],\n  \"total\": 12345,\n  \"next\": \"0.02:2:0000000a\"\n}\n"));
	free(text);
}

/* A table is cut where it would need more memory. */
static void table(void **state)
{
	char *text = listed(SHOW_TABLE, LISTER_ROWS, NULL);
	(void)state;
	assert_int_equal(count_of(text, "┌─"), 1);
	free(text);
	text = listed(SHOW_TABLE, LISTER_ROWS + 1, "7");
	assert_int_equal(count_of(text, "┌─"), 2);
	assert_int_equal(count_of(text, " 1,234.56 "), LISTER_ROWS + 1);
	assert_true(ends_with(
	    text, "10,001 of 12,345 · server 0.310 ms · round trip 0.00 ms · next: after '7'\n"));
	free(text);
	text = listed(SHOW_TABLE, 0, NULL);
	assert_int_equal(count_of(text, "┌─"), 1);
	assert_true(ends_with(text, "0 of 12,345 · server 0.310 ms · round trip 0.00 ms\n"));
	free(text);
}

/* Of due lists nobody counts the rest. */
static char *due_list(enum show_format format, const char *next)
{
	char *text = NULL;
	size_t size;
	struct lister lister = {.kind = &lister_due,
				.columns = LISTER_DUE_COLUMNS,
				.facts = &facts,
				.screen = &screen,
				.format = format};
	lister.out = open_memstream(&text, &size);
	assert_non_null(lister.out);
	assert_true(lister_begin(&lister));
	assert_true(lister_add(&lister, &(crm_due){7, 10408, 1, 0, 250, "sms"}));
	assert_true(lister_add(&lister, &(crm_due){8, 10409, 0, 1, 0, NULL}));
	lister_end(&lister, &(struct lister_end){.next = next, .server_us = -1});
	lister_free(&lister);
	assert_int_equal(fclose(lister.out), 0);
	return text;
}

static void due(void **state)
{
	char *text = due_list(SHOW_JSON, "9");
	(void)state;
	assert_string_equal(text,
			    "{\n  \"due\": [\n    { \"customer\": 7, \"day\": \"1998-07-01\", "
			    "\"tier\": \"gold\", \"stage\": \"prospect\", \"spend\": \"2.50\", "
			    "\"channel\": \"sms\" },\n    { \"customer\": 8, \"day\": "
			    "\"1998-07-02\", \"tier\": \"none\", \"stage\": \"new\", \"spend\": "
			    "\"0.00\", \"channel\": null }\n  ],\n  \"next\": \"9\"\n}\n");
	free(text);
	text = due_list(SHOW_CSV, NULL);
	assert_string_equal(text, "customer,day,tier,stage,spend,channel\n"
				  "7,1998-07-01,gold,prospect,2.50,sms\n"
				  "8,1998-07-02,none,new,0.00,\n");
	free(text);
	text = due_list(SHOW_TABLE, "9");
	assert_true(ends_with(text, "2 due · round trip 0.00 ms · next: after '9'\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(csv),
	    cmocka_unit_test(json),
	    cmocka_unit_test(table),
	    cmocka_unit_test(due),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
