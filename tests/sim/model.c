/* model.c -- see model.h.
 *
 * Nothing here is shared with the engine but the record's codec: balances, chains and keys are
 * worked out again, from intents, in the dullest way; orders in model_orders.c.
 */
#include "tests/sim/model.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/hash.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_care.h"
#include "tests/sim/model_days.h"
#include "tests/sim/model_fields.h"
#include "tests/sim/model_history.h"
#include "tests/sim/model_orders.h"
#include "tests/sim/model_people.h"
#include "tests/sim/model_segments.h"

uint64_t model_hash(const uint8_t *bytes, uint32_t size)
{
	return hash_bytes(bytes, size, 1);
}

static void *resize(void *block, size_t size)
{
	void *resized = realloc(block, size);
	if (resized == NULL)
		fail_now("the simulation is out of memory");
	return resized;
}

/* --- people --- */

static struct person *find_person(const struct model *model, uint64_t customer)
{
	for (uint32_t i = 0; i < model->people_count; i++)
		if (model->people[i].id == customer)
			return &model->people[i];
	return NULL;
}

static void note_event(struct model *model, uint64_t customer, uint64_t number)
{
	struct person *person = find_person(model, customer);
	if (person == NULL) {
		size_t size = (model->people_count + 1) * sizeof *person;
		model->people = resize(model->people, size);
		person = &model->people[model->people_count++];
		*person = (struct person){.id = customer};
	}
	if (person->count == person->capacity) {
		person->capacity = person->capacity == 0 ? 16 : 2 * person->capacity;
		person->events = resize(person->events, person->capacity * sizeof *person->events);
	}
	person->events[person->count++] = number;
}

const struct fact *model_newest(const struct model *model, uint64_t at)
{
	return model_fact(model, at > model->last ? model->last : at);
}

/* Bring windows and band from the day of the last event to today. */
static void roll(const struct model *model, const struct model_orders *orders, int32_t then,
		 struct person_state *state)
{
	struct standing *standing = &state->standing, eve;
	int32_t month = standing_month(state->today);
	if (standing->orders > 0 && standing_month(then) != month)
		model_windows(model, orders, month, standing);
	state->eve12 = standing->spend12;
	if (standing->orders > 0 && standing_month_start(month) == state->today && month > 0) {
		model_windows(model, orders, month - 1, &eve);
		state->eve12 = eve.spend12;
	}
	standing->band = standing_band(standing, state->today);
}

struct person_state model_person(const struct model *model, uint64_t customer, uint64_t at)
{
	struct person_state state = {.standing = standing_none()};
	const struct person *person = find_person(model, customer);
	uint32_t count = person == NULL ? 0 : person->count;
	state.today = model->last == 0 ? model->first_day : model_newest(model, at)->today;
	while (count > 0 && person->events[count - 1] > at)
		count--;
	if (count == 0)
		return state;
	const struct fact *last = model_fact(model, person->events[count - 1]);
	const struct event *first = &model_fact(model, person->events[0])->event;
	state.exists = true;
	state.erased = last->event.type == EVENT_customer_erased ? last->event.number : 0;
	state.created = first->number;
	state.created_us = first->time_us;
	state.last = last->event.number;
	state.events = count - last->moves;
	state.standing = last->standing;
	roll(model, &(struct model_orders){person, count}, last->today, &state);
	return state;
}

struct standing model_before(const struct model *model, const struct event *event)
{
	return event->previous == 0 ? standing_none()
				    : model_fact(model, event->previous)->standing;
}

static int64_t add_cut(int64_t sum, int64_t more)
{
	return more > INT64_MAX - sum ? INT64_MAX : sum + more;
}

struct model_totals model_total(const struct model *model, uint64_t at)
{
	struct model_totals totals = {0};
	for (uint32_t i = 0; i < model->people_count; i++) {
		struct person_state state = model_person(model, model->people[i].id, at);
		totals.customers += state.exists && state.erased == 0;
		totals.orders += state.standing.orders;
		totals.points = add_cut(totals.points, state.standing.points);
		totals.spend = add_cut(totals.spend, state.standing.spend);
	}
	return totals;
}

