/* expect.c -- see expect.h.  The rules stand in the order of protocol/errors.def. */
#include <inttypes.h>
#include <string.h>

#include "protocol/key.h"
#include "protocol/limits.h"
#include "tests/sim/expect_private.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_days.h"
#include "tests/sim/model_fields.h"

void expect_refuse(struct expect *expect, enum error error, int64_t a, int64_t b)
{
	expect->answer->status = (uint16_t)error;
	expect->answer->flags = 0;
	expect->answer->detail = (struct error_detail){a, b};
}

void expect_accept(struct expect *expect)
{
	expect->answer->status = ERROR_OK;
	expect->answer->flags = 0;
	expect->answer->detail = (struct error_detail){0, 0};
}

void expect_no_excuse(struct expect *expect)
{
	const struct answer *answer = expect->answer;
	if (expect->judge->memory_fails && answer->status == ERROR_OUT_OF_MEMORY)
		return;
	fail_now("status %u (%" PRId64 ", %" PRId64 ") at %" PRIu64
		 " where nothing stands against it: %s",
		 answer->status, answer->detail.a, answer->detail.b, expect->at,
		 intents_describe(expect->intent));
}

bool expect_erased(struct expect *expect, const struct person_state *person)
{
	if (person->erased != 0)
		expect_refuse(expect, ERROR_ERASED, (int64_t)intents_customer(expect->intent),
			      (int64_t)person->erased);
	return person->erased != 0;
}

/* There was no memory for what the day changes of its customer: said before anything but a repeat
 * is looked at.  Or for a change of a field, at a number that says nothing of the table. */
static bool expect_excused(const struct expect *expect)
{
	const struct wire_id *key = command_key(expect->command);
	return expect->judge->memory_fails && expect->answer->status == ERROR_OUT_OF_MEMORY &&
	       (intents_customer(expect->intent) != 0 || model_is_field(expect->command->opcode)) &&
	       (key == NULL || model_bound(expect->judge->model, key, expect->at) == NULL);
}

/* Did the server's clock, in ms, lie between the sending and now? */
static bool clock_possible(const struct expect *expect, int64_t now_ms)
{
	return now_ms >= (expect->intent->sent_us - expect->judge->back_us) / 1000 &&
	       now_ms <= expect->judge->high_us / 1000;
}

/* --- reads --- */

static void expect_ping(struct expect *expect)
{
	struct ans_ping *ping = &expect->answer->as.ping;
	if (expect->answer->status != ERROR_OK || !clock_possible(expect, ping->time_us / 1000))
		*ping = (struct ans_ping){0};
	expect_accept(expect);
	ping->nonce = expect->command->as.ping.nonce;
}

/* Counters of the server are its own affair; what it says of the state is not. */
static void expect_info(struct expect *expect)
{
	struct ans_info *info = &expect->answer->as.info;
	if (expect->answer->status != ERROR_OK)
		*info = (struct ans_info){0};
	expect_accept(expect);
	info->applied = expect->at;
	if (info->durable > info->applied || info->logged > info->durable)
		fail_now("info: logged %" PRIu64 ", durable %" PRIu64 ", applied %" PRIu64,
			 info->logged, info->durable, info->applied);
	struct model_totals totals = model_total(expect->judge->model, expect->at);
	info->customers = totals.customers;
	info->points = totals.points;
	info->orders = totals.orders;
	info->spend = totals.spend;
	expect_info_days(expect);
}

static void expect_get(struct expect *expect, const struct person_state *person)
{
	const struct standing *standing = &person->standing;
	struct flip flip;
	if (model_flip(expect->judge->model, person, &flip))
		fail_now("customer %" PRIu64 " is shown at event %" PRIu64
			 ", and day %d has yet to change it",
			 expect->command->as.customer_get.customer, expect->at, person->today);
	expect_accept(expect);
	expect->answer->as.customer_get = (struct ans_customer_get){
	    .customer = expect->command->as.customer_get.customer,
	    .points = standing->points,
	    .created_us = person->created_us,
	    .event = person->last,
	    .events = person->events,
	    .tier = standing->tier,
	    .tier_until = standing->tier_until,
	    .stage = standing->stage,
	    .band = standing->band,
	    .spend = standing->spend,
	    .spend12 = standing->spend12,
	    .spend12_before = standing->spend12_before,
	    .largest = standing->largest,
	    .orders = standing->orders,
	    .orders12 = standing->orders12,
	    .first_day = standing->first_day,
	    .last_day = standing->last_day,
	    .previous_day = standing->previous_day,
	};
}

