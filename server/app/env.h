/* env.h -- what the core of the server asks of the world, so that a simulation can answer instead.
 *
 * The server's answers are in server.c (libuv, the system clock); tests/sim answers from a seed.
 * Thread rule: everything on the loop's thread; `work` alone runs elsewhere.
 */
#ifndef CRMDB_APP_ENV_H
#define CRMDB_APP_ENV_H
#include <stddef.h>
#include <stdint.h>

#include "server/base/failure.h"

/* Look-ups of events and keys have threads apart from histories and people, so that none waits. */
enum lane {
	LANE_LOOKUP,
	LANE_HISTORY,
	LANE_PEOPLE /* one thread: commits of people.mdb */
};

struct env {
	/* Wall clock, microseconds since 1970, UTC.  Read here only (I6). */
	int64_t (*now_us)(void *context);
	/* Run `work` off the loop, then `done` on it, exactly once. */
	void (*submit_job)(void *context, enum lane lane, void (*work)(void *job),
			   void (*done)(void *job), void *job);
	/* Storage failed: nothing may be answered any more (I4).  On a job's thread. */
	void (*failed)(void *context, const struct failure *failure);
	/* Connections open, for info. */
	uint32_t (*clients)(void *context);
	void *context;
};

/* One connection as a session sees it; see server/net/net.h for what each call promises. */
struct wire_out {
	void (*send)(void *conn, const void *bytes, size_t size);
	size_t (*unsent)(const void *conn);
	void (*close_after_send)(void *conn);
	void (*close_now)(void *conn);
	void (*pause)(void *conn);
	void (*resume)(void *conn);
	void (*deadline)(void *conn, uint32_t ms);
};

#endif
