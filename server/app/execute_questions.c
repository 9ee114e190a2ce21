/* execute_questions.c -- questions of a frame: answered at once, or begun together with their
 * neighbours and answered in their places; and streams.
 *
 *   count A | count B | stream C | earn 42        A judges rows: B and C begin with it (T5)
 *      |         |          |          '--------- runs when C is answered
 *      '---------+----------'-- one event N
 *
 * Invariants: T1 to T5 (questions.h), I3: the answer of a question that judged rows waits until the
 * event it began at is durable.  A session has at most STREAMS_OF_SESSION streams, so that there is
 * always an `asked` for each of LIMIT_QUERY_NEIGHBOURS questions.
 */
#include <stdlib.h>
#include <string.h>

#include "server/app/execute_private.h"
#include "server/app/reading.h"
#include "server/app/registry.h"
#include "server/base/ensure.h"
#include "server/base/limits.h"

enum texts {
	TEXTS_READY,
	TEXTS_WAIT,
	TEXTS_REFUSED
};

static bool is_question(uint16_t opcode)
{
	return opcode == OP_query_count || opcode == OP_query_page || opcode == OP_query_groups ||
	       opcode == OP_query_stream;
}

bool questions_takes(uint16_t opcode)
{
	return is_question(opcode) || opcode == OP_stream_next || opcode == OP_stream_close;
}

static uint32_t timeout_of(const struct command *command)
{
	switch (command->opcode) {
	case OP_query_count:
		return command->as.query_count.timeout_ms;
	case OP_query_page:
		return command->as.query_page.timeout_ms;
	case OP_query_groups:
		return command->as.query_groups.timeout_ms;
	default:
		return command->as.query_stream.timeout_ms;
	}
}

/* --- a session's questions --- */

static struct asked *asked_at(struct session *session, uint16_t place)
{
	for (uint32_t i = 0; i < ASKED_OF_SESSION; i++) {
		struct asked *asked = &session->asked[i];
		if (asked->state != ASKED_FREE && asked->stream == 0 && asked->place == place)
			return asked;
	}
	return NULL;
}

static struct asked *asked_free(struct session *session)
{
	for (uint32_t i = 0; i < ASKED_OF_SESSION; i++)
		if (session->asked[i].state == ASKED_FREE)
			return &session->asked[i];
	return NULL;
}

static struct asked *stream_of(struct session *session, uint32_t stream)
{
	for (uint32_t i = 0; stream != 0 && i < ASKED_OF_SESSION; i++)
		if (session->asked[i].state != ASKED_FREE && session->asked[i].stream == stream)
			return &session->asked[i];
	return NULL;
}

static uint32_t count_streams(const struct session *session)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < ASKED_OF_SESSION; i++)
		count += session->asked[i].state != ASKED_FREE && session->asked[i].stream != 0;
	return count;
}

bool questions_ready(const struct session *session)
{
	bool expired = session->awaited != 0; /* the stream is not there any more */
	for (uint32_t i = 0; i < ASKED_OF_SESSION; i++) {
		const struct asked *asked = &session->asked[i];
		bool awaited = asked->stream == 0 ? asked->place == session->frame_done
						  : asked->stream == session->awaited;
		if (asked->state == ASKED_FREE || !awaited)
			continue;
		if (asked->state != ASKED_RUNNING)
			return true;
		expired = false;
	}
	return expired;
}

void execute_forget_questions(struct session *session, bool streams)
{
	for (uint32_t i = 0; i < ASKED_OF_SESSION; i++)
		if (session->asked[i].state != ASKED_FREE &&
		    (streams || session->asked[i].stream == 0))
			questions_drop(&session->core->questions, &session->asked[i]);
	if (streams)
		queue_leave(session);
}

/* --- asking --- */

/* An answer that waits for its place; in no more room than it takes. */
static bool hold(struct run *run, struct asked *asked, uint64_t saw)
{
	struct answer *answer = &run->decision.answer;
	uint8_t *bytes = malloc(LIMIT_ANSWER_BYTES + 1024);
	if (bytes == NULL)
		return false;
	struct wire_writer w = {bytes, bytes + LIMIT_ANSWER_BYTES + 1024, false};
	run_stamp(run, answer, saw);
	answer_encode(&w, answer);
	ENSURE(!w.failed);
	asked->size = (uint32_t)(w.at - bytes);
	asked->bytes = malloc(asked->size);
	if (asked->bytes != NULL)
		memcpy(asked->bytes, bytes, asked->size);
	free(bytes);
	asked->state = ASKED_HELD;
	asked->saw = saw;
	return asked->bytes != NULL;
}

