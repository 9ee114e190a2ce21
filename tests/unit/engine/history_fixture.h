/* history_fixture.h -- days that are closed as they end. */
#ifndef CRMDB_TESTS_ENGINE_HISTORY_FIXTURE_H
#define CRMDB_TESTS_ENGINE_HISTORY_FIXTURE_H
#include "tests/unit/engine/days_fixture.h"

#include "server/engine/history.h"

/* Close today; its event goes to `follower` too, as bytes. */
static inline void history_end_day(struct engine *engine, struct engine *follower)
{
	struct day_close close = {.now_us = 0};
	struct event event;
	uint8_t bytes[EVENT_PLAIN_BYTES];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	assert_true(engine_close_day(engine, &close, &event));
	assert_int_equal(engine_reserve_days(engine, 1), ERROR_OK);
	event_encode(&w, &event);
	assert_false(w.failed);
	assert_true((uint64_t)(w.at - bytes) <= engine_day_cost(&event) * EVENT_DAY_BYTES);
	engine_apply(engine, &event);
	if (follower != NULL)
		days_apply_bytes(follower, bytes, (size_t)(w.at - bytes));
}

#endif
