/* net_private.h -- what the files of server/net share; nobody else includes it. */
#ifndef CRMDB_NET_NET_PRIVATE_H
#define CRMDB_NET_NET_PRIVATE_H
#include <stdatomic.h>
#include <uv.h>

#include "server/base/ensure.h"
#include "server/net/list.h"
#include "server/net/net.h"

#define INPUT_START_BYTES (16u << 10) /* first input buffer; doubles as bytes come */
#define OUTPUT_START_BYTES (4u << 10) /* first output buffer; doubles likewise */
#define SURPLUS_MOST 64u              /* surplus connections at once; more wait in the backlog */
#define TICK_MS 100u                  /* grain of deadlines */
#define TRIM_TICKS 50u                /* a buffer unused for 5 to 10 s is freed */
#define LINGER_MS 2000                /* after the last byte, wait so long for the peer's end */
#define ACCEPT_RETRY_MS 100u          /* no descriptors: try again after this */
#define ACCEPT_TURN_MOST 64           /* connections accepted in one turn */

/*   OPEN -> DRAINING (output goes out, input is dropped) -> LINGERING (our end is sent; input is
 *   dropped until the peer's end) -> CLOSING (uv_close called; only `closed` follows)
 * Every state may go straight to CLOSING. */
enum conn_state {
	CONN_OPEN,
	CONN_DRAINING,
	CONN_LINGERING,
	CONN_CLOSING
};

struct input {
	uint8_t *bytes; /* unconsumed: [begin, end) */
	size_t begin, end, capacity;
};

struct output {
	uint8_t *bytes;
	size_t size, capacity;
};

struct conn {
	struct net *net;
	void *user; /* NULL: refused by `opened` */
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} socket;
	enum conn_state state;
	bool surplus;
	bool paused;
	bool reading;      /* uv_read_start is in force */
	bool ended;        /* the peer's end was read */
	bool touched;      /* bytes moved since the last trim */
	bool writing;      /* `flight` is given to `write` */
	uint32_t place;    /* in the roster */
	struct link offer; /* in net.offers: input is to be offered again */
	struct link dirty; /* in net.dirty: output is to be flushed */
	struct input input;
	struct output gather; /* collected by conn_send */
	struct output flight; /* under way in one uv_write */
	uv_write_t write;
	size_t queued; /* bytes of flight that libuv still held when last looked at */
	int64_t progress_ms;
};

/* Every connection, dense, so that a sweep reads one short array. */
struct seat {
	int64_t due_ms; /* 0: no deadline */
	struct conn *conn;
	bool writing;
};

struct roster {
	struct seat *seats;
	uint32_t count, capacity;
	uint32_t surplus; /* how many of them are surplus */
	uint32_t hand;    /* which TRIM_TICKS-th of the seats is trimmed next */
	uv_timer_t tick;  /* runs while there are connections */
};

struct listener {
	struct net *net;
	int fd; /* -1: not listening */
	uv_poll_t poll;
	uv_timer_t retry;
	int64_t logged_ms; /* last complaint about descriptors; 0: none */
	char *path;        /* socket file to remove; NULL: TCP */
	uint64_t device, inode;
};

struct signals {
	uv_signal_t term, interrupt;
	unsigned times;
};

struct net {
	uv_loop_t loop;
	struct net_handlers handlers;
	uint32_t max_clients, input_bytes;
	uv_prepare_t prepare;
	uv_check_t check;
	uv_idle_t idle;   /* active: the loop does not wait */
	uv_timer_t later; /* net_again_in */
	uv_async_t async;
	atomic_bool wake_asked;
	atomic_uint fenced; /* see fence in net.c */
	uint16_t port;
	bool again, stopping, finished;
	struct signals signals;
	struct listener tcp, local;
	struct roster roster;
	struct link dirty, offers;
	struct jobs *jobs;
};

#define CONN_OF(link, member) ((struct conn *)((char *)(link)-offsetof(struct conn, member)))

/* net.c: wake the loop from any thread, with the fence that uv_async_send of libuv 1.44 lacks. */
void net_poke(struct net *net);

/* conn.c */
bool conn_open(struct net *net, int fd, bool local); /* takes fd, also on failure */
void conn_offer(struct conn *conn);
void conn_meet_deadline(struct conn *conn);
void conn_end_sending(struct conn *conn); /* everything of a draining connection is sent */
void conn_trim(struct conn *conn);

/* conn_output.c */
void conn_output_flush(struct conn *conn);
void conn_output_watch(struct conn *conn); /* notes progress of a write under way */
void conn_output_trim(struct conn *conn);
void conn_output_free(struct conn *conn);

/* roster.c */
void roster_open(struct net *net);
bool roster_add(struct conn *conn); /* false: out of memory */
void roster_remove(struct conn *conn);

/* listener.c */
bool listener_open_tcp(struct net *net, const char *host, uint16_t port, struct failure *failure);
bool listener_open_unix(struct net *net, const char *path, struct failure *failure);
void listener_close(struct listener *listener);

/* socket.c: bound, listening, non-blocking sockets; -1: *failure */
int socket_listen_tcp(const char *host, uint16_t port, struct failure *failure);
int socket_listen_unix(const char *path, struct failure *failure);
uint16_t socket_port(int fd); /* port it is bound to; 0: none */

/* jobs.c */
struct jobs *jobs_open(struct net *net); /* NULL: no threads */
void jobs_collect(struct jobs *jobs);    /* call `done` of what is finished */
void jobs_finish(struct jobs *jobs);     /* end the threads with everything done; may be repeated */
void jobs_free(struct jobs *jobs);

/* signals.c */
bool signals_open(struct net *net);

#endif
