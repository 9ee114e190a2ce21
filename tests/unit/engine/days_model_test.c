/* days_model_test.c -- years of days, one by one, against a model of lists and scans.
 *
 *   live    turns days in slices of random size, with commands between and inside of the turns;
 *           sometimes it is replaced by a fold of the log, as at a restart
 *   fold    applies the events as bytes and is never indexed; its digest is that of live
 *   leaps   lives the same life, but turns the days between two commands at one go
 *
 * The model keeps lists of orders and works out from them, by the words of the rules, what each day
 * is to tell of whom (days_change.h); after each day every customer is asked for.  Programmes are
 * random.  SEED repeats a run, LIVES makes it longer.
 */
#include <stdio.h>
#include <time.h>

#include "tests/unit/engine/days_fixture.h"

#define CUSTOMERS 60u
#define BUSY 12u
#define LAST_DAY 47481 /* 2099-12-31 */
#define LOG_BYTES (16u << 20)

struct span {
	const char *name;
	int32_t start, days;
	bool usual;       /* the default programme */
	bool inside;      /* commands in the middle of turns, and restarts */
	int32_t at_once;  /* days between two commands, at most */
	int32_t lateness; /* days the clock may be ahead; 0: it is set by hand */
};

static const struct span spans[] = {
    {"2027 to 2031, default programme", 20819, 1826, true, true, 1, 0},
    {"2027 to 2031, days by clock", 20819, 1826, false, true, 40, 60},
    {"over 29 February 2000", 10865, 600, false, true, 3, 0},
    {"the end of the calendar", 47481 - 800, 800, false, true, 2, 0},
    {"single days and leaps", 20819, 1826, false, false, 40, 0},
    {"single days and leaps over 2000", 10500, 900, true, false, 10, 0},
};
#define SPANS (sizeof spans / sizeof spans[0])

static struct {
	const struct span *span;
	struct rules rules;
	struct life lives[CUSTOMERS + 1]; /* by customer */
	struct change pending[CUSTOMERS + 1];
	bool waits[CUSTOMERS + 1]; /* the day has yet to tell its change */
	int32_t today, clock_day;
	int64_t now_us;
	uint64_t applied, random, serial;
	uint64_t stages[7][7], tiers[16][16]; /* transitions told */
	uint8_t log[LOG_BYTES];
	size_t log_size;
} model;

/* What was seen, over all lives. */
static struct {
	uint64_t days, orders, causes[5], far, stages, inside, restarts, ahead;
} seen_in_all;

static struct engine *live, *fold, *leaps;
static struct decision decision;
static struct event genesis;

static uint64_t pick(uint64_t bound)
{
	return fixture_random(&model.random) % bound;
}

static int32_t pick_day(int32_t bound)
{
	return (int32_t)pick((uint64_t)bound);
}

/* --- the log --- */

/* An event of live: applied there and, as bytes, to the fold. */
static void record(const struct event *event)
{
	uint8_t *start = model.log + model.log_size;
	struct wire_writer w = {start + 2, model.log + LOG_BYTES, false};
	assert_int_equal(event->number, ++model.applied);
	event_encode(&w, event);
	assert_false(w.failed);
	uint16_t size = (uint16_t)(w.at - start - 2);
	memcpy(start, &size, 2);
	model.log_size += size + 2u;
	if (event->parts & PART_stage)
		model.stages[event->stage.from][event->stage.to]++;
	if (event->parts & PART_tier)
		model.tiers[event->tier.from][event->tier.to]++;
	engine_apply(live, event);
	days_apply_bytes(fold, start + 2, size);
}

