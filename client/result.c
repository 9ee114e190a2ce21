/* result.c -- keep and read replies; see result.h.
 *
 * A reply's bytes are copied once and looked through once, each answer decoded to see that it is
 * whole; it is decoded again when it is asked for.  Both cost less than building a struct for each.
 *
 *   R1  Every item's answer decodes: reading it later cannot fail.
 *   R2  Nothing outside of the reply's bytes is read, whatever they say.
 *
 * What the answers say is read in answer.c, people.c, found.c, saved.c and segment.c.
 */
#include "client/result.h"

#include <stdlib.h>

#include "client/error.h"
#include "protocol/cell.h"

static const struct result_item *item_of(const crm_result *result, uint32_t index)
{
	if (index >= crm_result_size(result))
		return NULL;
	return (const struct result_item *)(const void *)result->items.data + index;
}

static bool decode(const crm_result *result, const struct result_item *item, struct answer *answer)
{
	struct wire_reader r = {result->body.data + item->at, result->body.data + result->body.size,
				false};
	return answer_decode(&r, item->opcode, answer);
}

/* --- taking a reply --- */

bool result_record(const crm_result *result, const struct wire_list *list, uint32_t index,
		   struct wire_reader *out)
{
	struct result_mark *mark = result->mark;
	if (index >= list->count)
		return false;
	if (mark->list != list->bytes || mark->next > index)
		*mark = (struct result_mark){list->bytes, 0, list->bytes};
	struct wire_reader r = {mark->at, list->bytes + list->size, false};
	const uint8_t *at = r.at;
	for (uint32_t i = mark->next; i <= index; i++) {
		at = r.at;
		wire_take(&r, wire_read_u32(&r));
	}
	if (r.failed)
		return false; /* unreachable: R1 */
	mark->next = index + 1;
	mark->at = r.at;
	*out = (struct wire_reader){at, r.at, false};
	return true;
}

static bool entry_fits(struct wire_reader *r)
{
	struct rec_entry record;
	return decode_rec_entry(r, &record);
}

static bool member_fits(struct wire_reader *r)
{
	struct rec_member record;
	return decode_rec_member(r, &record);
}

static bool cell_fits(struct wire_reader *r)
{
	struct rec_cell record;
	return decode_rec_cell(r, &record);
}

static bool assignment_fits(struct wire_reader *r)
{
	struct rec_assignment record;
	return decode_rec_assignment(r, &record);
}

static bool due_fits(struct wire_reader *r)
{
	struct rec_due record;
	return decode_rec_due(r, &record);
}

/* How many cells these are; -1: they are none. */
static int count_cells(struct wire_text cells)
{
	const uint8_t *bytes = (const uint8_t *)cells.bytes;
	struct wire_reader r = {bytes, bytes + cells.size, false};
	struct cell cell;
	int count = 0;
	for (; r.at != r.end; count++)
		if (!cell_read(&r, &cell))
			return -1;
	return count;
}

static bool column_fits(struct wire_reader *r)
{
	struct rec_column record;
	return decode_rec_column(r, &record);
}

static bool row_fits(struct wire_reader *r)
{
	struct rec_row record;
	return decode_rec_row(r, &record) && count_cells(record.values) >= 0;
}

static bool group_fits(struct wire_reader *r)
{
	struct rec_group record;
	return decode_rec_group(r, &record) && count_cells(record.keys) >= 0;
}

static bool saved_fits(struct wire_reader *r)
{
	struct rec_saved record;
	return decode_rec_saved(r, &record);
}

static bool field_fits(struct wire_reader *r)
{
	struct rec_field record;
	return decode_rec_field(r, &record);
}

static bool trend_day_fits(struct wire_reader *r)
{
	struct rec_trend_day record;
	return decode_rec_trend_day(r, &record);
}

/* R1: all records are there, and each holds what is asked of it. */
static bool list_fits(const struct wire_list *list, bool (*fits)(struct wire_reader *r))
{
	struct wire_reader r = {list->bytes, list->bytes + list->size, false};
	for (uint32_t i = 0; i < list->count; i++)
		if (!fits(&r))
			return false;
	return r.at == r.end;
}

static bool found_fits(const struct answer *answer)
{
	switch (answer->opcode) {
	case OP_query_page:
		return list_fits(&answer->as.query_page.columns, column_fits) &&
		       list_fits(&answer->as.query_page.rows, row_fits);
	case OP_query_groups:
		return list_fits(&answer->as.query_groups.columns, column_fits) &&
		       list_fits(&answer->as.query_groups.groups, group_fits);
	case OP_query_stream:
		return list_fits(&answer->as.query_stream.columns, column_fits);
	case OP_stream_next:
		return list_fits(&answer->as.stream_next.rows, row_fits) ||
		       list_fits(&answer->as.stream_next.rows, group_fits);
	case OP_segment_list:
		return list_fits(&answer->as.segment_list.segments, saved_fits);
	case OP_trend:
		return list_fits(&answer->as.trend.days, trend_day_fits);
	case OP_field_list:
		return list_fits(&answer->as.field_list.fields, field_fits);
	default:
		return true;
	}
}

