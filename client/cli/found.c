/* found.c -- see found.h. */
#include "client/cli/found.h"

#include <stdio.h>
#include <string.h>

#include "protocol/catalogue.h"

bool found_read(struct found *found, const crm_result *result, uint32_t index)
{
	int count = crm_result_columns_size(result, index);
	crm_column column;
	*found = (struct found){.count = count < 0 ? 0 : (size_t)count};
	if (count < 0 || found->count > LIMIT_QUERY_SHOWN)
		return false;
	for (uint32_t i = 0; i < found->count; i++) {
		if (crm_result_column(result, index, i, &column) != 0)
			return false;
		snprintf(found->names[i], sizeof found->names[i], "%.*s", (int)column.name.size,
			 column.name.bytes);
		found->kinds[i] = catalogue_kind_number(column.kind, strlen(column.kind));
		found->places[i] = column.places;
	}
	return true;
}

static struct cell number_of(const char *name, unsigned kind, unsigned digits, int64_t number)
{
	switch (kind) {
	case FIELD_KIND_date:
	case FIELD_KIND_yearly:
		return number_cell(name, CELL_DAY, number);
	case FIELD_KIND_boolean:
		return flag_cell(name, number != 0);
	default:
		return digits == 0 && kind != FIELD_KIND_money
			   ? number_cell(name, CELL_NUMBER, number)
			   : money_cell(name, number, digits);
	}
}

struct cell found_cell(struct lister *lister, const struct found *found, uint32_t column,
		       const crm_datum *datum)
{
	const char *name = found->names[column];
	unsigned kind = found->kinds[column];
	unsigned digits = kind == FIELD_KIND_money ? lister->facts->digits : found->places[column];
	if (datum->form == CRM_TEXT)
		return lister_text_cell(lister, name, datum->text);
	return cell_if(datum->form == CRM_NUMBER, number_of(name, kind, digits, datum->number));
}

static void fill(struct lister *lister, const void *item, struct cell *cells)
{
	const struct found *found = lister->context;
	const struct found_row *row = item;
	uint64_t customer = 0;
	if (row != NULL)
		crm_result_row(row->result, row->index, row->row, &customer);
	cells[0] = id_cell("customer", customer);
	for (uint32_t i = 0; i < found->count; i++) {
		crm_datum datum = {.form = CRM_NULL};
		if (row != NULL)
			crm_result_datum(row->result, row->index, row->row, i, &datum);
		cells[1 + i] = found_cell(lister, found, i, &datum);
	}
}

const struct lister_kind lister_members = {"members", true, true, fill};
const struct lister_kind lister_stream = {"members", false, false, fill};
