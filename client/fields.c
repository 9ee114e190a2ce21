/* fields.c -- fields added at run time; see crmdb/fields.h.
 *
 * What a name or a value may be is the server's to judge; here only the kinds are known.  How names
 * become numbers when customers are set is in names.c.
 */
#include "client/batch.h"
#include "client/result.h"
#include "protocol/catalogue.h"
#include "protocol/limits.h"

static const char no_kind[] = "a kind is not one of those of crmdb/fields.h";
static const char no_name[] = "a field has no name";

/* One byte over the limit is enough to be refused as too long. */
static struct wire_text name_of(const char *name)
{
	return (struct wire_text){name, (uint32_t)strnlen(name, LIMIT_NAME_BYTES + 1)};
}

static int add_write(crm_batch *batch, struct command *command, struct wire_id *key,
		     const char *ref)
{
	return batch_add_write(batch, command, key, &(struct batch_extra){ref, 0});
}

int crm_batch_field_add(crm_batch *batch, const crm_new_field *field, const char *ref)
{
	struct command command = {.opcode = OP_field_add};
	struct msg_field_add *m = &command.as.field_add;
	if (field->name == NULL)
		return batch_refuse(batch, ERROR_BAD_ARGUMENT, no_name);
	unsigned kind =
	    field->kind == NULL ? 0 : catalogue_kind_number(field->kind, strlen(field->kind));
	if (kind == 0)
		return batch_refuse(batch, ERROR_BAD_ARGUMENT, no_kind);
	m->name = name_of(field->name);
	m->kind = (uint8_t)kind;
	m->places = field->places;
	if (field->values != NULL) /* one byte over what fits a frame is refused as too large */
		m->values = (struct wire_text){
		    field->values, (uint32_t)strnlen(field->values, LIMIT_FRAME_BYTES + 1)};
	return batch_add_write(batch, &command, &m->key,
			       &(struct batch_extra){ref, m->values.size});
}

int crm_batch_field_rename(crm_batch *batch, const char *name, const char *to, const char *ref)
{
	struct command command = {.opcode = OP_field_rename};
	struct msg_field_rename *m = &command.as.field_rename;
	if (name == NULL || to == NULL)
		return batch_refuse(batch, ERROR_BAD_ARGUMENT, no_name);
	m->name = name_of(name);
	m->to = name_of(to);
	return add_write(batch, &command, &m->key, ref);
}

int crm_batch_field_drop(crm_batch *batch, const char *name, const char *ref)
{
	struct command command = {.opcode = OP_field_drop};
	struct msg_field_drop *m = &command.as.field_drop;
	if (name == NULL)
		return batch_refuse(batch, ERROR_BAD_ARGUMENT, no_name);
	m->name = name_of(name);
	return add_write(batch, &command, &m->key, ref);
}

int crm_batch_field_list(crm_batch *batch, uint16_t from)
{
	struct command command = {.opcode = OP_field_list};
	command.as.field_list.from = from;
	return batch_add_read(batch, &command);
}

/* --- answers --- */

uint64_t crm_result_field_event(const crm_result *result, uint32_t index)
{
	struct answer answer;
	if (result_answer(result, index, OP_field_add, &answer))
		return answer.as.field_add.event;
	if (result_answer(result, index, OP_field_rename, &answer))
		return answer.as.field_rename.event;
	return result_answer(result, index, OP_field_drop, &answer) ? answer.as.field_drop.event
								    : 0;
}

int crm_result_field_number(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_field_add, &answer) ? answer.as.field_add.number
								   : -1;
}

int crm_result_field_dropped(const crm_result *result, uint32_t index, uint64_t *customers)
{
	struct answer answer;
	if (!result_answer(result, index, OP_field_drop, &answer))
		return -1;
	*customers = answer.as.field_drop.customers;
	return 0;
}

int crm_result_fields_size(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_field_list, &answer)
		   ? (int)answer.as.field_list.fields.count
		   : -1;
}

int crm_result_field(const crm_result *result, uint32_t index, uint32_t place, crm_field *out)
{
	struct answer answer;
	struct wire_reader r;
	struct rec_field record;
	if (!result_answer(result, index, OP_field_list, &answer) ||
	    !result_record(result, &answer.as.field_list.fields, place, &r) ||
	    !decode_rec_field(&r, &record))
		return -1;
	const char *kind = catalogue_kind_name(record.kind);
	*out = (crm_field){.number = record.number,
			   .places = record.places,
			   .added = record.added,
			   .kind = kind == NULL ? "unknown" : kind,
			   .name = record.name.bytes,
			   .values = record.values.bytes,
			   .doc = record.doc.bytes,
			   .name_size = record.name.size,
			   .values_size = record.values.size,
			   .doc_size = record.doc.size};
	return 0;
}

uint16_t crm_result_fields_next(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_field_list, &answer) ? answer.as.field_list.next : 0;
}
