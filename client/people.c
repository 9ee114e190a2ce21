/* people.c -- profiles and identities; see crmdb/people.h.
 *
 * What the values may be is the server's to judge; here only the names of fields are known.
 */
#include "client/batch.h"
#include "client/result.h"
#include "protocol/limits.h"
#include "protocol/person.h"

static const char no_field[] = "a field is not one of those of crmdb/people.h";

/* Append the record of one assignment.  CRM_OK, or why not. */
static crm_status append(struct buffer *list, const crm_assignment *assignment)
{
	const char *name = assignment->field, *value = assignment->value;
	const struct person_field *field =
	    name == NULL || value == NULL ? NULL : person_field_named(name, strlen(name));
	if (field == NULL)
		return ERROR_BAD_ARGUMENT;
	/* One byte over what fits a frame, so that it is refused as too large. */
	struct rec_assignment record = {field->number,
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

static int add_person(crm_batch *batch, struct command *command, const crm_person *person,
		      const char *ref)
{
	struct buffer list = {0};
	crm_status status = CRM_OK;
	for (uint32_t i = 0; i < person->count && status == CRM_OK; i++)
		status = append(&list, &person->fields[i]);
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
	*out = (crm_value){field == NULL ? "unknown" : field->name, record.value.bytes,
			   record.value.size};
	return 0;
}

uint64_t crm_result_profile_version(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_customer_profile, &answer)
		   ? answer.as.customer_profile.version
		   : 0;
}