const struct fact *model_bound(const struct model *model, const struct wire_id *key, uint64_t at)
{
	const struct intent *intent = intents_find(model->intents, key);
	for (; intent != NULL; intent = intent->same_key)
		if (intent->event != 0 && intent->event <= at)
			return model_fact(model, intent->event);
	return NULL;
}

/* --- events --- */

/* O2 */
static struct intent *match_intent(const struct model *model, const struct event *event)
{
	struct intent *intent = intents_find(model->intents, &event->key);
	const struct fact *bound = model_bound(model, &event->key, UINT64_MAX);
	if (bound != NULL)
		fail_now("event %" PRIu64 " applies once more what event %" PRIu64 " did: %s",
			 event->number, bound->event.number, intents_describe(bound->intent));
	while (intent != NULL && (intent->content != event->content || intent->fault != FAULT_NONE))
		intent = intent->same_key;
	if (intent == NULL || (event->flags & EVENT_KEYED) == 0)
		fail_now("nobody asked for event %" PRIu64 " of customer %" PRIu64, event->number,
			 event->customer);
	if (intent->state == INTENT_REFUSED && !intent->shared)
		fail_now("event %" PRIu64 " applies what was refused before: %s", event->number,
			 intents_describe(intent));
	return intent;
}

/* What an intent does to a balance; INT64_MIN when it must not be applied. */
static int64_t balance_after(const struct command *command, const struct standing *before)
{
	int64_t points = command->as.points_earn.points, after;
	switch (command->opcode) {
	case OP_points_redeem:
		if (points <= 0 || points > before->points)
			return INT64_MIN;
		return before->points - points;
	case OP_points_earn:
		if (points <= 0)
			return INT64_MIN;
		break;
	default:
		break;
	}
	if (__builtin_add_overflow(before->points, points, &after) || after < 0 || points == 0)
		return INT64_MIN;
	return after;
}

static uint8_t type_of(uint16_t opcode)
{
	switch (opcode) {
	case OP_customer_create:
		return EVENT_customer_created;
	case OP_points_earn:
		return EVENT_points_earned;
	case OP_points_redeem:
		return EVENT_points_redeemed;
	case OP_order:
		return EVENT_order_placed;
	case OP_customer_put:
		return EVENT_customer_put;
	case OP_customer_erase:
		return EVENT_customer_erased;
	case OP_customer_set:
		return EVENT_customer_set;
	case OP_customer_consent:
		return EVENT_consent_changed;
	case OP_customer_care:
		return EVENT_customer_greeted;
	default:
		return EVENT_points_adjusted;
	}
}

/* A set tells the balance it leaves as it is, where there is one. */
static bool tells_balance(const struct event *event, const struct standing *before)
{
	bool told = (event->parts & PART_points) != 0;
	if (event->type != EVENT_customer_set)
		return !told;
	return told == (before->points != 0) && (!told || (event->points.before == before->points &&
							   event->points.after == before->points));
}

/* The parts of an event, by what its intent asks for. */
static bool parts_follow(const struct model *model, const struct event *event,
			 const struct command *command, const struct standing *before)
{
	struct error_detail detail;
	int32_t latest = model_latest_day(model_now_day(model, event->time_us));
	struct care_state care;
	switch (command->opcode) {
	case OP_customer_create:
		return event->parts == 0;
	case OP_customer_put:
	case OP_customer_set:
	case OP_customer_erase:
		return model_person_follows(model, command, before->points);
	case OP_customer_consent:
	case OP_customer_care:
		care = model_care(model, event->customer, event->number - 1);
		return model_care_follows(&care, event, command, model->today) &&
		       tells_balance(event, before);
	case OP_order:
		return model_order_fault(latest, &command->as.order, before, &detail) == ERROR_OK &&
		       model_order_follows(model, event, &command->as.order, before);
	default:
		return event->parts == PART_points && event->points.before == before->points &&
		       event->points.after == balance_after(command, before) &&
		       event->points.after >= 0;
	}
}

