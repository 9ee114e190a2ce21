/* exchange.h -- one connection's side of the protocol, without a socket.
 *
 *                 exchange_send                               exchange_next
 *   a batch's body --------> [ out ] --- output / sent --->   server
 *   WELCOME, REPLY, OVER <-- [ in  ] <-- room / received ---  server
 *
 *   GREETING --welcome--> OPEN --goodbye, bytes that are no frame, exchange_end--> OVER
 *       +--------------------------------------------------------------------->
 *
 * The owner moves bytes and keeps time; the core keeps the frames apart.  Replies come in the order
 * of their frames, each yielded whole with the number exchange_send gave; one that nobody waits for
 * any more is yielded all the same, and its number says so.
 *
 * Thread rule: one thread at a time.  No I/O, no clock.
 */
#ifndef CRMDB_CLIENT_EXCHANGE_H
#define CRMDB_CLIENT_EXCHANGE_H
#include "client/buffer.h"
#include "client/crmdb/crmdb.h"
#include "protocol/frame.h"
#include "protocol/messages.h"

enum exchange_state {
	EXCHANGE_GREETING, /* hello is queued; no welcome yet */
	EXCHANGE_OPEN,
	EXCHANGE_OVER, /* nothing is sent or taken any more; `fault` says why */
};

enum exchange_yield {
	EXCHANGE_NOTHING, /* more bytes are needed */
	EXCHANGE_WELCOME, /* facts, server_time_us and limits are set */
	EXCHANGE_REPLY,
	EXCHANGE_PUSHED, /* a frame of a feed, for an owner who follows one */
	EXCHANGE_ENDED,  /* the state is EXCHANGE_OVER */
};

/* Who speaks, for the hello. */
struct exchange_identity {
	uint8_t instance[16];
	uint32_t slot;
	const char *app;
};

/* The answers to one frame, or the records of a pushed one. */
struct exchange_reply {
	uint64_t number;     /* of a pushed one: the feed is complete up to it */
	const uint8_t *body; /* borrowed until the next call on the core */
	size_t size;
	bool pushed;
	uint16_t records; /* of a pushed one */
};

struct exchange {
	enum exchange_state state;
	bool follows; /* set by the owner: frames of a feed are yielded */
	struct frame_fault fault;
	struct crm_server facts;
	int64_t server_time_us;
	uint32_t frame_bytes, frame_commands; /* limits the server announced */

	struct buffer out;      /* sealed frames, not yet sent */
	uint64_t sent;          /* bytes sent since the start */
	struct buffer in;       /* bytes received, not yet taken */
	struct buffer parts;    /* the reply so far, while it comes in parts */
	uint32_t parts_answers; /* answers in it */
	struct buffer flights;  /* struct flight: frames without a whole reply, oldest first */
	uint64_t last_number;
};

/* Begin a connection: queue the hello.  False: out of memory.  An earlier use is forgotten, its
 * memory reused; all zero before the first. */
bool exchange_start(struct exchange *exchange, const struct exchange_identity *identity);
/* Give the memory back. */
void exchange_free(struct exchange *exchange);
/* The connection is gone for this reason; nothing if it was over already. */
void exchange_end(struct exchange *exchange, enum error error);

/* Queue a frame of `count` commands.  Its number; 0: out of memory, nothing queued.  The caller
 * has checked that the core is open, and the limits. */
uint64_t exchange_send(struct exchange *exchange, const uint8_t *body, uint32_t size,
		       uint16_t count);
/* Take the last frame back.  False: some of its bytes have left already, it stays. */
bool exchange_withdraw(struct exchange *exchange, uint64_t number);
/* Have bytes of this frame left?  False also for a frame that is answered. */
bool exchange_left(const struct exchange *exchange, uint64_t number);
/* Frames without a whole reply. */
size_t exchange_flights(const struct exchange *exchange);

/* Bytes to send now; borrowed until the next call. */
const uint8_t *exchange_output(const struct exchange *exchange, size_t *size);
void exchange_sent(struct exchange *exchange, size_t size);

/* Room for bytes received: at least a quarter of a reply frame.  NULL: out of memory. */
uint8_t *exchange_room(struct exchange *exchange, size_t *size);
void exchange_received(struct exchange *exchange, size_t size);

/* What the bytes received so far say next. */
enum exchange_yield exchange_next(struct exchange *exchange, struct exchange_reply *reply);

#endif
