/* trend.c -- what was so at the end of a day; see crmdb/trend.h. */
#include <string.h>

#include "client/batch.h"
#include "client/result.h"
#include "protocol/limits.h"

int crm_batch_trend(crm_batch *batch, const crm_trend *trend)
{
	struct command command = {.opcode = OP_trend};
	struct msg_trend *m = &command.as.trend;
	m->first = trend->first == CRM_DAY_FIRST ? INT64_MIN : trend->first;
	m->last = trend->last == CRM_DAY_LAST ? INT64_MAX : trend->last;
	m->tiers = trend->tiers;
	m->stages = trend->stages;
	m->limit = trend->limit;
	if (trend->segment != NULL) /* one byte over the limit is enough to be unknown */
		m->segment = (struct wire_text){
		    trend->segment, (uint32_t)strnlen(trend->segment, LIMIT_NAME_BYTES + 1)};
	return batch_add_read(batch, &command);
}

int crm_batch_matrix_on(crm_batch *batch, int32_t day)
{
	struct command command = {.opcode = OP_matrix_on};
	command.as.matrix_on.day = day;
	return batch_add_read(batch, &command);
}

int crm_result_trend_size(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_trend, &answer) ? (int)answer.as.trend.days.count
							       : -1;
}

int crm_result_trend_day(const crm_result *result, uint32_t index, uint32_t place,
			 crm_trend_day *out)
{
	struct answer answer;
	struct wire_reader r;
	struct rec_trend_day record;
	if (!result_answer(result, index, OP_trend, &answer) ||
	    !result_record(result, &answer.as.trend.days, place, &r) ||
	    !decode_rec_trend_day(&r, &record))
		return -1;
	*out = (crm_trend_day){.day = (int32_t)record.day,
			       .customers = record.customers,
			       .spend = record.spend,
			       .points = record.points,
			       .running = record.running != 0};
	return 0;
}

int32_t crm_result_trend_next(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_trend, &answer) ? (int32_t)answer.as.trend.next : 0;
}

int crm_result_is_running(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_matrix_on, &answer)
		   ? answer.as.matrix_on.running != 0
		   : -1;
}
