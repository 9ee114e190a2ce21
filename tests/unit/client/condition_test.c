/* condition_test.c -- conditions step by step, and questions as commands on the wire. */
#include <limits.h>
#include <string.h>

#include "client/batch.h"
#include "client/condition.h"
#include "protocol/errors.h"
#include "tests/support/cmocka_tests.h"
#include "tests/unit/protocol/query_dump.h"

static char dumped[DUMP_BYTES];

/* The only command of a batch, decoded from its body. */
static struct command only(const crm_batch *batch)
{
	struct wire_reader r = {batch->body.data, batch->body.data + batch->body.size, false};
	struct command command;
	struct error_detail detail;
	assert_int_equal(crm_batch_size(batch), 1);
	assert_int_equal(command_decode(&r, &command, &detail), ERROR_OK);
	assert_true(r.at == r.end);
	return command;
}

/* What was built, as a line; it is emptied. */
static const char *built(crm_condition *condition)
{
	crm_batch *batch = crm_batch_new();
	crm_error error;
	crm_batch_count(batch, condition);
	if (batch_check(batch, &error) != CRM_OK)
		fail_msg("%s", error.message);
	dump_program(only(batch).as.query_count.predicate, dumped);
	crm_batch_free(batch);
	crm_condition_clear(condition);
	return dumped;
}

static void steps(void **state)
{
	static const char *const tiers[] = {"gold", "vip"};
	static const int64_t ids[] = {5, 7, INT64_MAX};
	crm_condition *c = crm_condition_new();
	(void)state;
	assert_int_equal(crm_condition_all(c), 0);
	assert_string_equal(built(c), "ALL");
	crm_condition_in_texts(c, "tier", tiers, 2);
	crm_condition_in_numbers(c, "id", ids, 3);
	crm_condition_not(c);
	crm_condition_or(c, 2);
	assert_string_equal(built(c), "tier in t:gold,t:vip | id in "
				      "d:5/0,d:7/0,d:9223372036854775807/0 | NOT | OR 2");
	crm_condition_number(c, "spend", CRM_AT_LEAST, 100050, 2);
	crm_condition_date(c, "last_order", CRM_LESS, 20779);
	crm_condition_from_today(c, "first_order", CRM_GREATER, -6, 'm');
	crm_condition_within(c, "birthday", 7, 'd');
	crm_condition_between(c, "spend", -1, 5, 2);
	crm_condition_between_dates(c, "joined", 1, 2);
	crm_condition_null(c, "region");
	crm_condition_saved(c, "best");
	crm_condition_text(c, "tags", CRM_HAS, "vegan");
	assert_int_equal(crm_condition_and(c, 9), 0);
	assert_string_equal(built(c),
			    "spend >= d:100050/2 | last_order < day:20779 | first_order > "
			    "from:-6m | birthday within from:7d | spend between d:-1/2,d:5/2 | "
			    "joined between day:1,day:2 | region is null | @best | tags has "
			    "t:vegan | AND 9");
	crm_condition_free(c);
	crm_condition_free(NULL);
}

static void in_words(void **state)
{
	crm_condition *c = crm_condition_new();
	crm_error error;
	(void)state;
	assert_int_equal(crm_condition_parse(c, "tier = gold or @x", &error), CRM_OK);
	crm_condition_null(c, "region");
	crm_condition_and(c, 2);
	assert_string_equal(built(c), "tier = t:gold | @x | OR 2 | region is null | AND 2");
	assert_int_equal(crm_condition_parse(c, "tier = ", &error), ERROR_BAD_ARGUMENT);
	assert_string_equal(error.message, "a value is missing here");
	assert_int_equal(error.column, 8);
	assert_int_equal(crm_condition_parse(c, NULL, &error), ERROR_BAD_ARGUMENT);
	assert_int_equal(error.column, 0);
	assert_string_equal((crm_condition_all(c), built(c)), "ALL");
	crm_condition_free(c);
}

/* The first wrong step is remembered; the condition stays as it was. */
static void refuses(crm_condition *c, int status, const char *part)
{
	crm_batch *batch = crm_batch_new();
	crm_error error;
	if (status != INT_MAX)
		assert_int_equal(status, -1);
	assert_int_equal(crm_batch_count(batch, c), -1);
	assert_int_not_equal(batch_check(batch, &error), CRM_OK);
	if (strstr(error.message, part) == NULL)
		fail_msg("%s", error.message);
	assert_int_equal(crm_batch_size(batch), 0);
	crm_batch_free(batch);
	crm_condition_clear(c);
}

