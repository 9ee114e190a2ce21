/* order.c -- a purchase: counters, points at the tier's rate, upgrade and stage, in one event.
 *
 *   order --> purchases before --purchases_add--> after --> tier (12-month spend), stage (today)
 *                    |
 *                    +--> points at the tier before the order
 *
 * Windows follow the business day of the order; the upgrade is judged on the programme's day.
 *
 *   O1  Spend and points stay within int64_t: what would leave it is refused.
 *   O2  An order only lifts a tier; falling is for the days.
 */
#include "server/engine/rules/rules.h"

#include "protocol/common/date.h"
#include "protocol/common/utf8.h"
#include "protocol/key.h"
#include "server/engine/calendar.h"
#include "server/engine/purchases.h"
#include "server/engine/tier.h"

struct deal {
	const struct msg_order *m;
	uint32_t row; /* EVENT_ROW_UNKNOWN: a new customer */
	int32_t day;
	struct purchases before, after;
	int64_t balance, points; /* before, and what is earned */
	uint32_t tier;           /* before */
	int32_t tier_until;      /* before; TIER_NO_DAY: no end */
	enum stage stage;        /* before */
};

/* The business day of an order that is placed now: the programme's, or the clock's where that is
 * ahead.  The time of the last event does not count: a clock that was wrong may have made it. */
static int32_t day_of_now(const struct engine *engine, const struct request *request)
{
	const struct part_genesis *genesis = &engine->genesis;
	if (genesis->clock_fixed != 0)
		return engine->today;
	int32_t clock = calendar_day(genesis->zone_table, request->now_us);
	return clock < engine->today ? engine->today : clock;
}

/* A business day may be tomorrow: shops in other zones. */
static int32_t latest_day(int32_t now)
{
	return now < CALENDAR_LAST_DAY ? now + 1 : CALENDAR_LAST_DAY;
}

static void refuse_day(const struct engine *engine, struct decision *decision, int64_t day,
		       int32_t latest)
{
	outcome_refuse(decision, ERROR_DAY_INVALID, day, latest);
	outcome_saw_day(engine, decision);
}

/* False: the order itself is not valid, and the decision says why. */
static bool valid(const struct engine *engine, const struct request *request,
		  struct decision *decision)
{
	const struct msg_order *m = &request->command->as.order;
	int32_t latest = latest_day(day_of_now(engine, request));
	struct wire_id key = key_from_ref(OP_order, m->order.bytes, m->order.size);
	if (!outcome_named(decision, m->customer))
		return false;
	if (m->order.size == 0 || m->order.size > LIMIT_ORDER_BYTES ||
	    !utf8_is_valid(m->order.bytes, m->order.size))
		outcome_refuse(decision, ERROR_ORDER_ID_INVALID, m->order.size, 0);
	else if (!wire_id_equal(key, m->key))
		outcome_refuse(decision, ERROR_ORDER_KEY, 0, 0);
	else if (m->no_points > 1)
		outcome_refuse(decision, ERROR_ORDER_FLAG, m->no_points, 0);
	else if (m->amount < 0)
		outcome_refuse(decision, ERROR_AMOUNT_NEGATIVE, m->amount, 0);
	else if (m->day != ORDER_DAY_TODAY && (m->day < 0 || m->day > latest))
		refuse_day(engine, decision, m->day, latest);
	else
		return true;
	return false;
}

static void read_deal(const struct engine *engine, const struct request *request, struct deal *deal)
{
	const struct rows *rows = &engine->rows;
	bool known = deal->row != EVENT_ROW_UNKNOWN;
	deal->day =
	    deal->m->day == ORDER_DAY_TODAY ? day_of_now(engine, request) : (int32_t)deal->m->day;
	deal->before = known ? purchases_read(rows, deal->row) : purchases_none();
	deal->balance = known ? *rows_points(rows, deal->row) : 0;
	deal->tier = known ? *rows_tier(rows, deal->row) : 0;
	deal->tier_until =
	    known ? (int32_t)rows_day_or_none(rows_hot(rows, deal->row)->tier_until) : TIER_NO_DAY;
	deal->stage = known ? (enum stage) * rows_stage(rows, deal->row) : STAGE_prospect;
	deal->after = deal->before;
	deal->points = deal->m->no_points != 0
			   ? 0
			   : programme_points(&engine->programme, deal->m->amount, deal->tier);
}

/* See struct tier_metric. */
static int64_t keep_metric(const struct engine *engine, const struct deal *deal)
{
	int32_t last = date_month_of_day(engine->today - 1), month = date_month_of_day(deal->day);
	if (deal->row == EVENT_ROW_UNKNOWN || engine->today != deal->tier_until + 1 ||
	    last == engine->month)
		return deal->after.spend12;
	uint32_t months = rows_hot(&engine->rows, deal->row)->months;
	int64_t before = months_window(&engine->months, months, last).spend;
	if (month <= last && month > last - 12)
		before += deal->m->amount;
	return before > deal->after.spend12 ? before : deal->after.spend12;
}

static void fill_tier(const struct engine *engine, const struct deal *deal, struct event *event)
{
	struct tier_state state = {deal->tier, deal->tier_until};
	struct tier_metric metric = {deal->after.spend12, keep_metric(engine, deal)};
	event->order.tier = deal->tier;
	if (!tier_on_order(&engine->programme, state, engine->today, metric, &event->tier)) /* O2 */
		return;
	event->parts |= PART_tier;
	event->order.tier = event->tier.to;
}

static void fill_stage(const struct engine *engine, const struct deal *deal, struct event *event)
{
	enum stage stage = purchases_stage(&deal->after, &engine->programme, engine->today);
	event->order.stage = stage;
	if (stage == deal->stage)
		return;
	event->parts |= PART_stage;
	event->stage = (struct part_stage){deal->stage, stage};
}

/* O1.  True: a sum would not fit, and the decision says so. */
static bool overflows(struct decision *decision, const struct deal *deal)
{
	if (deal->points > INT64_MAX - deal->balance)
		outcome_refuse(decision, ERROR_AMOUNT_OVERFLOW, deal->balance, deal->points);
	else if (deal->m->amount > INT64_MAX - deal->before.spend)
		outcome_refuse(decision, ERROR_SPEND_OVERFLOW, deal->before.spend, deal->m->amount);
	else
		return false;
	return true;
}

void order_decide(const struct engine *engine, const struct request *request,
		  struct decision *decision)
{
	const struct msg_order *m = &request->command->as.order;
	struct event *event = &decision->event;
	struct deal deal = {.m = m};
	if (!valid(engine, request, decision))
		return;
	deal.row = outcome_row(engine, decision, m->customer);
	outcome_saw_day(engine, decision); /* every refusal from here on allows the day (I3) */
	if (deal.row != EVENT_ROW_UNKNOWN && outcome_erased(engine, decision, deal.row))
		return;
	read_deal(engine, request, &deal);
	if (overflows(decision, &deal))
		return;
	purchases_add(&deal.after, deal.day, m->amount, engine->today);
	outcome_event(engine, request, decision, EVENT_order_placed, deal.row);
	event->customer = m->customer;
	event->parts = PART_order | PART_points;
	event->order = (struct part_order){.order = m->order,
					   .day = deal.day,
					   .amount = m->amount,
					   .items = m->items,
					   .spend = deal.after.spend,
					   .orders = deal.after.orders};
	event->points = (struct part_points){deal.balance, deal.balance + deal.points};
	fill_tier(engine, &deal, event);
	fill_stage(engine, &deal, event);
}
