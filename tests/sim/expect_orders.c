/* expect_orders.c -- answers about orders, from the event and where its customer stood. */
#include "tests/sim/expect_private.h"
#include "tests/sim/model_orders.h"

/* The latest business day the server allowed: what a refusal names, when the clock may have shown
 * it; else what is best for the order. */
static int32_t latest_day(const struct expect *expect)
{
	const struct judge *judge = expect->judge;
	const struct model *model = judge->model;
	int64_t low_us = expect->intent->sent_us - judge->back_us;
	int64_t named = expect->answer->detail.b;
	int32_t low = model_calendar_day(&model->calendar, low_us);
	int32_t high = model_calendar_day(&model->calendar, judge->high_us);
	int32_t today = model_newest(model, expect->at)->today;
	if (model->by_hand)
		return model_latest_day(today);
	high = high < today ? today : high;
	if (expect->answer->status == ERROR_DAY_INVALID && named >= model_latest_day(low) &&
	    named <= model_latest_day(high))
		return (int32_t)named;
	return model_latest_day(high);
}

void expect_order(struct expect *expect, const struct person_state *person)
{
	struct error_detail detail;
	enum error error = model_order_fault(latest_day(expect), &expect->command->as.order,
					     &person->standing, &detail);
	bool own = error != ERROR_OK && error != ERROR_AMOUNT_OVERFLOW &&
		   error != ERROR_SPEND_OVERFLOW; /* of the order alone: they come first */
	if (!own && expect_erased(expect, person))
		return;
	if (error != ERROR_OK)
		expect_refuse(expect, error, detail.a, detail.b);
	else
		expect_no_excuse(expect);
}

static struct ans_order answer_of(const struct expect *expect, const struct event *event)
{
	const struct model *model = expect->judge->model;
	const struct standing *after = &model_fact(model, event->number)->standing;
	struct standing before = model_before(model, event);
	return (struct ans_order){
	    .event = event->number,
	    .created = event->previous == 0,
	    .day = event->order.day,
	    .spend = after->spend,
	    .orders = after->orders,
	    .before = before.points,
	    .after = after->points,
	    .tier_before = before.tier,
	    .tier = after->tier,
	    .stage_before = before.stage,
	    .stage = after->stage,
	};
}

void expect_order_event(struct expect *expect, const struct event *event)
{
	expect->answer->as.order = answer_of(expect, event);
}

void expect_order_entry(const struct expect *expect, const struct event *event,
			struct rec_entry *entry)
{
	struct ans_order order = answer_of(expect, event);
	const struct intent *intent = model_fact(expect->judge->model, event->number)->intent;
	entry->told |= 2 | 4 | 8;
	entry->order = intent->command.as.order.order;
	entry->day = order.day;
	entry->amount = intent->command.as.order.amount;
	entry->items = intent->command.as.order.items;
	entry->spend = order.spend;
	entry->tier_before = order.tier_before;
	entry->tier = order.tier;
	entry->stage_before = order.stage_before;
	entry->stage = order.stage;
}
