/* result.c -- keep and read replies; see result.h.
 *
 * A reply's bytes are copied once and looked through once, each answer decoded to see that it is
 * whole; it is decoded again when it is asked for.  Both cost less than building a struct for each.
 *
 *   R1  Every item's answer decodes: reading it later cannot fail.
 *   R2  Nothing outside of the reply's bytes is read, whatever they say.
 *
 * To add an answer: a crm_result_* function here and in crmdb.h.
 */
#include "client/result.h"

#include <stdlib.h>

#include "client/error.h"
#include "protocol/events.h"
#include "protocol/messages.h"

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

/* Entry `index` of a history page.  Each has the same size: a newer server's may be longer. */
static bool read_entry(const struct wire_list *entries, uint32_t index, struct rec_entry *entry)
{
	if (index >= entries->count)
		return false;
	size_t stride = entries->size / entries->count;
	const uint8_t *at = entries->bytes + stride * index;
	struct wire_reader r = {at, at + stride, false};
	return decode_rec_entry(&r, entry);
}

static bool history_fits(const struct wire_list *entries)
{
	struct rec_entry entry;
	if (entries->count == 0)
		return entries->size == 0;
	return entries->size % entries->count == 0 && read_entry(entries, 0, &entry); /* R1 */
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
	if (opcode == OP_history && answer.status == ERROR_OK)
		return history_fits(&answer.as.history.entries);
	return true;
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

crm_status result_take(crm_result **result, const struct batch_item *items, uint32_t count,
		       const uint8_t *body, size_t size)
{
	if (size < (size_t)count * ANSWER_HEAD_BYTES)
		return ERROR_BAD_REPLY;
	if (*result == NULL)
		*result = calloc(1, sizeof **result);
	if (*result == NULL)
		return ERROR_NO_MEMORY;
	struct crm_result *to = *result;
	buffer_clear(&to->body);
	buffer_clear(&to->items);
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
	error_set(error, answer.status, answer.detail);
	if (error != NULL) {
		error->batch_index = index;
		error->in_doubt = error_class_of(answer.status) == ERROR_CLASS_UNKNOWN &&
				  opcode_access(item->opcode) == ACCESS_WRITE;
	}
	return answer.status;
}

crm_status crm_result_first_error(const crm_result *result, crm_error *error)
{
	for (uint32_t i = 0; i < crm_result_size(result); i++)
		if (crm_result_status(result, i) != CRM_OK)
			return crm_result_error(result, i, error);
	error_clear(error);
	return CRM_OK;
}

/* --- answers by kind --- */

/* The answer at `index`, when it is one to `opcode` and went well. */
static bool well(const crm_result *result, uint32_t index, uint16_t opcode, struct answer *answer)
{
	const struct result_item *item = item_of(result, index);
	return item != NULL && item->opcode == opcode && item->status == ERROR_OK &&
	       decode(result, item, answer);
}

int crm_result_ping(const crm_result *result, uint32_t index, uint64_t *nonce, int64_t *time_us)
{
	struct answer answer;
	if (!well(result, index, OP_ping, &answer))
		return -1;
	*nonce = answer.as.ping.nonce;
	*time_us = answer.as.ping.time_us;
	return 0;
}

int crm_result_info(const crm_result *result, uint32_t index, crm_info *out)
{
	struct answer answer;
	const struct ans_info *info = &answer.as.info;
	if (!well(result, index, OP_info, &answer))
		return -1;
	*out = (crm_info){.incarnation = info->incarnation,
			  .started_us = info->started_us,
			  .applied = info->applied,
			  .durable = info->durable,
			  .logged = info->logged,
			  .customers = info->customers,
			  .points = info->points,
			  .keys = info->keys,
			  .memory_bytes = info->memory_bytes,
			  .connections = info->connections,
			  .commands = info->commands,
			  .flushes = info->flushes};
	memcpy(out->database, info->database.bytes, sizeof out->database);
	uint32_t size =
	    info->version.size < sizeof out->version ? info->version.size : sizeof out->version - 1;
	if (size > 0)
		memcpy(out->version, info->version.bytes, size);
	return 0;
}

int crm_result_created(const crm_result *result, uint32_t index, uint64_t *event)
{
	struct answer answer;
	if (!well(result, index, OP_customer_create, &answer))
		return -1;
	*event = answer.as.customer_create.event;
	return 0;
}

int crm_result_customer(const crm_result *result, uint32_t index, crm_customer *out)
{
	struct answer answer;
	const struct ans_customer_get *get = &answer.as.customer_get;
	if (!well(result, index, OP_customer_get, &answer))
		return -1;
	*out = (crm_customer){get->customer, get->points, get->created_us, get->event, get->events};
	return 0;
}

int crm_result_points(const crm_result *result, uint32_t index, crm_points *out)
{
	struct answer answer;
	const struct ans_points_earn *earn = &answer.as.points_earn;
	const struct ans_points_redeem *redeem = &answer.as.points_redeem;
	const struct ans_points_adjust *adjust = &answer.as.points_adjust;
	if (well(result, index, OP_points_earn, &answer))
		*out = (crm_points){earn->before, earn->after, earn->event};
	else if (well(result, index, OP_points_redeem, &answer))
		*out = (crm_points){redeem->before, redeem->after, redeem->event};
	else if (well(result, index, OP_points_adjust, &answer))
		*out = (crm_points){adjust->before, adjust->after, adjust->event};
	else
		return -1;
	return 0;
}

int crm_result_history_size(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return well(result, index, OP_history, &answer) ? (int)answer.as.history.entries.count : -1;
}

int crm_result_history_entry(const crm_result *result, uint32_t index, uint32_t entry,
			     crm_entry *out)
{
	struct answer answer;
	struct rec_entry record;
	if (!well(result, index, OP_history, &answer) ||
	    !read_entry(&answer.as.history.entries, entry, &record))
		return -1;
	*out = (crm_entry){.event = record.event,
			   .time_us = record.time_us,
			   .type = event_type_name(record.type),
			   .actor = record.actor,
			   .before = record.before,
			   .after = record.after};
	memcpy(out->key.bytes, record.key.bytes, sizeof out->key.bytes);
	return 0;
}

uint64_t crm_result_history_next(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return well(result, index, OP_history, &answer) ? answer.as.history.next : 0;
}
