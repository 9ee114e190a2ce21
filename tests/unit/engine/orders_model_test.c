/* orders_model_test.c -- orders and questions about sets against a model of lists and scans, for
 * 200,000 random commands; and against a second engine that replays the events and is then indexed.
 *
 * The model keeps each customer's orders in a list and works everything out again from it, by the
 * words of the rules; it shares no code with the engine.  SEED repeats a run, COMMANDS makes it
 * longer.
 */
#include <stdio.h>
#include <time.h>

#include "tests/unit/engine/fixture.h"
#include "tests/unit/engine/orders_rules.h"

#include "protocol/limits.h"
#include "server/base/limits.h"

#define CUSTOMERS 300u
#define ORDERS 200000u
#define STAGES 7u
#define TIERS 5u

/* An order that was accepted. */
struct placed {
	uint64_t customer, event;
	int64_t amount;
	int32_t day;
	uint8_t no_points;
};

static struct {
	struct customer customers[CUSTOMERS]; /* in the order of their creation */
	uint32_t count;
	char ids[ORDERS][12]; /* of orders */
	struct placed placed[ORDERS];
	uint32_t id_count;
	uint64_t random, serial;
	uint32_t orders, lifted, refused, repeated, listed;
} model;

static struct engine *engine, *follower;
static struct decision decision;

static uint64_t pick(uint64_t bound)
{
	return fixture_random(&model.random) % bound;
}

/* --- tiers --- */

static const int64_t entries[TIERS] = {0, 20000, 50000, 150000, 500000};
static const int64_t earns[TIERS] = {100, 100, 125, 150, 200}; /* percent */

/* --- what a customer looks like --- */

static struct customer *find(uint64_t id)
{
	for (uint32_t i = 0; i < model.count; i++)
		if (model.customers[i].id == id)
			return &model.customers[i];
	return NULL;
}

static struct customer *find_or_make(uint64_t id)
{
	struct customer *c = find(id);
	if (c != NULL)
		return c;
	assert_true(model.count < CUSTOMERS);
	c = &model.customers[model.count++];
	c->id = id;
	return c;
}

static void same_member(const struct customer *c, const struct rec_member *m)
{
	struct seen seen = look(c);
	assert_true(m->customer == c->id && m->points == c->points && m->spend == c->spend);
	assert_true(m->tier == c->tier && m->stage == c->stage && m->band == band_of(c));
	assert_true(m->spend12 == seen.spend12 && m->orders12 == seen.orders12);
	assert_true(m->orders == c->order_count && m->first_day == seen.first);
	assert_true(m->last_day == seen.last && m->previous_day == seen.previous);
}

/* --- orders --- */

static int32_t random_day(void)
{
	static const int32_t ages[] = {0,  1,   2,   29,  30,  31,  89,  90,  91,
				       92, 179, 180, 181, 182, 331, 360, 365, 700};
	if (pick(4) == 0)
		return FIXTURE_TODAY + 1 - (int32_t)pick(800);
	return FIXTURE_TODAY - ages[pick(sizeof ages / sizeof ages[0])] + (int32_t)pick(2);
}

static int64_t random_amount(void)
{
	switch (pick(12)) {
	case 0:
		return 0;
	case 1:
		return (int64_t)pick(600000);
	case 2:
		return entries[pick(TIERS)] - (int64_t)pick(2);
	default:
		return (int64_t)pick(9000);
	}
}

static uint64_t random_customer(void)
{
	return pick(3) == 0 ? 1 + pick(CUSTOMERS) : 1 + pick(60);
}