static void write_entry(const struct expect *expect, struct wire_writer *w,
			const struct event *event)
{
	bool points = (event->parts & PART_points) != 0;
	struct rec_entry entry = {
	    .event = event->number,
	    .time_us = event->time_us,
	    .type = event->type,
	    .flags = 0,
	    .actor = event->actor,
	    .before = points ? event->points.before : 0,
	    .after = points ? event->points.after : 0,
	    .key = event->key,
	    .customer = event->customer,
	    .told = points ? 1 : 0,
	};
	expect_standing_entry(expect, event, &entry);
	expect_care_entry(expect, event, &entry);
	if ((event->parts & PART_membership) != 0)
		expect_membership_entry(event, &entry);
	if ((event->parts & PART_order) != 0)
		expect_order_entry(expect, event, &entry);
	encode_rec_entry(w, &entry);
}

static void expect_history(struct expect *expect, const struct person_state *person)
{
	const struct msg_history *page = &expect->command->as.history;
	const struct model *model = expect->judge->model;
	struct wire_writer w = {expect->entries, expect->entries + EXPECT_ENTRY_BYTES, false};
	uint32_t limit = page->limit == 0 ? LIMIT_HISTORY_PAGE_DEFAULT : page->limit, count = 0;
	uint64_t number = page->from == 0 ? person->last : page->from;
	if (page->limit > LIMIT_HISTORY_PAGE) {
		expect_refuse(expect, ERROR_LIMIT_TOO_HIGH, page->limit, LIMIT_HISTORY_PAGE);
		return;
	}
	if (number > person->last || model_fact(model, number)->event.customer != page->customer) {
		expect_refuse(expect, ERROR_CURSOR_INVALID, (int64_t)page->from,
			      (int64_t)page->customer);
		return;
	}
	for (; number != 0 && count < limit; count++) {
		const struct event *event = &model_fact(model, number)->event;
		write_entry(expect, &w, event);
		number = event->previous;
	}
	expect_accept(expect);
	expect->answer->as.history.entries =
	    (struct wire_list){expect->entries, (uint32_t)(w.at - expect->entries), count};
	expect->answer->as.history.next = number;
}

/* --- writes --- */

static void expect_event(struct expect *expect, const struct fact *fact)
{
	const struct event *event = &fact->event;
	expect_accept(expect);
	if (event->type == EVENT_customer_created)
		expect->answer->as.customer_create =
		    (struct ans_customer_create){event->customer, event->number};
	else if (event->type == EVENT_order_placed)
		expect_order_event(expect, event);
	else if (expect_is_person(expect->command->opcode))
		expect_person_event(expect, event);
	else if (expect_is_care(expect->command->opcode))
		expect_care_event(expect, event);
	else if (model_is_field(expect->command->opcode))
		expect_field_event(expect, event);
	else if ((event->parts & PART_segment) != 0)
		expect_saved_event(expect, event);
	else /* the three answers about points look alike */
		expect->answer->as.points_earn = (struct ans_points_earn){
		    event->points.before, event->points.after, event->number};
}

/* J2 */
static void expect_bound(struct expect *expect, const struct fact *fact)
{
	const struct intent *intent = expect->intent;
	if (fact->event.content != intent->content) {
		expect_refuse(expect, ERROR_EXISTS_DIFFERENT, (int64_t)fact->event.number, 0);
		return;
	}
	bool repeated = (expect->answer->flags & ANSWER_REPEATED) != 0;
	bool first = !repeated && !intent->first_seen && expect->at == fact->event.number;
	expect_event(expect, fact);
	if (!first && (repeated ? intent->tries > 1 || intent->shared : true))
		expect->answer->flags = ANSWER_REPEATED;
}

/* The age of a timed key.  True: the answer is settled. */
static bool expect_age(struct expect *expect, const struct wire_id *key)
{
	int64_t key_ms = (int64_t)key_unix_ms(*key);
	struct answer *answer = expect->answer;
	int64_t low_ms = (expect->intent->sent_us - expect->judge->back_us) / 1000;
	int64_t high_ms = expect->judge->high_us / 1000;
	if (answer->status == ERROR_KEY_TOO_NEW && answer->detail.b == KEY_AHEAD_MS &&
	    answer->detail.a > KEY_AHEAD_MS && clock_possible(expect, key_ms - answer->detail.a))
		return true;
	if (answer->status == ERROR_KEY_TOO_OLD && answer->detail.b == KEY_WINDOW_MS &&
	    answer->detail.a > KEY_WINDOW_MS && clock_possible(expect, key_ms + answer->detail.a))
		return true;
	if (key_ms - high_ms > KEY_AHEAD_MS)
		expect_refuse(expect, ERROR_KEY_TOO_NEW, key_ms - high_ms, KEY_AHEAD_MS);
	else if (low_ms - key_ms > KEY_WINDOW_MS)
		expect_refuse(expect, ERROR_KEY_TOO_OLD, low_ms - key_ms, KEY_WINDOW_MS);
	else
		return false;
	return true;
}