/* Live dies; another replays the log, is indexed and goes on. */
static void restart(struct fixture_memory *memory)
{
	struct engine *next = engine_of(memory, &genesis);
	for (size_t at = 0; at < model.log_size;) {
		uint16_t size;
		memcpy(&size, model.log + at, 2);
		days_apply_bytes(next, model.log + at + 2, size);
		at += size + 2u;
	}
	assert_true(engine_digest(next) == engine_digest(live));
	fixture_check(next);
	assert_int_equal(engine_index(next), ERROR_OK);
	assert_true(engine_digest(next) == engine_digest(live));
	fixture_check(next);
	engine_free(live);
	live = next;
	seen_in_all.restarts++;
}

/* --- what is told --- */

static void same_tier(const struct event *event, const struct change *change)
{
	const struct part_tier *part = &event->tier;
	assert_int_equal((event->parts & PART_tier) != 0, change->tier);
	if (!change->tier)
		return;
	assert_true(part->from == change->from_tier && part->to == change->to_tier);
	assert_int_equal(part->cause, change->cause);
	assert_int_equal(part->metric, change->metric);
	assert_int_equal(part->until, change->until);
	assert_int_equal(part->rules, 7);
	seen_in_all.causes[change->cause]++;
	seen_in_all.far += change->from_tier > change->to_tier + 1;
}

static void same_stage(const struct event *event, const struct change *change)
{
	assert_int_equal((event->parts & PART_stage) != 0, change->stage);
	if (!change->stage)
		return;
	assert_int_equal(event->stage.from, change->from_stage);
	assert_int_equal(event->stage.to, change->to_stage);
	seen_in_all.stages++;
}

/* The event is what today has to tell of its customer, and has not told yet. */
static void take_turned(const struct event *event)
{
	assert_true(event->customer >= 1 && event->customer <= CUSTOMERS);
	struct life *life = &model.lives[event->customer];
	assert_true(model.waits[event->customer]);
	assert_true(event->type == EVENT_day_turned && event->flags == 0 && event->actor == 0);
	assert_true(event->previous == life->last_event && event->time_us >= model.today * DAY_US);
	assert_true((event->parts & ~(uint32_t)(PART_tier | PART_stage)) == 0);
	same_tier(event, &model.pending[event->customer]);
	same_stage(event, &model.pending[event->customer]);
	follow_change(life, &model.pending[event->customer]);
	model.waits[event->customer] = false;
	life->last_event = event->number;
	life->events++;
	record(event);
}

/* The customer as live knows it is the customer of the model. */
static void same_customer(const struct life *life)
{
	struct command command = {.opcode = OP_customer_get};
	const struct ans_customer_get *got = &decision.answer.as.customer_get;
	uint32_t orders;
	command.as.customer_get.customer = life->c.id;
	fixture_decide(live, &command, model.now_us, &decision);
	if (life->last_event == 0) {
		assert_int_equal(decision.answer.status, ERROR_NOT_FOUND);
		return;
	}
	struct seen seen = look_at(life, month_on(model.today));
	int64_t before = spend_in(life, month_on(model.today) - 12, &orders);
	assert_int_equal(decision.verdict, VERDICT_ANSWER);
	assert_int_equal(got->tier, life->c.tier);
	assert_int_equal(got->tier_until, life->until);
	assert_int_equal(got->stage, life->c.stage);
	assert_int_equal(got->band, band_on(&model.rules, &seen, model.today));
	assert_true(got->spend12 == seen.spend12 && got->orders12 == seen.orders12);
	assert_int_equal(got->spend12_before, before);
	assert_true(got->points == life->c.points && got->spend == life->c.spend);
	assert_true(got->orders == life->c.order_count && got->first_day == seen.first);
	assert_true(got->last_day == seen.last && got->previous_day == seen.previous);
	assert_true(got->events == life->events && got->event == life->last_event);
}

/* --- commands --- */

static bool in_grace(const struct life *life)
{
	return life->until != -1 && model.today > life->until;
}

/* Some buy often, those in grace more often than chance has it. */
static uint64_t random_customer(void)
{
	uint64_t customer = 1 + pick(CUSTOMERS), first = customer;
	if (pick(4) > 0)
		return pick(3) == 0 ? customer : 1 + pick(BUSY);
	do
		customer = customer % CUSTOMERS + 1;
	while (customer != first && !in_grace(&model.lives[customer]));
	return customer;
}

