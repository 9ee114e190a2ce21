/* reply.c -- I7: the answer to a write, and its line in a history, from events and nothing else.
 *
 * The first answer and every repeat, a day or years later, come from this one function; so an
 * event carries all that its answer says.
 */
#include "server/base/ensure.h"
#include "server/engine/engine.h"

static struct ans_order order_answer(const struct event *event)
{
	const struct part_order *order = &event->order;
	bool upgraded = (event->parts & PART_tier) != 0;
	bool moved = (event->parts & PART_stage) != 0;
	return (struct ans_order){
	    .event = event->number,
	    .created = event->previous == 0,
	    .day = order->day,
	    .spend = order->spend,
	    .orders = (uint32_t)order->orders,
	    .before = event->points.before,
	    .after = event->points.after,
	    .tier_before = (uint8_t)(upgraded ? event->tier.from : order->tier),
	    .tier = (uint8_t)order->tier,
	    .stage_before = (uint8_t)(moved ? event->stage.from : order->stage),
	    .stage = (uint8_t)order->stage,
	};
}

/* 0: attributes alone changed. */
static uint64_t profile_version(const struct event *event)
{
	return event->parts & PART_profile ? event->profile.version : 0;
}

/* Of the events of all customers. */
static void reply_from_field(const struct event *event, struct answer *answer)
{
	switch (event->type) {
	case EVENT_field_added:
		answer->opcode = OP_field_add;
		answer->as.field_add =
		    (struct ans_field_add){event->number, (uint16_t)event->field.number};
		break;
	case EVENT_field_renamed:
		answer->opcode = OP_field_rename;
		answer->as.field_rename = (struct ans_field_rename){event->number};
		break;
	case EVENT_field_dropped:
		answer->opcode = OP_field_drop;
		answer->as.field_drop =
		    (struct ans_field_drop){event->number, event->field.customers};
		break;
	default:
		ENSURE(0 && "an event that answers a command");
	}
}

static void answer_segment(const struct event *event, struct answer *answer)
{
	uint8_t number = (uint8_t)event->segment.number;
	if (event->type == EVENT_segment_saved) {
		answer->opcode = OP_segment_save;
		answer->as.segment_save = (struct ans_segment_save){event->number, number};
	} else {
		answer->opcode = OP_segment_drop;
		answer->as.segment_drop = (struct ans_segment_drop){event->number, number};
	}
}

void reply_from_events(const struct event *events, size_t count, struct answer *answer)
{
	ENSURE(count > 0);
	const struct event *event = &events[0];
	const struct part_points *part = &event->points; /* set when the type has it */
	answer->status = ERROR_OK;
	answer->flags = 0;
	answer->sequence = 0;
	answer->detail = (struct error_detail){0, 0};
	if (event->parts & PART_segment) {
		answer_segment(event, answer);
		return;
	}
	switch (event->type) {
	case EVENT_customer_created:
		answer->opcode = OP_customer_create;
		answer->as.customer_create =
		    (struct ans_customer_create){event->customer, event->number};
		break;
	case EVENT_points_earned:
		answer->opcode = OP_points_earn;
		answer->as.points_earn =
		    (struct ans_points_earn){part->before, part->after, event->number};
		break;
	case EVENT_points_redeemed:
		answer->opcode = OP_points_redeem;
		answer->as.points_redeem =
		    (struct ans_points_redeem){part->before, part->after, event->number};
		break;
	case EVENT_points_adjusted:
		answer->opcode = OP_points_adjust;
		answer->as.points_adjust =
		    (struct ans_points_adjust){part->before, part->after, event->number};
		break;
	case EVENT_order_placed:
		answer->opcode = OP_order;
		answer->as.order = order_answer(event);
		break;
	case EVENT_customer_put:
		answer->opcode = OP_customer_put;
		answer->as.customer_put = (struct ans_customer_put){
		    event->number, event->previous == 0, event->profile.version};
		break;
	case EVENT_customer_set:
		answer->opcode = OP_customer_set;
		answer->as.customer_set = (struct ans_customer_set){
		    event->number, profile_version(event), event->previous == 0};
		break;
	case EVENT_consent_changed:
		answer->opcode = OP_customer_consent;
		answer->as.customer_consent = (struct ans_customer_consent){
		    event->number, (uint8_t)event->consent.before, (uint8_t)event->consent.after};
		break;
	case EVENT_customer_greeted:
		answer->opcode = OP_customer_care;
		answer->as.customer_care =
		    (struct ans_customer_care){event->number, (uint16_t)event->care.year};
		break;
	case EVENT_customer_erased:
		answer->opcode = OP_customer_erase;
		answer->as.customer_erase =
		    (struct ans_customer_erase){event->number, part->before};
		break;
	default:
		reply_from_field(event, answer);
	}
}

/* Member `told` of an entry. */
static unsigned told_by(const struct event *event)
{
	bool order = (event->parts & PART_order) != 0; /* tells tier and stage, changed or not */
	return (event->parts & PART_points ? 1u : 0) | (order ? 2u : 0) |
	       (order || (event->parts & PART_tier) ? 4u : 0) |
	       (order || (event->parts & PART_stage) ? 8u : 0);
}

/* Tier and stage as a day left them; those of an order are its answer. */
static void fill_standing(const struct event *event, struct rec_entry *entry)
{
	if (event->parts & PART_tier) {
		entry->tier_before = (uint8_t)event->tier.from;
		entry->tier = (uint8_t)event->tier.to;
		entry->tier_cause = (uint8_t)event->tier.cause;
		entry->tier_metric = event->tier.metric;
		entry->tier_until = event->tier.until;
	}
	if (event->parts & PART_stage) {
		entry->stage_before = (uint8_t)event->stage.from;
		entry->stage = (uint8_t)event->stage.to;
	}
}

static void fill_consent(const struct event *event, struct rec_entry *entry)
{
	if (event->parts & PART_consent) {
		entry->purpose = (uint8_t)event->consent.purpose;
		entry->channel = (uint8_t)event->consent.channel;
		entry->granted = (uint8_t)event->consent.after;
		entry->policy = event->consent.policy;
		entry->source = event->consent.source;
	}
	if (event->parts & PART_care) {
		entry->care = (uint8_t)event->care.kind;
		entry->channel = (uint8_t)event->care.channel;
		entry->care_year = (uint16_t)event->care.year;
		entry->policy = event->care.name;
	}
}

void entry_from_event(const struct event *event, struct rec_entry *entry)
{
	*entry = (struct rec_entry){
	    .event = event->number,
	    .time_us = event->time_us,
	    .type = event->type,
	    .flags = event->flags & EVENT_MORE,
	    .actor = event->actor,
	    .key = event->key,
	    .customer = event->customer,
	};
	if (event->parts & PART_points) {
		entry->before = event->points.before;
		entry->after = event->points.after;
	}
	if (event->parts & PART_membership) {
		entry->entered = event->membership.after & ~event->membership.before;
		entry->left = event->membership.before & ~event->membership.after;
	}
	entry->told = (uint16_t)told_by(event);
	fill_standing(event, entry);
	fill_consent(event, entry);
	if ((event->parts & PART_order) == 0)
		return;
	struct ans_order order = order_answer(event);
	entry->order = event->order.order;
	entry->day = order.day;
	entry->amount = event->order.amount;
	entry->items = (uint32_t)event->order.items;
	entry->spend = order.spend;
	entry->tier_before = order.tier_before;
	entry->tier = order.tier;
	entry->stage_before = order.stage_before;
	entry->stage = order.stage;
}
