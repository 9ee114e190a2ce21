/* limits.h -- every limit of the server on one page, with its unit and its reason.
 * Limits of the wire are in protocol/limits.h. */
#ifndef CRMDB_BASE_LIMITS_H
#define CRMDB_BASE_LIMITS_H
#include <assert.h>
#include <stdint.h>

/* Events and groups. */
#define LIMIT_EVENT_BYTES                                                                          \
	(64u << 10) /* one event encoded; genesis with its zone table is near 4 KiB */
#define LIMIT_GROUP_BYTES (4u << 20)  /* one flush: above 1 MiB a flush costs by the byte anyway */
#define LIMIT_BLOCK_BYTES 2000u       /* log block: two fit an LMDB page of 4,096 */
#define LIMIT_BLOCK_EVENT_BYTES 1900u /* a larger event gets a block of its own */
#define LIMIT_TXN_BYTES                                                                            \
	(8u << 20) /* one LMDB transaction: bounds how long its commit holds up the log */

/* Runs of events read from the log for a feed: short transactions, and a fair share of the lane. */
#define LIMIT_RUN_EVENTS 1000u
#define LIMIT_RUN_BYTES (64u << 10) /* of records; a last one may pass it */
#define FEED_TURN_EVENTS 1000u      /* events of a feed from memory in one loop turn: 0.3 ms */
#define FEED_TELL_EVENTS 4096u      /* a feed says how far it is complete after so many ... */
#define FEED_TELL_US 1000000        /* ... or so long */
#define FEED_LIFE_US 10000000       /* sign of life when nothing happens */

/* Personal data. */
#define PEOPLE_DOCUMENT_BYTES                                                                      \
	(64u << 10) /* one document of a person: a long note fits, a picture is no profile */
#define PEOPLE_MAP_BYTES                                                                           \
	(UINT64_C(256) << 30) /* map of people.mdb, sparse: 25 KiB a person at ten million */

/* Questions. */
#define QUERY_MEMORY_BYTES                                                                         \
	((size_t)128 << 20) /* what questions that judge rows hold together: --query-memory */

/* Connections. */
#define LIMIT_TURN_COMMANDS 4096u /* commands a connection may run in one loop turn */
#define LIMIT_UNSENT_BYTES                                                                         \
	(1u << 20)               /* replies waiting: above it the connection is not executed       \
				  */
#define HELLO_TIMEOUT_MS 5000    /* from accept to a complete hello */
#define FRAME_TIMEOUT_MS 10000   /* from a frame's first byte to its last */
#define IDLE_TIMEOUT_MS 300000   /* without any frame */
#define STALLED_TIMEOUT_MS 10000 /* replies waiting and not one byte taken */
#define DRAIN_TIMEOUT_MS 5000    /* from TERM to the last reply */

static_assert(LIMIT_EVENT_BYTES < LIMIT_GROUP_BYTES, "an event fits a group");
static_assert(LIMIT_GROUP_BYTES <= LIMIT_TXN_BYTES, "a group fits a transaction");
static_assert(PEOPLE_DOCUMENT_BYTES < LIMIT_TXN_BYTES, "a document fits a transaction");

#endif
