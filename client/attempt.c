/* attempt.c -- retry until answered or late; see attempt.h.
 *
 *             take a slot           ready             ask
 *   start ------------------> [slot] -----> connected -----> answered
 *                               ^  |  fails      |  ends        |
 *                               |  v             v              v
 *                               pause <----------+             done, late or for good
 *
 *   T1  A retry goes on the same slot only: on the same connection, or after a new hello, which
 *       ends the older connection at the server.
 *   T2  Once a byte of a write has left, the outcome is in doubt until its answer comes; whoever
 *       gives up then leaves its keys held by the slot (pool.h).
 *   T3  A frame of which nothing has left at the deadline is taken back: not in doubt.
 *   T4  Nothing here lasts past the deadline, and reaching the server not past connect_timeout.
 */
#include "client/attempt.h"

#include "client/clock.h"
#include "client/error.h"
#include "client/result.h"

#define PAUSE_FIRST_US 10000
#define PAUSE_MAX_US 200000

struct attempt {
	struct pool *pool;
	struct slot *slot;
	crm_batch *batch;
	int64_t deadline_us;
	int64_t began_us;
	int64_t unreached_us; /* since when there is no server; 0: there is one */
	int64_t pause_us;     /* the next one */
	bool doubt;           /* writes of the batch may have been applied */
	bool hold;            /* its keys stay with the slot */
	uint64_t number;      /* of its frame on the slot's connection; 0: that has ended */
};

/* --- giving up --- */

static crm_status too_late(const struct attempt *attempt, crm_error *error)
{
	int64_t ms = (attempt->deadline_us - attempt->began_us + 999) / 1000;
	return error_set(error, ERROR_TIMEOUT, (struct error_detail){ms, 0});
}

/* Trying again may help: the server was away, or asks for it. */
static bool may_retry(crm_status status)
{
	return status == ERROR_DISCONNECTED || error_class_of(status) == ERROR_CLASS_RETRY;
}

/* Until when trying again makes sense after this status (T4). */
static int64_t patience_us(struct attempt *attempt, crm_status status)
{
	int64_t limit_us = attempt->pool->uri.connect_timeout_us;
	if (status != ERROR_UNREACHABLE)
		return attempt->deadline_us;
	return clock_earlier(attempt->deadline_us, attempt->unreached_us + limit_us);
}

/* Wait a little, longer each time, and not in step with others.  False: no time is left. */
static bool pause_before_retry(struct attempt *attempt, int64_t until_us)
{
	int64_t now_us = clock_now_us();
	int64_t half_us = attempt->pause_us / 2;
	int64_t wake_us = now_us + half_us + now_us * 7919 % half_us;
	if (wake_us >= until_us)
		return false;
	attempt->pause_us = clock_earlier(2 * attempt->pause_us, PAUSE_MAX_US);
	clock_sleep_until(wake_us);
	return true;
}

/* --- one attempt --- */

/* Take the late replies that are there.  False: the connection has ended. */
static bool settle(struct attempt *attempt)
{
	struct slot *slot = attempt->slot;
	struct exchange_reply reply;
	crm_status status = CRM_OK;
	while (link_is_open(&slot->link) && status == CRM_OK) {
		status = link_next(&slot->link, 0, &reply);
		if (status == CRM_OK)
			pool_release(attempt->pool, slot, reply.number);
	}
	return link_is_open(&slot->link);
}

/* Have a connection. */
static crm_status ready(struct attempt *attempt, crm_error *error)
{
	int64_t now_us = clock_now_us();
	int64_t limit_us = attempt->pool->uri.connect_timeout_us;
	if (settle(attempt))
		return CRM_OK;
	if (attempt->unreached_us == 0)
		attempt->unreached_us = now_us;
	int64_t until_us = clock_earlier(attempt->deadline_us, attempt->unreached_us + limit_us);
	crm_status status = pool_connect(attempt->pool, attempt->slot, until_us, error);
	if (status != ERROR_UNREACHABLE)
		attempt->unreached_us = 0;
	if (status == CRM_OK)
		attempt->hold = false; /* T1 */
	return status;
}

/* The frame got no answer. */
static void leave_unanswered(struct attempt *attempt, uint64_t number)
{
	struct link *link = &attempt->slot->link;
	if (!exchange_left(&link->exchange, number) || attempt->batch->writes == 0)
		return;
	attempt->doubt = attempt->hold = true; /* T2 */
	attempt->number = link_is_open(link) ? number : 0;
}

