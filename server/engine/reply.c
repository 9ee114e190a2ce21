/* reply.c -- I7: the answer to a write, from its events and nothing else.
 *
 * The first answer and every repeat, a day or years later, come from this one function; so an
 * event carries all that its answer says.
 */
#include "server/base/ensure.h"
#include "server/engine/engine.h"

void reply_from_events(const struct event *events, size_t count, struct answer *answer)
{
	ENSURE(count > 0);
	const struct event *event = &events[0];
	const struct part_points *part = &event->points; /* set when the type has it */
	answer->status = ERROR_OK;
	answer->flags = 0;
	answer->sequence = 0;
	answer->detail = (struct error_detail){0, 0};
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
	default:
		ENSURE(0 && "an event that answers a command");
	}
}
