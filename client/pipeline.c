/* pipeline.c -- see pipeline.h.  Beside the connection it keeps what each frame asked, to read its
 * reply:
 *
 *   asked   | number, commands, writes | items of the commands ... | number, ... |   oldest first
 */
#include "client/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "client/batch.h"
#include "client/clock.h"
#include "client/error.h"
#include "client/link.h"
#include "client/random.h"
#include "client/result.h"

struct asked {
	uint64_t number;
	uint32_t commands, writes;
};

struct pipeline {
	struct link link;
	struct uri uri;
	struct keys keys;
	struct buffer asked;
	uint32_t depth;
	uint64_t writes; /* commands that write, without an answer */
};

static crm_status shake_hands(struct pipeline *pipeline, const struct pipeline_identity *who,
			      crm_error *error)
{
	struct exchange_identity identity = {.app = pipeline->uri.app};
	int64_t deadline_us = clock_now_us() + pipeline->uri.connect_timeout_us;
	if (who != NULL) {
		identity.slot = who->slot;
		memcpy(identity.instance, who->instance, sizeof identity.instance);
	} else if (!random_fill(identity.instance, sizeof identity.instance)) {
		return error_say(error, ERROR_NO_MEMORY, "the system has no random bytes");
	}
	crm_status status =
	    link_open(&pipeline->link, &pipeline->uri, &identity, deadline_us, error);
	pipeline->keys.server_ahead_us = pipeline->link.exchange.server_time_us - clock_now_us();
	return status;
}

struct pipeline *pipeline_open(const char *uri, const struct pipeline_identity *who,
			       crm_error *error)
{
	struct pipeline *pipeline = calloc(1, sizeof *pipeline);
	error_clear(error);
	if (pipeline == NULL) {
		error_set(error, ERROR_NO_MEMORY, (struct error_detail){0, 0});
		return NULL;
	}
	link_init(&pipeline->link);
	if (uri_parse(&pipeline->uri, uri, error) == CRM_OK &&
	    shake_hands(pipeline, who, error) == CRM_OK)
		return pipeline;
	pipeline_close(pipeline);
	return NULL;
}

void pipeline_close(struct pipeline *pipeline)
{
	if (pipeline == NULL)
		return;
	link_free(&pipeline->link);
	buffer_free(&pipeline->asked);
	free(pipeline);
}

static crm_status check(struct pipeline *pipeline, crm_batch *batch, crm_error *error)
{
	const struct exchange *exchange = &pipeline->link.exchange;
	crm_status status = batch_check(batch, error);
	if (status != CRM_OK)
		return status;
	if (batch->names.size > 0)
		return error_say(error, ERROR_BAD_ARGUMENT,
				 "a pipeline knows no fields that were added");
	if (!link_is_open(&pipeline->link))
		return link_error(&pipeline->link, error);
	if (!batch_make_keys(batch, &pipeline->keys))
		return error_say(error, ERROR_NO_MEMORY, "the system has no random bytes");
	return batch_check_limits(batch, exchange->frame_bytes, exchange->frame_commands, error);
}

static uint64_t queue(struct pipeline *pipeline, const crm_batch *batch)
{
	struct asked asked = {0, crm_batch_size(batch), batch->writes};
	size_t size = sizeof asked + batch->items.size;
	if (!buffer_reserve(&pipeline->asked, size))
		return 0;
	asked.number = exchange_send(&pipeline->link.exchange, batch->body.data,
				     (uint32_t)batch->body.size, (uint16_t)asked.commands);
	if (asked.number == 0)
		return 0;
	buffer_append(&pipeline->asked, &asked, sizeof asked);
	buffer_append(&pipeline->asked, batch->items.data, batch->items.size);
	pipeline->depth++;
	pipeline->writes += asked.writes;
	return asked.number;
}

uint64_t pipeline_send(struct pipeline *pipeline, crm_batch *batch, crm_error *error)
{
	error_clear(error);
	if (check(pipeline, batch, error) != CRM_OK)
		return 0;
	uint64_t number = queue(pipeline, batch);
	if (number == 0)
		error_set(error, ERROR_NO_MEMORY, (struct error_detail){0, 0});
	else
		link_flush(&pipeline->link);
	return number;
}

static crm_status ended(struct pipeline *pipeline, crm_error *error)
{
	crm_status status = link_error(&pipeline->link, error);
	if (pipeline->writes > 0)
		error_doubt(error);
	return status;
}

/* The reply to the oldest frame came. */
static crm_status take(struct pipeline *pipeline, const struct exchange_reply *reply,
		       crm_result **result)
{
	struct asked asked;
	const uint8_t *at = pipeline->asked.data + pipeline->asked.at;
	memcpy(&asked, at, sizeof asked);
	crm_status status =
	    result_take(result, (const struct batch_item *)(const void *)(at + sizeof asked),
			asked.commands, reply->body, reply->size);
	buffer_consume(&pipeline->asked, sizeof asked + asked.commands * sizeof(struct batch_item));
	pipeline->depth--;
	if (status == CRM_OK)
		pipeline->writes -= asked.writes;
	else
		link_close(&pipeline->link);
	return status;
}

crm_status pipeline_receive(struct pipeline *pipeline, uint32_t timeout_ms, crm_result **result,
			    uint64_t *number, crm_error *error)
{
	struct exchange_reply reply;
	int64_t deadline_us = clock_now_us() + (int64_t)timeout_ms * 1000;
	error_clear(error);
	if (!link_is_open(&pipeline->link))
		return ended(pipeline, error);
	crm_status status = link_next(&pipeline->link, deadline_us, &reply);
	if (status == ERROR_TIMEOUT)
		return error_set(error, ERROR_TIMEOUT, (struct error_detail){timeout_ms, 0});
	if (status != CRM_OK)
		return ended(pipeline, error);
	*number = reply.number;
	status = take(pipeline, &reply, result);
	if (status == CRM_OK)
		return CRM_OK;
	error_set(error, (uint16_t)status, (struct error_detail){0, 0});
	if (pipeline->writes > 0)
		error_doubt(error);
	return status;
}

uint32_t pipeline_depth(const struct pipeline *pipeline)
{
	return pipeline->depth;
}

int pipeline_fd(const struct pipeline *pipeline)
{
	return pipeline->link.fd;
}
