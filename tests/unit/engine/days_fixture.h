/* days_fixture.h -- engines whose programme and first day a test chooses, and the turning of days.
 */
#ifndef CRMDB_TESTS_ENGINE_DAYS_FIXTURE_H
#define CRMDB_TESTS_ENGINE_DAYS_FIXTURE_H
#include "server/engine/turn.h"
#include "tests/unit/engine/days_change.h"

#define DAY_US (INT64_C(86400) * 1000000)

/* The default programme of domain.md. */
static inline struct rules rules_default(void)
{
	return (struct rules){
	    .tiers = {{0, 7000, 10000},
		      {20000, 7000, 10000},
		      {50000, 7000, 12500},
		      {150000, 7000, 15000},
		      {500000, 7000, 20000}},
	    .tier_count = 5,
	    .rate_ppm = 10000,
	    .keep_months = 12,
	    .fall = 1,
	    .new_days = 30,
	    .at_risk_days = 90,
	    .churned_days = 180,
	    .won_back_days = 180,
	    .potential_days = 30,
	    .loyal_orders = 4,
	    .band_high = 150000,
	    .band_middle = 30000,
	};
}

static inline uint64_t days_draw(uint64_t *random, uint64_t bound)
{
	return fixture_random(random) % bound;
}

static inline struct rules rules_random(uint64_t *random)
{
	static const uint32_t keeps[] = {0, 5000, 7000, 10000, 12000};
	static const int32_t waits[] = {0, 1, 14, 30, 60, 90, 180};
	struct rules rules = {
	    .tier_count = 1 + (uint32_t)days_draw(random, 7),
	    .rate_ppm = days_draw(random, 20000),
	    .keep_months = 1 + (int32_t)days_draw(random, 24),
	    .grace_days = days_draw(random, 2) == 0 ? 0 : (int32_t)days_draw(random, 41),
	    .fall = days_draw(random, 6) == 0 ? 0 : 1 + (uint32_t)days_draw(random, 2),
	    .new_days = waits[days_draw(random, 5)],
	    .at_risk_days = waits[2 + days_draw(random, 4)],
	    .churned_days = waits[3 + days_draw(random, 4)],
	    .won_back_days = waits[2 + days_draw(random, 5)],
	    .potential_days = waits[days_draw(random, 5)],
	    .loyal_orders = 1 + (uint32_t)days_draw(random, 6),
	    .band_high = 20000 + (int64_t)days_draw(random, 100000),
	    .band_middle = (int64_t)days_draw(random, 20000)};
	for (uint32_t i = 0; i < rules.tier_count; i++) {
		rules.tiers[i].entry =
		    i == 0 ? 0 : rules.tiers[i - 1].entry + (int64_t)days_draw(random, 40000);
		rules.tiers[i].keep_bp = keeps[days_draw(random, 5)];
		rules.tiers[i].earn_bp = (uint32_t)days_draw(random, 20001);
	}
	return rules;
}

/* Event 1 of a programme of these rules, whose clock stands on `day`. */
static inline struct event genesis_of(const struct rules *rules, int32_t day)
{
	static uint8_t tiers[PROGRAMME_TIERS_BYTES];
	struct event event = fixture_genesis();
	struct part_programme *part = &event.programme;
	struct wire_writer w = {tiers, tiers + sizeof tiers, false};
	for (uint32_t i = 0; i < rules->tier_count; i++) {
		wire_write_i64(&w, rules->tiers[i].entry);
		wire_write_u32(&w, rules->tiers[i].keep_bp);
		wire_write_u32(&w, rules->tiers[i].earn_bp);
	}
	event.time_us = day * DAY_US;
	event.genesis.clock_day = day;
	event.genesis.zone_table.size = 0; /* UTC */
	part->version = 7;
	part->tiers = (struct wire_text){(const char *)tiers, (uint32_t)(w.at - tiers)};
	part->rate_ppm = rules->rate_ppm;
	part->keep_months = (uint64_t)rules->keep_months;
	part->grace_days = (uint64_t)rules->grace_days;
	part->fall = rules->fall;
	part->new_days = (uint64_t)rules->new_days;
	part->at_risk_days = (uint64_t)rules->at_risk_days;
	part->churned_days = (uint64_t)rules->churned_days;
	part->won_back_days = (uint64_t)rules->won_back_days;
	part->potential_days = (uint64_t)rules->potential_days;
	part->loyal_orders = rules->loyal_orders;
	part->band_high = rules->band_high;
	part->band_middle = rules->band_middle;
	return event;
}

/* An engine that knows its genesis and nothing else, without indexes. */
static inline struct engine *engine_of(struct fixture_memory *m, const struct event *genesis)
{
	struct engine *engine = engine_new(&m->memory);
	assert_non_null(engine);
	assert_int_equal(engine_reserve(engine, 1), ERROR_OK);
	engine_apply(engine, genesis);
	return engine;
}

/* An event of the log, by an engine that follows it. */
static inline void days_apply_bytes(struct engine *engine, const uint8_t *bytes, size_t size)
{
	struct event event;
	assert_true(event_decode(bytes, size, engine_applied(engine) + 1, &event));
	assert_int_equal(engine_reserve(engine, 1), ERROR_OK);
	engine_apply(engine, &event);
}

/* The day after today, and all it changes: the last event of it. */
static inline struct event days_turn_one(struct engine *engine, int64_t now_us)
{
	struct day_begin begin = {now_us, 2};
	struct event event, last;
	enum ageing ageing = AGEING_MORE;
	assert_int_equal(engine_reserve_days(engine, 1), ERROR_OK);
	engine_begin_day(engine, &begin, &event);
	engine_apply(engine, &event);
	last = event;
	while (ageing != AGEING_TURNED) {
		uint32_t budget = 100;
		assert_int_equal(engine_reserve_days(engine, budget), ERROR_OK);
		ageing = engine_age(engine, now_us, &budget, &event);
		if (ageing != AGEING_EVENT)
			continue;
		engine_apply(engine, &event);
		last = event;
	}
	return last;
}

#endif