/* The model's answer to an order that is valid and new. */
static void expect_order(struct customer *c, const struct msg_order *m)
{
	const struct event *event = &decision.event;
	uint8_t tier = c->tier, stage = c->stage, lifted = 0;
	int64_t gain = m->no_points ? 0 : m->amount * earns[tier] / 10000;
	if (c->order_count == c->capacity) {
		c->capacity = c->capacity == 0 ? 16 : 2 * c->capacity;
		c->orders = realloc(c->orders, c->capacity * sizeof *c->orders);
		assert_non_null(c->orders);
	}
	c->orders[c->order_count++] =
	    (struct bought){(int32_t)m->day, month_of((int32_t)m->day), m->amount};
	c->spend += m->amount;
	while (lifted + 1u < TIERS && look(c).spend12 >= entries[lifted + 1])
		lifted++;
	c->tier = lifted > tier ? lifted : tier;
	c->stage = stage_of(c);
	assert_true(event->customer == c->id && event->order.day == m->day);
	assert_true(event->order.amount == m->amount && event->order.spend == c->spend);
	assert_int_equal(event->order.orders, c->order_count);
	assert_int_equal(event->points.before, c->points);
	assert_int_equal(event->points.after, c->points + gain);
	assert_int_equal(event->order.tier, c->tier);
	assert_int_equal(event->order.stage, c->stage);
	assert_int_equal((event->parts & PART_tier) != 0, c->tier != tier);
	assert_int_equal((event->parts & PART_stage) != 0, c->stage != stage);
	if (event->parts & PART_tier) {
		assert_true(event->tier.from == tier && event->tier.to == c->tier);
		assert_int_equal(event->tier.metric, look(c).spend12);
		assert_int_equal(event->tier.until, 10803); /* 1999-07-31 */
		model.lifted++;
	}
	c->points += gain;
	model.orders++;
}

/* The event as bytes, decoded and applied by the engine that never decides. */
static void follow(void)
{
	static uint8_t bytes[EVENT_PLAIN_BYTES];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct event decoded;
	event_encode(&w, &decision.event);
	assert_false(w.failed);
	assert_true(
	    event_decode(bytes, (size_t)(w.at - bytes), engine_applied(follower) + 1, &decoded));
	assert_int_equal(engine_reserve(follower, 1), ERROR_OK);
	engine_apply(follower, &decoded);
}

/* An order again: the same is a repeat of its event, another content is refused. */
static void step_repeat(int64_t now_us)
{
	uint32_t old = (uint32_t)pick(model.id_count);
	struct placed *placed = &model.placed[old];
	bool same = pick(2) == 0;
	struct command command = fixture_order(placed->customer, model.ids[old], placed->day,
					       placed->amount + (same ? 0 : 1));
	command.as.order.no_points = placed->no_points;
	enum verdict verdict = fixture_run(engine, &command, now_us, &decision);
	model.repeated++;
	if (!same) {
		assert_int_equal(decision.answer.status, ERROR_EXISTS_DIFFERENT);
		assert_int_equal(decision.answer.detail.a, placed->event);
		return;
	}
	assert_int_equal(verdict, VERDICT_REPEAT);
	assert_int_equal(decision.past, placed->event);
}

static void step_order(int64_t now_us)
{
	char *id = model.ids[model.id_count];
	snprintf(id, sizeof model.ids[0], "o%u", model.id_count);
	struct command command =
	    fixture_order(random_customer(), id, random_day(), random_amount());
	const struct msg_order *m = &command.as.order;
	command.as.order.no_points = pick(8) == 0;
	enum verdict verdict = fixture_run(engine, &command, now_us, &decision);
	bool negative = m->amount < 0;
	if (negative || m->day > FIXTURE_TODAY + 1) {
		assert_int_equal(decision.answer.status,
				 negative ? ERROR_AMOUNT_NEGATIVE : ERROR_DAY_INVALID);
		model.refused++;
		return;
	}
	assert_int_equal(verdict, VERDICT_EVENT);
	model.placed[model.id_count++] = (struct placed){m->customer, decision.event.number,
							 m->amount, (int32_t)m->day, m->no_points};
	expect_order(find_or_make(m->customer), m);
	follow();
}

static void step_points(int64_t now_us)
{
	enum opcode opcode = pick(2) == 0 ? OP_points_earn : OP_points_redeem;
	int64_t points = 1 + (int64_t)pick(300);
	struct command command =
	    fixture_write(opcode, fixture_key(now_us, ++model.serial), random_customer(), points);
	struct customer *c = find(command.as.points_earn.customer);
	if (fixture_run(engine, &command, now_us, &decision) != VERDICT_EVENT)
		return;
	assert_non_null(c);
	c->points += opcode == OP_points_earn ? points : -points;
	follow();
}

