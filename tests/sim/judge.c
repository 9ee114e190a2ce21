/* judge.c -- see judge.h. */
#include "tests/sim/judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/expect.h"
#include "tests/sim/fail.h"

/* J1: equal bytes, the list of a page included. */
static bool same(const struct answer *a, const struct answer *b)
{
	static uint8_t room[2][2 * EXPECT_ENTRY_BYTES];
	struct wire_writer w[2] = {{room[0], room[0] + sizeof room[0], false},
				   {room[1], room[1] + sizeof room[1], false}};
	answer_encode(&w[0], a);
	answer_encode(&w[1], b);
	size_t size = (size_t)(w[0].at - room[0]);
	return !w[0].failed && !w[1].failed && size == (size_t)(w[1].at - room[1]) &&
	       memcmp(room[0], room[1], size) == 0;
}

static const char *error_name(const struct answer *answer)
{
	return error_info(answer->status)->name;
}

/* "event 104, 3 to 9", "3 customers from 104 on". */
static void describe_body(const struct answer *answer, char *text, size_t size)
{
	const struct ans_points_earn *points = &answer->as.points_earn;
	const struct ans_order *order = &answer->as.order;
	switch (answer->opcode) {
	case OP_customer_create:
		snprintf(text, size, "event %" PRIu64 " of customer %" PRIu64,
			 answer->as.customer_create.event, answer->as.customer_create.customer);
		break;
	case OP_points_earn:
	case OP_points_redeem:
	case OP_points_adjust:
		snprintf(text, size, "event %" PRIu64 ", %" PRId64 " to %" PRId64, points->event,
			 points->before, points->after);
		break;
	case OP_order:
		snprintf(text, size,
			 "event %" PRIu64 ", day %" PRId64 ", order %u, spend %" PRId64 ", %" PRId64
			 " to %" PRId64 " points, tier %u to %u, stage %u to %u",
			 order->event, order->day, order->orders, order->spend, order->before,
			 order->after, order->tier_before, order->tier, order->stage_before,
			 order->stage);
		break;
	case OP_query_count:
		snprintf(text, size, "%" PRIu64 " customers by plan %u",
			 answer->as.query_count.customers, answer->as.query_count.plan);
		break;
	case OP_segment_count:
		snprintf(text, size, "%" PRIu64 " customers", answer->as.segment_count.customers);
		break;
	case OP_segment_page:
		snprintf(text, size, "query %u, %u members to customer %" PRIu64,
			 answer->as.segment_page.query, answer->as.segment_page.members.count,
			 answer->as.segment_page.next_customer);
		break;
	default:
		snprintf(text, size, "other values");
	}
}

#define DESCRIBED_BYTES 200u

static void describe(const struct answer *answer, char text[DESCRIBED_BYTES])
{
	char body[DESCRIBED_BYTES - 20];
	if (answer->status != ERROR_OK) {
		snprintf(text, DESCRIBED_BYTES, "%s (%" PRId64 ", %" PRId64 ")", error_name(answer),
			 answer->detail.a, answer->detail.b);
		return;
	}
	describe_body(answer, body, sizeof body);
	snprintf(text, DESCRIBED_BYTES, "OK%s, %s",
		 (answer->flags & ANSWER_REPEATED) != 0 ? " repeated" : "", body);
}

static void differ(const struct intent *intent, const struct answer *answer,
		   const struct answer *expected)
{
	char got[DESCRIBED_BYTES], wanted[DESCRIBED_BYTES];
	describe(answer, got);
	describe(expected, wanted);
	fail_now("the answer at %" PRIu64 " is %s; the model says %s: %s", answer->sequence, got,
		 wanted, intents_describe(intent));
}

/* J3 and the intent's fate. */
static void note(struct intent *intent, const struct answer *answer)
{
	bool unknown = error_info(answer->status)->class == ERROR_CLASS_UNKNOWN;
	if (answer->status == ERROR_OK) {
		intent->state = INTENT_OK;
		intent->first_seen |= (answer->flags & ANSWER_REPEATED) == 0;
	} else if (intent->state == INTENT_UNKNOWN && !unknown && !intent->shared) {
		intent->state = INTENT_REFUSED;
		if (intent->event != 0)
			fail_now("refused with %s, but event %" PRIu64 " applied it: %s",
				 error_name(answer), intent->event, intents_describe(intent));
	}
}

void judge_answer(const struct judge *judge, struct intent *intent, const struct answer *answer)
{
	static uint8_t entries[EXPECT_ENTRY_BYTES];
	struct answer expected = *answer;
	if (answer->sequence > judge->model->last || answer->sequence == 0)
		fail_now("an answer is at %" PRIu64 ", but the log ends at %" PRIu64 ": %s",
			 answer->sequence, judge->model->last, intents_describe(intent)); /* J4 */
	if (answer->status == ERROR_OK && intent->fault != FAULT_NONE)
		fail_now("a spoiled command was answered OK: %s", intents_describe(intent));
	expect_answer(judge, intent, entries, &expected);
	if (!same(answer, &expected))
		differ(intent, answer, &expected);
	if (command_key(&intent->command) != NULL && intent->fault == FAULT_NONE)
		note(intent, answer);
}