static void decide_question(struct run *run, const struct command *command)
{
	struct request request = run_request(run, command);
	request.question = questions_room(&run->core->questions);
	engine_decide(run->core->engine, &request, &run->decision);
}

/* Too large to begin: refused. */
static void refuse_size(struct run *run)
{
	struct decision *decision = &run->decision;
	struct answer *answer = &decision->answer;
	decision->verdict = VERDICT_REFUSED;
	*answer = (struct answer){.status = ERROR_QUERY_TOO_LARGE};
	answer->detail =
	    (struct error_detail){(int64_t)run->core->questions.memory_limit, LIMIT_QUERY_GROUPS};
	decision->saw = engine_applied(run->core->engine);
}

/* The question in the room begins.  False: refused. */
static bool start(struct run *run, const struct command *command, struct asked *asked,
		  uint16_t place)
{
	struct core *core = run->core;
	*asked = (struct asked){.place = place, .timeout_ms = timeout_of(command)};
	if (questions_start(&core->questions, asked, run->now_us) == ERROR_OK)
		return true;
	*asked = (struct asked){.state = ASKED_FREE};
	refuse_size(run);
	return false;
}

/* Those behind the current command that ask, too (T5). */
static void start_neighbours(struct run *run)
{
	struct session *session = run->session;
	const struct frame *frame = run->frame;
	struct wire_reader r = {frame->body + session->frame_at, frame->body + frame->body_size,
				false};
	struct command command;
	struct error_detail detail;
	command_decode(&r, &command, &detail); /* the current one */
	for (uint32_t i = 1; i < LIMIT_QUERY_NEIGHBOURS; i++) {
		uint32_t place = session->frame_done + i;
		struct asked *asked = asked_free(session);
		if (place >= frame->count || asked == NULL ||
		    !questions_has_room(&run->core->questions) ||
		    command_decode(&r, &command, &detail) != ERROR_OK ||
		    !is_question(command.opcode))
			return;
		decide_question(run, &command);
		run_cost(session, run->decision.cost);
		*asked = (struct asked){.place = (uint16_t)place};
		if (run->decision.verdict == VERDICT_QUESTION &&
		    start(run, &command, asked, (uint16_t)place))
			continue;
		if (!hold(run, asked, run->decision.saw)) {
			*asked = (struct asked){.state = ASKED_FREE};
			return;
		}
	}
}

/* --- answering --- */

static void set_engine_us(struct answer *answer, int64_t us)
{
	uint32_t spent = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
	if (answer->status != ERROR_OK)
		return;
	if (answer->opcode == OP_query_count)
		answer->as.query_count.engine_us = spent;
	else if (answer->opcode == OP_query_page)
		answer->as.query_page.engine_us = spent;
	else if (answer->opcode == OP_query_groups)
		answer->as.query_groups.engine_us = spent;
}

/* A number for what goes on behind the first answer. */
static uint32_t make_stream(struct session *session, struct asked *asked, int64_t now_us)
{
	session->streams++;
	asked->stream = session->streams == 0 ? ++session->streams : session->streams;
	asked->deadline_us = now_us + (int64_t)STREAM_IDLE_MS * 1000;
	return asked->stream;
}

static void refuse_stream(struct run *run, uint64_t saw)
{
	run_refuse(run, ERROR_STREAMS_MANY,
		   (struct error_detail){STREAMS_OF_SESSION, QUESTIONS_STREAMS}, saw);
}

/* Is there no room for one more, of this session or of all (T6)? */
static bool are_streams_many(const struct session *session)
{
	return count_streams(session) >= STREAMS_OF_SESSION ||
	       questions_streams(&session->core->questions) >= QUESTIONS_STREAMS;
}

/* --- texts of the profile --- */

