/* line.h -- one simulated connection: bytes on their way in both directions, cut anywhere.
 *
 *   client --to_server--> (network) --> input --> session
 *          <--to_client-- (network) <------------ send
 *
 * Either end can be gone while the other does not know: bytes of an old connection may reach the
 * server after its client has opened a newer one.  That is what fencing is for.
 */
#ifndef CRMDB_TESTS_SIM_LINE_H
#define CRMDB_TESTS_SIM_LINE_H
#include "server/app/session.h"
#include "tests/sim/bytes.h"

struct world;
struct client;

struct line {
	struct world *world;
	struct line *next;       /* newer to older */
	struct session *session; /* NULL: not accepted yet, refused, or closed */
	struct client *client;   /* NULL: it let go */
	struct bytes to_server, input, to_client;
	uint64_t deadline_us; /* on the steady clock; 0: none */
	uint64_t held_until;  /* step before which nothing of it reaches the server */
	bool accepted;
	bool server_gone; /* the server has closed it, or never took it */
	bool broken;      /* nothing more gets in, either way */
	bool closing;     /* the server closes it when its bytes are out */
	bool paused;      /* the server does not read */
	bool offer;       /* resumed: what is in `input` is offered again */
	bool spoiled;     /* a bit was flipped on the way */
};

extern const struct wire_out line_out;

/* A client connects.  Owned by the world. */
struct line *line_open(struct world *world, struct client *client);
/* Forget lines both ends are done with. */
void line_sweep(struct world *world);
/* The server is down: every session is closed, part of what was sent arrives or not. */
void line_close_all(struct world *world);
void line_free_all(struct world *world);

/* Steps; each does nothing when there is nothing to do. */
void line_accept(struct line *line);
void line_deliver(struct line *line, bool all); /* bytes to the server, and to its session */
void line_receive(struct line *line, bool all); /* bytes to the client, or its end */
void line_end(struct line *line, bool all);     /* the server learns that it is gone */
void line_break(struct line *line);             /* cut at any byte, in both directions */
void line_let_go(struct line *line);            /* the client drops it */
void line_spoil(struct line *line);             /* flip a bit on the way to the server */
void line_expire(struct line *line);            /* call a deadline that has passed */

#endif
