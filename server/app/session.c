/* session.c -- life of a connection: hello, frames, pauses, deadlines, goodbye.
 *
 * See session.h for the states and E1 to E4.  Commands are run by execute.c, answers collected by
 * reply.c.  To add a kind of frame: a case in next_frame.
 */
#include "server/app/session.h"

#include <stdlib.h>

#include "protocol/common/utf8.h"
#include "protocol/limits.h"
#include "server/app/session_private.h"
#include "server/base/ensure.h"
#include "server/base/limits.h"
#include "server/base/mutant.h"

static void set_deadline(struct session *session, enum session_deadline what, uint32_t ms)
{
	session->deadline = what;
	session->core->out.deadline(session->conn, ms);
}

static void say_goodbye(struct session *session, enum error error, struct error_detail detail)
{
	struct answer answer = {.status = (uint16_t)error, .detail = detail};
	reply_alone(session, FRAME_GOODBYE, &answer);
}

struct session *session_open(struct core *core, void *conn, bool surplus)
{
	struct session *session = calloc(1, sizeof *session);
	if (session == NULL)
		return NULL;
	session->core = core;
	session->conn = conn;
	session->resolve.store = core->store;
	if (surplus || core->draining) {
		say_goodbye(session, surplus ? ERROR_TOO_MANY_CLIENTS : ERROR_SHUTTING_DOWN,
			    (struct error_detail){core->env.clients(core->env.context) - 1, 0});
		free(session);
		return NULL;
	}
	session->older = core->sessions;
	if (core->sessions != NULL)
		core->sessions->newer = session;
	core->sessions = session;
	set_deadline(session, DEADLINE_HELLO, HELLO_TIMEOUT_MS);
	return session;
}

static void unlist(struct session *session)
{
	struct core *core = session->core;
	if (session->older != NULL)
		session->older->newer = session->newer;
	if (session->newer != NULL)
		session->newer->older = session->older;
	else
		core->sessions = session->older;
}

void session_mark_busy(struct session *session)
{
	struct core *core = session->core;
	if (session->busy)
		return;
	session->busy = true;
	session->busy_newer = NULL;
	session->busy_older = core->busy;
	if (core->busy != NULL)
		core->busy->busy_newer = session;
	core->busy = session;
}

static void unmark_busy(struct session *session)
{
	if (!session->busy)
		return;
	session->busy = false;
	if (session->busy_older != NULL)
		session->busy_older->busy_newer = session->busy_newer;
	if (session->busy_newer != NULL)
		session->busy_newer->busy_older = session->busy_older;
	else
		session->core->busy = session->busy_older;
}

size_t session_unsent(const struct session *session)
{
	return outbox_waiting(&session->outbox) + session->core->out.unsent(session->conn);
}

/* Bytes the peer has taken: they rise while it is alive. */
static uint64_t taken(const struct session *session)
{
	return session->offered - session_unsent(session);
}

static void watch_stall(struct session *session)
{
	session->stall_taken = taken(session);
	set_deadline(session, DEADLINE_STALL, STALLED_TIMEOUT_MS);
}

void session_end(struct session *session, enum error error, struct error_detail detail)
{
	if (session->state == SESSION_ENDED)
		return;
	say_goodbye(session, error, detail);
	execute_forget_questions(session, true);
	session->state = SESSION_ENDED; /* E1 */
	watch_stall(session);
	session_mark_busy(session);
}

/* --- hello --- */

/* E2: whoever has this instance and slot makes room. */
static void fence_older(struct session *session)
{
	if (wire_id_is_zero(session->instance) || MUTANT(overtaking_retry))
		return;
	struct session *other = session->core->sessions;
	for (; other != NULL; other = other->older)
		if (other != session && other->state == SESSION_OPEN &&
		    other->slot == session->slot &&
		    wire_id_equal(other->instance, session->instance))
			session_end(other, ERROR_FENCED, (struct error_detail){0, 0});
}

