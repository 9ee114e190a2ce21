/* batch.c -- build request bodies; see batch.h.
 *
 * Each command is encoded straight into the body when it is added: about 30 ns for an earn, and
 * executing the batch copies the body once.  A command that cannot be added leaves the batch as it
 * was and is remembered, so that callers need not look at every return value.
 *
 *   A1  items and body always agree: a command is in both or in neither.
 *   A2  A key once made stays with its command until crm_batch_clear.
 *
 * To add a command: a function here and in crmdb.h that fills a struct command.
 */
#include "client/batch.h"

#include <stdio.h>
#include <stdlib.h>

#include "client/error.h"
#include "protocol/common/utf8.h"
#include "protocol/frame.h"
#include "protocol/key.h"
#include "protocol/limits.h"

#define COMMAND_ROOM 512u /* no command is longer, but for its list */

crm_batch *crm_batch_new(void)
{
	return calloc(1, sizeof(struct crm_batch));
}

void crm_batch_free(crm_batch *batch)
{
	if (batch == NULL)
		return;
	buffer_free(&batch->body);
	buffer_free(&batch->items);
	buffer_free(&batch->names);
	free(batch);
}

void crm_batch_clear(crm_batch *batch)
{
	struct buffer body = batch->body, items = batch->items, names = batch->names;
	buffer_clear(&body);
	buffer_clear(&items);
	buffer_clear(&names);
	*batch = (struct crm_batch){.body = body, .items = items, .names = names};
}

uint32_t crm_batch_size(const crm_batch *batch)
{
	return (uint32_t)(batch->items.size / sizeof(struct batch_item));
}

const struct batch_item *batch_items(const struct crm_batch *batch)
{
	return (const struct batch_item *)(const void *)batch->items.data;
}

const struct batch_name *batch_names(const struct crm_batch *batch)
{
	return (const struct batch_name *)(const void *)batch->names.data;
}

bool batch_key(const struct crm_batch *batch, uint32_t index, struct wire_id *key)
{
	const struct batch_item *item = &batch_items(batch)[index];
	if (opcode_access(item->opcode) != ACCESS_WRITE)
		return false;
	memcpy(key->bytes, batch->body.data + item->at + COMMAND_HEAD_BYTES, sizeof key->bytes);
	return true;
}

/* --- adding --- */

/* `why`: a sentence, static; NULL: that of errors.def. */
static int refuse(struct crm_batch *batch, crm_status status, const char *why)
{
	if (batch != NULL && batch->fault == CRM_OK) {
		batch->fault = status;
		batch->fault_why = why;
		batch->fault_index = crm_batch_size(batch);
	}
	return -1;
}

/* How a command is added. */
struct manner {
	bool writes, keyless;
	uint32_t list; /* bytes of its list */
};

static int add_in(struct crm_batch *batch, const struct command *command, struct manner manner)
{
	if (batch == NULL)
		return -1;
	struct batch_item item = {(uint32_t)batch->body.size, command->opcode, manner.keyless};
	size_t room = COMMAND_ROOM + (size_t)manner.list;
	if (batch->body.size > INT32_MAX - room || !buffer_reserve(&batch->body, room) ||
	    !buffer_append(&batch->items, &item, sizeof item))
		return refuse(batch, ERROR_NO_MEMORY, NULL);
	uint8_t *at = batch->body.data + batch->body.size;
	struct wire_writer w = {at, at + room, false};
	command_encode(&w, command);
	if (w.failed) {
		batch->items.size -= sizeof item; /* A1 */
		return refuse(batch, ERROR_BAD_ARGUMENT, NULL);
	}
	batch->body.size += (size_t)(w.at - at);
	batch->keyless += manner.keyless;
	batch->writes += manner.writes;
	return (int)crm_batch_size(batch) - 1;
}

static int add(struct crm_batch *batch, const struct command *command, bool writes, bool keyless)
{
	return add_in(batch, command, (struct manner){writes, keyless, 0});
}

int batch_add_read(crm_batch *batch, const struct command *command)
{
	return add(batch, command, false, false);
}

/* A command of which only the fields are still to be set: clearing all of the union would cost more
 * than encoding it. */
