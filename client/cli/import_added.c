/* import_added.c -- see import_added.h. */
#include "client/cli/import_added.h"

#include "client/cli/import_fields.h"
#include "client/error.h"

#define TAGS_MOST 64u

static bool take(struct import_added *added, const crm_field *field)
{
	if (!field->added)
		return true;
	if (added->count == LIMIT_FIELDS_ADDED || field->name_size > LIMIT_NAME_BYTES)
		return false;
	struct result_name *name = &added->names[added->count];
	*name = (struct result_name){.number = field->number};
	memcpy(name->name, field->name, field->name_size);
	added->most[added->count++] = strcmp(field->kind, "tags") == 0 ? TAGS_MOST : 1;
	return true;
}

/* One page; *from is where the next begins, 0 after the last. */
static bool take_page(struct import_added *added, const crm_result *result, uint16_t *from)
{
	crm_field field;
	for (uint32_t i = 0; crm_result_field(result, 0, i, &field) == 0; i++)
		if (!take(added, &field))
			return false;
	uint16_t next = crm_result_fields_next(result, 0);
	bool ends = next == 0 || next > *from;
	*from = next;
	return ends;
}

crm_status import_added_ask(struct import_added *added, crm_client *client, crm_error *error)
{
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	crm_status status = CRM_OK;
	uint16_t from = 0;
	added->schema = import_person_schema;
	added->schema.added = added;
	added->count = 0;
	if (batch == NULL)
		return error_set(error, ERROR_NO_MEMORY, (struct error_detail){0, 0});
	do {
		crm_batch_clear(batch);
		crm_batch_field_list(batch, from);
		status = crm_exec(client, batch, &result, error);
		if (status == CRM_OK)
			status = crm_result_first_error(result, error);
		if (status == CRM_OK && !take_page(added, result, &from))
			status = error_set(error, ERROR_BAD_REPLY, (struct error_detail){0, 0});
	} while (status == CRM_OK && from != 0);
	crm_result_free(result);
	crm_batch_free(batch);
	return status;
}