static int64_t random_amount(const struct life *life)
{
	uint32_t tier = (uint32_t)pick(model.rules.tier_count), orders;
	if (pick(2) == 0)
		tier = life->c.tier;
	int64_t spend12 = spend_in(life, month_on(model.today), &orders);
	int64_t entry = model.rules.tiers[tier].entry;
	int64_t keep = entry * (int64_t)model.rules.tiers[tier].keep_bp / 10000;
	int64_t wanted = (pick(2) == 0 ? entry : keep) + 1 - (int64_t)pick(3);
	if (pick(in_grace(life) ? 2 : 5) == 0 &&
	    wanted >= spend12) /* at a threshold, or beside it */
		return wanted - spend12;
	return (int64_t)pick(pick(8) == 0 ? 200000 : 9000);
}

static int32_t random_day(void)
{
	static const int32_t ages[] = {1, 30, 31, 90, 91, 180, 181, 334, 365, 700, 760};
	int32_t latest = model.clock_day < LAST_DAY ? model.clock_day + 1 : LAST_DAY, day;
	if (pick(3) > 0)
		return model.clock_day;
	if (pick(2) == 0)
		return latest - pick_day(latest - model.today + 3);
	day = model.today + pick_day(2) - ages[pick(sizeof ages / sizeof ages[0])];
	return day < latest ? day : latest;
}

static void run_order(struct life *life)
{
	static char id[16]; /* the event borrows it */
	snprintf(id, sizeof id, "o%u", (unsigned)++model.serial);
	struct command command = fixture_order(life->c.id, id, random_day(), random_amount(life));
	const struct msg_order *m = &command.as.order;
	const struct event *event = &decision.event;
	struct customer *c = &life->c;
	int64_t gain = m->amount * (int64_t)model.rules.tiers[c->tier].earn_bp *
		       (int64_t)model.rules.rate_ppm / INT64_C(10000000000);
	fixture_decide(live, &command, model.now_us, &decision);
	assert_int_equal(decision.verdict, VERDICT_EVENT);
	if (c->order_count == c->capacity) {
		c->capacity = c->capacity == 0 ? 16 : 2 * c->capacity;
		c->orders = realloc(c->orders, c->capacity * sizeof *c->orders);
		assert_non_null(c->orders);
	}
	c->orders[c->order_count++] =
	    (struct bought){(int32_t)m->day, month_on((int32_t)m->day), m->amount};
	struct change change = change_of_order(&model.rules, life, model.today);
	same_tier(event, &change);
	same_stage(event, &change);
	follow_change(life, &change);
	assert_true(event->order.tier == c->tier && event->order.stage == c->stage);
	c->spend += m->amount;
	c->points += gain;
	assert_int_equal(event->points.after, c->points);
	seen_in_all.orders++;
	seen_in_all.ahead += m->day > model.today;
}

static void run_earn(struct life *life)
{
	struct command command =
	    fixture_write(OP_points_earn, fixture_key(model.now_us, ++model.serial), life->c.id, 5);
	fixture_decide(live, &command, model.now_us, &decision);
	assert_int_equal(decision.verdict, life->last_event == 0 ? VERDICT_REFUSED : VERDICT_EVENT);
	if (life->last_event != 0)
		life->c.points += 5;
}

