/* registry.c -- see registry.h for the picture and the invariants. */
#include "server/app/registry.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/ensure.h"
#include "server/base/limits.h"
#include "server/base/mutant.h"

#define SETTLE_MOST 1000u
#define SETTLE_US 1000000
#define LOOK_US 60000000 /* a rewrite far ahead is looked for so often: clocks are set */

/* An ask that was used or thrown away, and its document not yet settled. */
struct owed {
	struct people_step step; /* KEEP, DROP or ERASE */
	uint64_t event;          /* due when it is durable */
};

struct registry {
	struct people *people;
	struct seal seal;
	int64_t erase_within_us;
	uint64_t version; /* last one given out */
	uint64_t durable; /* last event known to be */

	struct asks *first, **end; /* wait for a job */
	struct asks *active;       /* in the hands of the job */
	bool running;              /* a job is under way */
	bool dead;                 /* a commit failed (G4) */

	struct owed *owed;
	size_t owed_count, owed_capacity;
	size_t promised;   /* versions given out and not settled */
	int64_t owed_us;   /* since when something is owed */
	int64_t erased_us; /* since when a rewrite is wanted; 0: not */
	int64_t look_us;   /* until when it is to be looked for again */
	bool rewrites;     /* the job is a rewrite */

	/* The job's. */
	const struct env *env;
	struct people_step *steps;
	size_t step_count, step_capacity;
	uint8_t *room; /* PEOPLE_DOCUMENT_BYTES */
};

/* --- steps of a commit --- */

static bool add_step(struct registry *registry, const struct people_step *step)
{
	if (registry->step_count == registry->step_capacity) {
		size_t capacity = registry->step_capacity == 0 ? 64 : 2 * registry->step_capacity;
		struct people_step *steps = realloc(registry->steps, capacity * sizeof *steps);
		if (steps == NULL)
			return false;
		registry->steps = steps;
		registry->step_capacity = capacity;
	}
	registry->steps[registry->step_count++] = *step;
	return true;
}

/* In transactions of some MiB (LIMIT_TXN_BYTES). */
static bool commit_steps(struct registry *registry, struct failure *failure)
{
	size_t from = 0, bytes = 0;
	for (size_t at = 0; at < registry->step_count; at++) {
		bytes += registry->steps[at].size;
		if (bytes < LIMIT_TXN_BYTES / 2 && at + 1 < registry->step_count)
			continue;
		if (!people_commit(registry->people, registry->steps + from, at + 1 - from,
				   failure))
			return false;
		from = at + 1;
		bytes = 0;
	}
	registry->step_count = 0;
	return true;
}

/* --- start --- */

struct settling {
	struct registry *registry;
	const struct engine *engine;
};

static bool settle_pending(void *context, const struct people_pending *pending,
			   struct failure *failure)
{
	struct settling *settling = context;
	struct engine_person person = engine_person(settling->engine, pending->customer);
	struct people_step step = {
	    .kind = PEOPLE_DROP, .customer = pending->customer, .version = pending->version};
	if (person.erased)
		step.kind = PEOPLE_ERASE;
	else if (person.profile == pending->version && !MUTANT(lost_profile))
		step.kind = PEOPLE_KEEP;
	return add_step(settling->registry, &step) ||
	       failure_set(failure, EXIT_MEMORY, "not enough memory to settle personal data");
}

struct registry *registry_open(const struct registry_source *source, struct failure *failure)
{
	struct registry *registry = calloc(1, sizeof *registry);
	uint8_t *room = malloc(PEOPLE_DOCUMENT_BYTES);
	if (registry == NULL || room == NULL) {
		free(registry);
		free(room);
		failure_set(failure, EXIT_MEMORY, "not enough memory to start");
		return NULL;
	}
	registry->people = source->people;
	registry->seal = source->seal;
	registry->erase_within_us = source->erase_within_us;
	registry->version = people_last_version(source->people);
	registry->end = &registry->first;
	registry->room = room;
	struct settling settling = {registry, source->engine};
	if (people_pending(registry->people, settle_pending, &settling, failure) &&
	    commit_steps(registry, failure)) {
		/* How long ago something was erased is not known: soon, then. */
		registry->erased_us = people_wants_rewrite(registry->people) ? 1 : 0;
		return registry;
	}
	registry->people = NULL; /* still the caller's */
	registry_free(registry);
	return NULL;
}

