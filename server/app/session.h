/* session.h -- one connection: bytes in, commands executed, stamped replies out.
 *
 *            hello              frames                      goodbye
 *    NEW ------------> OPEN ---------------> OPEN ... ----------------> ENDED
 *     |   bad bytes     |  bad bytes, newer connection (fence), drain      ^
 *     +-----------------+---------------------------------------------------+
 *
 * A frame is executed in place, in the connection's own buffer.  It may pause: after
 * LIMIT_TURN_COMMANDS, when the open group is full, when too many replies wait, or while a job
 * fetches something of the past.  The answers so far then leave as a part of the reply.
 *
 *   E1  Bytes of a session that has ended are never executed.
 *   E2  A new connection with the same (instance, slot) ends the older one before its own first
 *       command (a retry never overtakes its first attempt).
 *   E3  Answers leave in the order of the commands; a frame's last part has no FRAME_MORE.
 *   E4  Memory of a session is bounded: LIMIT_UNSENT_BYTES of replies and one part more.
 */
#ifndef CRMDB_APP_SESSION_H
#define CRMDB_APP_SESSION_H
#include "server/app/core.h"

struct session;

/* A connection came.  `surplus`: over the limit of clients; NULL is returned after a goodbye was
 * sent on it.  NULL also when memory is out. */
struct session *session_open(struct core *core, void *conn, bool surplus);
/* Execute what can be executed.  Returns bytes consumed. */
size_t session_input(struct session *session, const uint8_t *bytes, size_t size);
/* The deadline of hello, frame, silence or stall has passed. */
void session_deadline(struct session *session);
/* The connection is gone; the session is freed now, or when its job is done. */
void session_closed(struct session *session);

/* For core: send replies whose stamps are durable; end after the drain; wake when there is room.
 * True: it has more to do at once. */
bool session_turn_ended(struct session *session);
/* It has said goodbye, and all it had to say was taken by the kernel. */
bool session_is_done(const struct session *session);
struct session *session_next(const struct session *session); /* list of core->sessions */

#endif
