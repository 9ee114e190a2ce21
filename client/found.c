/* found.c -- the answers to questions; see crmdb/found.h. */
#include "client/result.h"
#include "protocol/catalogue.h"
#include "protocol/cell.h"

static const char *known(const char *name)
{
	return name == NULL ? "unknown" : name;
}

static crm_text text_of(struct wire_text text)
{
	return (crm_text){text.bytes, text.size};
}

/* --- lists --- */

static bool read_columns(const crm_result *result, uint32_t index, struct wire_list *columns)
{
	struct answer answer;
	if (result_answer(result, index, OP_query_page, &answer))
		*columns = answer.as.query_page.columns;
	else if (result_answer(result, index, OP_query_stream, &answer))
		*columns = answer.as.query_stream.columns;
	else if (result_answer(result, index, OP_query_groups, &answer))
		*columns = answer.as.query_groups.columns;
	else
		return false;
	return true;
}

static bool read_rows(const crm_result *result, uint32_t index, struct wire_list *rows)
{
	struct answer answer;
	if (result_answer(result, index, OP_query_page, &answer))
		*rows = answer.as.query_page.rows;
	else if (result_answer(result, index, OP_stream_next, &answer))
		*rows = answer.as.stream_next.rows;
	else
		return false;
	return true;
}

static bool read_groups(const crm_result *result, uint32_t index, struct wire_list *groups)
{
	struct answer answer;
	if (result_answer(result, index, OP_query_groups, &answer))
		*groups = answer.as.query_groups.groups;
	else if (result_answer(result, index, OP_stream_next, &answer))
		*groups = answer.as.stream_next.rows;
	else
		return false;
	return true;
}

int crm_result_columns_size(const crm_result *result, uint32_t index)
{
	struct wire_list columns;
	return read_columns(result, index, &columns) ? (int)columns.count : -1;
}

int crm_result_column(const crm_result *result, uint32_t index, uint32_t column, crm_column *out)
{
	struct wire_list columns;
	struct wire_reader r;
	struct rec_column record;
	if (!read_columns(result, index, &columns) ||
	    !result_record(result, &columns, column, &r) || !decode_rec_column(&r, &record))
		return -1;
	*out = (crm_column){text_of(record.name), known(catalogue_kind_name(record.kind)),
			    record.places};
	return 0;
}

/* --- rows --- */

int crm_result_rows_size(const crm_result *result, uint32_t index)
{
	struct wire_list rows;
	return read_rows(result, index, &rows) ? (int)rows.count : -1;
}

static bool read_row(const crm_result *result, uint32_t index, uint32_t row, struct rec_row *record)
{
	struct wire_list rows;
	struct wire_reader r;
	return read_rows(result, index, &rows) && result_record(result, &rows, row, &r) &&
	       decode_rec_row(&r, record);
}

int crm_result_row(const crm_result *result, uint32_t index, uint32_t row, uint64_t *customer)
{
	struct rec_row record;
	if (!read_row(result, index, row, &record))
		return -1;
	*customer = record.customer;
	return 0;
}

/* Cell number `place` of these. */
static int read_cell(struct wire_text cells, uint32_t place, crm_datum *out)
{
	const uint8_t *bytes = (const uint8_t *)cells.bytes;
	struct wire_reader r = {bytes, bytes + cells.size, false};
	struct cell cell;
	for (uint32_t i = 0; i <= place; i++)
		if (!cell_read(&r, &cell))
			return -1;
	*out = (crm_datum){(int)cell.form, cell.number, text_of(cell.text)};
	return 0;
}

static_assert((int)CRM_NULL == (int)CELL_NULL && (int)CRM_NUMBER == (int)CELL_NUMBER &&
		  (int)CRM_TEXT == (int)CELL_TEXT,
	      "the numbers of crmdb/found.h are those of the wire");

int crm_result_datum(const crm_result *result, uint32_t index, uint32_t row, uint32_t column,
		     crm_datum *out)
{
	struct rec_row record;
	return read_row(result, index, row, &record) ? read_cell(record.values, column, out) : -1;
}

int crm_result_place(const crm_result *result, uint32_t index, crm_place *next)
{
	struct answer answer;
	const struct ans_query_page *page = &answer.as.query_page;
	if (!result_answer(result, index, OP_query_page, &answer))
		return -1;
	*next = (crm_place){page->query, page->next_null, page->next_value, page->next_customer};
	return page->more != 0;
}

/* --- groups --- */

int crm_result_groups_size(const crm_result *result, uint32_t index)
{
	struct wire_list groups;
	return read_groups(result, index, &groups) ? (int)groups.count : -1;
}

static bool read_group(const crm_result *result, uint32_t index, uint32_t group,
		       struct rec_group *record)
{
	struct wire_list groups;
	struct wire_reader r;
	return read_groups(result, index, &groups) && result_record(result, &groups, group, &r) &&
	       decode_rec_group(&r, record);
}

int crm_result_group(const crm_result *result, uint32_t index, uint32_t group, crm_group *out)
{
	struct rec_group record;
	if (!read_group(result, index, group, &record))
		return -1;
	*out = (crm_group){record.customers, record.valued,   record.sum,
			   record.least,     record.greatest, record.percentile};
	return 0;
}

int crm_result_group_key(const crm_result *result, uint32_t index, uint32_t group, uint32_t key,
			 crm_datum *out)
{
	struct rec_group record;
	return read_group(result, index, group, &record) ? read_cell(record.keys, key, out) : -1;
}

/* --- streams and plans --- */

uint32_t crm_result_stream(const crm_result *result, uint32_t index)
{
	struct answer answer;
	if (result_answer(result, index, OP_query_stream, &answer))
		return answer.as.query_stream.stream;
	return result_answer(result, index, OP_query_groups, &answer)
		   ? answer.as.query_groups.stream
		   : 0;
}

int crm_result_stream_more(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_stream_next, &answer)
		   ? answer.as.stream_next.more != 0
		   : -1;
}

int crm_result_plan(const crm_result *result, uint32_t index, crm_plan *out)
{
	struct answer answer;
	const struct ans_query_count *count = &answer.as.query_count;
	const struct ans_query_page *page = &answer.as.query_page;
	const struct ans_query_groups *groups = &answer.as.query_groups;
	if (result_answer(result, index, OP_query_count, &answer))
		*out = (crm_plan){known(catalogue_plan_name(count->plan)), count->estimate,
				  count->judged, count->engine_us};
	else if (result_answer(result, index, OP_query_page, &answer))
		*out = (crm_plan){known(catalogue_plan_name(page->plan)), page->estimate,
				  page->judged, page->engine_us};
	else if (result_answer(result, index, OP_query_groups, &answer))
		*out = (crm_plan){known(catalogue_plan_name(groups->plan)), groups->estimate,
				  groups->judged, groups->engine_us};
	else
		return -1;
	return 0;
}