/* Commands that make their customer, that need it, and that take it as it is. */
static bool may_exist(const struct command *command, bool exists)
{
	switch (command->opcode) {
	case OP_customer_create:
		return !exists;
	case OP_customer_put:
	case OP_order:
		return true;
	case OP_customer_set:
		return exists || command->as.customer_set.create != 0;
	default:
		return exists;
	}
}

/* O3: the newest event, whose customer was so before it. */
static void check_effect(const struct model *model, const struct person_state *before)
{
	const struct fact *fact = model_fact(model, model->last);
	const struct event *event = &fact->event;
	const struct command *command = &fact->intent->command;
	uint64_t customer = intents_customer(fact->intent);
	struct flip flip;
	if (model_flip(model, before, &flip)) /* D3 */
		fail_now("event %" PRIu64 " is of customer %" PRIu64
			 ", whom day %d has yet to change: %s",
			 event->number, event->customer, before->today,
			 intents_describe(fact->intent));
	bool right = before->erased == 0 && may_exist(command, before->exists) &&
		     event->customer == customer && customer != 0 &&
		     event->type == type_of(command->opcode) && event->previous == before->last &&
		     event->actor == 0 && event->flags == EVENT_KEYED &&
		     parts_follow(model, event, command, &before->standing);
	if (!right)
		fail_now("event %" PRIu64 " (%s of customer %" PRIu64 ", %" PRId64 " to %" PRId64
			 ", previous %" PRIu64 ") does not follow from a balance of %" PRId64
			 " at event %" PRIu64 ": %s",
			 event->number, event_type_name(event->type), event->customer,
			 event->points.before, event->points.after, event->previous,
			 before->standing.points, before->last, intents_describe(fact->intent));
}

/* Where the customer of the newest event stands after it. */
static struct standing stand(const struct model *model, const struct person_state *before)
{
	const struct fact *fact = model_fact(model, model->last);
	struct standing standing = before->standing;
	if (fact->event.type == EVENT_day_turned)
		return model_turn(model, &fact->event, before);
	if (fact->event.type == EVENT_order_placed)
		return model_after_order(model, find_person(model, fact->event.customer),
					 &before->standing);
	if (fact->event.type == EVENT_customer_erased)
		standing.points = 0;
	else if ((fact->event.parts & PART_points) != 0 && fact->event.type != EVENT_customer_put &&
		 fact->event.type != EVENT_customer_set)
		standing.points = balance_after(&fact->intent->command, &before->standing);
	return standing;
}

/* O1 */
static void check_order(const struct model *model, const struct event *event)
{
	int64_t before_us = model->last == 0 ? 0 : model_fact(model, model->last)->event.time_us;
	if (event->number != model->last + 1)
		fail_now("event %" PRIu64 " follows event %" PRIu64, event->number, model->last);
	if (event->time_us < before_us || event->time_us > model->high_us)
		fail_now("event %" PRIu64 " is of time %" PRId64 ", but the one before of %" PRId64
			 " and the clock never passed %" PRId64,
			 event->number, event->time_us, before_us, model->high_us);
	if ((event->number == 1) != (event->type == EVENT_genesis))
		fail_now("event %" PRIu64 " is of type %s", event->number,
			 event_type_name(event->type));
}

static void push_fact(struct model *model, const struct fact *fact)
{
	if (model->last == model->capacity) {
		model->capacity = model->capacity == 0 ? 256 : 2 * model->capacity;
		model->facts = resize(model->facts, model->capacity * sizeof *model->facts);
	}
	model->facts[model->last++] = *fact;
}

/* An order's part must be sane before its day and text are looked at. */
static void note_order(struct model *model, struct event *event, const struct intent *intent)
{
	const struct msg_order *order = &intent->command.as.order;
	struct fact *fact = &model->facts[model->last - 1];
	if (intent->command.opcode != OP_order || event->type != EVENT_order_placed ||
	    event->order.day < 0 || event->order.day > model_now_day(model, event->time_us) + 1)
		fail_now("event %" PRIu64 " is an order of day %" PRId64 ": %s", event->number,
			 event->order.day, intents_describe(intent));
	fact->month = standing_month((int32_t)event->order.day);
	if (event->order.order.size == order->order.size &&
	    memcmp(event->order.order.bytes, order->order.bytes, order->order.size) == 0)
		fact->event.order.order = order->order;
}

