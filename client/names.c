/* names.c -- see names.h.
 *
 *   N1  No lock is held while the server is asked: several threads may ask at once, and the last
 *       list stays.
 *   N2  A list is taken whole or not at all.
 */
#include "client/names.h"

#include "client/error.h"
#include "protocol/catalogue.h"
#include "protocol/common/ascii.h"
#include "protocol/common/suggest.h"
#include "protocol/person.h"

void names_open(struct names *names)
{
	names->count = 0;
	pthread_mutex_init(&names->lock, NULL);
}

void names_close(struct names *names)
{
	pthread_mutex_destroy(&names->lock);
}

/* --- the list --- */

/* What a list has so far. */
struct gathering {
	uint32_t count;
	struct result_name list[LIMIT_FIELDS_ADDED];
};

static bool take(struct gathering *to, const crm_field *field)
{
	if (field->added == 0)
		return true;
	if (to->count == LIMIT_FIELDS_ADDED || field->name_size > LIMIT_NAME_BYTES)
		return false;
	struct result_name *name = &to->list[to->count++];
	*name = (struct result_name){.number = field->number};
	memcpy(name->name, field->name, field->name_size);
	return true;
}

/* One page; *from is where the next begins, 0 after the last. */
static crm_status take_page(struct gathering *to, const crm_result *result, uint16_t *from,
			    crm_error *error)
{
	crm_field field;
	crm_status status = crm_result_error(result, 0, error);
	if (status != CRM_OK)
		return status;
	for (uint32_t i = 0; crm_result_field(result, 0, i, &field) == 0; i++)
		if (!take(to, &field))
			return error_set(error, ERROR_BAD_REPLY, (struct error_detail){0, 0});
	uint16_t next = crm_result_fields_next(result, 0);
	if (next != 0 && next <= *from)
		return error_set(error, ERROR_BAD_REPLY, (struct error_detail){0, 0});
	*from = next;
	return CRM_OK;
}

static crm_status gather(struct gathering *to, struct pool *pool, int64_t deadline_us,
			 crm_error *error)
{
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	crm_status status = CRM_OK;
	uint16_t from = 0;
	to->count = 0;
	if (batch == NULL)
		return error_set(error, ERROR_NO_MEMORY, (struct error_detail){0, 0});
	do {
		crm_batch_clear(batch);
		if (crm_batch_field_list(batch, from) != 0)
			status = error_set(error, ERROR_NO_MEMORY, (struct error_detail){0, 0});
		if (status == CRM_OK)
			status = attempt_run(pool, batch, deadline_us, &result, error);
		if (status == CRM_OK)
			status = take_page(to, result, &from, error);
	} while (status == CRM_OK && from != 0);
	crm_result_free(result);
	crm_batch_free(batch);
	return status;
}

static crm_status ask(struct names *names, struct pool *pool, int64_t deadline_us, crm_error *error)
{
	struct gathering gathered;
	crm_status status = gather(&gathered, pool, deadline_us, error);
	if (status != CRM_OK)
		return status;
	pthread_mutex_lock(&names->lock);
	memcpy(names->list, gathered.list, gathered.count * sizeof gathered.list[0]); /* N2 */
	names->count = gathered.count;
	pthread_mutex_unlock(&names->lock);
	return CRM_OK;
}

/* --- batches --- */

/* 0: none has it. */
static uint16_t number_of(const struct result_name *list, uint32_t count, const char *name)
{
	size_t size = strlen(name) + 1;
	for (uint32_t i = 0; i < count; i++)
		if (ascii_same(list[i].name, name, size))
			return list[i].number;
	return 0;
}

/* Put in all numbers.  NULL: done; else the first name that is not in the list. */
static const struct batch_name *put_listed(const struct result_name *list, uint32_t listed,
					   struct crm_batch *batch)
{
	const struct batch_name *names = batch_names(batch);
	size_t count = batch->names.size / sizeof *names;
	for (size_t i = 0; i < count; i++) {
		uint16_t number = number_of(list, listed, names[i].name);
		memcpy(batch->body.data + names[i].at, &number, sizeof number);
		if (number == 0)
			return &names[i];
	}
	return NULL;
}

