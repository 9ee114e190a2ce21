/* log_fixture.h -- a commit on a store in memory, and events to put into it. */
#ifndef CRMDB_TESTS_UNIT_APP_LOG_FIXTURE_H
#define CRMDB_TESTS_UNIT_APP_LOG_FIXTURE_H
#include <stdio.h>

#include "server/app/commit.h"
#include "server/store/store_memory.h"
#include "tests/support/cmocka_tests.h"

struct log_fixture {
	struct store_memory_disk *disk;
	struct store *store;
	struct commit *commit;
	uint64_t last;
};

static inline void log_advanced(void *context)
{
	(void)context;
}

static inline void log_failed(void *context, const struct failure *failure)
{
	(void)context;
	fail_msg("the store failed: %s", failure->text);
}

static inline void log_open(struct log_fixture *log)
{
	struct store_listener listener = {log_advanced, log_failed, NULL};
	log->disk = store_memory_disk_new((struct wire_id){{1}}, 7);
	assert_non_null(log->disk);
	log->store = store_memory_open(log->disk, &listener);
	assert_non_null(log->store);
	log->commit = commit_new(log->store, 0);
	assert_non_null(log->commit);
	log->last = 0;
}

static inline void log_close(struct log_fixture *log)
{
	store_free(log->store);
	commit_free(log->commit);
	store_memory_disk_free(log->disk);
}

/* The id of the order that is event `number`. */
static inline struct wire_text log_order_id(uint64_t number, char text[24])
{
	int size = snprintf(text, 24, "order-%llu", (unsigned long long)number);
	return (struct wire_text){text, (uint32_t)size};
}

/* The next event: an order of `customer`, with an id that says its number. */
static inline void log_add(struct log_fixture *log, uint64_t customer, uint64_t previous)
{
	char id[24];
	struct event event = {.number = ++log->last,
			      .time_us = (int64_t)log->last,
			      .type = EVENT_order_placed,
			      .parts = PART_points | PART_order,
			      .customer = customer,
			      .previous = previous,
			      .points = {0, (int64_t)log->last}};
	event.order.order = log_order_id(log->last, id);
	assert_true(commit_reserve(log->commit, 1, EVENT_PLAIN_BYTES));
	commit_add(log->commit, &event, EVENT_PLAIN_BYTES);
}

static inline void log_flush(struct log_fixture *log)
{
	assert_true(store_memory_flush(log->store));
	commit_refresh(log->commit);
}

static inline void log_fold(struct log_fixture *log)
{
	assert_true(store_memory_log(log->store));
	commit_refresh(log->commit);
}

#endif