static void read_texts(void *context)
{
	struct session *session = context;
	reading_work(session->reading);
}

static void refuse_texts(struct run *run, struct asked *asked, enum error error,
			 struct error_detail detail)
{
	run_refuse(run, error, detail, question_number(asked->question));
	execute_forget_reading(run->session);
	questions_drop(&run->core->questions, asked);
}

static enum texts submit_reading(struct session *session)
{
	struct core *core = session->core;
	session->job_running = true;
	session_stand(session, PAUSE_JOB);
	core->env.submit_job(core->env.context, LANE_HISTORY, read_texts, session_job_done,
			     session);
	return TEXTS_WAIT;
}

/* What the next answer shows of people.mdb is with the question, is waited for, or cannot be. */
static enum texts gather_texts(struct run *run, struct asked *asked)
{
	struct session *session = run->session;
	struct core *core = run->core;
	uint16_t fields[LIMIT_QUERY_SHOWN];
	struct error_detail detail = {(int64_t)core->memory_limit, 0};
	enum error error = ERROR_OUT_OF_MEMORY;
	if (core->registry == NULL || question_texts_wanted(asked->question, fields) == 0)
		return TEXTS_READY;
	if (session->reading == NULL) {
		session->reading =
		    reading_new(core->engine, asked->question, registry_people(core->registry));
		if (session->reading != NULL)
			return submit_reading(session);
	} else {
		error = reading_error(session->reading, &detail);
		if (error == ERROR_OK && !reading_is_whole(session->reading, core->engine))
			return submit_reading(session);
	}
	if (error != ERROR_OK) {
		refuse_texts(run, asked, error, detail);
		return TEXTS_REFUSED;
	}
	reading_give(session->reading, asked->question);
	return TEXTS_READY;
}

void execute_forget_reading(struct session *session)
{
	reading_free(session->reading);
	session->reading = NULL;
}

/* I3: a text that is newer than the question was read after its event was applied. */
static uint64_t saw_texts(const struct session *session, uint64_t number)
{
	uint64_t saw = session->reading == NULL ? 0 : reading_saw(session->reading);
	return saw > number ? saw : number;
}

static enum step answer_asked(struct run *run, struct asked *asked)
{
	struct answer *answer = &run->decision.answer;
	uint64_t number = question_number(asked->question);
	bool rest;
	enum texts texts =
	    question_is_stream(asked->question) ? TEXTS_READY : gather_texts(run, asked);
	if (texts != TEXTS_READY)
		return texts == TEXTS_WAIT ? STEP_WAIT : STEP_DONE;
	question_answer(run->core->engine, asked->question, run->room, &run->decision);
	if (answer->status == ERROR_QUERY_TOO_LARGE)
		answer->detail.a = (int64_t)run->core->questions.memory_limit;
	set_engine_us(answer, asked->engine_us);
	rest = answer->status == ERROR_OK &&
	       (answer->opcode == OP_query_stream || question_has_rest(asked->question));
	if (rest && are_streams_many(run->session)) {
		refuse_stream(run, number);
		questions_drop(&run->core->questions, asked);
		return STEP_DONE;
	}
	if (rest && answer->opcode == OP_query_stream)
		answer->as.query_stream.stream = make_stream(run->session, asked, run->now_us);
	else if (rest)
		answer->as.query_groups.stream = make_stream(run->session, asked, run->now_us);
	answer->sequence = number;
	reply_add(run->session, answer, saw_texts(run->session, number));
	execute_forget_reading(run->session);
	if (!rest)
		questions_drop(&run->core->questions, asked);
	return STEP_DONE;
}

static enum step answer_ready(struct run *run, struct asked *asked)
{
	switch (asked->state) {
	case ASKED_RUNNING:
		session_stand(run->session, PAUSE_QUESTION);
		return STEP_WAIT;
	case ASKED_HELD:
		reply_add_bytes(run->session, asked->bytes, asked->size, asked->saw);
		questions_drop(&run->core->questions, asked);
		return STEP_DONE;
	case ASKED_EXPIRED:
		run_refuse(run, ERROR_QUERY_TIMEOUT, (struct error_detail){asked->timeout_ms, 0},
			   question_number(asked->question));
		questions_drop(&run->core->questions, asked);
		return STEP_DONE;
	case ASKED_PARKED:
	case ASKED_READY:
	case ASKED_FREE:
		break;
	}
	return answer_asked(run, asked);
}