static const struct batch_name *put_numbers(struct names *names, struct crm_batch *batch)
{
	pthread_mutex_lock(&names->lock);
	const struct batch_name *missing = put_listed(names->list, names->count, batch);
	pthread_mutex_unlock(&names->lock);
	return missing;
}

bool names_put(const struct result_name *list, uint32_t count, crm_batch *batch)
{
	if (put_listed(list, count, batch) != NULL)
		return false;
	buffer_clear(&batch->names);
	return true;
}

/* What may have been meant; NULL: nothing is near. */
static const char *near_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < person_field_count; i++)
		if (suggest_is_near(name, person_fields[i].name))
			return person_fields[i].name;
	for (uint32_t i = 0; i < names->count; i++)
		if (suggest_is_near(name, names->list[i].name))
			return names->list[i].name;
	return NULL;
}

static crm_status no_field(struct names *names, const struct batch_name *name, crm_error *error)
{
	pthread_mutex_lock(&names->lock);
	const char *near = near_name(names, name->name);
	error_say(error, ERROR_BAD_ARGUMENT, "no field \"%s\"%s%s%s", name->name,
		  near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		  near != NULL ? "\"?" : "");
	pthread_mutex_unlock(&names->lock);
	if (error != NULL)
		error->batch_index = name->index;
	error_hint(error, "see the fields of crmdb/people.h, and crm_batch_field_list");
	return ERROR_BAD_ARGUMENT;
}

crm_status names_resolve(struct names *names, struct pool *pool, crm_batch *batch,
			 int64_t deadline_us, crm_error *error)
{
	const struct batch_name *missing = put_numbers(names, batch);
	if (missing == NULL)
		return CRM_OK;
	crm_status status = ask(names, pool, deadline_us, error);
	if (status != CRM_OK)
		return status;
	missing = put_numbers(names, batch);
	return missing == NULL ? CRM_OK : no_field(names, missing, error);
}

/* --- results --- */

/* Under the lock. */
static bool has_number(const struct names *names, uint16_t number)
{
	for (uint32_t i = 0; i < names->count; i++)
		if (names->list[i].number == number)
			return true;
	return false;
}

/* Does a profile show added fields, and are all of them known? */
static bool shows(const struct names *names, const crm_result *result, bool *known)
{
	struct answer answer;
	struct rec_assignment record;
	bool shown = false;
	for (uint32_t i = 0; i < crm_result_size(result); i++) {
		if (!result_answer(result, i, OP_customer_profile, &answer))
			continue;
		const struct wire_list *list = &answer.as.customer_profile.attributes;
		struct wire_reader r = {list->bytes, list->bytes + list->size, false};
		for (uint32_t k = 0; k < list->count && decode_rec_assignment(&r, &record); k++) {
			if (record.field < PERSON_ADDED)
				continue;
			shown = true;
			*known = *known && has_number(names, record.field);
		}
	}
	return shown;
}

static bool has_unknown(const crm_result *result)
{
	for (uint32_t i = 0; i < crm_result_size(result); i++)
		if (crm_result_status(result, i) == ERROR_FIELD_UNKNOWN)
			return true;
	return false;
}

void names_show(struct names *names, struct pool *pool, crm_result *result, int64_t deadline_us)
{
	bool known = true;
	pthread_mutex_lock(&names->lock);
	if (has_unknown(result))
		names->count = 0; /* the next name is asked for */
	bool shown = shows(names, result, &known);
	pthread_mutex_unlock(&names->lock);
	if (!shown)
		return;
	if (!known)
		ask(names, pool, deadline_us, NULL); /* without, they stay "unknown" */
	pthread_mutex_lock(&names->lock);
	buffer_append(&result->names, names->list, names->count * sizeof names->list[0]);
	pthread_mutex_unlock(&names->lock);
}