/* A command on one customer, whatever the day has yet to do. */
static void run_command(void)
{
	uint64_t customer = random_customer();
	struct life *life = &model.lives[customer];
	struct command naming = {.opcode = OP_customer_get};
	struct event first;
	naming.as.customer_get.customer = customer;
	assert_int_equal(engine_reserve(live, 2), ERROR_OK);
	if (engine_age_first(live, &naming, model.now_us, &first))
		take_turned(&first);
	assert_false(model.waits[customer]);
	same_customer(life);
	decision.verdict = VERDICT_ANSWER;
	if (pick(4) > 0)
		run_order(life);
	else
		run_earn(life);
	if (decision.verdict != VERDICT_EVENT)
		return;
	life->last_event = decision.event.number;
	life->events++;
	record(&decision.event);
	if (leaps != NULL) {
		assert_int_equal(engine_reserve(leaps, 1), ERROR_OK);
		engine_apply(leaps, &decision.event);
	}
	same_customer(life);
}

/* --- days --- */

/* The next day, and what the model expects of it. */
static void begin_day(void)
{
	struct day_begin begin = {model.now_us, 1};
	struct event event;
	assert_false(engine_is_turning(live));
	assert_int_equal(engine_reserve_days(live, 1), ERROR_OK);
	engine_begin_day(live, &begin, &event);
	assert_true(event.type == EVENT_day_began && event.parts == PART_day);
	assert_true(event.day.day == ++model.today && event.day.cause == 1);
	record(&event);
	for (uint32_t i = 1; i <= CUSTOMERS; i++) {
		struct life *life = &model.lives[i];
		if (life->last_event == 0)
			continue;
		model.pending[i] = change_of_day(&model.rules, life, model.today);
		model.waits[i] = model.pending[i].tier || model.pending[i].stage;
	}
	seen_in_all.days++;
}

static void disturb(struct fixture_memory *memory)
{
	if (pick(5) == 0) {
		run_command();
		seen_in_all.inside++;
	}
	if (pick(500) == 0) {
		fixture_check(live);
		restart(memory);
	}
}

/* Up to a few customers.  False: the day has turned. */
static bool turn_slice(struct fixture_memory *memory)
{
	uint32_t given = 1 + (uint32_t)pick(pick(4) == 0 ? 60 : 4), budget = given;
	struct event event;
	assert_int_equal(engine_reserve_days(live, given), ERROR_OK);
	enum ageing ageing = engine_age(live, model.now_us, &budget, &event);
	assert_true(budget <= given);
	if (ageing == AGEING_EVENT)
		take_turned(&event);
	else
		assert_int_equal(budget == 0, ageing == AGEING_MORE || given == 0);
	if (model.span->inside)
		disturb(memory);
	return ageing != AGEING_TURNED || engine_is_turning(live);
}

static void turn_day(struct fixture_memory *memory)
{
	begin_day();
	while (turn_slice(memory))
		;
	for (uint32_t i = 1; i <= CUSTOMERS; i++) {
		assert_false(model.waits[i]); /* each change was told, once */
		same_customer(&model.lives[i]);
	}
	if (pick(20) == 0) {
		fixture_check(live);
		assert_true(engine_digest(live) == engine_digest(fold));
	}
}

static void leap_to_today(void)
{
	while (engine_today(leaps) < model.today)
		days_turn_one(leaps, model.now_us);
	assert_true(engine_digest(live) == engine_digest(leaps));
}

static void set_clock(int32_t day)
{
	model.clock_day = day;
	model.now_us = day * DAY_US;
}

/* Some days, then some commands. */
static void step(struct fixture_memory *memory)
{
	int32_t left = model.span->start + model.span->days - model.today;
	int32_t days = 1 + pick_day(pick(2) == 0 ? 1 : model.span->at_once);
	int32_t goal = model.today + (days < left ? days : left);
	if (model.span->lateness > 0 && model.clock_day < goal)
		set_clock(goal + pick_day(model.span->lateness));
	while (model.today < goal) {
		if (model.span->lateness == 0)
			set_clock(model.today + 1);
		turn_day(memory);
	}
	if (leaps != NULL)
		leap_to_today();
	for (uint64_t i = pick(model.span->at_once > 5 ? 20 : 5); i > 0; i--)
		run_command();
}

/* --- lives --- */

