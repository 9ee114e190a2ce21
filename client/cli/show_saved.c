/* show_saved.c -- segments saved and dropped, fields added, renamed and dropped, and whether a
 * customer is in a segment. */
#include <inttypes.h>

#include "client/cli/show_private.h"
#include "protocol/messages.h"

static const char *done(uint16_t opcode)
{
	switch (opcode) {
	case OP_segment_save:
		return "saved segment";
	case OP_segment_drop:
		return "dropped segment";
	case OP_field_add:
		return "added field";
	case OP_field_rename:
		return "renamed field";
	default:
		return "dropped field";
	}
}

static uint64_t event_of(const struct shown *shown)
{
	uint64_t event = crm_result_segment_event(shown->result, 0);
	return event != 0 ? event : crm_result_field_event(shown->result, 0);
}

bool show_defined(const struct shown *shown)
{
	const struct statement *statement = shown->statement;
	uint16_t opcode = statement->verb->opcode;
	uint64_t event = event_of(shown), customers = 0;
	struct cell cells[4] = {text_cell("name", statement->name), id_cell("event", event),
				flag_cell("repeated", crm_result_repeated(shown->result, 0) != 0)};
	size_t count = 3;
	if (event == 0)
		return false;
	crm_result_field_dropped(shown->result, 0, &customers);
	if (opcode == OP_field_drop)
		cells[count++] = count_cell("customers", customers);
	if (shown->format != SHOW_TABLE)
		return show_row(shown, cells, count, false);
	fprintf(shown->out, "%s %s", done(opcode), statement->name);
	if (opcode == OP_field_rename)
		fprintf(shown->out, " to %s", statement->to);
	if (opcode == OP_field_drop)
		fprintf(shown->out, " of %" PRIu64 " customers", cells[3].as.count);
	show_end_sentence(shown, event);
	return true;
}

bool show_membership(const struct shown *shown)
{
	const struct statement *statement = shown->statement;
	int member = crm_result_is_member(shown->result, 0);
	if (member < 0)
		return false;
	if (shown->format != SHOW_TABLE) {
		struct cell cells[] = {id_cell("customer", statement->customer),
				       text_cell("segment", statement->name),
				       flag_cell("member", member == 1)};
		return show_row(shown, cells, 3, false);
	}
	fprintf(shown->out, "%" PRIu64 " is %sin %s\n", statement->customer,
		member == 1 ? "" : "not ", statement->name);
	return true;
}
