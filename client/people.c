/* people.c -- profiles and identities; see crmdb/people.h.
 *
 * What the values may be is the server's to judge; here only the names of fields are known, and
 * not of those added at run time: their numbers are put in when the batch is executed (names.h).
 */
#include "client/batch.h"
#include "client/result.h"
#include "protocol/common/ascii.h"
#include "protocol/limits.h"
#include "protocol/name.h"
#include "protocol/person.h"

static const char no_field[] = "a field is not one of those of crmdb/people.h";

/* A name that an added field can have, in small letters. */
static bool can_be_added(const char *name, struct batch_name *out)
{
	size_t size = strnlen(name, LIMIT_NAME_BYTES + 1);
	for (size_t i = 0; i < size && i < LIMIT_NAME_BYTES; i++)
		out->name[i] = ascii_lower(name[i]);
	out->name[size <= LIMIT_NAME_BYTES ? size : 0] = '\0';
	return name_is_free(out->name, size);
}

/* The number of a field; 0 of one that can only be an added one.  False: no field. */
static bool number_of(const char *name, uint16_t *number)
{
	struct batch_name added;
	const struct person_field *field = person_field_named(name, strlen(name));
	*number = field == NULL ? 0 : field->number;
	return field != NULL || can_be_added(name, &added);
}

static bool is_added(const crm_assignment *assignment)
{
	return person_field_named(assignment->field, strlen(assignment->field)) == NULL;
}

/* Append the record of one assignment.  CRM_OK, or why not. */
static crm_status append(struct buffer *list, const crm_assignment *assignment)
{
	const char *name = assignment->field, *value = assignment->value;
	uint16_t number;
	if (name == NULL || value == NULL || !number_of(name, &number))
		return ERROR_BAD_ARGUMENT;
	/* One byte over what fits a frame, so that it is refused as too large. */
	struct rec_assignment record = {number,
					{value, (uint32_t)strnlen(value, LIMIT_FRAME_BYTES + 1)}};
	size_t room = RECORD_HEAD_BYTES + 2 + 4 + (size_t)record.value.size;
	if (list->size > LIMIT_FRAME_BYTES || !buffer_reserve(list, room))
		return list->size > LIMIT_FRAME_BYTES ? ERROR_BATCH_TOO_LARGE : ERROR_NO_MEMORY;
	uint8_t *at = list->data + list->size;
	struct wire_writer w = {at, at + room, false};
	encode_rec_assignment(&w, &record);
	list->size += (size_t)(w.at - at);
	return CRM_OK;
}

/* Note where the command just added has numbers to be put in: its records are the assignments of
 * `person`, in their order.  There is room for them. */
static void note_names(crm_batch *batch, const crm_person *person, uint32_t index)
{
	const uint8_t *at = batch->body.data + batch_items(batch)[index].at;
	struct wire_reader r = {at, batch->body.data + batch->body.size, false};
	struct command command;
	struct error_detail detail;
	struct rec_assignment record;
	if (command_decode(&r, &command, &detail) != ERROR_OK)
		return; /* unreachable: it was encoded here */
	const struct wire_list *list = &command.as.customer_put.fields;
	r = (struct wire_reader){list->bytes, list->bytes + list->size, false};
	for (uint32_t i = 0; i < person->count; i++) {
		size_t number = (size_t)(r.at - batch->body.data) + RECORD_HEAD_BYTES;
		struct batch_name name = {(uint32_t)number, index, ""};
		if (decode_rec_assignment(&r, &record) && record.field == 0 &&
		    can_be_added(person->fields[i].field, &name))
			buffer_append(&batch->names, &name, sizeof name);
	}
}

static int add_person(crm_batch *batch, struct command *command, const crm_person *person,
		      const char *ref)
{
	struct buffer list = {0};
	crm_status status = CRM_OK;
	uint32_t added = 0;
	for (uint32_t i = 0; i < person->count && status == CRM_OK; i++) {
		status = append(&list, &person->fields[i]);
		added += status == CRM_OK && is_added(&person->fields[i]);
	}
	if (status == CRM_OK && batch != NULL &&
	    !buffer_reserve(&batch->names, added * sizeof(struct batch_name)))
		status = ERROR_NO_MEMORY;
	struct wire_list fields = {list.data, (uint32_t)list.size, person->count};
	struct batch_extra extra = {ref, fields.size};
	int index;
	command->as.customer_put.customer = person->customer; /* set begins with the same fields */
	command->as.customer_put.fields = fields;
	if (status == CRM_OK)
		index = batch_add_write(batch, command, &command->as.customer_put.key, &extra);
	else
		index = batch_refuse(batch, status, status == ERROR_BAD_ARGUMENT ? no_field : NULL);
	buffer_free(&list);
	if (index >= 0 && added > 0)
		note_names(batch, person, (uint32_t)index);
	return index;
}