static void begin_life(const struct span *span, struct fixture_memory *memory)
{
	for (uint32_t i = 1; i <= CUSTOMERS; i++)
		free(model.lives[i].c.orders);
	uint64_t random = model.random;
	memset(&model, 0, sizeof model);
	model.random = random;
	model.span = span;
	model.rules = span->usual ? rules_default() : rules_random(&model.random);
	model.today = span->start;
	set_clock(span->start);
	genesis = genesis_of(&model.rules, span->start);
	genesis.genesis.clock_fixed = span->lateness == 0;
	live = engine_of(memory, &genesis);
	fold = engine_of(memory, &genesis);
	leaps = span->inside ? NULL : engine_of(memory, &genesis);
	assert_int_equal(engine_index(live), ERROR_OK);
	if (leaps != NULL)
		assert_int_equal(engine_index(leaps), ERROR_OK);
	model.applied = 1;
	for (uint32_t i = 1; i <= CUSTOMERS; i++)
		model.lives[i] = (struct life){.c.id = i, .until = -1};
}

/* Who is where is who went there, less those who left. */
static void check_transitions(void)
{
	int64_t stages[7] = {0}, tiers[16] = {0};
	for (uint32_t i = 1; i <= CUSTOMERS; i++) {
		if (model.lives[i].last_event == 0)
			continue;
		stages[model.lives[i].c.stage]++;
		stages[0]--; /* where each begins */
		tiers[model.lives[i].c.tier]++;
		tiers[0]--;
	}
	for (uint32_t i = 0; i < 16 * 16; i++) {
		tiers[i / 16] += (int64_t)model.tiers[i / 16][i % 16];
		tiers[i % 16] -= (int64_t)model.tiers[i / 16][i % 16];
	}
	for (uint32_t i = 0; i < 7 * 7; i++) {
		stages[i / 7] += (int64_t)model.stages[i / 7][i % 7];
		stages[i % 7] -= (int64_t)model.stages[i / 7][i % 7];
	}
	for (uint32_t i = 0; i < 16; i++)
		assert_true(tiers[i] == 0 && (i >= 7 || stages[i] == 0));
}

static void live_once(const struct span *span)
{
	struct fixture_memory memory;
	fixture_memory(&memory);
	begin_life(span, &memory);
	while (model.today < span->start + span->days)
		step(&memory);
	fixture_check(live);
	fixture_check(fold);
	assert_true(engine_digest(live) == engine_digest(fold));
	check_transitions();
	restart(&memory);
	engine_free(live);
	engine_free(fold);
	engine_free(leaps);
	assert_int_equal(memory.used, 0);
}

static void test_model(void **state)
{
	const char *wanted = getenv("LIVES");
	uint64_t lives = wanted != NULL ? strtoull(wanted, NULL, 10) : 3 * SPANS;
	(void)state;
	uint64_t seed = fixture_seed((uint64_t)time(NULL));
	for (uint64_t i = 0; i < lives; i++) {
		model.random = seed + i * 1000003;
		live_once(&spans[i % SPANS]);
	}
	for (uint32_t i = 1; i <= CUSTOMERS; i++)
		free(model.lives[i].c.orders);
	print_message("%llu days, %llu orders, %llu of days to come, %llu stages, %llu commands "
		      "inside a turn, %llu restarts\n",
		      (unsigned long long)seen_in_all.days, (unsigned long long)seen_in_all.orders,
		      (unsigned long long)seen_in_all.ahead, (unsigned long long)seen_in_all.stages,
		      (unsigned long long)seen_in_all.inside,
		      (unsigned long long)seen_in_all.restarts);
	print_message(
	    "tiers: %llu reached, %llu saved, %llu kept, %llu fell, %llu of them far\n",
	    (unsigned long long)seen_in_all.causes[1], (unsigned long long)seen_in_all.causes[2],
	    (unsigned long long)seen_in_all.causes[3], (unsigned long long)seen_in_all.causes[4],
	    (unsigned long long)seen_in_all.far);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_model)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
