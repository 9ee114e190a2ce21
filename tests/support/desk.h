/* desk.h -- a core on a store in memory, and connections whose bytes a test sees. */
#ifndef CRMDB_TESTS_SUPPORT_DESK_H
#define CRMDB_TESTS_SUPPORT_DESK_H
#include "protocol/frame.h"
#include "protocol/messages.h"
#include "server/app/registry.h"
#include "server/app/session.h"
#include "server/store/people_memory.h"
#include "server/store/store_memory.h"
#include "tests/support/cmocka_tests.h"

#define PEER_BYTES (8u << 20)

/* One connection, seen from the other end. */
struct peer {
	struct session *session;
	uint8_t *in, *out; /* to the session and not consumed; from it */
	size_t in_size, out_size, taken;
	bool paused, closing, closed;
	uint32_t deadline_ms;
};

struct job {
	enum lane lane;
	void (*work)(void *job);
	void (*done)(void *job);
	void *job;
};

struct desk {
	struct store_memory_disk *disk;
	struct people_memory_disk *people_disk;
	struct people *people; /* the registry's */
	bool may_fail;         /* a commit of people.mdb is going to */
	bool failed;           /* it did */
	struct store *store;
	struct memory_system *memory;
	struct memory system; /* what it gives */
	bool no_memory;       /* the engine gets none */
	int64_t now_us;       /* 2026-01-01, until a test moves it */
	int64_t tick_us;      /* by which it moves each time the core looks */
	struct engine *engine;
	struct core core;
	struct job job;   /* the one that waits longest, at most one a lane */
	struct job later; /* and the other */
	uint32_t jobs;
	uint64_t keys; /* made so far */
};

void desk_open(struct desk *desk);
/* The same with the programme's day set by hand. */
void desk_open_on(struct desk *desk, int32_t day);
/* Crash and start again from what is durable; of the group under way the store has flushed
 * `torn_bytes`.  Connections must be closed. */
void desk_crash(struct desk *desk, size_t torn_bytes);
/* The same with nothing of the group under way. */
void desk_restart(struct desk *desk);
void desk_close(struct desk *desk);
/* Turn ended, all flushed and released: what is due has left. */
void desk_settle(struct desk *desk);
/* Everything durable moves into the log. */
void desk_fold(struct desk *desk);
/* Both halves of the job that waits. */
void desk_work(struct desk *desk);
void desk_jobs(struct desk *desk); /* of all that wait, one after the other */

void peer_open(struct desk *desk, struct peer *peer);
void peer_close(struct peer *peer);
/* Offer what is in `in`, and more bytes. */
void peer_input(struct peer *peer, const void *bytes, size_t size);
void peer_send(struct peer *peer, const struct command *commands, uint16_t count, uint64_t number);
/* Hello and welcome; slot of instance 1, or no instance when slot is 0. */
void peer_greet(struct peer *peer, uint32_t slot);

/* The next frame it sent; fails the test when there is none. */
struct frame peer_frame(struct peer *peer);
bool peer_silent(const struct peer *peer); /* nothing more has come */
/* The next frame must be the whole reply `number` with one answer to `opcode`. */
struct answer peer_answer(struct peer *peer, uint64_t number, uint16_t opcode);
/* The next frame must be a goodbye with this error. */
void peer_goodbye(struct peer *peer, enum error error);

struct command desk_create(struct desk *desk, uint64_t customer);
struct command desk_earn(struct desk *desk, uint64_t customer, int64_t points);
struct command desk_redeem(struct desk *desk, uint64_t customer, int64_t points);
struct command desk_get(uint64_t customer);
struct command desk_history(uint64_t customer);
/* An order of the programme's day; its text is good for eight more orders. */
struct command desk_order(struct desk *desk, uint64_t customer, int64_t amount);
struct command desk_count(uint16_t tiers); /* of these tiers, whatever stage and spend */
struct command desk_ping(uint64_t nonce);

#endif