/* Wait for the reply to frame `number`; those before it are late ones. */
static crm_status await(struct attempt *attempt, uint64_t number, struct exchange_reply *reply,
			crm_error *error)
{
	struct link *link = &attempt->slot->link;
	for (;;) {
		crm_status status = link_next(link, attempt->deadline_us, reply);
		if (status == CRM_OK && reply->number == number)
			return CRM_OK;
		if (status == CRM_OK) {
			pool_release(attempt->pool, attempt->slot, reply->number);
			continue;
		}
		leave_unanswered(attempt, number);
		if (status != ERROR_TIMEOUT)
			return link_error(link, error);
		exchange_withdraw(&link->exchange, number); /* T3 */
		return too_late(attempt, error);
	}
}

static crm_status ask(struct attempt *attempt, crm_result **result, crm_error *error)
{
	crm_batch *batch = attempt->batch;
	struct link *link = &attempt->slot->link;
	struct exchange *exchange = &link->exchange;
	struct exchange_reply reply;
	crm_status status =
	    batch_check_limits(batch, exchange->frame_bytes, exchange->frame_commands, error);
	if (status != CRM_OK)
		return status;
	uint64_t number = exchange_send(exchange, batch->body.data, (uint32_t)batch->body.size,
					(uint16_t)crm_batch_size(batch));
	if (number == 0)
		return error_set(error, ERROR_NO_MEMORY, (struct error_detail){0, 0});
	status = await(attempt, number, &reply, error);
	if (status != CRM_OK)
		return status;
	status =
	    result_take(result, batch_items(batch), crm_batch_size(batch), reply.body, reply.size);
	if (status == CRM_OK)
		return CRM_OK;
	attempt->doubt = attempt->doubt || batch->writes > 0; /* done, but with what outcome? */
	if (status == ERROR_BAD_REPLY)
		link_close(link);
	return error_set(error, (uint16_t)status, (struct error_detail){0, 0});
}

/* Attempts on the slot taken, until one is answered or none is left. */
static crm_status try_all(struct attempt *attempt, crm_result **result, crm_error *error)
{
	for (;;) {
		crm_status status = ready(attempt, error);
		if (status == CRM_OK)
			status = ask(attempt, result, error);
		if (status == CRM_OK || !may_retry(status))
			return status;
		if (!pause_before_retry(attempt, patience_us(attempt, status)))
			return status;
	}
}

/* --- the whole --- */

/* Take the slot to use.  Keys held by two slots: the connection of one is made anew first. */
static crm_status take_slot(struct attempt *attempt, crm_error *error)
{
	struct pool *pool = attempt->pool;
	struct pool_find find;
	for (;;) {
		attempt->slot = pool_take(pool, attempt->batch, attempt->deadline_us, &find);
		attempt->doubt = attempt->doubt || find.held; /* T2, of an earlier execution */
		if (attempt->slot == NULL)
			return too_late(attempt, error);
		if (!find.held_twice)
			return CRM_OK;
		link_close(&attempt->slot->link);
		crm_status status = ready(attempt, error);
		pool_give(pool, attempt->slot);
		if (status != CRM_OK)
			return status;
	}
}

/* A connection lost or never made says nothing about a write sent before it: that is in doubt. */
static crm_status conclude(const struct attempt *attempt, crm_status status, crm_error *error)
{
	if (status == CRM_OK || !attempt->doubt)
		return status;
	if (may_retry(status))
		status = error_set(error, ERROR_DISCONNECTED, (struct error_detail){0, 0});
	error_doubt(error);
	return status;
}

crm_status attempt_run(struct pool *pool, crm_batch *batch, int64_t deadline_us,
		       crm_result **result, crm_error *error)
{
	struct attempt attempt = {.pool = pool,
				  .batch = batch,
				  .deadline_us = deadline_us,
				  .began_us = clock_now_us(),
				  .pause_us = PAUSE_FIRST_US};
	crm_status status = take_slot(&attempt, error);
	if (status != CRM_OK)
		return conclude(&attempt, status, error);
	status = try_all(&attempt, result, error);
	if (status != CRM_OK && attempt.hold)
		pool_hold(pool, attempt.slot, attempt.number, batch);
	pool_give(pool, attempt.slot);
	return conclude(&attempt, status, error);
}

crm_status attempt_open(struct pool *pool, crm_error *error)
{
	int64_t now_us = clock_now_us();
	struct attempt attempt = {.pool = pool,
				  .slot = &pool->slots[0],
				  .deadline_us = now_us + pool->uri.connect_timeout_us,
				  .pause_us = PAUSE_FIRST_US};
	for (;;) {
		crm_status status = ready(&attempt, error);
		if (status == ERROR_UNREACHABLE || !may_retry(status))
			return status;
		if (!pause_before_retry(&attempt, attempt.deadline_us))
			return status;
	}
}
