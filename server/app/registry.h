/* registry.h -- personal data as the loop sees it: versions, one job at a time, what is unsettled.
 *
 *   loop   asks of many connections   |  decide: kept by event 71 / dropped     71 is durable
 *          wait ----------+           |        owed ----------------------------> due --+
 *   job    (none or one)  +--> read, merge, ONE commit: new documents and settlements <-+
 *
 *   G1  A version is given out once: the counter starts above all that were ever written.
 *   G2  A document is durable before the event that names it is decided.
 *   G3  A document goes only when the event that replaced or erased it is durable; so after any
 *       crash the version in force has its document.
 *   G4  If a commit fails the process stops, as for the log (I4).
 *   G5  What is owed is a list with room reserved before a document is written; what is due is
 *       settled with the next commit, or by a job of its own after SETTLE_MOST or SETTLE_US.
 *   G6  Who only reads waits for no commit and no rewrite: another lane does it.
 *   G7  A rewrite whose time has come is the next job, however many wait; it settles nothing.
 */
#ifndef CRMDB_APP_REGISTRY_H
#define CRMDB_APP_REGISTRY_H
#include "server/app/asks.h"
#include "server/app/commit.h"
#include "server/app/env.h"

struct registry;

struct registry_source {
	struct people *people;       /* given: freed by registry_free */
	struct seal seal;            /* copied */
	int64_t erase_within_us;     /* from an erasure to the rewrite that leaves no byte of it */
	const struct engine *engine; /* has replayed the log */
};

/* Settle what the last process left pending by what the log says of it; nothing waits yet.  NULL:
 * *failure. */
struct registry *registry_open(const struct registry_source *source, struct failure *failure);
void registry_free(struct registry *registry);

const struct seal *registry_seal(const struct registry *registry);
/* To read from, on any thread.  Borrowed until registry_free. */
struct people *registry_people(const struct registry *registry);
/* A new version (G1), and a place on the list for its settlement (G5).  0: no memory. */
uint64_t registry_version(struct registry *registry);

/* Have a job do all new asks; then done(context), on the loop.  From here on, every outcome reaches
 * done exactly once. */
void registry_submit(struct registry *registry, const struct env *env, struct asks *asks);

/* Settle an ask and remove it: `event` names its version; 0: none does.  Then `erased` is the event
 * that erased its customer before, so that its text must go too; 0: none did. */
void registry_settle(struct registry *registry, struct asks *asks, struct ask *ask, uint64_t event,
		     uint64_t erased);

/* Look for work: what became due with `durable`, a rewrite. */
void registry_turn(struct registry *registry, const struct env *env, uint64_t durable);
/* Milliseconds until registry_turn should be called at the latest; 0: it need not. */
uint32_t registry_due_ms(const struct registry *registry);

/* At a clean stop, without jobs and with all events durable: settle the rest, rewrite if something
 * was erased. */
bool registry_finish(struct registry *registry, struct failure *failure);

#endif
