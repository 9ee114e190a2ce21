/* segment.c -- questions about sets of customers; see crmdb/segment.h. */
#include "client/batch.h"
#include "client/result.h"
#include "protocol/grades.h"

int crm_batch_segment_count(crm_batch *batch, const crm_segment *segment)
{
	struct command command = {.opcode = OP_segment_count};
	command.as.segment_count.tiers = segment->tiers;
	command.as.segment_count.stages = segment->stages;
	command.as.segment_count.from = segment->from;
	command.as.segment_count.to = segment->to;
	return batch_add_read(batch, &command);
}

int crm_batch_segment_page(crm_batch *batch, const crm_page *page)
{
	struct command command = {.opcode = OP_segment_page};
	struct msg_segment_page *m = &command.as.segment_page;
	m->tiers = page->segment.tiers;
	m->stages = page->segment.stages;
	m->from = page->segment.from;
	m->to = page->segment.to;
	m->descending = page->descending != 0;
	m->limit = page->limit;
	m->query = page->after.query;
	m->after_spend = page->after.spend;
	m->after_customer = page->after.customer;
	return batch_add_read(batch, &command);
}

int crm_batch_segment_walk(crm_batch *batch, uint64_t from, uint32_t limit)
{
	struct command command = {.opcode = OP_segment_walk};
	command.as.segment_walk.from = from;
	command.as.segment_walk.limit = limit;
	return batch_add_read(batch, &command);
}

int crm_batch_matrix(crm_batch *batch)
{
	struct command command = {.opcode = OP_matrix};
	return batch_add_read(batch, &command);
}

int crm_result_count(const crm_result *result, uint32_t index, uint64_t *customers)
{
	struct answer answer;
	if (result_answer(result, index, OP_segment_count, &answer))
		*customers = answer.as.segment_count.customers;
	else if (result_answer(result, index, OP_query_count, &answer))
		*customers = answer.as.query_count.customers;
	else
		return -1;
	return 0;
}

static bool read_members(const crm_result *result, uint32_t index, struct wire_list *members)
{
	struct answer answer;
	if (result_answer(result, index, OP_segment_page, &answer))
		*members = answer.as.segment_page.members;
	else if (result_answer(result, index, OP_segment_walk, &answer))
		*members = answer.as.segment_walk.members;
	else
		return false;
	return true;
}

int crm_result_members_size(const crm_result *result, uint32_t index)
{
	struct wire_list members;
	return read_members(result, index, &members) ? (int)members.count : -1;
}

int crm_result_member(const crm_result *result, uint32_t index, uint32_t member, crm_member *out)
{
	struct wire_list members;
	struct wire_reader r;
	struct rec_member record;
	if (!read_members(result, index, &members) ||
	    !result_record(result, &members, member, &r) || !decode_rec_member(&r, &record))
		return -1;
	*out = (crm_member){.customer = record.customer,
			    .tier = record.tier,
			    .stage = record.stage,
			    .band = grade_band_name(record.band),
			    .spend = record.spend,
			    .spend12 = record.spend12,
			    .points = record.points,
			    .orders = record.orders,
			    .orders12 = record.orders12,
			    .first_day = (int32_t)record.first_day,
			    .last_day = (int32_t)record.last_day,
			    .previous_day = (int32_t)record.previous_day};
	return 0;
}

int crm_result_cursor(const crm_result *result, uint32_t index, crm_cursor *next)
{
	struct answer answer;
	const struct ans_segment_page *page = &answer.as.segment_page;
	if (!result_answer(result, index, OP_segment_page, &answer))
		return -1;
	*next = (crm_cursor){page->query, page->next_spend, page->next_customer};
	return page->more != 0;
}

uint64_t crm_result_walk_next(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_segment_walk, &answer) ? answer.as.segment_walk.next
								      : 0;
}

static bool read_cells(const crm_result *result, uint32_t index, struct wire_list *cells)
{
	struct answer answer;
	if (result_answer(result, index, OP_matrix, &answer))
		*cells = answer.as.matrix.cells;
	else if (result_answer(result, index, OP_matrix_on, &answer))
		*cells = answer.as.matrix_on.cells;
	else
		return false;
	return true;
}

int crm_result_cells_size(const crm_result *result, uint32_t index)
{
	struct wire_list cells;
	return read_cells(result, index, &cells) ? (int)cells.count : -1;
}

int crm_result_cell(const crm_result *result, uint32_t index, uint32_t cell, crm_cell *out)
{
	struct wire_list cells;
	struct wire_reader r;
	struct rec_cell record;
	if (!read_cells(result, index, &cells) || !result_record(result, &cells, cell, &r) ||
	    !decode_rec_cell(&r, &record))
		return -1;
	*out = (crm_cell){record.tier, record.stage, record.customers, record.spend, record.points};
	return 0;
}