/* --- questions --- */

struct question {
	uint16_t tiers, stages;
	int64_t from, to;
	bool descending;
};

static struct question random_question(void)
{
	static const int64_t ends[] = {0, 19999, 20000, 20001, 500000, 1000000};
	struct question q = {(uint16_t)pick(1u << TIERS), (uint16_t)pick(1u << STAGES), INT64_MIN,
			     INT64_MAX, pick(2) == 0};
	if (pick(3) == 0)
		q.tiers = q.stages = 0xffff;
	if (pick(2) == 0)
		q.from = ends[pick(6)] - (int64_t)pick(2);
	if (pick(2) == 0)
		q.to = ends[pick(6)];
	if (pick(3) == 0 && model.count > 0) /* an end that is somebody's spend */
		q.to = model.customers[pick(model.count)].spend;
	if (q.from > q.to)
		q.from = INT64_MIN;
	return q;
}

static bool fits(const struct customer *c, const struct question *q)
{
	return (q->tiers >> c->tier & 1) != 0 && (q->stages >> c->stage & 1) != 0 &&
	       c->spend >= q->from && c->spend <= q->to;
}

/* Does a come before b in spend order? */
static bool before(const struct customer *a, const struct customer *b)
{
	return a->spend != b->spend ? a->spend < b->spend : a->id < b->id;
}

/* The matching customer that follows `last` (NULL: the first); NULL: none. */
static struct customer *next_of(const struct question *q, const struct customer *last)
{
	struct customer *best = NULL;
	for (uint32_t i = 0; i < model.count; i++) {
		struct customer *c = &model.customers[i];
		bool beyond = last == NULL || (q->descending ? before(c, last) : before(last, c));
		if (fits(c, q) && beyond &&
		    (best == NULL || (q->descending ? before(best, c) : before(c, best))))
			best = c;
	}
	return best;
}

static void ask(const struct command *command)
{
	fixture_decide(engine, command, FIXTURE_START_US, &decision);
	assert_int_equal(decision.verdict, VERDICT_ANSWER);
	assert_true(decision.saw <= engine_applied(engine));
}

static void check_count(const struct question *q)
{
	struct command command = {.opcode = OP_segment_count};
	uint64_t count = 0;
	command.as.segment_count =
	    (struct msg_segment_count){4, q->tiers, q->stages, q->from, q->to};
	ask(&command);
	for (uint32_t i = 0; i < model.count; i++)
		count += fits(&model.customers[i], q);
	assert_int_equal(decision.answer.as.segment_count.customers, count);
}

/* All pages of a question, `limit` customers each. */
static void check_pages(const struct question *q, uint32_t limit)
{
	struct command command = {.opcode = OP_segment_page};
	const struct ans_segment_page *page = &decision.answer.as.segment_page;
	struct customer *last = NULL;
	command.as.segment_page = (struct msg_segment_page){
	    6, q->tiers, q->stages, q->from, q->to, q->descending, limit, 0, 0, 0};
	do {
		ask(&command);
		struct wire_reader r = {page->members.bytes,
					page->members.bytes + page->members.size, false};
		for (uint32_t i = 0; i < page->members.count; i++) {
			struct rec_member member;
			assert_true(decode_rec_member(&r, &member));
			last = next_of(q, last);
			assert_non_null(last);
			same_member(last, &member);
			model.listed++;
		}
		assert_true(page->members.count == limit || !page->more);
		command.as.segment_page.query = page->query;
		command.as.segment_page.after_spend = page->next_spend;
		command.as.segment_page.after_customer = page->next_customer;
	} while (page->more);
	assert_null(next_of(q, last));
}