static enum error judge_hello(const struct msg_hello *hello, struct error_detail *detail)
{
	if (hello->magic != HELLO_MAGIC)
		return ERROR_BAD_MAGIC;
	if (hello->version_min > PROTOCOL_VERSION || hello->version_max < PROTOCOL_VERSION) {
		*detail = (struct error_detail){hello->version_max, PROTOCOL_VERSION};
		return ERROR_BAD_VERSION;
	}
	if (hello->app.size > LIMIT_APP_BYTES || hello->credential.size > LIMIT_CREDENTIAL_BYTES ||
	    !utf8_is_valid(hello->app.bytes, hello->app.size)) {
		*detail = (struct error_detail){OP_hello, hello->app.size};
		return ERROR_MALFORMED;
	}
	return ERROR_OK;
}

static void welcome(struct session *session)
{
	struct core *core = session->core;
	const struct part_genesis *genesis = engine_genesis(core->engine);
	struct answer answer = {.opcode = OP_hello, .sequence = commit_durable(core->commit)};
	struct ans_hello *hello = &answer.as.hello;
	struct engine_stats stats;
	ENSURE(genesis != NULL);
	engine_stats(core->engine, &stats);
	if (stats.day_event > answer.sequence)
		answer.sequence = stats.day_event; /* I3 */
	hello->today = stats.today;
	hello->salt = core->salt;
	hello->version = PROTOCOL_VERSION;
	hello->database = genesis->database;
	hello->incarnation = core->identity.incarnation;
	hello->time_us = core_time_us(core);
	hello->frame_bytes = LIMIT_FRAME_BYTES;
	hello->frame_commands = LIMIT_FRAME_COMMANDS;
	hello->currency = genesis->currency;
	hello->currency_digits = (uint8_t)genesis->currency_digits;
	hello->zone = genesis->zone;
	hello->tiers = genesis->tiers;
	hello->stages = genesis->stages;
	reply_alone(session, FRAME_WELCOME, &answer);
}

static void say_hello(struct session *session, const struct frame *frame)
{
	struct command command;
	struct error_detail detail = {0, 0};
	struct wire_reader r = {frame->body, frame->body + frame->body_size, false};
	if (frame->kind != FRAME_HELLO || frame->count != 1) {
		session_end(session, ERROR_HELLO_EXPECTED, detail);
		return;
	}
	enum error error = command_decode(&r, &command, &detail);
	if (error == ERROR_OK && (command.opcode != OP_hello || r.at != r.end))
		error = ERROR_HELLO_EXPECTED;
	if (error == ERROR_OK)
		error = judge_hello(&command.as.hello, &detail);
	if (error != ERROR_OK) {
		session_end(session, error, detail);
		return;
	}
	session->instance = command.as.hello.instance;
	session->slot = command.as.hello.slot;
	fence_older(session);
	session->state = SESSION_OPEN;
	welcome(session);
}

/* --- frames --- */

/* The commands a body really holds: nothing of a frame that lies about them is executed. */
static uint32_t count_commands(const struct frame *frame)
{
	struct wire_reader r = {frame->body, frame->body + frame->body_size, false};
	uint32_t count = 0;
	while (r.at < r.end && !r.failed) {
		wire_take(&r, 4);
		wire_take(&r, wire_read_u32(&r));
		count++;
	}
	return r.failed ? 0 : count;
}

/* True: the frame may run. */
static bool begin_frame(struct session *session, const struct frame *frame)
{
	uint32_t held = count_commands(frame);
	if (frame->kind != FRAME_REQUEST) {
		session_end(session, ERROR_FRAME_BROKEN,
			    (struct error_detail){frame->kind, frame->size});
		return false;
	}
	if (held != frame->count || held == 0 || held > LIMIT_FRAME_COMMANDS) {
		session_end(session, ERROR_FRAME_COUNT, (struct error_detail){frame->count, held});
		return false;
	}
	session->in_frame = true;
	session->advancing = false;
	session->frame_at = 0;
	session->frame_done = 0;
	resolve_reset(&session->resolve);
	return true;
}