/* The day the newest event is of. */
static void note_day(struct model *model, struct fact *fact)
{
	const struct event *event = &fact->event;
	if (event->type == EVENT_genesis)
		model->today = model_now_day(model, event->time_us);
	else if (event->type == EVENT_day_began)
		model->today = (int32_t)event->day.day;
	bool begins = event->type == EVENT_genesis || event->type == EVENT_day_began;
	fact->today = model->today;
	fact->day_event = begins ? event->number : model_fact(model, event->number - 1)->day_event;
}

/* Of one customer: the newest event. */
static void add_effect(struct model *model, const struct person_state *before)
{
	struct fact *fact = &model->facts[model->last - 1];
	struct event *event = &fact->event;
	if ((event->parts & PART_order) != 0)
		note_order(model, event, fact->intent);
	if (event->type == EVENT_membership)
		model_segment_moves(model, before);
	note_event(model, event->customer, event->number);
	fact->standing = stand(model, before);
	if (event->previous != 0)
		fact->moves += model_fact(model, event->previous)->moves;
	if (fact->intent == NULL)
		return;
	check_effect(model, before);
	if ((event->parts & PART_profile) != 0)
		model_note_version(model);
	fact->intent->event = event->number;
}

/* Of all customers: the newest event. */
static void add_field(struct model *model)
{
	const struct fact *fact = model_fact(model, model->last);
	const struct command *command = &fact->intent->command;
	if (!model_is_field(command->opcode) || !model_field_follows(model, &fact->event, command))
		fail_now("event %" PRIu64 " (%s) does not follow: %s", fact->event.number,
			 event_type_name(fact->event.type), intents_describe(fact->intent));
	fact->intent->event = fact->event.number;
}

void model_add(struct model *model, uint64_t number, const uint8_t *bytes, uint32_t size,
	       int64_t high_us)
{
	struct fact fact = {.hash = model_hash(bytes, size)};
	model->high_us = high_us;
	if (!event_decode(bytes, size, number, &fact.event))
		fail_now("event %" PRIu64 " was written in bytes nobody understands", number);
	check_order(model, &fact.event);
	if (fact.event.type == EVENT_day_began)
		model_begin_day(model, &fact.event);
	else if (fact.event.type == EVENT_day_closed)
		model_close_day(model, &fact.event);
	else if (number > 1 && fact.event.type != EVENT_day_turned &&
		 fact.event.type != EVENT_membership)
		fact.intent = match_intent(model, &fact.event);
	struct person_state before = model_person(model, fact.event.customer, UINT64_MAX);
	note_day(model, &fact);
	push_fact(model, &fact);
	if ((fact.event.parts & PART_segment) != 0)
		model_segment_changes(model);
	else if (fact.event.customer != 0)
		add_effect(model, &before);
	else if (fact.intent != NULL)
		add_field(model);
}

void model_end_group(struct model *model, uint64_t digest)
{
	model->facts[model->last - 1].digest = digest;
	model->facts[model->last - 1].group_end = true;
}

void model_cut(struct model *model, uint64_t last)
{
	model_segments_cut(model, last);
	for (; model->last > last; model->last--) {
		const struct fact *fact = model_fact(model, model->last);
		if (fact->event.customer != 0)
			find_person(model, fact->event.customer)->count--;
		if (fact->intent == NULL)
			continue;
		fact->intent->event = 0;
	}
	model->today = last == 0 ? model->first_day : model_fact(model, last)->today;
}

void model_clear(struct model *model)
{
	for (uint32_t i = 0; i < model->people_count; i++)
		free(model->people[i].events);
	free(model->people);
	free(model->saved);
	free(model->asked);
	free(model->facts);
	*model = (struct model){0};
}
