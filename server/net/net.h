/* net.h -- connections, jobs and wake-ups: everything crmdb asks of libuv, and nothing of crmdb.
 *
 *   one loop turn:   poll -> input / jobs done / woken / deadline  ...  -> turn_ended -> writes
 *
 * Replies of a turn leave together: conn_send only collects; after turn_ended each connection's
 * bytes go out with one try_write, the rest with one write.
 *
 *   N1  A handler is never called for a connection after its `closed`.
 *   N2  Nothing is sent from inside conn_send; order is kept.
 *   N3  Input is bounded: a connection buffers at most the bytes of one frame (net_options).
 *
 * Thread rule: everything on the loop's thread, except net_wake (any thread).
 */
#ifndef CRMDB_NET_NET_H
#define CRMDB_NET_NET_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/failure.h"

struct net;
struct conn;

struct net_handlers {
	/* A connection came.  Returns the handler's own state for it, passed back as `user`.  NULL
	 * refuses it: what was sent to it so far still goes out, then it is closed. */
	void *(*opened)(void *context, struct conn *conn);
	/* All unconsumed input so far.  Returns bytes consumed from its front; the rest is offered
	 * again when more comes or after conn_resume.  The bytes are borrowed until it returns.
	 * Nothing consumed of input_bytes bytes stops reading until conn_resume. */
	size_t (*input)(void *user, const uint8_t *bytes, size_t size);
	/* The deadline set with conn_deadline has passed (it is cleared). */
	void (*deadline)(void *user);
	/* The connection is gone, by either side; a peer that ends its sending counts as gone. Last
	 * call for this user, and after conn_close or conn_close_after_send the only one. */
	void (*closed)(void *user);
	/* net_wake was called since the last turn (at least once). */
	void (*woken)(void *context);
	/* Every event of this turn is handled; replies may be collected now. */
	void (*turn_ended)(void *context);
	/* TERM or INT came, for the `times`-th time. */
	void (*stop_asked)(void *context, unsigned times);
	void *context;
};

struct net_options {
	const char *host; /* numeric address or name to listen on; NULL: no TCP */
	uint16_t port;    /* 0: any free one, see net_port */
	const char
	    *unix_path; /* socket file; NULL: none.  A stale one is replaced, a live one not */
	uint32_t max_clients; /* above it `opened` is still called, with conn_is_surplus true */
	uint32_t input_bytes; /* most bytes buffered for one connection (N3) */
};

/* Listen.  NULL: *failure (EXIT_LISTEN).  Owned by the caller; freed by net_free. */
struct net *net_open(const struct net_options *options, const struct net_handlers *handlers,
		     struct failure *failure);
void net_free(struct net *net);

/* Run until net_stop.  */
void net_run(struct net *net);
/* Accept nothing more. */
void net_stop_listening(struct net *net);
/* Close every connection (bytes already collected get one last try) and leave net_run. */
void net_stop(struct net *net);

uint16_t net_port(const struct net *net);        /* TCP port listened on; 0: none */
uint32_t net_clients(const struct net *net);     /* connections open */
int64_t net_monotonic_ms(const struct net *net); /* loop time, for deadlines */
/* Have turn_ended called again soon even if nothing happens. */
void net_again(struct net *net);
/* Call `woken` on the loop's thread soon.  Any thread; calls may fold into one. */
void net_wake(struct net *net);
/* Call turn_ended within `ms` even if nothing happens (one timer for the whole net; the soonest
 * wins). */
void net_again_in(struct net *net, uint32_t ms);

/* Collect bytes to send.  Copied.  On a closing connection they are dropped. */
void conn_send(struct conn *conn, const void *bytes, size_t size);
/* Bytes collected or given to the kernel's queue and not yet taken by it. */
size_t conn_unsent(const struct conn *conn);
/* Loop time at which the peer last took a byte (or when sending began). */
int64_t conn_progress_ms(const struct conn *conn);
/* Send what was collected, then close; what the peer still sends is dropped.  A peer that takes
 * nothing for STALLED_TIMEOUT_MS is closed.  `closed` follows, exactly once, never from inside. */
void conn_close_after_send(struct conn *conn);
/* Close now, dropping what was collected. */
void conn_close(struct conn *conn);
/* Stop and go on offering input, and (after at most one more read into the buffer there is)
 * reading.  Resuming offers what is buffered soon, from the loop, never from inside. */
void conn_pause(struct conn *conn);
void conn_resume(struct conn *conn);
/* Ask for `deadline` in `ms` from now; replaces the one before; 0 clears it. */
void conn_deadline(struct conn *conn, uint32_t ms);
bool conn_is_surplus(const struct conn *conn); /* over max_clients: say so and close */

/* Jobs: work off the loop, in lanes, so that slow history never delays key look-ups. */
enum net_lane {
	NET_LANE_LOOKUP,
	NET_LANE_HISTORY,
	NET_LANE_PEOPLE
};
typedef void net_job(void *context);
/* `work` on a thread of the lane, then `done` on the loop.  From here on, every outcome reaches
 * `done` exactly once (net_stop waits for running jobs, and drops no `done`). */
void net_submit_job(struct net *net, enum net_lane lane, net_job *work, net_job *done,
		    void *context);

#endif