/* True: the answer is settled by the key alone. */
static bool expect_key(struct expect *expect)
{
	const struct wire_id *key = command_key(expect->command);
	const struct fact *bound = model_bound(expect->judge->model, key, expect->at);
	unsigned version = key_version(*key);
	if (version != 7 && version != 8)
		expect_refuse(expect, ERROR_KEY_INVALID, version, 0);
	else if (bound != NULL && !(expect->answer->status == ERROR_KEY_TOO_OLD && version == 7))
		expect_bound(expect, bound);
	else
		return version == 7 && expect_age(expect, key);
	return true;
}

static void expect_points(struct expect *expect, const struct person_state *person, int64_t points)
{
	int64_t balance = person->standing.points;
	if (points < 0 && balance + points < 0)
		expect_refuse(expect, ERROR_BALANCE_TOO_LOW, balance,
			      points == INT64_MIN ? INT64_MAX : -points);
	else if (points > 0 && points > INT64_MAX - balance)
		expect_refuse(expect, ERROR_AMOUNT_OVERFLOW, balance, points);
	else
		expect_no_excuse(expect);
}

/* The amount alone.  True: the answer is settled. */
static bool expect_amount(struct expect *expect, int64_t points)
{
	if (expect->command->opcode == OP_points_adjust && points == 0)
		expect_refuse(expect, ERROR_AMOUNT_ZERO, 0, 0);
	else if (expect->command->opcode != OP_points_adjust && points <= 0)
		expect_refuse(expect, ERROR_AMOUNT_NOT_POSITIVE, points, 0);
	else
		return false;
	return true;
}

/* --- any command about a customer, or all of them --- */

static void expect_customer(struct expect *expect)
{
	const struct command *command = expect->command;
	uint64_t customer = intents_customer(expect->intent);
	struct person_state person = model_person(expect->judge->model, customer, expect->at);
	int64_t points = command->as.points_earn.points;
	bool read = command_key(command) == NULL;
	bool create = command->opcode == OP_customer_create;
	if (model_is_field(command->opcode))
		expect_field(expect);
	else if (customer == 0)
		expect_refuse(expect, ERROR_ID_ZERO, 0, 0);
	else if (command->opcode == OP_order)
		expect_order(expect, &person);
	else if (expect_is_person(command->opcode))
		expect_person(expect, &person);
	else if (expect_is_care(command->opcode))
		expect_care(expect, &person);
	else if (!read && !create && expect_amount(expect, points))
		return;
	else if (expect_erased(expect, &person))
		return;
	else if (create && person.exists)
		expect_refuse(expect, ERROR_EXISTS, (int64_t)customer, (int64_t)person.created);
	else if (create)
		expect_no_excuse(expect);
	else if (!person.exists)
		expect_refuse(expect, ERROR_NOT_FOUND, (int64_t)customer, 0);
	else if (command->opcode == OP_customer_get)
		expect_get(expect, &person);
	else if (command->opcode == OP_history)
		expect_history(expect, &person);
	else
		expect_points(expect, &person,
			      command->opcode == OP_points_redeem ? -points : points);
}

/* A read that is not about one customer.  False: it is something else. */
static bool expect_question(struct expect *expect)
{
	switch (expect->command->opcode) {
	case OP_ping:
		expect_ping(expect);
		return true;
	case OP_info:
		expect_info(expect);
		return true;
	case OP_advance:
		expect_advance(expect);
		return true;
	case OP_customer_find:
		expect_find(expect);
		return true;
	case OP_due:
		expect_due(expect);
		return true;
	case OP_query_count:
		expect_query(expect);
		return true;
	case OP_segment_count:
		expect_count(expect);
		return true;
	case OP_segment_page:
		expect_page(expect);
		return true;
	case OP_segment_walk:
		expect_walk(expect);
		return true;
	case OP_matrix:
		expect_matrix(expect);
		return true;
	case OP_matrix_on:
		expect_matrix_on(expect);
		return true;
	case OP_trend:
		expect_trend(expect);
		return true;
	default:
		return false;
	}
}

void expect_answer(const struct judge *judge, const struct intent *intent, uint8_t *entries,
		   struct answer *expected)
{
	struct expect expect = {judge,    intent, &intent->command, expected->sequence,
				expected, entries};
	if (intent->fault == FAULT_SHORT)
		expect_refuse(&expect, ERROR_MALFORMED, intent->command.opcode, expected->detail.b);
	else if (intent->fault != FAULT_NONE)
		expect_refuse(&expect, ERROR_UNSUPPORTED, expected->detail.a, expected->detail.b);
	else if (!expect_excused(&expect) && !expect_question(&expect) &&
		 (command_key(&intent->command) == NULL || !expect_key(&expect)) &&
		 !expect_saved(&expect))
		expect_customer(&expect);
}
