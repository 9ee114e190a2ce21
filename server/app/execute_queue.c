/* execute_queue.c -- sessions whose question cannot begin yet, in the order they came.
 *
 *   first --> session --> session --> session <-- last      questions.h, T2
 *               '-- begins when one of those that run has ended; refused at its deadline (T3)
 *
 * Invariant: whoever is in the queue waits.  A session that is answered without running leaves it,
 * or nobody behind would ever begin.
 */
#include "server/app/execute_private.h"

void queue_leave(struct session *session)
{
	struct questions *questions = &session->core->questions;
	struct session **link = &questions->first, *before = NULL;
	if (!session->queued)
		return;
	while (*link != session) {
		before = *link;
		link = &(*link)->queue_next;
	}
	*link = session->queue_next;
	if (questions->last == session)
		questions->last = before;
	session->queued = false;
	session->queue_next = NULL;
}

static void enter(struct session *session, int64_t until_us)
{
	struct questions *questions = &session->core->questions;
	session->queue_next = NULL;
	if (questions->last == NULL)
		questions->first = session;
	else
		questions->last->queue_next = session;
	questions->last = session;
	session->queued = true;
	session->queue_until_us = until_us;
}

bool questions_admits(const struct session *session)
{
	const struct questions *questions = &session->core->questions;
	return questions_has_room(questions) &&
	       (questions->first == NULL || questions->first == session);
}

static bool is_late(const struct session *session, int64_t now_us)
{
	return session->queued && session->queue_until_us != 0 && now_us >= session->queue_until_us;
}

bool questions_may_go_on(const struct session *session)
{
	const struct env *env = &session->core->env;
	return questions_admits(session) || is_late(session, env->now_us(env->context));
}

enum step queue_wait(struct run *run, uint32_t timeout_ms)
{
	struct session *session = run->session;
	if (is_late(session, run->now_us)) {
		queue_leave(session);
		run_refuse(run, ERROR_QUERY_TIMEOUT, (struct error_detail){timeout_ms, 0},
			   run->decision.saw);
		return STEP_DONE;
	}
	if (!session->queued)
		enter(session, timeout_ms == 0 ? 0 : run->now_us + (int64_t)timeout_ms * 1000);
	session_stand(session, PAUSE_QUEUE);
	return STEP_WAIT;
}