/* Those who asked go on. */
static void tell(struct asks *asks)
{
	while (asks != NULL) {
		struct asks *next = asks->next;
		asks->done(asks->context); /* may free it */
		asks = next;
	}
}

void registry_free(struct registry *registry)
{
	if (registry == NULL)
		return;
	struct asks *waiting[2] = {registry->active,
				   registry->first}; /* of a dead one: to be freed */
	ENSURE(registry->dead || (!registry->running && registry->first == NULL));
	for (int i = 0; i < 2; i++)
		tell(waiting[i]);
	if (registry->people != NULL)
		people_free(registry->people);
	free(registry->owed);
	free(registry->steps);
	free(registry->room);
	free(registry);
}

const struct seal *registry_seal(const struct registry *registry)
{
	return &registry->seal;
}

/* --- what is owed --- */

struct people *registry_people(const struct registry *registry)
{
	return registry->people;
}

uint64_t registry_version(struct registry *registry)
{
	if (registry->owed_count + registry->promised == registry->owed_capacity) {
		size_t capacity = registry->owed_capacity == 0 ? 256 : 2 * registry->owed_capacity;
		struct owed *owed = realloc(registry->owed, capacity * sizeof *owed);
		if (owed == NULL)
			return 0;
		registry->owed = owed;
		registry->owed_capacity = capacity;
	}
	registry->promised++; /* G5 */
	return ++registry->version;
}

static enum people_step_kind settlement(const struct ask *ask, uint64_t event, uint64_t erased)
{
	if (erased != 0 || (event != 0 && ask->opcode == OP_customer_erase))
		return PEOPLE_ERASE;
	return event != 0 ? PEOPLE_KEEP : PEOPLE_DROP;
}

void registry_settle(struct registry *registry, struct asks *asks, struct ask *ask, uint64_t event,
		     uint64_t erased)
{
	struct people_step stored;
	if (ask->version != 0)
		registry->promised--;
	if (ask->version != 0 && ask->state == ASK_DONE && ask_step(ask, &stored)) {
		ENSURE(registry->owed_count < registry->owed_capacity); /* G5 */
		registry->owed[registry->owed_count++] = (struct owed){
		    .step = {.kind = settlement(ask, event, erased),
			     .customer = ask->customer,
			     .version = ask->version},
		    .event = event != 0 ? event : erased, /* G3 */
		};
	}
	asks_remove(asks, ask);
}

/* Give the job what is due.  False: no memory; it stays owed. */
static bool take_due(struct registry *registry)
{
	size_t kept = 0;
	bool fine = true;
	for (size_t i = 0; i < registry->owed_count; i++) {
		const struct owed *owed = &registry->owed[i];
		if (owed->event <= registry->durable && fine) { /* G3 */
			fine = add_step(registry, &owed->step);
			if (fine)
				continue;
		}
		registry->owed[kept++] = *owed;
	}
	registry->owed_count = kept;
	registry->owed_us = 0;
	return fine;
}

/* --- the job --- */

static void work(void *context)
{
	struct registry *registry = context;
	struct failure failure;
	bool fine = true;
	if (registry->rewrites) {
		fine = commit_steps(registry, &failure) && /* what is due goes before */
		       people_rewrite(registry->people, &failure);
	} else {
		for (struct asks *asks = registry->active; asks != NULL; asks = asks->next)
			asks_work(asks, registry->people, &registry->seal, registry->room);
		for (struct asks *asks = registry->active; asks != NULL; asks = asks->next)
			for (uint32_t i = 0; i < ASKS_MOST; i++) {
				struct ask *ask = &asks->slots[i];
				struct people_step step;
				if (ask->state != ASK_DONE || !ask->fresh)
					continue;
				ask->fresh = false;
				if (ask_step(ask, &step) && !add_step(registry, &step))
					ask->error = ERROR_OUT_OF_MEMORY;
			}
		fine = commit_steps(registry, &failure); /* G2 */
	}
	if (!fine) {
		registry->dead = true;
		registry->env->failed(registry->env->context, &failure); /* G4 */
	}
}

