/* resolve_test.c -- runs of events from memory and log: chains, limits, other people's, damage. */
#include "server/app/resolve.h"

#include <string.h>

#include "tests/unit/app/log_fixture.h"

/* Events 1 to 9: customer 5 has 1 3 4 7 9, customer 6 has 2 5 6 8; a group of three each. */
static void fill(struct log_fixture *log)
{
	static const uint64_t customers[] = {5, 6, 5, 5, 6, 6, 5, 6, 5};
	uint64_t last[7] = {0};
	for (uint64_t i = 0; i < 9; i++) {
		uint64_t customer = customers[i];
		log_add(log, customer, last[customer]);
		last[customer] = i + 1;
		if (i % 3 != 2)
			continue;
		commit_submit(log->commit);
		log_flush(log);
	}
}

static void expect_events(const struct resolve *resolve, const struct want *want,
			  const uint64_t *numbers, uint32_t count)
{
	assert_non_null(want);
	assert_false(want->damaged);
	assert_int_equal(want->count, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct event *event = &resolve->events[want->first + i];
		char id[24];
		struct wire_text order = log_order_id(numbers[i], id);
		assert_int_equal(event->number, numbers[i]);
		assert_int_equal(event->order.order.size, order.size); /* kept beside the event */
		assert_memory_equal(event->order.order.bytes, id, order.size);
	}
}

static void test_memory_gives_all_it_has_not_let_go(void **state)
{
	static const uint64_t five[] = {9, 7, 4, 3, 1}, six[] = {6, 5};
	struct log_fixture log;
	(void)state;
	log_open(&log);
	fill(&log);
	struct resolve resolve = {.store = log.store};
	struct want wants[] = {{.number = 9, .customer = 5, .limit = 50, .place = 3},
			       {.number = 6, .customer = 6, .limit = 2, .place = 4}};
	assert_true(resolve_want(&resolve, &wants[0]));
	assert_true(resolve_want(&resolve, &wants[1]));
	assert_true(resolve_from_memory(&resolve, log.commit));
	expect_events(&resolve, resolve_at(&resolve, 3), five, 5);
	expect_events(&resolve, resolve_at(&resolve, 4), six, 2);
	assert_int_equal(resolve_at(&resolve, 3)->next, 0);
	assert_int_equal(resolve_at(&resolve, 4)->next, 2);
	assert_null(resolve_at(&resolve, 5));
	resolve_clear(&resolve);
	log_close(&log);
}

static void test_a_chain_goes_on_in_the_log(void **state)
{
	static const uint64_t five[] = {9, 7, 4, 3, 1};
	struct log_fixture log;
	(void)state;
	log_open(&log);
	fill(&log);
	log_fold(&log);
	log_fold(&log); /* 1 to 6 are in the log only */
	struct resolve resolve = {.store = log.store};
	struct want want = {.number = 9, .customer = 5, .limit = 50, .place = 0};
	assert_true(resolve_want(&resolve, &want));
	assert_false(resolve_from_memory(&resolve, log.commit));
	assert_int_equal(resolve_at(&resolve, 0)->count, 2);
	log_fold(&log); /* what is in memory may go while the job runs (R2) */
	resolve_from_store(&resolve);
	expect_events(&resolve, resolve_at(&resolve, 0), five, 5);
	resolve_clear(&resolve);
	log_close(&log);
}

static void test_somebody_elses_event_ends_the_run(void **state)
{
	struct log_fixture log;
	(void)state;
	log_open(&log);
	fill(&log);
	struct resolve resolve = {.store = log.store};
	struct want want = {.number = 8, .customer = 5, .limit = 50};
	assert_true(resolve_want(&resolve, &want));
	assert_true(resolve_from_memory(&resolve, log.commit));
	expect_events(&resolve, resolve_at(&resolve, 0), NULL, 0);
	resolve_clear(&resolve);
	log_close(&log);
}

static void test_what_the_log_does_not_give_is_damage(void **state)
{
	struct log_fixture log;
	(void)state;
	log_open(&log);
	fill(&log);
	struct resolve resolve = {.store = log.store};
	struct want want = {.number = 1000, .limit = 1};
	assert_true(resolve_want(&resolve, &want));
	assert_false(resolve_from_memory(&resolve, log.commit));
	resolve_from_store(&resolve);
	assert_true(resolve_at(&resolve, 0)->damaged);
	assert_int_equal(resolve_at(&resolve, 0)->next, 1000);
	resolve_clear(&resolve);
	log_close(&log);
}