static_assert(offsetof(struct msg_customer_put, customer) ==
		      offsetof(struct msg_customer_set, customer) &&
		  offsetof(struct msg_customer_put, fields) ==
		      offsetof(struct msg_customer_set, fields),
	      "put and set begin with the same fields");

int crm_batch_customer_put(crm_batch *batch, const crm_person *person, const char *ref)
{
	struct command command = {.opcode = OP_customer_put};
	return add_person(batch, &command, person, ref);
}

int crm_batch_customer_set(crm_batch *batch, const crm_person *person, const char *ref)
{
	struct command command = {.opcode = OP_customer_set};
	command.as.customer_set.create = person->create != 0;
	return add_person(batch, &command, person, ref);
}

int crm_batch_customer_erase(crm_batch *batch, uint64_t customer, const char *ref)
{
	struct command command = {.opcode = OP_customer_erase};
	command.as.customer_erase.customer = customer;
	return batch_add_write(batch, &command, &command.as.customer_erase.key,
			       &(struct batch_extra){ref, 0});
}

int crm_batch_customer_find(crm_batch *batch, const char *field, const char *value)
{
	struct command command = {.opcode = OP_customer_find};
	const struct person_field *known =
	    field == NULL || value == NULL ? NULL : person_field_named(field, strlen(field));
	if (known == NULL)
		return batch_refuse(batch, ERROR_BAD_ARGUMENT, no_field);
	/* One byte over the limit is enough to be refused as too long. */
	command.as.customer_find.field = known->number;
	command.as.customer_find.value =
	    (struct wire_text){value, (uint32_t)strnlen(value, IDENTITY_BYTES + 1)};
	return batch_add_read(batch, &command);
}

int crm_batch_customer_profile(crm_batch *batch, uint64_t customer)
{
	struct command command = {.opcode = OP_customer_profile};
	command.as.customer_profile.customer = customer;
	return batch_add_read(batch, &command);
}

/* --- answers --- */

int crm_result_saved(const crm_result *result, uint32_t index, crm_saved *out)
{
	struct answer answer;
	const struct ans_customer_put *put = &answer.as.customer_put;
	const struct ans_customer_set *set = &answer.as.customer_set;
	if (result_answer(result, index, OP_customer_put, &answer))
		*out = (crm_saved){put->event, put->version, put->created};
	else if (result_answer(result, index, OP_customer_set, &answer))
		*out = (crm_saved){set->event, set->version, set->created};
	else
		return -1;
	return 0;
}

int crm_result_erased(const crm_result *result, uint32_t index, uint64_t *event, int64_t *points)
{
	struct answer answer;
	if (!result_answer(result, index, OP_customer_erase, &answer))
		return -1;
	*event = answer.as.customer_erase.event;
	*points = answer.as.customer_erase.points;
	return 0;
}

int crm_result_found(const crm_result *result, uint32_t index, uint64_t *customer)
{
	struct answer answer;
	if (!result_answer(result, index, OP_customer_find, &answer))
		return -1;
	*customer = answer.as.customer_find.customer;
	return 0;
}

int crm_result_profile_size(const crm_result *result, uint32_t index)
{
	struct answer answer;
	const struct ans_customer_profile *profile = &answer.as.customer_profile;
	return result_answer(result, index, OP_customer_profile, &answer)
		   ? (int)(profile->fields.count + profile->attributes.count)
		   : -1;
}

int crm_result_profile_value(const crm_result *result, uint32_t index, uint32_t value,
			     crm_value *out)
{
	struct answer answer;
	struct wire_reader r;
	struct rec_assignment record;
	if (!result_answer(result, index, OP_customer_profile, &answer))
		return -1;
	const struct ans_customer_profile *profile = &answer.as.customer_profile;
	bool attribute = value >= profile->fields.count;
	if (!result_record(result, attribute ? &profile->attributes : &profile->fields,
			   attribute ? value - profile->fields.count : value, &r) ||
	    !decode_rec_assignment(&r, &record))
		return -1;
	const struct person_field *field = person_field(record.field);
	const char *added = field == NULL ? result_field_name(result, record.field) : NULL;
	*out = (crm_value){.field = field != NULL ? field->name : added,
			   .value = record.value.bytes,
			   .size = record.value.size};
	if (out->field == NULL)
		out->field = "unknown";
	return 0;
}

uint64_t crm_result_profile_version(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_customer_profile, &answer)
		   ? answer.as.customer_profile.version
		   : 0;
}
