/* answer.c -- read the answers of one customer and of the server; see crmdb/answer.h.
 *
 * To add an answer: a crm_result_* function here and in crmdb/answer.h.
 */
#include "client/entry.h"
#include "client/result.h"
#include "protocol/choices.h"
#include "protocol/events.h"
#include "protocol/grades.h"

/* Cut to `size`, NUL-terminated; *to is zero before. */
static void keep_text(char *to, size_t size, struct wire_text text)
{
	size_t kept = text.size < size ? text.size : size - 1;
	if (kept > 0)
		memcpy(to, text.bytes, kept);
}

int crm_result_ping(const crm_result *result, uint32_t index, uint64_t *nonce, int64_t *time_us)
{
	struct answer answer;
	if (!result_answer(result, index, OP_ping, &answer))
		return -1;
	*nonce = answer.as.ping.nonce;
	*time_us = answer.as.ping.time_us;
	return 0;
}

int crm_result_info(const crm_result *result, uint32_t index, crm_info *out)
{
	struct answer answer;
	const struct ans_info *info = &answer.as.info;
	if (!result_answer(result, index, OP_info, &answer))
		return -1;
	*out = (crm_info){.incarnation = info->incarnation,
			  .started_us = info->started_us,
			  .applied = info->applied,
			  .durable = info->durable,
			  .logged = info->logged,
			  .customers = info->customers,
			  .points = info->points,
			  .keys = info->keys,
			  .memory_bytes = info->memory_bytes,
			  .connections = info->connections,
			  .commands = info->commands,
			  .flushes = info->flushes,
			  .today = (int32_t)info->today,
			  .orders = info->orders,
			  .spend = info->spend,
			  .clock_day = (int32_t)info->clock_day,
			  .day_state = info->day_state,
			  .day_due = info->day_due,
			  .day_events = info->day_events,
			  .day_turn_us = info->day_turn_us};
	memcpy(out->database, info->database.bytes, sizeof out->database);
	keep_text(out->version, sizeof out->version, info->version);
	return 0;
}

int crm_result_created(const crm_result *result, uint32_t index, uint64_t *event)
{
	struct answer answer;
	if (!result_answer(result, index, OP_customer_create, &answer))
		return -1;
	*event = answer.as.customer_create.event;
	return 0;
}

int crm_result_customer(const crm_result *result, uint32_t index, crm_customer *out)
{
	struct answer answer;
	const struct ans_customer_get *get = &answer.as.customer_get;
	if (!result_answer(result, index, OP_customer_get, &answer))
		return -1;
	*out = (crm_customer){.customer = get->customer,
			      .points = get->points,
			      .created_us = get->created_us,
			      .event = get->event,
			      .events = get->events,
			      .tier = get->tier,
			      .stage = get->stage,
			      .band = grade_band_name(get->band),
			      .tier_until = (int32_t)get->tier_until,
			      .spend = get->spend,
			      .spend12 = get->spend12,
			      .spend12_before = get->spend12_before,
			      .largest = get->largest,
			      .orders = get->orders,
			      .orders12 = get->orders12,
			      .first_day = (int32_t)get->first_day,
			      .last_day = (int32_t)get->last_day,
			      .previous_day = (int32_t)get->previous_day};
	return 0;
}

int crm_result_points(const crm_result *result, uint32_t index, crm_points *out)
{
	struct answer answer;
	const struct ans_points_earn *earn = &answer.as.points_earn;
	const struct ans_points_redeem *redeem = &answer.as.points_redeem;
	const struct ans_points_adjust *adjust = &answer.as.points_adjust;
	if (result_answer(result, index, OP_points_earn, &answer))
		*out = (crm_points){earn->before, earn->after, earn->event};
	else if (result_answer(result, index, OP_points_redeem, &answer))
		*out = (crm_points){redeem->before, redeem->after, redeem->event};
	else if (result_answer(result, index, OP_points_adjust, &answer))
		*out = (crm_points){adjust->before, adjust->after, adjust->event};
	else
		return -1;
	return 0;
}

int crm_result_order(const crm_result *result, uint32_t index, crm_placed *out)
{
	struct answer answer;
	const struct ans_order *order = &answer.as.order;
	if (!result_answer(result, index, OP_order, &answer))
		return -1;
	*out = (crm_placed){.event = order->event,
			    .created = order->created,
			    .day = (int32_t)order->day,
			    .spend = order->spend,
			    .orders = order->orders,
			    .points_before = order->before,
			    .points_after = order->after,
			    .tier_before = order->tier_before,
			    .tier = order->tier,
			    .stage_before = order->stage_before,
			    .stage = order->stage};
	return 0;
}

int crm_result_history_size(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_history, &answer)
		   ? (int)answer.as.history.entries.count
		   : -1;
}

int crm_result_history_entry(const crm_result *result, uint32_t index, uint32_t entry,
			     crm_entry *out)
{
	struct answer answer;
	struct wire_reader r;
	struct rec_entry record;
	if (!result_answer(result, index, OP_history, &answer) ||
	    !result_record(result, &answer.as.history.entries, entry, &r) ||
	    !decode_rec_entry(&r, &record))
		return -1;
	entry_read(&record, out);
	return 0;
}

uint64_t crm_result_history_next(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_history, &answer) ? answer.as.history.next : 0;
}
