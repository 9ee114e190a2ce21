/* points.c -- earning, redeeming and adjusting points: one balance, never below zero.
 *
 *   P1  0 <= balance <= INT64_MAX, so a sum that would leave this range is found by subtraction
 *       from an end of it, and no amount overflows on the way.
 */
#include "server/engine/rules/rules.h"

/* An amount without its sign; the one that has no positive counterpart is cut by one. */
static int64_t magnitude(int64_t amount)
{
	return amount == INT64_MIN ? INT64_MAX : amount < 0 ? -amount : amount;
}

struct change {
	enum event_type type;
	uint64_t customer;
	int64_t points; /* not 0, may be negative */
};

/* The event that changes a balance, or its refusal. */
static void decide_change(const struct engine *engine, const struct request *request,
			  struct decision *decision, const struct change *change)
{
	int64_t points = change->points;
	uint32_t row = outcome_known(engine, decision, change->customer);
	if (row == EVENT_ROW_UNKNOWN)
		return;
	int64_t balance = *rows_points(&engine->rows, row);
	if (points < 0 && balance + points < 0) { /* P1 */
		outcome_refuse(decision, ERROR_BALANCE_TOO_LOW, balance, magnitude(points));
		return;
	}
	if (points > 0 && points > INT64_MAX - balance) { /* P1 */
		outcome_refuse(decision, ERROR_AMOUNT_OVERFLOW, balance, points);
		return;
	}
	outcome_event(engine, request, decision, change->type, row);
	decision->event.customer = change->customer;
	decision->event.parts = PART_points;
	decision->event.points = (struct part_points){balance, balance + points};
}

/* False: refused. */
static bool positive(struct decision *decision, int64_t points)
{
	if (points <= 0)
		outcome_refuse(decision, ERROR_AMOUNT_NOT_POSITIVE, points, 0);
	return points > 0;
}

void points_earn_decide(const struct engine *engine, const struct request *request,
			struct decision *decision)
{
	const struct msg_points_earn *m = &request->command->as.points_earn;
	if (outcome_named(decision, m->customer) && positive(decision, m->points))
		decide_change(engine, request, decision,
			      &(struct change){EVENT_points_earned, m->customer, m->points});
}

void points_redeem_decide(const struct engine *engine, const struct request *request,
			  struct decision *decision)
{
	const struct msg_points_redeem *m = &request->command->as.points_redeem;
	if (outcome_named(decision, m->customer) && positive(decision, m->points))
		decide_change(engine, request, decision,
			      &(struct change){EVENT_points_redeemed, m->customer, -m->points});
}

void points_adjust_decide(const struct engine *engine, const struct request *request,
			  struct decision *decision)
{
	const struct msg_points_adjust *m = &request->command->as.points_adjust;
	if (!outcome_named(decision, m->customer))
		return;
	if (m->points == 0) {
		outcome_refuse(decision, ERROR_AMOUNT_ZERO, 0, 0);
		return;
	}
	decide_change(engine, request, decision,
		      &(struct change){EVENT_points_adjusted, m->customer, m->points});
}
