/* model_orders.c -- see model_orders.h.
 *
 * No counter is kept: after each order all orders of the customer are looked at again.
 */
#include "tests/sim/model_orders.h"

#include <string.h>

#include "protocol/common/utf8.h"
#include "protocol/key.h"
#include "protocol/limits.h"

static enum error fault(struct error_detail *detail, enum error error, int64_t a, int64_t b)
{
	*detail = (struct error_detail){a, b};
	return error;
}

static int64_t points_of(const struct msg_order *order, uint8_t tier)
{
	return order->no_points != 0 ? 0 : standing_points(order->amount, tier);
}

int32_t model_now_day(const struct model *model, int64_t time_us)
{
	int32_t clock = model_calendar_day(&model->calendar, time_us);
	if (model->last == 0)
		return model->by_hand ? model->first_day : clock;
	return model->by_hand || clock < model->today ? model->today : clock;
}

int32_t model_latest_day(int32_t now)
{
	return now < MODEL_LAST_DAY ? now + 1 : MODEL_LAST_DAY;
}

enum error model_order_fault(int32_t latest, const struct msg_order *order,
			     const struct standing *before, struct error_detail *detail)
{
	struct wire_text id = order->order;
	if (order->customer == 0)
		return fault(detail, ERROR_ID_ZERO, 0, 0);
	if (id.size < 1 || id.size > 64 || !utf8_is_valid(id.bytes, id.size))
		return fault(detail, ERROR_ORDER_ID_INVALID, id.size, 0);
	if (!wire_id_equal(order->key, key_from_ref(OP_order, id.bytes, id.size)))
		return fault(detail, ERROR_ORDER_KEY, 0, 0);
	if (order->no_points > 1)
		return fault(detail, ERROR_ORDER_FLAG, order->no_points, 0);
	if (order->amount < 0)
		return fault(detail, ERROR_AMOUNT_NEGATIVE, order->amount, 0);
	if (order->day != ORDER_DAY_TODAY && (order->day < 0 || order->day > latest))
		return fault(detail, ERROR_DAY_INVALID, order->day, latest);
	int64_t points = points_of(order, before->tier), sum;
	if (__builtin_add_overflow(before->points, points, &sum))
		return fault(detail, ERROR_AMOUNT_OVERFLOW, before->points, points);
	if (__builtin_add_overflow(before->spend, order->amount, &sum))
		return fault(detail, ERROR_SPEND_OVERFLOW, before->spend, order->amount);
	return ERROR_OK;
}

/* Days of purchase: the first, the last, and the last before that. */
static void look_at_day(struct standing *standing, int32_t day, int32_t last)
{
	if (standing->first_day < 0 || day < standing->first_day)
		standing->first_day = day;
	if (day < last && day > standing->previous_day)
		standing->previous_day = day;
}

static void look_at_month(struct standing *standing, int32_t age, int64_t amount)
{
	if (age >= 0 && age <= 11) {
		standing->spend12 += amount;
		standing->orders12++;
	} else if (age >= 12 && age <= 23) {
		standing->spend12_before += amount;
	}
}

void model_windows(const struct model *model, const struct model_orders *orders, int32_t month,
		   struct standing *standing)
{
	standing->spend12 = standing->spend12_before = 0;
	standing->orders12 = 0;
	for (uint32_t i = 0; i < orders->count; i++) {
		const struct fact *fact = model_fact(model, orders->person->events[i]);
		if (fact->event.type == EVENT_order_placed)
			look_at_month(standing, month - fact->month, fact->event.order.amount);
	}
}

/* The keep-test failed, and the tier has not fallen yet. */
static bool in_grace(const struct model *model, const struct standing *standing)
{
	return standing->tier > 0 && standing->tier_until >= 0 && model->rules.fall != 0 &&
	       model->today > standing->tier_until;
}