static inline void begin(struct command *command, enum opcode opcode)
{
	command->opcode = (uint16_t)opcode;
	command->flags = 0;
}

int batch_refuse(crm_batch *batch, crm_status status, const char *why)
{
	return refuse(batch, status, why);
}

int batch_refuse_text(crm_batch *batch, crm_status status, const char *text, uint32_t column)
{
	if (batch == NULL || batch->fault != CRM_OK)
		return -1;
	batch->fault_column = column;
	snprintf(batch->fault_text, sizeof batch->fault_text, "%s", text);
	return refuse(batch, status, batch->fault_text);
}

int batch_add_question(crm_batch *batch, const struct command *command, uint32_t bytes)
{
	int index = add_in(batch, command, (struct manner){false, false, bytes});
	if (index >= 0)
		batch->questions++;
	return index;
}

int batch_add_write(crm_batch *batch, struct command *command, struct wire_id *key,
		    const struct batch_extra *extra)
{
	*key = (struct wire_id){0};
	if (extra->ref == NULL)
		return add_in(batch, command, (struct manner){true, true, extra->list});
	size_t size = strnlen(extra->ref, LIMIT_REF_BYTES + 1);
	if (size == 0 || size > LIMIT_REF_BYTES || !utf8_is_valid(extra->ref, size))
		return refuse(batch, ERROR_REF_INVALID, NULL);
	*key = key_from_ref(command->opcode, extra->ref, size);
	return add_in(batch, command, (struct manner){true, false, extra->list});
}

/* A write: its key, the first field of every one, is made from `ref`, or later. */
static int add_write(struct crm_batch *batch, struct command *command, struct wire_id *key,
		     const char *ref)
{
	return batch_add_write(batch, command, key, &(struct batch_extra){ref, 0});
}

int crm_batch_ping(crm_batch *batch, uint64_t nonce)
{
	struct command command;
	begin(&command, OP_ping);
	command.as.ping.nonce = nonce;
	return add(batch, &command, false, false);
}

int crm_batch_info(crm_batch *batch)
{
	struct command command;
	begin(&command, OP_info);
	return add(batch, &command, false, false);
}

int crm_batch_customer_create(crm_batch *batch, uint64_t customer, const char *ref)
{
	struct command command;
	begin(&command, OP_customer_create);
	command.as.customer_create.customer = customer;
	return add_write(batch, &command, &command.as.customer_create.key, ref);
}

int crm_batch_customer_get(crm_batch *batch, uint64_t customer)
{
	struct command command;
	begin(&command, OP_customer_get);
	command.as.customer_get.customer = customer;
	return add(batch, &command, false, false);
}

int crm_batch_points_earn(crm_batch *batch, uint64_t customer, int64_t points, const char *ref)
{
	struct command command;
	begin(&command, OP_points_earn);
	command.as.points_earn.customer = customer;
	command.as.points_earn.points = points;
	return add_write(batch, &command, &command.as.points_earn.key, ref);
}

int crm_batch_points_redeem(crm_batch *batch, uint64_t customer, int64_t points, const char *ref)
{
	struct command command;
	begin(&command, OP_points_redeem);
	command.as.points_redeem.customer = customer;
	command.as.points_redeem.points = points;
	return add_write(batch, &command, &command.as.points_redeem.key, ref);
}

int crm_batch_points_adjust(crm_batch *batch, uint64_t customer, int64_t points, const char *ref)
{
	struct command command;
	begin(&command, OP_points_adjust);
	command.as.points_adjust.customer = customer;
	command.as.points_adjust.points = points;
	return add_write(batch, &command, &command.as.points_adjust.key, ref);
}

int crm_batch_history(crm_batch *batch, uint64_t customer, uint64_t from, uint32_t limit)
{
	struct command command;
	begin(&command, OP_history);
	command.as.history.customer = customer;
	command.as.history.from = from;
	command.as.history.limit = limit;
	return add(batch, &command, false, false);
}