static void start(struct registry *registry);

/* Until a rewrite must begin; INT64_MAX: none is wanted. */
static int64_t rewrite_left_us(const struct registry *registry, int64_t now_us)
{
	return registry->erased_us == 0 ? INT64_MAX
					: registry->erased_us + registry->erase_within_us - now_us;
}

static void done(void *context)
{
	struct registry *registry = context;
	int64_t now_us = registry->env->now_us(registry->env->context);
	bool rewrote = registry->rewrites;
	registry->running = false;
	if (registry->dead)
		return;
	if (!rewrote && registry->erased_us == 0 && people_wants_rewrite(registry->people))
		registry->erased_us = now_us;
	if (rewrote)
		registry->erased_us =
		    people_wants_rewrite(registry->people) ? now_us : 0; /* put off */
	struct asks *asks = registry->active;
	registry->active = NULL;
	tell(asks);
	registry->rewrites = !rewrote && rewrite_left_us(registry, now_us) <= 0; /* G7 */
	if (registry->rewrites || registry->first != NULL)
		start(registry);
}

static void start(struct registry *registry)
{
	if (registry->owed_count > 0)
		(void)take_due(registry);
	if (!registry->rewrites) {
		registry->active = registry->first;
		registry->first = NULL;
		registry->end = &registry->first;
	}
	registry->running = true;
	registry->env->submit_job(registry->env->context, LANE_PEOPLE, work, done, registry);
}

/* G6: profiles alone, beside whatever else is under way. */
static void read_work(void *context)
{
	struct asks *asks = context;
	uint8_t *room = malloc(PEOPLE_DOCUMENT_BYTES);
	if (room != NULL)
		asks_work(asks, asks->registry->people, &asks->registry->seal, room);
	else
		asks_fail(asks);
	free(room);
}

static void read_done(void *context)
{
	struct asks *asks = context;
	asks->done(asks->context);
}

void registry_submit(struct registry *registry, const struct env *env, struct asks *asks)
{
	registry->env = env;
	if (!asks_change(asks)) {
		asks->registry = registry;
		env->submit_job(env->context, LANE_HISTORY, read_work, read_done, asks);
		return;
	}
	asks->next = NULL;
	*registry->end = asks;
	registry->end = &asks->next;
	if (!registry->running && !registry->dead)
		start(registry);
}

void registry_turn(struct registry *registry, const struct env *env, uint64_t durable)
{
	registry->env = env;
	registry->durable = durable;
	if (registry->running || registry->dead)
		return;
	int64_t now_us = env->now_us(env->context);
	if (registry->owed_count > 0 && (registry->owed_us == 0 || registry->owed_us > now_us))
		registry->owed_us = now_us; /* a clock was set back: not later than from now on */
	if (registry->erased_us > now_us)
		registry->erased_us = now_us;
	bool late = registry->owed_us != 0 && (registry->owed_count >= SETTLE_MOST ||
					       now_us - registry->owed_us >= SETTLE_US);
	if (late) {
		start(registry); /* takes what is due */
	} else if (registry->erased_us != 0) {
		int64_t left_us = rewrite_left_us(registry, now_us);
		registry->rewrites = left_us <= 0;
		registry->look_us = left_us < LOOK_US ? left_us : LOOK_US;
		if (registry->rewrites)
			start(registry);
	}
}

uint32_t registry_due_ms(const struct registry *registry)
{
	if (registry->running)
		return 0; /* its end is a turn */
	if (registry->owed_count > 0)
		return SETTLE_US / 1000;
	return registry->erased_us == 0 ? 0 : (uint32_t)(registry->look_us / 1000) + 1;
}

/* --- stop --- */

bool registry_finish(struct registry *registry, struct failure *failure)
{
	ENSURE(!registry->running && registry->promised == 0);
	if (registry->dead)
		return true; /* said already */
	registry->durable = UINT64_MAX;
	if (!take_due(registry))
		return failure_set(failure, EXIT_MEMORY,
				   "not enough memory to settle personal "
				   "data; the next start does it");
	return commit_steps(registry, failure) && (!people_wants_rewrite(registry->people) ||
						   people_rewrite(registry->people, failure));
}
