/* client.h -- one client: an instance and slot, a connection at a time, frames and their answers.
 *
 * It keeps the rules of the protocol: a write that was not answered is sent again with its key only
 * on a new connection, behind a hello with the same instance and slot.
 *
 *   C1  Replies come in the order of the frames, answers in the order of the commands; only the
 *       last part of a reply is without FRAME_MORE (the server's E3).
 *   C2  What a goodbye leaves unanswered was not executed.
 *   C3  A client that retries sends nothing before the welcome: a hello may arrive late, behind
 * that of a newer connection, and must then have nothing behind it that could be executed.
 *   C4  An answer's number is not below any that was known when its frame was sent; what is told of
 *       a customer is not older than what the same client was told before, in the same frame too.
 */
#ifndef CRMDB_TESTS_SIM_CLIENT_H
#define CRMDB_TESTS_SIM_CLIENT_H
#include "protocol/frame.h"
#include "tests/sim/bytes.h"
#include "tests/sim/intents.h"

#define CLIENT_FLIGHTS 4u
#define CLIENT_CUSTOMERS 16u

struct world;
struct line;

/* A frame that was sent. */
struct flight {
	uint64_t number;
	struct intent **intents;
	uint32_t count, answered;
	uint64_t floor; /* highest number any client knew when it was sent */
};

struct client {
	uint32_t index;
	struct wire_id instance; /* zero: it has no name, so it never sends anything again */
	uint32_t slot;
	struct line *line;
	bool welcomed;
	bool eager; /* sends its first frames without waiting for the welcome */
	struct bytes received;
	struct flight flights[CLIENT_FLIGHTS];
	uint32_t flight_count;
	struct intent **retries; /* writes to send again after the next hello */
	uint32_t retry_count, retry_capacity;
	uint64_t next_number;
	uint64_t cursor, cursor_customer; /* `next` of the last page */
	struct msg_segment_page page;     /* that goes on behind the last one; query 0: none yet */
	uint64_t walk;                    /* `next` of the last walk */
	uint64_t told[CLIENT_CUSTOMERS];  /* last event known of each */
};

/* Connect, send a frame, or drop the connection.  `settle`: send again only, make nothing up. */
void client_act(struct world *world, struct client *client, bool settle);
/* Bytes were added to `received`. */
void client_receive(struct world *world, struct client *client);
/* The connection is gone. */
void client_lost(struct world *world, struct client *client);
/* Every write whose fate is open is to be sent again. */
void client_resolve(struct world *world, struct client *client);
bool client_quiet(const struct client *client); /* waits for nothing, has nothing to send */
void client_free(struct client *client);

#endif