/* A stream is answered as soon as it has begun. */
static bool answers_at_once(const struct command *command)
{
	return command->opcode == OP_query_stream;
}

static enum step ask(struct run *run, const struct command *command)
{
	struct session *session = run->session;
	struct questions *questions = &run->core->questions;
	struct asked *asked = asked_free(session);
	uint16_t fields[LIMIT_QUERY_SHOWN];
	if (command->opcode == OP_query_stream && are_streams_many(session)) {
		refuse_stream(run, 0);
		return STEP_DONE;
	}
	core_settle(run->core); /* before the first: T5 */
	decide_question(run, command);
	run_cost(session, run->decision.cost);
	if (run->decision.verdict == VERDICT_QUESTION) {
		if (!questions_admits(session) || asked == NULL)
			return queue_wait(run, timeout_of(command));
	}
	queue_leave(session); /* answered at once, too: the index may know by now */
	if (run->decision.verdict != VERDICT_QUESTION ||
	    !start(run, command, asked, session->frame_done)) {
		run_answer(run, &run->decision.answer, run->decision.saw);
		if (run_ends(session))
			start_neighbours(run);
		return STEP_DONE;
	}
	questions_first_slice(questions, asked, &run->core->env);
	bool texts = question_texts_wanted(asked->question, fields) > 0;
	if (asked->state == ASKED_RUNNING || answers_at_once(command) || texts || run_ends(session))
		start_neighbours(run);
	if (asked->state == ASKED_RUNNING && !answers_at_once(command)) {
		session_stand(session, PAUSE_QUESTION);
		return STEP_WAIT;
	}
	return answer_asked(run, asked);
}

/* --- streams --- */

static enum step next_part(struct run *run, uint32_t stream)
{
	struct session *session = run->session;
	struct asked *asked = stream_of(session, stream);
	struct answer *answer = &run->decision.answer;
	session->awaited = 0;
	if (asked == NULL) {
		execute_forget_reading(session); /* of a stream that ended meanwhile */
		run_refuse(run, ERROR_STREAM_UNKNOWN, (struct error_detail){stream, 0}, 0);
		return STEP_DONE;
	}
	asked->deadline_us = 0; /* it is we who are slow */
	if (asked->state == ASKED_RUNNING) {
		session->awaited = stream;
		session_stand(session, PAUSE_QUESTION);
		return STEP_WAIT;
	}
	enum texts texts = gather_texts(run, asked);
	if (texts != TEXTS_READY)
		return texts == TEXTS_WAIT ? STEP_WAIT : STEP_DONE;
	question_part(run->core->engine, asked->question, run->room, &run->decision);
	if (answer->status != ERROR_OK)
		answer->detail.a = (int64_t)run->core->questions.memory_limit;
	answer->sequence = question_number(asked->question);
	reply_add(session, answer, saw_texts(session, answer->sequence));
	execute_forget_reading(session);
	if (answer->status != ERROR_OK || answer->as.stream_next.more == 0)
		questions_drop(&run->core->questions, asked);
	else
		questions_wake(&run->core->questions, asked, run->now_us);
	return STEP_DONE;
}

static enum step close_stream(struct run *run, uint32_t stream)
{
	struct asked *asked = stream_of(run->session, stream);
	struct answer *answer = &run->decision.answer;
	*answer = (struct answer){.opcode = OP_stream_close};
	answer->as.stream_close.closed = asked != NULL;
	if (asked != NULL)
		questions_drop(&run->core->questions, asked);
	run_answer(run, answer, 0);
	return STEP_DONE;
}

enum step question_run(struct run *run, const struct command *command)
{
	struct asked *asked;
	switch (command->opcode) {
	case OP_stream_next:
		return next_part(run, command->as.stream_next.stream);
	case OP_stream_close:
		return close_stream(run, command->as.stream_close.stream);
	default:
		asked = asked_at(run->session, run->session->frame_done);
		return asked != NULL ? answer_ready(run, asked) : ask(run, command);
	}
}
