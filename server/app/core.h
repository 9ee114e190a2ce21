/* core.h -- where engine, store and sessions meet; everything of the server but its sockets.
 *
 * tests/sim runs this very code with a simulated clock, store and network.
 *
 *   K1  Time enters once for each command, by env->now_us (I6).
 *   K2  A session acts on the core only from its own calls; the core acts on sessions only in
 *       core_turn_ended and core_advanced.
 */
#ifndef CRMDB_APP_CORE_H
#define CRMDB_APP_CORE_H
#include "server/app/commit.h"
#include "server/app/days.h"
#include "server/app/env.h"
#include "server/app/questions.h"
#include "server/engine/engine.h"

struct registry;
struct session;

struct core {
	struct env env;
	struct engine *engine;
	struct store *store;
	struct commit *commit;
	struct days days;
	struct questions questions;
	struct memory_system *query_memory; /* of questions (T4) */
	struct registry *registry; /* borrowed; set after core_open, before the first session */
	struct wire_id salt;       /* for clients; set with it */
	struct store_identity identity;
	struct session *sessions; /* all of them, newest first */
	struct session *busy;     /* those with replies that wait, or a pause */
	struct wire_out out;      /* how sessions reach their connections */
	uint8_t *scratch;         /* reply frame under construction, LIMIT_REPLY_BYTES */
	int64_t started_us;
	uint64_t commands; /* executed since the start */
	uint64_t turn;     /* counts core_turn_ended */
	uint64_t memory_limit;
	size_t (*memory_used)(void *context); /* of the engine, for info; NULL: 0 */
	void *memory_context;
	bool draining; /* TERM came: no new frames */
};

/* `engine` has replayed the store up to its last event.  False: out of memory.  The core borrows
 * all it is given; core_close frees what core_open made. */
bool core_open(struct core *core, const struct env *env, const struct wire_out *out,
	       struct engine *engine, struct store *store);
/* Another limit than QUERY_MEMORY_BYTES, before the first session.  False: out of memory. */
bool core_limit_questions(struct core *core, size_t bytes);
/* Every session must be closed before. */
void core_close(struct core *core);

/* The time keys are judged by: the clock, but never before the last event. */
int64_t core_time_us(const struct core *core);

/* Tell what became of memberships in saved segments (engine/settle.h). */
void core_settle(struct core *core);

/* Record an event of the server's own (genesis).  Out of memory ends the process at a start. */
void core_record(struct core *core, const struct event *event);

/* The store's marks may have risen: release replies, go on. */
void core_advanced(struct core *core);
/* All input of this turn was handled: give the open group to the store, release replies, wake
 * sessions that waited for room.  True: some session has more to do at once. */
bool core_turn_ended(struct core *core);

/* TERM: sessions finish the frame they are in, answer, and say goodbye. */
void core_drain(struct core *core);
/* Every session said goodbye, and everything recorded is durable. */
bool core_is_drained(const struct core *core);

/* When to call core_turn_ended again if nothing happens, ms. */
uint32_t core_next_look_ms(const struct core *core);

/* Fill in the answer to `info`.  `saw` is every event applied. */
void core_info(struct core *core, struct answer *answer);

#endif
