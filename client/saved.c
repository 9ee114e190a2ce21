/* saved.c -- saved segments; see crmdb/saved.h. */
#include "client/batch.h"
#include "client/condition.h"
#include "client/result.h"
#include "protocol/limits.h"

/* One byte over the limit is enough to be refused as too long; NULL is empty. */
static struct wire_text text_of(const char *text, uint32_t limit)
{
	if (text == NULL)
		return (struct wire_text){NULL, 0};
	return (struct wire_text){text, (uint32_t)strnlen(text, (size_t)limit + 1)};
}

static struct wire_text name_of(const char *name)
{
	return text_of(name, LIMIT_NAME_BYTES);
}

int crm_batch_segment_save(crm_batch *batch, const crm_segment_new *segment, const char *ref)
{
	struct command command = {.opcode = OP_segment_save};
	struct msg_segment_save *m = &command.as.segment_save;
	if (!condition_program(segment->condition, batch, &m->predicate))
		return -1;
	m->name = name_of(segment->name);
	m->source = text_of(segment->source, LIMIT_SEGMENT_SOURCE);
	struct batch_extra extra = {ref, m->predicate.size + m->source.size};
	return batch_add_write(batch, &command, &m->key, &extra);
}

int crm_batch_segment_drop(crm_batch *batch, const char *name, const char *ref)
{
	struct command command = {.opcode = OP_segment_drop};
	command.as.segment_drop.name = name_of(name);
	return batch_add_write(batch, &command, &command.as.segment_drop.key,
			       &(struct batch_extra){ref, 0});
}

int crm_batch_segment_list(crm_batch *batch, uint32_t from)
{
	struct command command = {.opcode = OP_segment_list};
	command.as.segment_list.from = (uint8_t)from;
	return batch_add_read(batch, &command);
}

int crm_batch_segment_test(crm_batch *batch, uint64_t customer, const char *name)
{
	struct command command = {.opcode = OP_segment_test};
	command.as.segment_test.customer = customer;
	command.as.segment_test.name = name_of(name);
	return batch_add_read(batch, &command);
}

/* --- answers --- */

uint64_t crm_result_segment_event(const crm_result *result, uint32_t index)
{
	struct answer answer;
	if (result_answer(result, index, OP_segment_save, &answer))
		return answer.as.segment_save.event;
	return result_answer(result, index, OP_segment_drop, &answer) ? answer.as.segment_drop.event
								      : 0;
}

int crm_result_is_member(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_segment_test, &answer)
		   ? answer.as.segment_test.member != 0
		   : -1;
}

int crm_result_segments_size(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_segment_list, &answer)
		   ? (int)answer.as.segment_list.segments.count
		   : -1;
}

static crm_text shown(struct wire_text text)
{
	return (crm_text){text.bytes, text.size};
}

int crm_result_segment(const crm_result *result, uint32_t index, uint32_t segment,
		       crm_segment_info *out)
{
	struct answer answer;
	struct wire_reader r;
	struct rec_saved record;
	if (!result_answer(result, index, OP_segment_list, &answer) ||
	    !result_record(result, &answer.as.segment_list.segments, segment, &r) ||
	    !decode_rec_saved(&r, &record))
		return -1;
	*out = (crm_segment_info){.name = shown(record.name),
				  .source = shown(record.source),
				  .number = record.number,
				  .event = record.event,
				  .time_us = record.time_us,
				  .building = record.building != 0,
				  .customers = record.customers};
	return 0;
}

uint32_t crm_result_segments_next(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_segment_list, &answer) ? answer.as.segment_list.next
								      : 0;
}