/* Bytes that are no frame: before hello, the peer speaks something else. */
static void end_bad(struct session *session, const struct frame_fault *fault)
{
	bool stranger = session->state == SESSION_NEW && fault->error == ERROR_FRAME_BROKEN;
	session_end(session, stranger ? ERROR_BAD_MAGIC : fault->error, fault->detail);
}

/* Handle the frame at the front.  Returns the bytes consumed: 0 when it is partial or paused. */
static size_t next_frame(struct session *session, const uint8_t *bytes, size_t size)
{
	struct frame frame;
	struct frame_fault fault;
	uint32_t limit = session->state == SESSION_NEW ? LIMIT_HELLO_BYTES : LIMIT_FRAME_BYTES;
	switch (frame_next(bytes, size, limit, &frame, &fault)) {
	case FRAME_PARTIAL:
		return 0;
	case FRAME_BAD:
		end_bad(session, &fault);
		return 0;
	case FRAME_READY:
		break;
	}
	if (session->state == SESSION_NEW) {
		say_hello(session, &frame);
		return frame.size;
	}
	if (!session->in_frame && !begin_frame(session, &frame))
		return 0;
	if (!execute_frame(session, &frame))
		return 0;
	session->in_frame = false;
	if (session->resolve.want_count > 0)
		resolve_clear(&session->resolve);
	execute_forget_people(session);
	execute_forget_questions(session, false);
	return frame.size;
}

static bool may_run(const struct session *session)
{
	return session->state != SESSION_ENDED && session->pause == PAUSE_NONE &&
	       (!session->core->draining || session->in_frame);
}

/* After input: what is awaited now, and until when. */
static void renew_deadline(struct session *session, bool progressed, bool partial)
{
	if (session->state != SESSION_OPEN)
		return;
	if (partial && (session->deadline != DEADLINE_FRAME || progressed))
		set_deadline(session, DEADLINE_FRAME, FRAME_TIMEOUT_MS);
	else if (!partial && session->feed != NULL && session->deadline != DEADLINE_STALL)
		watch_stall(session); /* it may be silent, but must take what it asked for */
	else if (!partial && session->feed == NULL)
		set_deadline(session, DEADLINE_IDLE, IDLE_TIMEOUT_MS);
}

size_t session_input(struct session *session, const uint8_t *bytes, size_t size)
{
	size_t used = 0, step = 1;
	if (session->turn != session->core->turn)
		session->turn_left = LIMIT_TURN_COMMANDS;
	session->turn = session->core->turn;
	while (step > 0 && used < size && may_run(session)) {
		step = next_frame(session, bytes + used, size - used);
		used += step;
	}
	if (session->state == SESSION_ENDED)
		return size; /* E1 */
	if (session->pause == PAUSE_NONE)
		renew_deadline(session, used > 0, used < size);
	return used;
}

/* --- pauses and ends --- */

void session_stand(struct session *session, enum session_pause why)
{
	session->pause = why;
	session->core->out.pause(session->conn);
	session_mark_busy(session);
	if (why == PAUSE_OUTPUT) {
		watch_stall(session);
	} else {
		set_deadline(session, DEADLINE_IDLE, IDLE_TIMEOUT_MS);
	}
}

/* Of the largest ones: room that is worth going on for, twice what a window needs. */
#define GROUP_ROOM_EVENTS (4 * ENGINE_WINDOW)
static_assert(GROUP_ROOM_EVENTS * (EVENT_PLAIN_BYTES + 4) < LIMIT_GROUP_BYTES / 2,
	      "an empty group has it");

static bool pause_is_over(struct session *session)
{
	switch (session->pause) {
	case PAUSE_TURN:
		return true;
	case PAUSE_GROUP:
		return commit_reserve(session->core->commit, GROUP_ROOM_EVENTS, EVENT_PLAIN_BYTES);
	case PAUSE_OUTPUT:
		return session_unsent(session) < LIMIT_UNSENT_BYTES / 2;
	case PAUSE_DAY:
		return !days_are_busy(&session->core->days);
	case PAUSE_QUEUE:
		return questions_may_go_on(session);
	case PAUSE_QUESTION:
		return questions_ready(session);
	case PAUSE_NONE:
	case PAUSE_JOB:
		break;
	}
	return false;
}

