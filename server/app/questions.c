/* questions.c -- see questions.h. */
#include "server/app/questions.h"

#include <stdlib.h>

#include "server/base/ensure.h"

void questions_open(struct questions *questions, struct engine *engine, const struct memory *memory,
		    uint64_t memory_limit)
{
	*questions =
	    (struct questions){.engine = engine, .memory = *memory, .memory_limit = memory_limit};
}

void questions_close(struct questions *questions)
{
	ENSURE(questions->running == NULL);
	question_free(questions->spare);
	questions->spare = NULL;
}

struct question *questions_room(struct questions *questions)
{
	if (questions->spare == NULL)
		questions->spare = question_new(&questions->memory);
	return questions->spare;
}

bool questions_has_room(const struct questions *questions)
{
	return questions->count < QUESTIONS_MOST;
}

uint32_t questions_streams(const struct questions *questions)
{
	uint32_t count = 0;
	for (const struct asked *asked = questions->running; asked != NULL; asked = asked->older)
		count += asked->stream != 0;
	return count;
}

static void enlist(struct questions *questions, struct asked *asked)
{
	asked->newer = NULL;
	asked->older = questions->running;
	if (questions->running != NULL)
		questions->running->newer = asked;
	questions->running = asked;
	questions->count++;
}

static void delist(struct questions *questions, struct asked *asked)
{
	if (questions->next == asked)
		questions->next = asked->older;
	if (asked->older != NULL)
		asked->older->newer = asked->newer;
	if (asked->newer != NULL)
		asked->newer->older = asked->older;
	else
		questions->running = asked->older;
	questions->count--;
}

static bool is_listed(const struct asked *asked)
{
	return asked->question != NULL;
}

enum error questions_start(struct questions *questions, struct asked *asked, int64_t now_us)
{
	struct question *question = questions->spare;
	enum error error = question_begin(questions->engine, question);
	if (error != ERROR_OK)
		return error;
	questions->spare = NULL;
	asked->question = question;
	asked->state = ASKED_RUNNING;
	asked->engine_us = 0;
	asked->deadline_us =
	    asked->timeout_ms == 0 ? 0 : now_us + (int64_t)asked->timeout_ms * 1000;
	enlist(questions, asked);
	return ERROR_OK;
}

/* The question has ended: its room can be used again. */
static void give_back(struct questions *questions, struct asked *asked)
{
	question_end(questions->engine, asked->question);
	if (questions->spare == NULL)
		questions->spare = asked->question;
	else
		question_free(asked->question);
	asked->question = NULL;
}

void questions_drop(struct questions *questions, struct asked *asked)
{
	if (is_listed(asked)) {
		delist(questions, asked);
		give_back(questions, asked);
	}
	free(asked->bytes);
	*asked = (struct asked){.state = ASKED_FREE};
}

void questions_wake(struct questions *questions, struct asked *asked, int64_t now_us)
{
	(void)questions;
	if (asked->state == ASKED_PARKED)
		asked->state = ASKED_RUNNING;
	asked->deadline_us = now_us + (int64_t)STREAM_IDLE_MS * 1000;
}

/* --- slices --- */

static void run(struct questions *questions, struct asked *asked)
{
	questions->slices++;
	switch (question_step(questions->engine, asked->question, QUESTIONS_ROWS)) {
	case QUESTION_MORE:
		break;
	case QUESTION_FULL:
		asked->state = ASKED_PARKED;
		break;
	case QUESTION_DONE:
	case QUESTION_FAILED:
		asked->state = ASKED_READY;
		break;
	}
}

static int64_t run_timed(struct questions *questions, struct asked *asked, const struct env *env,
			 int64_t from_us)
{
	run(questions, asked);
	int64_t now_us = env->now_us(env->context);
	asked->engine_us += now_us > from_us ? now_us - from_us : 0;
	return now_us;
}

void questions_first_slice(struct questions *questions, struct asked *asked, const struct env *env)
{
	run_timed(questions, asked, env, env->now_us(env->context));
}

/* T3: of a stream nothing is left, whether its client comes again or not. */
static void expire(struct questions *questions, int64_t now_us)
{
	struct asked *older;
	for (struct asked *asked = questions->running; asked != NULL; asked = older) {
		older = asked->older;
		if (asked->deadline_us == 0 || now_us < asked->deadline_us)
			continue;
		if (asked->stream != 0)
			questions_drop(questions, asked);
		else if (asked->state != ASKED_READY)
			asked->state = ASKED_EXPIRED;
	}
}

/* The next one that runs, from questions->next on around the list; NULL: none. */
static struct asked *next_running(struct questions *questions)
{
	struct asked *asked = questions->next;
	for (uint32_t i = 0; i <= questions->count; i++, asked = asked->older) {
		if (asked == NULL)
			asked = questions->running;
		if (asked == NULL)
			return NULL;
		if (asked->state == ASKED_RUNNING)
			return asked;
	}
	return NULL;
}

bool questions_turn(struct questions *questions, const struct env *env)
{
	if (questions->running == NULL)
		return false;
	int64_t began_us = env->now_us(env->context), now_us = began_us;
	struct asked *asked;
	expire(questions, now_us);
	for (uint32_t i = 0; i < QUESTIONS_MOST && now_us - began_us < QUESTIONS_SLICE_US; i++) {
		asked = next_running(questions);
		if (asked == NULL)
			return false;
		now_us = run_timed(questions, asked, env, now_us);
		questions->next = asked->older;
	}
	return next_running(questions) != NULL;
}
