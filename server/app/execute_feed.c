/* execute_feed.c -- commands about the feed of a connection, and its share of a turn.
 *
 *   subscribe   the position is judged, in the order of errors.def; frames come from the next turn
 *   turn        a frame, if the peer has taken enough of those before
 *
 * A connection that follows runs ping and unsubscribe alone: its replies and its feed would wait
 * for one another.
 */
#include "protocol/limits.h"
#include "server/app/execute_private.h"
#include "server/app/feed.h"
#include "server/base/limits.h"
#include "server/engine/settle.h"

bool execute_feed_takes(uint16_t opcode)
{
	return opcode == OP_ping || opcode == OP_unsubscribe;
}

/* Which bit a named segment has, and the event that says so.  False: there is none of that name. */
static bool find_segment(struct run *run, struct wire_text name, struct feed_filter *filter,
			 uint64_t *saw)
{
	const struct core *core = run->core;
	filter->segment = name.size > 0;
	if (!filter->segment)
		return true;
	*saw = engine_find_segment(core->engine, name, &filter->segment_bit);
	filter->saved = *saw;
	if (*saw > 0)
		return true;
	run_refuse_word(run, ERROR_SEGMENT_UNKNOWN, name, engine_applied(core->engine));
	return false;
}

/* Is it a position in this database's log? */
static enum error judge_position(const struct core *core, const struct msg_subscribe *subscribe,
				 struct error_detail *detail)
{
	const struct store_identity *identity = &core->identity;
	uint64_t durable = commit_durable(core->commit), oldest = store_oldest(core->store);
	bool stranger = !wire_id_is_zero(subscribe->database) &&
			!wire_id_equal(subscribe->database, identity->database);
	if (stranger || subscribe->incarnation > identity->incarnation) {
		*detail = (struct error_detail){(int64_t)subscribe->incarnation,
						(int64_t)identity->incarnation};
		return ERROR_POSITION_FOREIGN;
	}
	if (subscribe->from > durable + 1) {
		*detail = (struct error_detail){(int64_t)subscribe->from, (int64_t)durable};
		return ERROR_POSITION_AHEAD;
	}
	*detail = (struct error_detail){(int64_t)subscribe->from, (int64_t)oldest};
	return subscribe->from > 0 && subscribe->from < oldest ? ERROR_SEQ_TRUNCATED : ERROR_OK;
}

void execute_subscribe(struct run *run, const struct msg_subscribe *subscribe)
{
	struct session *session = run->session;
	struct core *core = run->core;
	struct feed_filter filter = {.kinds = subscribe->kinds};
	struct error_detail detail;
	uint64_t saw = 0, durable = commit_durable(core->commit);
	uint64_t from = subscribe->from > 0 ? subscribe->from : durable + 1;
	if (!find_segment(run, subscribe->segment, &filter, &saw))
		return;
	enum error error = judge_position(core, subscribe, &detail);
	if (error == ERROR_OK) {
		session->feed = feed_open(core, from, &filter);
		error = session->feed != NULL ? ERROR_OK : ERROR_OUT_OF_MEMORY;
		detail = (struct error_detail){(int64_t)core->memory_limit, 0};
	}
	if (error != ERROR_OK) {
		run_refuse(run, error, detail, saw);
		return;
	}
	session_mark_busy(session);
	struct answer *answer = &run->decision.answer;
	*answer = (struct answer){.opcode = OP_subscribe};
	answer->as.subscribe = (struct ans_subscribe){from, durable, store_oldest(core->store)};
	run_answer(run, answer, saw);
}

void execute_unsubscribe(struct run *run)
{
	struct session *session = run->session;
	struct answer *answer = &run->decision.answer;
	*answer = (struct answer){.opcode = OP_unsubscribe};
	if (session->feed != NULL)
		answer->as.unsubscribe = (struct ans_unsubscribe){1, feed_complete(session->feed)};
	execute_forget_feed(session);
	run_answer(run, answer, 0);
}

void execute_forget_feed(struct session *session)
{
	if (session->feed != NULL)
		feed_close(session->feed);
	session->feed = NULL;
}

bool execute_feed_turn(struct session *session)
{
	const uint8_t *bytes;
	struct error_detail detail;
	if (session->in_frame || session_unsent(session) > LIMIT_UNSENT_BYTES)
		return false; /* E4 */
	size_t size = feed_next(session->feed, &bytes);
	if (size > 0)
		reply_push(session, bytes, (uint32_t)size);
	enum error error = feed_fault(session->feed, &detail);
	if (error != ERROR_OK) {
		session_end(session, error, detail);
		return true;
	}
	return feed_has_more(session->feed) && session_unsent(session) <= LIMIT_UNSENT_BYTES;
}