static void release(struct session *session)
{
	const uint8_t *bytes;
	size_t size = outbox_take(&session->outbox, commit_durable(session->core->commit), &bytes);
	if (size > 0)
		session->core->out.send(session->conn, bytes, size); /* I3 */
	if (outbox_waiting(&session->outbox) == 0 && session->outbox.capacity > LIMIT_REPLY_BYTES)
		outbox_clear(&session->outbox); /* an idle connection keeps little */
}

bool session_turn_ended(struct session *session)
{
	struct core *core = session->core;
	release(session);
	bool empty = outbox_waiting(&session->outbox) == 0;
	if (core->draining && session->state != SESSION_ENDED && !session->in_frame && empty)
		session_end(session, ERROR_SHUTTING_DOWN, (struct error_detail){0, 0});
	if (session->state == SESSION_ENDED) {
		release(session);
		if (outbox_waiting(&session->outbox) == 0) {
			unmark_busy(session);
			core->out.close_after_send(session->conn);
		}
		return false;
	}
	bool follows = session->feed != NULL;
	bool more = follows && execute_feed_turn(session);
	if (pause_is_over(session)) {
		session->pause = PAUSE_NONE;
		core->out.resume(session->conn);
		return true;
	}
	if (empty && session->pause == PAUSE_NONE && !core->draining && !follows)
		unmark_busy(session);
	return more;
}

void session_deadline(struct session *session)
{
	static const struct {
		enum error error;
		int64_t ms;
	} ends[] = {
	    [DEADLINE_HELLO] = {ERROR_HELLO_TIMEOUT, HELLO_TIMEOUT_MS},
	    [DEADLINE_FRAME] = {ERROR_FRAME_TIMEOUT, FRAME_TIMEOUT_MS},
	    [DEADLINE_IDLE] = {ERROR_FRAME_TIMEOUT, IDLE_TIMEOUT_MS},
	    [DEADLINE_STALL] = {ERROR_FRAME_TIMEOUT, STALLED_TIMEOUT_MS},
	};
	bool idle = session->feed != NULL && session_unsent(session) == 0;
	bool ours = session->pause >= PAUSE_DAY;
	if (ours && session->state != SESSION_ENDED) {
		set_deadline(session, DEADLINE_IDLE, IDLE_TIMEOUT_MS); /* it is we who are slow */
		return;
	}
	if (session->deadline == DEADLINE_STALL &&
	    (taken(session) > session->stall_taken || (idle && session->state == SESSION_OPEN))) {
		watch_stall(session); /* slow, but alive */
		return;
	}
	if (session->state == SESSION_ENDED || session->deadline == DEADLINE_STALL) {
		session->state = SESSION_ENDED;
		outbox_clear(&session->outbox);
		session->core->out.close_now(session->conn);
		return;
	}
	session_end(session, ends[session->deadline].error,
		    (struct error_detail){ends[session->deadline].ms, 0});
}

static void free_session(struct session *session)
{
	execute_forget_reading(session);
	outbox_clear(&session->outbox);
	resolve_clear(&session->resolve);
	execute_forget_people(session);
	free(session);
}

void session_closed(struct session *session)
{
	unmark_busy(session);
	unlist(session);
	execute_forget_questions(session, true);
	execute_forget_feed(session);
	session->conn = NULL;
	session->state = SESSION_ENDED; /* E1 */
	if (!session->job_running)
		free_session(session);
}

void session_job_done(void *context)
{
	struct session *session = context;
	session->job_running = false;
	if (session->conn == NULL) {
		free_session(session);
		return;
	}
	session->pause = PAUSE_NONE;
	session->core->out.resume(session->conn);
}

bool session_is_done(const struct session *session)
{
	return session->state == SESSION_ENDED && session_unsent(session) == 0;
}

struct session *session_next(const struct session *session)
{
	return session->older;
}
