/* care_test.c -- consents, greetings and due lists of the library: what is sent, what is read, and
 * names that are none.
 */
#include <stdlib.h>
#include <string.h>

#include "client/batch.h"
#include "client/result.h"
#include "protocol/choices.h"
#include "protocol/limits.h"
#include "protocol/messages.h"
#include "tests/support/cmocka_tests.h"

/* Decode the last command added. */
static struct command last_of(const crm_batch *batch)
{
	struct wire_reader r = {batch->body.data, batch->body.data + batch->body.size, false};
	struct command command = {0};
	struct error_detail detail;
	while (r.at < r.end)
		assert_int_equal(command_decode(&r, &command, &detail), ERROR_OK);
	return command;
}

static void expect_text(struct wire_text text, const char *wanted)
{
	assert_int_equal(text.size, strlen(wanted));
	if (text.size > 0)
		assert_memory_equal(text.bytes, wanted, text.size);
}

static void sends(void **state)
{
	crm_batch *batch = crm_batch_new();
	(void)state;
	assert_int_equal(crm_batch_consent(batch,
					   &(crm_consent){.customer = 42,
							  .purpose = "Marketing",
							  .channel = "SMS",
							  .granted = 7,
							  .policy = "v2",
							  .source = "shop 12"},
					   "c1"),
			 0);
	struct msg_customer_consent consent = last_of(batch).as.customer_consent;
	assert_int_equal(consent.customer, 42);
	assert_int_equal(consent.purpose, 1);
	assert_int_equal(consent.channel, 3);
	assert_int_equal(consent.granted, 1);
	expect_text(consent.policy, "v2");
	expect_text(consent.source, "shop 12");
	assert_int_equal(crm_batch_care(batch,
					&(crm_care){.customer = 42,
						    .kind = "holiday",
						    .holiday = "eid",
						    .channel = "post",
						    .year = 1998},
					NULL),
			 1);
	struct msg_customer_care care = last_of(batch).as.customer_care;
	assert_int_equal(care.kind, CARE_holiday);
	assert_int_equal(care.channel, 8);
	assert_int_equal(care.year, 1998);
	expect_text(care.holiday, "eid");
	assert_int_equal(crm_batch_due(batch, &(crm_due_query){.kind = "birthday",
							       .first = 10408,
							       .last = 10409,
							       .purpose = "profiling",
							       .channel = "phone",
							       .from = 7,
							       .limit = 9}),
			 2);
	struct msg_due due = last_of(batch).as.due;
	assert_int_equal(due.kind, CARE_birthday);
	assert_int_equal(due.first, 10408);
	assert_int_equal(due.last, 10409);
	assert_int_equal(due.purpose, 4);
	assert_int_equal(due.channel, 1);
	assert_int_equal(due.from, 7);
	assert_int_equal(due.limit, 9);
	expect_text(due.holiday, "");
	crm_batch_free(batch);
}

/* A text over its limit is sent over its limit, so that the server refuses it. */
static void cuts_no_text_to_fit(void **state)
{
	char text[200];
	crm_batch *batch = crm_batch_new();
	(void)state;
	memset(text, 'x', sizeof text);
	text[LIMIT_NOTE_BYTES] = '\0';
	crm_consent consent = {
	    .customer = 1, .purpose = "service", .channel = "web", .policy = text};
	assert_int_equal(crm_batch_consent(batch, &consent, "a"), 0);
	assert_int_equal(last_of(batch).as.customer_consent.policy.size, LIMIT_NOTE_BYTES);
	text[LIMIT_NOTE_BYTES] = 'x';
	text[199] = '\0';
	assert_int_equal(crm_batch_consent(batch, &consent, "b"), 1);
	assert_int_equal(last_of(batch).as.customer_consent.policy.size, LIMIT_NOTE_BYTES + 1);
	crm_batch_free(batch);
}