/* The next event of customer 5, flushed. */
static void add_event(struct log_fixture *log, struct event *event)
{
	event->number = ++log->last;
	event->customer = 5;
	event->previous = log->last - 1;
	assert_true(commit_reserve(log->commit, 1, EVENT_PLAIN_BYTES));
	commit_add(log->commit, event, EVENT_PLAIN_BYTES);
	commit_submit(log->commit);
	log_flush(log);
}

static struct wire_text text_of(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

static void expect_text(struct wire_text got, const char *wanted)
{
	assert_int_equal(got.size, strlen(wanted));
	if (got.size > 0)
		assert_memory_equal(got.bytes, wanted, got.size);
}

static const char most[] = "a policy, a source or a holiday has at most sixty-four bytes, so";

/* Texts are copied, from memory and from the log; parts that are lists do not come along. */
static void test_texts_of_consents_and_greetings(void **state)
{
	struct log_fixture log;
	struct event consent = {.type = EVENT_consent_changed, .parts = PART_consent},
		     care = {.type = EVENT_customer_greeted, .parts = PART_care},
		     set = {.type = EVENT_customer_set, .parts = PART_attributes | PART_words};
	(void)state;
	consent.consent = (struct part_consent){1, 3, 0, 1, text_of(most), text_of("")};
	care.care = (struct part_care){3, 1, text_of("eid"), 0, 1998, 0};
	set.words.list = set.attributes.list = text_of("these are records");
	log_open(&log);
	add_event(&log, &consent);
	add_event(&log, &care);
	add_event(&log, &set);
	for (int where = 0; where < 2; where++) {
		struct resolve resolve = {.store = log.store};
		struct want want = {.number = 3, .customer = 5, .limit = 50};
		assert_true(resolve_want(&resolve, &want));
		assert_int_equal(resolve_from_memory(&resolve, log.commit), where == 0);
		while (where == 0 && store_memory_log(log.store))
			commit_refresh(log.commit); /* what the events borrowed from is gone */
		resolve_from_store(&resolve);
		const struct event *events = resolve.events + resolve_at(&resolve, 0)->first;
		assert_int_equal(resolve_at(&resolve, 0)->count, 3);
		assert_int_equal(events[0].parts, 0);
		expect_text(events[1].care.name, "eid");
		expect_text(events[2].consent.policy, most);
		expect_text(events[2].consent.source, "");
		resolve_clear(&resolve);
	}
	log_close(&log);
}

/* No rule makes such an event, and no checksum vouches for rules: it is damage, not an overflow. */
static void test_a_text_that_is_too_long_is_damage(void **state)
{
	char text[66];
	(void)state;
	memset(text, 'x', sizeof text);
	text[65] = '\0';
	for (int place = 0; place < 3; place++) {
		struct log_fixture log;
		struct event event = {.type = EVENT_consent_changed, .parts = PART_consent};
		event.consent.policy = text_of(place == 0 ? text : most);
		event.consent.source = text_of(place == 1 ? text : most);
		if (place == 2)
			event = (struct event){.type = EVENT_customer_greeted,
					       .parts = PART_care,
					       .care = {.name = text_of(text)}};
		log_open(&log);
		add_event(&log, &event);
		struct resolve resolve = {.store = log.store};
		struct want want = {.number = 1, .customer = 5, .limit = 50};
		assert_true(resolve_want(&resolve, &want));
		assert_true(resolve_from_memory(&resolve, log.commit));
		assert_true(resolve_at(&resolve, 0)->damaged);
		resolve_clear(&resolve);
		log_close(&log);
	}
}

/* R3 */
static void test_wants_and_events_are_bounded(void **state)
{
	struct resolve resolve = {0};
	struct want page = {.number = 1, .customer = 5, .limit = 200},
		    one = {.number = 1, .limit = 1};
	uint32_t pages = 0, ones = 0;
	(void)state;
	while (resolve_want(&resolve, &page))
		pages++;
	assert_int_equal(pages, RESOLVE_EVENTS / 200);
	resolve_reset(&resolve);
	while (resolve_want(&resolve, &one))
		ones++;
	assert_int_equal(ones, RESOLVE_WANTS);
	resolve_clear(&resolve);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_memory_gives_all_it_has_not_let_go),
	    cmocka_unit_test(test_a_chain_goes_on_in_the_log),
	    cmocka_unit_test(test_somebody_elses_event_ends_the_run),
	    cmocka_unit_test(test_what_the_log_does_not_give_is_damage),
	    cmocka_unit_test(test_texts_of_consents_and_greetings),
	    cmocka_unit_test(test_a_text_that_is_too_long_is_damage),
	    cmocka_unit_test(test_wants_and_events_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