static void check_walk(void)
{
	struct command command = {.opcode = OP_segment_walk};
	const struct ans_segment_walk *walk = &decision.answer.as.segment_walk;
	uint32_t at = 0;
	command.as.segment_walk = (struct msg_segment_walk){2, 0, 1 + (uint32_t)pick(90)};
	do {
		ask(&command);
		assert_int_equal(decision.saw, engine_applied(engine));
		struct wire_reader r = {walk->members.bytes,
					walk->members.bytes + walk->members.size, false};
		for (uint32_t i = 0; i < walk->members.count; i++) {
			struct rec_member member;
			assert_true(decode_rec_member(&r, &member));
			same_member(&model.customers[at++], &member);
		}
		command.as.segment_walk.from = walk->next;
	} while (walk->next != 0);
	assert_int_equal(at, model.count);
}

static void check_matrix(void)
{
	struct command command = {.opcode = OP_matrix};
	ask(&command);
	const struct wire_list *cells = &decision.answer.as.matrix.cells;
	struct wire_reader r = {cells->bytes, cells->bytes + cells->size, false};
	assert_int_equal(cells->count, TIERS * STAGES);
	for (uint32_t i = 0; i < cells->count; i++) {
		struct rec_cell cell,
		    wanted = {(uint8_t)(i / STAGES), (uint8_t)(i % STAGES), 0, 0, 0};
		assert_true(decode_rec_cell(&r, &cell));
		for (uint32_t c = 0; c < model.count; c++) {
			const struct customer *customer = &model.customers[c];
			if (customer->tier != wanted.tier || customer->stage != wanted.stage)
				continue;
			wanted.customers++;
			wanted.spend += customer->spend;
			wanted.points += customer->points;
		}
		assert_true(cell.tier == wanted.tier && cell.stage == wanted.stage);
		assert_int_equal(cell.customers, wanted.customers);
		assert_true(cell.spend == wanted.spend && cell.points == wanted.points);
	}
}

static void step(int64_t now_us)
{
	struct question q = random_question();
	switch (pick(10)) {
	case 0:
	case 1:
	case 2:
		step_points(now_us);
		return;
	case 3:
		check_count(&q);
		return;
	default:
		if (model.id_count > 0 && pick(15) == 0)
			step_repeat(now_us);
		else
			step_order(now_us);
	}
}

static void check_whole(void)
{
	fixture_check(engine);
	fixture_check(follower);
	assert_true(engine_digest(engine) == engine_digest(follower));
	check_walk();
	check_matrix();
	for (int i = 0; i < 10; i++) {
		struct question q = random_question();
		check_count(&q);
		check_pages(&q, 1 + (uint32_t)pick(120));
	}
}

static void test_model(void **state)
{
	struct fixture_memory memory, other;
	const char *wanted = getenv("COMMANDS");
	uint64_t commands = wanted != NULL ? strtoull(wanted, NULL, 10) : 200000;
	struct event genesis = fixture_genesis();
	int64_t now_us = FIXTURE_START_US;
	(void)state;
	model.random = fixture_seed((uint64_t)time(NULL));
	fixture_memory(&memory);
	fixture_memory(&other);
	engine = fixture_engine(&memory);
	follower = engine_new(&other.memory);
	assert_int_equal(engine_reserve(follower, 3000), ERROR_OK); /* another layout */
	engine_apply(follower, &genesis);
	for (uint64_t i = 0; i < commands && model.id_count < ORDERS; i++) {
		now_us += (int64_t)pick(2000000);
		step(now_us);
		if (i % 10000 == 9999)
			check_whole();
	}
	assert_int_equal(engine_index(follower), ERROR_OK); /* as after a restart */
	struct engine *live = engine;
	check_whole();
	engine = follower;
	check_whole();
	print_message("%u orders, %u lifted a tier, %u ids used twice, %u refused, %u listed\n",
		      model.orders, model.lifted, model.repeated, model.refused, model.listed);
	engine_free(live);
	engine_free(follower);
	for (uint32_t i = 0; i < model.count; i++)
		free(model.customers[i].orders);
	assert_int_equal(memory.used + other.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_model)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
