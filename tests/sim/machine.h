/* machine.h -- the server under test: the real core on a simulated disk; opened, crashed, stopped.
 *
 *   S1  After a crash the log is what was submitted, whole groups, nothing durable missing.
 *   S2  The digest after a replay is the one noted at that number before.
 *   S3  No reply is handed to the network before what it saw is durable (the server's I3).
 *   S4  After a start and after a stop people.mdb holds exactly the documents in force, and nothing
 *       is pending.
 */
#ifndef CRMDB_TESTS_SIM_MACHINE_H
#define CRMDB_TESTS_SIM_MACHINE_H
#include "server/app/core.h"
#include "server/app/registry.h"
#include "server/store/people_memory.h"
#include "server/store/store_memory.h"
#include "tests/sim/clock.h"
#include "tests/sim/model.h"
#include "tests/sim/pool.h"
#include "tests/sim/watch.h"

struct machine {
	struct clock *clock;
	struct dice *dice;
	struct model *model;
	struct store_memory_disk *disk;
	struct store *inner; /* NULL: not running */
	struct watch watch;
	struct memory_system *memory;
	struct memory system; /* what it gives */
	struct engine *engine;
	struct core core;
	struct people_memory_disk *people_disk;
	struct people *people;   /* the registry's */
	int64_t erase_within_us; /* from an erasure to the rewrite */
	uint32_t start_fails;    /* per mille of starts in which a commit of people.mdb crashes */
	bool dead;               /* one did: crash the machine before anything else happens */
	uint64_t unsettled;      /* starts that found something pending */
	struct pool pool;
	uint32_t clients;      /* connections open */
	uint32_t memory_fails; /* per mille of the engine's allocations */
	bool running;          /* memory may fail now */
	bool woken;            /* the store's marks rose since the last core_advanced */
	uint64_t incarnation;
	uint64_t durable;   /* when it went down */
	size_t under_way;   /* bytes of the group submitted last */
	uint64_t fenced;    /* goodbyes for a newer connection's sake */
	uint64_t half_days; /* opened in the middle of a turn */
};

/* With clock, dice and model set: a new disk. */
void machine_make(struct machine *machine);
/* Open the disk, replay, check (S1, S2), make genesis when it is new. */
void machine_open(struct machine *machine, const struct wire_out *out);
/* Every session is closed.  The power goes: `torn` bytes of the group under way reach the disk. */
void machine_crash(struct machine *machine, size_t torn);
/* Every session is closed, the core idle.  A clean stop.  False: people.mdb crashed in it, so the
 * machine is to be crashed. */
bool machine_stop(struct machine *machine);
void machine_free(struct machine *machine);

/* What one turn of the loop does at its end. */
bool machine_turn(struct machine *machine);
bool machine_flush(struct machine *machine); /* false: nothing to do; likewise below */
bool machine_log(struct machine *machine);
bool machine_wake(struct machine *machine);
void machine_check(struct machine *machine); /* engine_check */

/* machine_people.c: one of the next commits or rewrites of people.mdb is going to crash. */
void machine_people_script(struct machine *machine);
void machine_people_spare(struct machine *machine); /* none is, after all, nor at a start */
/* Nothing is pending, and no rewrite is wanted. */
bool machine_people_settled(struct machine *machine);
void machine_people_open(struct machine *machine);   /* a part of machine_open (S4) */
bool machine_people_finish(struct machine *machine); /* of machine_stop; false: it crashed */

/* Bytes are about to leave (S3). */
void machine_check_reply(struct machine *machine, const uint8_t *bytes, size_t size);

#endif