static bool lists_fit(const struct answer *answer)
{
	switch (answer->opcode) {
	case OP_history:
		return list_fits(&answer->as.history.entries, entry_fits);
	case OP_segment_page:
		return list_fits(&answer->as.segment_page.members, member_fits);
	case OP_segment_walk:
		return list_fits(&answer->as.segment_walk.members, member_fits);
	case OP_matrix:
		return list_fits(&answer->as.matrix.cells, cell_fits);
	case OP_matrix_on:
		return list_fits(&answer->as.matrix_on.cells, cell_fits);
	case OP_customer_profile:
		return list_fits(&answer->as.customer_profile.fields, assignment_fits) &&
		       list_fits(&answer->as.customer_profile.attributes, assignment_fits);
	case OP_due:
		return list_fits(&answer->as.due.customers, due_fits);
	default:
		return found_fits(answer);
	}
}

static bool take_answer(struct crm_result *result, struct wire_reader *r, uint16_t opcode,
			struct result_item *item)
{
	struct answer answer;
	item->at = (uint32_t)(r->at - result->body.data);
	item->opcode = opcode;
	if (!answer_decode(r, opcode, &answer))
		return false;
	item->status = answer.status;
	return answer.status != ERROR_OK || lists_fit(&answer);
}

static bool take_answers(struct crm_result *result, const struct batch_item *items, uint32_t count)
{
	struct wire_reader r = {result->body.data, result->body.data + result->body.size, false};
	struct result_item *out = (struct result_item *)(void *)result->items.data;
	for (uint32_t i = 0; i < count; i++)
		if (!take_answer(result, &r, items[i].opcode, &out[i]))
			return false;
	return r.at == r.end; /* R2 */
}

static struct crm_result *result_new(void)
{
	struct crm_result *result = calloc(1, sizeof *result);
	struct result_mark *mark = calloc(1, sizeof *mark);
	if (result == NULL || mark == NULL) {
		free(mark);
		free(result);
		return NULL;
	}
	result->mark = mark;
	return result;
}

crm_status result_take(crm_result **result, const struct batch_item *items, uint32_t count,
		       const uint8_t *body, size_t size)
{
	if (size < (size_t)count * ANSWER_HEAD_BYTES)
		return ERROR_BAD_REPLY;
	if (*result == NULL)
		*result = result_new();
	if (*result == NULL)
		return ERROR_NO_MEMORY;
	struct crm_result *to = *result;
	to->mark->list = NULL;
	buffer_clear(&to->body);
	buffer_clear(&to->items);
	buffer_clear(&to->names);
	if (!buffer_append(&to->body, body, size) ||
	    !buffer_reserve(&to->items, count * sizeof(struct result_item)))
		return ERROR_NO_MEMORY;
	if (!take_answers(to, items, count))
		return ERROR_BAD_REPLY;
	to->items.size = count * sizeof(struct result_item);
	return CRM_OK;
}

void crm_result_free(crm_result *result)
{
	if (result == NULL)
		return;
	buffer_free(&result->body);
	buffer_free(&result->items);
	buffer_free(&result->names);
	free(result->mark);
	free(result);
}

/* --- any answer --- */

uint32_t crm_result_size(const crm_result *result)
{
	return result == NULL ? 0 : (uint32_t)(result->items.size / sizeof(struct result_item));
}

crm_status crm_result_status(const crm_result *result, uint32_t index)
{
	const struct result_item *item = item_of(result, index);
	return item == NULL ? ERROR_BAD_ARGUMENT : item->status;
}

int crm_result_repeated(const crm_result *result, uint32_t index)
{
	const struct result_item *item = item_of(result, index);
	struct answer answer;
	return item != NULL && decode(result, item, &answer) &&
	       (answer.flags & ANSWER_REPEATED) != 0;
}

uint64_t crm_result_sequence(const crm_result *result, uint32_t index)
{
	const struct result_item *item = item_of(result, index);
	struct answer answer;
	return item != NULL && decode(result, item, &answer) ? answer.sequence : 0;
}

crm_status crm_result_error(const crm_result *result, uint32_t index, crm_error *error)
{
	const struct result_item *item = item_of(result, index);
	struct answer answer;
	if (item == NULL || !decode(result, item, &answer))
		return error_say(error, ERROR_BAD_ARGUMENT, "the result has no answer %u", index);
	error_clear(error);
	if (answer.status == ERROR_OK)
		return CRM_OK;
	error_answer(error, answer.status, &answer.detail, &answer.words);
	if (error != NULL) {
		error->batch_index = index;
		error->in_doubt = error_class_of(answer.status) == ERROR_CLASS_UNKNOWN &&
				  opcode_access(item->opcode) == ACCESS_WRITE;
	}
	return answer.status;
}

const char *result_field_name(const crm_result *result, uint16_t number)
{
	const struct result_name *list =
	    (const struct result_name *)(const void *)result->names.data;
	for (size_t i = 0; i < result->names.size / sizeof *list; i++)
		if (list[i].number == number)
			return list[i].name;
	return NULL;
}

struct error_detail result_detail(const crm_result *result, uint32_t index)
{
	const struct result_item *item = item_of(result, index);
	struct answer answer;
	if (item == NULL || item->status == ERROR_OK || !decode(result, item, &answer))
		return (struct error_detail){0, 0};
	return answer.detail;
}

crm_status crm_result_first_error(const crm_result *result, crm_error *error)
{
	for (uint32_t i = 0; i < crm_result_size(result); i++)
		if (crm_result_status(result, i) != CRM_OK)
			return crm_result_error(result, i, error);
	error_clear(error);
	return CRM_OK;
}

bool result_answer(const crm_result *result, uint32_t index, uint16_t opcode, struct answer *answer)
{
	const struct result_item *item = item_of(result, index);
	return item != NULL && item->opcode == opcode && item->status == ERROR_OK &&
	       decode(result, item, answer);
}