int crm_batch_order(crm_batch *batch, const crm_order *order)
{
	struct command command;
	begin(&command, OP_order);
	size_t size = order->id == NULL ? 0 : strnlen(order->id, LIMIT_ORDER_BYTES + 1);
	command.as.order.customer = order->customer;
	command.as.order.order = (struct wire_text){order->id, (uint32_t)size};
	command.as.order.day = order->day == CRM_TODAY ? ORDER_DAY_TODAY : order->day;
	command.as.order.amount = order->amount;
	command.as.order.items = order->items;
	command.as.order.no_points = order->no_points != 0;
	return add_write(batch, &command, &command.as.order.key, size == 0 ? "" : order->id);
}

/* --- keys --- */

static void put_key(struct crm_batch *batch, struct batch_item *item, const uint8_t *key)
{
	memcpy(batch->body.data + item->at + COMMAND_HEAD_BYTES, key, sizeof(struct wire_id));
	batch->keyless -= item->keyless;
	item->keyless = 0;
}

static struct batch_item *items_of(struct crm_batch *batch)
{
	return (struct batch_item *)(void *)batch->items.data;
}

int crm_batch_key(crm_batch *batch, crm_key key)
{
	uint32_t size = batch == NULL ? 0 : crm_batch_size(batch);
	struct batch_item *last = size == 0 ? NULL : &items_of(batch)[size - 1];
	if (last == NULL || opcode_access(last->opcode) != ACCESS_WRITE || last->opcode == OP_order)
		return refuse(batch, ERROR_BAD_ARGUMENT,
			      "crm_batch_key: the last command takes no other key");
	put_key(batch, last, key.bytes);
	return (int)size - 1;
}

bool batch_make_keys(struct crm_batch *batch, const struct keys *keys)
{
	struct wire_id key;
	if (batch->keyless == 0)
		return true;
	if (!keys_begin(keys, &key))
		return false;
	for (struct batch_item *item = items_of(batch); batch->keyless > 0; item++) {
		if (!item->keyless)
			continue;
		put_key(batch, item, key.bytes); /* A2 */
		keys_next(&key);
	}
	return true;
}

/* --- time limits --- */

static bool is_question(uint16_t opcode)
{
	return opcode == OP_query_count || opcode == OP_query_page || opcode == OP_query_groups ||
	       opcode == OP_query_stream;
}

void batch_set_timeout(struct crm_batch *batch, uint32_t timeout_ms)
{
	const struct batch_item *items = batch_items(batch);
	uint32_t count = batch->questions == 0 ? 0 : crm_batch_size(batch);
	for (uint32_t i = 0; i < count; i++) {
		size_t end = i + 1 < count ? items[i + 1].at : batch->body.size;
		if (is_question(items[i].opcode))
			memcpy(batch->body.data + end - sizeof timeout_ms, &timeout_ms,
			       sizeof timeout_ms);
	}
}

/* --- checks --- */

crm_status batch_check(const struct crm_batch *batch, crm_error *error)
{
	if (batch == NULL)
		return error_say(error, ERROR_BAD_ARGUMENT, "no batch was given");
	if (batch->fault != CRM_OK) {
		if (batch->fault_why != NULL)
			error_say(error, (uint16_t)batch->fault, "%s", batch->fault_why);
		else
			error_set(error, (uint16_t)batch->fault, (struct error_detail){0, 0});
		if (error != NULL) {
			error->batch_index = batch->fault_index;
			error->column = batch->fault_column;
		}
		return batch->fault;
	}
	if (batch->items.size == 0)
		return error_set(error, ERROR_BATCH_EMPTY, (struct error_detail){0, 0});
	return CRM_OK;
}

crm_status batch_check_limits(const struct crm_batch *batch, uint32_t frame_bytes,
			      uint32_t frame_commands, crm_error *error)
{
	size_t bytes = batch->body.size + FRAME_MIN_BYTES;
	uint32_t commands = crm_batch_size(batch);
	if (bytes <= frame_bytes && commands <= frame_commands)
		return CRM_OK;
	error_set(error, ERROR_BATCH_TOO_LARGE, (struct error_detail){frame_bytes, frame_commands});
	error_hint(error, "this one has %zu bytes and %u commands: execute smaller batches", bytes,
		   commands);
	return ERROR_BATCH_TOO_LARGE;
}