static void expect_refused(crm_batch *batch, int added)
{
	crm_error error;
	assert_int_equal(added, -1);
	assert_int_equal(batch_check(batch, &error), ERROR_BAD_ARGUMENT);
	assert_non_null(strstr(error.message, "crmdb/care.h"));
	crm_batch_clear(batch);
}

static void names_that_are_none(void **state)
{
	crm_batch *batch = crm_batch_new();
	static const crm_consent consents[] = {
	    {.customer = 1, .purpose = "marketting", .channel = "sms"},
	    {.customer = 1, .purpose = "marketing", .channel = "fax"},
	    {.customer = 1, .purpose = "", .channel = "sms"},
	    {.customer = 1, .purpose = NULL, .channel = "sms"},
	    {.customer = 1, .purpose = "marketing", .channel = NULL},
	};
	static const crm_care cares[] = {
	    {.customer = 1, .kind = "easter"},
	    {.customer = 1, .kind = NULL},
	    {.customer = 1, .kind = "birthday", .channel = "fax"},
	};
	static const crm_due_query queries[] = {
	    {.kind = NULL},
	    {.kind = "birthda"},
	    {.kind = "birthday", .purpose = "sales", .channel = "sms"},
	    {.kind = "birthday", .purpose = "service", .channel = "smss"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof consents / sizeof consents[0]; i++)
		expect_refused(batch, crm_batch_consent(batch, &consents[i], "r"));
	for (size_t i = 0; i < sizeof cares / sizeof cares[0]; i++)
		expect_refused(batch, crm_batch_care(batch, &cares[i], "r"));
	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
		expect_refused(batch, crm_batch_due(batch, &queries[i]));
	crm_batch_free(batch);
}

/* --- answers --- */

/* A result of one answer, whatever was asked.  Owned by the caller. */
static crm_result *result_of(const struct answer *answer)
{
	static uint8_t bytes[2048];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	const struct batch_item item = {.opcode = answer->opcode};
	crm_result *result = NULL;
	answer_encode(&w, answer);
	assert_false(w.failed);
	assert_int_equal(result_take(&result, &item, 1, bytes, (size_t)(w.at - bytes)), CRM_OK);
	return result;
}

static void reads(void **state)
{
	int before = -1, after = -1;
	struct answer answer = {.opcode = OP_customer_consent, .as.customer_consent = {9, 1, 0}};
	crm_result *result = result_of(&answer);
	(void)state;
	assert_int_equal(crm_result_consent(result, 0, &before, &after), 0);
	assert_int_equal(before, 1);
	assert_int_equal(after, 0);
	assert_int_equal(crm_result_care_event(result, 0), 9);
	assert_int_equal(crm_result_care_year(result, 0), -1); /* another kind */
	assert_int_equal(crm_result_due_size(result, 0), -1);
	assert_int_equal(crm_result_consent(result, 1, &before, &after), -1);
	crm_result_free(result);
	answer = (struct answer){.opcode = OP_customer_care, .as.customer_care = {10, 1999}};
	result = result_of(&answer);
	assert_int_equal(crm_result_care_year(result, 0), 1999);
	assert_int_equal(crm_result_care_event(result, 0), 10);
	assert_int_equal(crm_result_consent(result, 0, &before, &after), -1);
	crm_result_free(result);
	answer = (struct answer){.opcode = OP_customer_care, .status = ERROR_CARE_DONE};
	result = result_of(&answer);
	assert_int_equal(crm_result_care_year(result, 0), -1);
	assert_int_equal(crm_result_care_event(result, 0), 0);
	crm_result_free(result);
}

static void reads_due_lists(void **state)
{
	uint8_t bytes[256];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct answer answer = {.opcode = OP_due};
	crm_due due;
	(void)state;
	encode_rec_due(&w, &(struct rec_due){42, 10408, 3, 2, -5, 3});
	encode_rec_due(&w, &(struct rec_due){UINT64_MAX, 10409, 0, 0, INT64_MAX, 0});
	encode_rec_due(&w, &(struct rec_due){44, 10409, 0, 0, 0, 200}); /* of a newer server */
	answer.as.due = (struct ans_due){{bytes, (uint32_t)(w.at - bytes), 3}, 8192};
	crm_result *result = result_of(&answer);
	assert_int_equal(crm_result_due_size(result, 0), 3);
	assert_int_equal(crm_result_due_next(result, 0), 8192);
	assert_int_equal(crm_result_due(result, 0, 0, &due), 0);
	assert_int_equal(due.customer, 42);
	assert_int_equal(due.day, 10408);
	assert_int_equal(due.tier, 3);
	assert_int_equal(due.stage, 2);
	assert_int_equal(due.spend, -5);
	assert_string_equal(due.channel, "sms");
	assert_int_equal(crm_result_due(result, 0, 1, &due), 0);
	assert_true(due.customer == UINT64_MAX && due.channel == NULL);
	assert_int_equal(crm_result_due(result, 0, 2, &due), 0);
	assert_null(due.channel);
	assert_int_equal(crm_result_due(result, 0, 3, &due), -1);
	assert_int_equal(crm_result_due(result, 1, 0, &due), -1);
	crm_result_free(result);
}

static void reads_consents_of_a_profile(void **state)
{
	struct answer answer = {.opcode = OP_customer_profile};
	(void)state;
	answer.as.customer_profile.consents = UINT32_C(1) << 2 | UINT32_C(1) << 31;
	crm_result *result = result_of(&answer);
	assert_int_equal(crm_result_has_consent(result, 0, "marketing", "sms"), 1);
	assert_int_equal(crm_result_has_consent(result, 0, "PROFILING", "Post"), 1);
	assert_int_equal(crm_result_has_consent(result, 0, "service", "sms"), 0);
	assert_int_equal(crm_result_has_consent(result, 0, "marketing", "post"), 0);
	assert_int_equal(crm_result_has_consent(result, 0, "sales", "sms"), -1);
	assert_int_equal(crm_result_has_consent(result, 0, "marketing", "fax"), -1);
	assert_int_equal(crm_result_has_consent(result, 0, NULL, "sms"), -1);
	assert_int_equal(crm_result_has_consent(result, 0, "marketing", NULL), -1);
	assert_int_equal(crm_result_has_consent(result, 1, "marketing", "sms"), -1);
	crm_result_free(result);
}

/* A text longer than any there can be fills its place and ends it. */
static void long_texts_of_a_history(void **state)
{
	static uint8_t bytes[1024];
	char text[201];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct answer answer = {.opcode = OP_history};
	crm_entry entry;
	(void)state;
	memset(text, 'x', sizeof text);
	encode_rec_entry(&w, &(struct rec_entry){.event = 7,
						 .purpose = 1,
						 .channel = 2,
						 .granted = 1,
						 .policy = {text, 200},
						 .source = {text, 65}});
	encode_rec_entry(&w, &(struct rec_entry){.event = 6, .care = 9, .purpose = 77});
	answer.as.history.entries = (struct wire_list){bytes, (uint32_t)(w.at - bytes), 2};
	crm_result *result = result_of(&answer);
	assert_int_equal(crm_result_history_entry(result, 0, 0, &entry), 0);
	assert_string_equal(entry.purpose, "marketing");
	assert_string_equal(entry.channel, "email");
	assert_in_range(strlen(entry.policy), 0, 64);
	assert_in_range(strlen(entry.source), 0, 64);
	assert_int_equal(crm_result_history_entry(result, 0, 1, &entry), 0);
	assert_true(entry.purpose == NULL && entry.care == NULL); /* of a newer server */
	crm_result_free(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sends),
	    cmocka_unit_test(cuts_no_text_to_fit),
	    cmocka_unit_test(names_that_are_none),
	    cmocka_unit_test(reads),
	    cmocka_unit_test(reads_due_lists),
	    cmocka_unit_test(reads_consents_of_a_profile),
	    cmocka_unit_test(long_texts_of_a_history),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