struct standing model_after_order(const struct model *model, const struct person *person,
				  const struct standing *before)
{
	const struct fact *newest = model_fact(model, person->events[person->count - 1]);
	struct standing after = standing_none();
	int32_t month = standing_month(model->today);
	for (uint32_t i = 0; i < person->count; i++) {
		const struct fact *fact = model_fact(model, person->events[i]);
		if (fact->event.type == EVENT_order_placed &&
		    fact->event.order.day > after.last_day)
			after.last_day = (int32_t)fact->event.order.day;
	}
	for (uint32_t i = 0; i < person->count; i++) {
		const struct fact *fact = model_fact(model, person->events[i]);
		const struct part_order *order = &fact->event.order;
		if (fact->event.type != EVENT_order_placed)
			continue;
		after.spend += order->amount;
		after.orders++;
		after.largest = order->amount > after.largest ? order->amount : after.largest;
		look_at_day(&after, (int32_t)order->day, after.last_day);
	}
	model_windows(model, &(struct model_orders){person, person->count}, month, &after);
	after.tier_metric = after.spend12;
	if (model->today == before->tier_until + 1) { /* the keep-test, asked again */
		struct standing day_before = after;
		model_windows(model, &(struct model_orders){person, person->count},
			      standing_month(model->today - 1), &day_before);
		if (day_before.spend12 > after.spend12)
			after.tier_metric = day_before.spend12;
	}
	uint8_t reached = standing_tier(after.spend12);
	bool lifted = reached > before->tier;
	bool saved = in_grace(model, before) && standing_keeps(before->tier, after.tier_metric);
	after.tier = lifted ? reached : before->tier;
	after.tier_until =
	    lifted || saved ? standing_until(&model->rules, model->today) : before->tier_until;
	after.stage = standing_stage(&model->rules, &after, model->today);
	after.band = standing_band(&after, model->today);
	after.points = before->points + points_of(&newest->intent->command.as.order, before->tier);
	return after;
}

static bool tier_follows(const struct model *model, const struct event *event,
			 const struct standing *before, const struct standing *after)
{
	const struct part_tier *part = &event->tier;
	bool lifted = after->tier != before->tier;
	bool saved = in_grace(model, before) && standing_keeps(before->tier, after->tier_metric);
	if ((lifted || saved) != ((event->parts & PART_tier) != 0))
		return false;
	return (!lifted && !saved) ||
	       (part->from == before->tier && part->to == after->tier &&
		part->cause == (lifted ? 1 : 2) &&
		part->metric == (lifted ? after->spend12 : after->tier_metric) &&
		part->until == after->tier_until && part->rules == 1);
}

static bool stage_follows(const struct event *event, const struct standing *before,
			  const struct standing *after)
{
	bool moved = after->stage != before->stage;
	if (moved != ((event->parts & PART_stage) != 0))
		return false;
	return !moved || (event->stage.from == before->stage && event->stage.to == after->stage);
}

/* An order that named no day is of the clock's: that of its event, unless the clock had fallen
 * behind the event before. */
static bool day_follows(const struct model *model, const struct event *event,
			const struct msg_order *order)
{
	const struct fact *fact = model_fact(model, event->number);
	int64_t day = event->order.day, now = model_now_day(model, event->time_us);
	if (order->day != ORDER_DAY_TODAY || day == now)
		return day == (order->day == ORDER_DAY_TODAY ? now : order->day);
	int64_t low_us = fact->intent->sent_us - model->back_us;
	return !model->by_hand && day < now &&
	       event->time_us == model_fact(model, event->number - 1)->event.time_us &&
	       day >= model_calendar_day(&model->calendar, low_us);
}

bool model_order_follows(const struct model *model, const struct event *event,
			 const struct msg_order *order, const struct standing *before)
{
	const struct part_order *part = &event->order;
	const struct standing *after = &model_fact(model, event->number)->standing;
	uint32_t known = PART_order | PART_points | PART_tier | PART_stage;
	bool content = part->order.size == order->order.size &&
		       memcmp(part->order.bytes, order->order.bytes, order->order.size) == 0 &&
		       day_follows(model, event, order) && part->amount == order->amount &&
		       part->items == order->items;
	bool results = part->spend == after->spend && part->orders == after->orders &&
		       part->tier == after->tier && part->stage == after->stage &&
		       event->points.before == before->points &&
		       event->points.after == after->points;
	return content && results && (event->parts & ~known) == 0 &&
	       (event->parts & PART_order) != 0 && (event->parts & PART_points) != 0 &&
	       tier_follows(model, event, before, after) && stage_follows(event, before, after);
}