static void refused(void **state)
{
	static const char wrong[] = "argument that is not valid";
	static char text[300];
	crm_condition *c = crm_condition_new();
	(void)state;
	memset(text, 'x', sizeof text - 1);
	refuses(c, crm_condition_text(c, NULL, CRM_EQUAL, "x"), wrong);
	refuses(c, crm_condition_text(c, "x", CRM_EQUAL, NULL), wrong);
	refuses(c, crm_condition_text(c, "x", CRM_EQUAL, text), wrong);
	refuses(c, crm_condition_text(c, text, CRM_EQUAL, "x"), wrong);
	refuses(c, crm_condition_text(c, "x", 0, "x"), wrong);
	refuses(c, crm_condition_text(c, "x", 7, "x"), wrong);
	refuses(c, crm_condition_number(c, "x", CRM_EQUAL, 1, 256), wrong);
	refuses(c, crm_condition_from_today(c, "x", CRM_EQUAL, 1, 'h'), wrong);
	refuses(c, crm_condition_within(c, "x", 1, '\0'), wrong);
	refuses(c, crm_condition_in_texts(c, "x", NULL, 1), wrong);
	refuses(c, crm_condition_in_numbers(c, "x", NULL, 0), wrong);
	refuses(c, crm_condition_saved(c, NULL), wrong);
	refuses(c, crm_condition_and(c, 1), wrong);
	refuses(c, crm_condition_or(c, 256), wrong);
	assert_int_equal(crm_condition_all(NULL), -1);
	refuses(c, INT_MAX, "not joined into one");
	crm_condition_all(c);
	crm_condition_all(c);
	refuses(c, INT_MAX, "not joined into one");
	crm_condition_not(c);
	refuses(c, INT_MAX, "not joined into one");
	crm_condition_all(c);
	for (int i = 0; i < 16; i++)
		crm_condition_not(c);
	refuses(c, INT_MAX, "17 of something of which 16");
	while (crm_condition_saved(c, "a_segment_with_quite_a_long_name") == 0)
		;
	refuses(c, INT_MAX, "over 16,384 bytes");
	crm_condition_free(c);
}

static void pages_and_groups(void **state)
{
	crm_batch *batch = crm_batch_new();
	struct command command;
	(void)state;
	crm_batch_page(batch, &(crm_page_query){.order = "gap",
						.descending = 5,
						.limit = 7,
						.show = "tier,gap",
						.after = {9, 1, -3, 42}});
	command = only(batch);
	const struct msg_query_page *page = &command.as.query_page;
	assert_string_equal(dump_program(page->predicate, dumped), "ALL");
	assert_memory_equal(page->order.bytes, "gap", 3);
	assert_memory_equal(page->show.bytes, "tier,gap", 8);
	assert_true(page->descending == 1 && page->limit == 7 && page->query == 9);
	assert_true(page->after_null == 1 && page->after_value == -3 && page->after_customer == 42);
	crm_batch_clear(batch);
	crm_batch_groups(batch, &(crm_groups_query){NULL, "tier,stage", "spend", 9900});
	command = only(batch);
	assert_int_equal(command.as.query_groups.by.size, 10);
	assert_int_equal(command.as.query_groups.measure.size, 5);
	assert_int_equal(command.as.query_groups.percentile, 9900);
	crm_batch_clear(batch);
	crm_batch_stream(batch, NULL, "id");
	assert_int_equal(only(batch).as.query_stream.show.size, 2);
	crm_batch_clear(batch);
	crm_batch_stream_next(batch, 3);
	assert_int_equal(only(batch).as.stream_next.stream, 3);
	crm_batch_clear(batch);
	crm_batch_stream_close(batch, 4);
	assert_int_equal(only(batch).as.stream_close.stream, 4);
	crm_batch_free(batch);
}

static void statements(void **state)
{
	crm_batch *batch = crm_batch_new();
	crm_error error;
	struct command command;
	(void)state;
	crm_batch_query(batch, "segment tier = gold show id, gap order by gap limit 3");
	command = only(batch);
	assert_string_equal(dump_program(command.as.query_page.predicate, dumped), "tier = t:gold");
	assert_memory_equal(command.as.query_page.show.bytes, "id,gap", 6);
	assert_true(command.as.query_page.limit == 3 && command.as.query_page.descending == 0);
	crm_batch_clear(batch);
	crm_batch_query(batch, "avg spend by tier where stage = new");
	assert_int_equal(only(batch).opcode, OP_query_groups);
	crm_batch_clear(batch);
	crm_batch_query(batch, "stream all");
	assert_int_equal(only(batch).opcode, OP_query_stream);
	crm_batch_ping(batch, 1);
	assert_int_equal(crm_batch_query(batch, "segment tier == gold"), -1);
	crm_batch_query(batch, "nonsense");
	assert_int_equal(batch_check(batch, &error), ERROR_BAD_ARGUMENT);
	assert_string_equal(error.message, "\"==\" means nothing here; did you mean \"=\"?");
	assert_int_equal(error.column, 14);
	assert_int_equal(error.batch_index, 2);
	crm_batch_clear(batch);
	crm_batch_query(batch, NULL);
	assert_int_equal(batch_check(batch, &error), ERROR_BAD_ARGUMENT);
	assert_int_equal(error.column, 0);
	crm_batch_free(batch);
}

