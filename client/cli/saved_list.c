/* saved_list.c -- the saved segments, and the fields that questions can name. */
#include <stdio.h>
#include <string.h>

#include "client/cli/asking.h"
#include "protocol/messages.h"

#define VALUES_LETTERS 40u /* of the values of a field, in a table */

static void fill_segment(struct lister *lister, const void *item, struct cell *cells)
{
	static const crm_segment_info none;
	const crm_segment_info *segment = item == NULL ? &none : item;
	cells[0] = lister_text_cell(lister, "name", segment->name);
	cells[1] = count_cell("customers", segment->customers);
	cells[2] = flag_cell("building", segment->building != 0);
	cells[3] = id_cell("event", segment->event);
	cells[4] = number_cell("saved", CELL_TIME, segment->time_us);
	cells[5] = lister_text_cell(lister, "condition", segment->source);
}

static struct cell field_text(struct lister *lister, const char *name, const char *bytes,
			      uint32_t size)
{
	return lister_text_cell(lister, name, (crm_text){bytes, size});
}

/* A choice can have 250 values: a table shows what fits its line, the other formats all. */
static struct cell values_cell(struct lister *lister, const crm_field *field)
{
	char text[4 * VALUES_LETTERS + 4];
	uint32_t letters = 0, end = 0;
	for (uint32_t i = 0; i < field->values_size; i++) {
		if (((unsigned char)field->values[i] & 0xc0) == 0x80)
			continue; /* the letter goes on */
		if (letters++ == VALUES_LETTERS - 3)
			end = i;
	}
	if (lister->format != SHOW_TABLE || letters <= VALUES_LETTERS)
		return field_text(lister, "values", field->values, field->values_size);
	snprintf(text, sizeof text, "%.*s...", (int)end, field->values);
	return field_text(lister, "values", text, (uint32_t)strlen(text));
}

static void fill_field(struct lister *lister, const void *item, struct cell *cells)
{
	static const crm_field none;
	const crm_field *field = item == NULL ? &none : item;
	cells[0] = field_text(lister, "name", field->name, field->name_size);
	cells[1] = text_cell("kind", field->kind);
	cells[2] = cell_if(field->places > 0, count_cell("places", field->places));
	cells[3] = flag_cell("added", field->added != 0);
	cells[4] = values_cell(lister, field);
	cells[5] = field_text(lister, "says", field->doc, field->doc_size);
}

#define COLUMNS 6u
static const struct lister_kind kinds[] = {{"segments", false, false, fill_segment},
					   {"fields", false, false, fill_field}};

static bool take(struct asking *asking, bool fields)
{
	const crm_result *result = asking->result;
	int size = fields ? crm_result_fields_size(result, 0) : crm_result_segments_size(result, 0);
	crm_segment_info segment;
	crm_field field;
	for (uint32_t i = 0; size > 0 && i < (uint32_t)size; i++) {
		int status = fields ? crm_result_field(result, 0, i, &field)
				    : crm_result_segment(result, 0, i, &segment);
		const void *item = fields ? (const void *)&field : (const void *)&segment;
		if (status != 0 || !lister_add(&asking->lister, item))
			return false;
	}
	return size >= 0;
}

/* One round trip; *from: where the next one begins, 0: there is none. */
static int fetch(struct asking *asking, bool fields, uint32_t *from)
{
	crm_batch_clear(asking->batch);
	if (fields)
		crm_batch_field_list(asking->batch, (uint16_t)*from);
	else
		crm_batch_segment_list(asking->batch, *from);
	int status = asking_ask(asking);
	if (status != EXIT_FINE)
		return status;
	if ((*from == 0 && !lister_begin(&asking->lister)) || !take(asking, fields))
		return run_shown(asking->run, false);
	*from = fields ? crm_result_fields_next(asking->result, 0)
		       : crm_result_segments_next(asking->result, 0);
	return EXIT_FINE;
}

int saved_list_run(const struct run *run)
{
	bool fields = run->statement->verb->opcode == OP_field_list;
	struct asking asking;
	uint32_t from = 0;
	asking_start(&asking, run);
	asking.lister.kind = &kinds[fields];
	asking.lister.columns = COLUMNS;
	int status = fetch(&asking, fields, &from);
	while (status == EXIT_FINE && from != 0)
		status = fetch(&asking, fields, &from);
	if (status == EXIT_FINE)
		status = asking_end(&asking, 0, NULL);
	asking_free(&asking);
	return status;
}
