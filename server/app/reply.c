/* reply.c -- answers become parts of a reply, parts wait in the outbox for what they saw.
 *
 *   answer, answer, ...  --> part (core->scratch) --> sealed frame --> connection, or outbox
 *
 * Invariants: E3, E4 (session.h), I3 (outbox.h).  A part is always sealed before execution leaves
 * the session, so that the scratch is free for the next one.
 */
#include "protocol/limits.h"
#include "server/app/session_private.h"
#include "server/base/ensure.h"

#define PLAIN_ROOM 1024u /* any answer without a list */

void reply_begin(struct session *session, uint64_t frame_number)
{
	uint8_t *scratch = session->core->scratch;
	session->part_number = frame_number;
	session->part = (struct wire_writer){
	    scratch + FRAME_HEAD_BYTES, scratch + LIMIT_REPLY_BYTES - FRAME_TRAILER_BYTES, false};
	session->part_count = 0;
	session->part_stamp = 0;
}

/* Send a sealed frame now if it may leave at once, else let it wait in order. */
static void dispatch(struct session *session, const uint8_t *bytes, uint32_t size, uint64_t stamp)
{
	struct core *core = session->core;
	session->offered += size;
	if (outbox_waiting(&session->outbox) == 0 && stamp <= commit_durable(core->commit)) {
		core->out.send(session->conn, bytes, size); /* I3 */
		return;
	}
	if (outbox_push(&session->outbox, bytes, size, stamp)) {
		session_mark_busy(session);
		return;
	}
	/* Out of memory: the peer must not take silence for order (E3). */
	session->state = SESSION_ENDED;
	core->out.close_after_send(session->conn);
}

void reply_seal(struct session *session, bool last)
{
	uint8_t *scratch = session->core->scratch;
	if (session->part_count == 0 && !last)
		return;
	ENSURE(!session->part.failed);
	uint32_t body = (uint32_t)(session->part.at - scratch) - FRAME_HEAD_BYTES;
	uint8_t flags = last ? 0 : (uint8_t)FRAME_MORE;
	uint32_t size = frame_seal(
	    scratch, body,
	    &(struct frame_label){FRAME_REPLY, flags, session->part_count, session->part_number});
	dispatch(session, scratch, size, session->part_stamp);
	reply_begin(session, session->part_number);
}

void reply_add(struct session *session, const struct answer *answer, uint64_t stamp)
{
	size_t room = (size_t)(session->part.end - session->part.at);
	bool list = answer->status == ERROR_OK && opcode_has_list(answer->opcode);
	if (room < (list ? LIMIT_ANSWER_BYTES : PLAIN_ROOM))
		reply_seal(session, false);
	answer_encode(&session->part, answer);
	ENSURE(!session->part.failed);
	session->part_count++;
	if (stamp > session->part_stamp)
		session->part_stamp = stamp;
}

void reply_add_bytes(struct session *session, const uint8_t *bytes, uint32_t size, uint64_t stamp)
{
	if ((size_t)(session->part.end - session->part.at) < size)
		reply_seal(session, false);
	wire_write_raw(&session->part, bytes, size);
	ENSURE(!session->part.failed);
	session->part_count++;
	if (stamp > session->part_stamp)
		session->part_stamp = stamp;
}

void reply_alone(struct session *session, enum frame_kind kind, const struct answer *answer)
{
	uint8_t *scratch = session->core->scratch;
	reply_begin(session, 0);
	answer_encode(&session->part, answer);
	ENSURE(!session->part.failed);
	uint32_t body = (uint32_t)(session->part.at - scratch) - FRAME_HEAD_BYTES;
	uint32_t size = frame_seal(scratch, body, &(struct frame_label){kind, 0, 1, 0});
	dispatch(session, scratch, size, answer->sequence);
}

void reply_push(struct session *session, const uint8_t *bytes, uint32_t size)
{
	dispatch(session, bytes, size, 0); /* F1: durable */
}