/* Every question gets the client's time limit; nothing else changes. */
static void time_limits(void **state)
{
	crm_batch *batch = crm_batch_new();
	struct command command;
	struct error_detail detail;
	(void)state;
	crm_batch_query(batch, "count tier = gold");
	crm_batch_ping(batch, 77);
	crm_batch_query(batch, "segment tier = gold after 1:2:00000003");
	crm_batch_query(batch, "sum spend");
	crm_batch_query(batch, "stream all");
	crm_batch_stream_next(batch, 5);
	batch_set_timeout(batch, 1234);
	struct wire_reader r = {batch->body.data, batch->body.data + batch->body.size, false};
	for (int i = 0; i < 6; i++) {
		assert_int_equal(command_decode(&r, &command, &detail), ERROR_OK);
		switch (i) {
		case 0:
			assert_int_equal(command.as.query_count.timeout_ms, 1234);
			break;
		case 1:
			assert_int_equal(command.as.ping.nonce, 77);
			break;
		case 2:
			assert_int_equal(command.as.query_page.timeout_ms, 1234);
			assert_int_equal(command.as.query_page.after_customer, 2);
			break;
		case 3:
			assert_int_equal(command.as.query_groups.timeout_ms, 1234);
			break;
		case 4:
			assert_int_equal(command.as.query_stream.timeout_ms, 1234);
			break;
		default:
			assert_int_equal(command.as.stream_next.stream, 5);
		}
	}
	crm_batch_free(batch);
}

static void saved(void **state)
{
	crm_batch *batch = crm_batch_new();
	crm_condition *c = crm_condition_new();
	crm_error error;
	struct command command;
	(void)state;
	crm_condition_text(c, "tier", CRM_EQUAL, "gold");
	crm_batch_segment_save(batch, &(crm_segment_new){"best", c, "tier = gold"}, "ref-1");
	command = only(batch);
	assert_memory_equal(command.as.segment_save.name.bytes, "best", 4);
	assert_int_equal(command.as.segment_save.source.size, 11);
	assert_string_equal(dump_program(command.as.segment_save.predicate, dumped),
			    "tier = t:gold");
	assert_int_equal(batch->writes, 1);
	crm_batch_clear(batch);
	crm_batch_field_add(batch, &(crm_new_field){"size", "number", 2, NULL}, NULL);
	command = only(batch);
	assert_true(command.as.field_add.kind == 1 && command.as.field_add.places == 2);
	crm_batch_clear(batch);
	crm_batch_field_rename(batch, "size", "width", NULL);
	assert_int_equal(only(batch).as.field_rename.to.size, 5);
	crm_batch_clear(batch);
	crm_batch_field_drop(batch, "size", NULL);
	assert_int_equal(only(batch).opcode, OP_field_drop);
	crm_batch_clear(batch);
	crm_batch_segment_drop(batch, "best", NULL);
	assert_int_equal(only(batch).opcode, OP_segment_drop);
	crm_batch_clear(batch);
	crm_batch_segment_test(batch, 42, "best");
	assert_int_equal(only(batch).as.segment_test.customer, 42);
	crm_batch_clear(batch);
	crm_batch_segment_list(batch, 3);
	assert_int_equal(only(batch).as.segment_list.from, 3);
	crm_batch_clear(batch);
	crm_batch_field_list(batch, 300);
	assert_int_equal(only(batch).as.field_list.from, 300);
	crm_batch_field_add(batch, &(crm_new_field){"size", "numbre", 2, NULL}, NULL);
	assert_int_equal(batch_check(batch, &error), ERROR_BAD_ARGUMENT);
	crm_condition_free(c);
	crm_batch_free(batch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(steps),      cmocka_unit_test(in_words),
	    cmocka_unit_test(refused),    cmocka_unit_test(pages_and_groups),
	    cmocka_unit_test(statements), cmocka_unit_test(time_limits),
	    cmocka_unit_test(saved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
