/* pipeline.c -- see pipeline.h.
 *
 *   oldest            unflushed        newest
 *     v                   v              v
 *   [durable]-[durable]-[being flushed]-[queued]     one list through group->next
 *   <---- backlog ----->
 *
 * Why no delay on the journal's side: the group is whatever arrived during the flush before.  Why
 * one on the log's side: a commit costs two flushes, so that small groups are gathered, for at most
 * GATHER_MS; under load a backlog of GATHER_BYTES is folded at once.
 *
 *   P1  durable and logged move under the mutex, and never after `failed` was set (S5).
 *   P2  A group leaves the list before logged covers it; nobody looks at it afterwards (S4).
 *   P3  Ring space is released only by a commit that has returned.
 *   P4  When the journal waits for space, the log thread folds without gathering.
 */
#include "server/store/pipeline.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "server/base/ensure.h"
#include "server/base/limits.h"

#define GATHER_MS 500
#define GATHER_BYTES LIMIT_GROUP_BYTES

struct pipeline {
	struct journal *journal;
	struct eventlog *log;
	uint64_t epoch;
	struct store_listener listener;
	pthread_mutex_t mutex;
	pthread_cond_t to_flush, to_fold, space;
	pthread_t flusher, folder;
	bool flusher_runs, folder_runs;
	/* guarded by the mutex */
	struct group *oldest, *unflushed, *newest;
	uint64_t backlog_bytes;
	struct timespec backlog_since;
	bool draining, abandoned, flusher_ended, starved, failed;
	struct failure failure;
	/* atomic, written under the mutex */
	uint64_t durable, logged, flushes;
};

static void advanced(const struct pipeline *p)
{
	if (p->listener.advanced != NULL)
		p->listener.advanced(p->listener.context);
}

/* The first failure is the store's end (P1). */
static void fail(struct pipeline *p, const struct failure *failure)
{
	pthread_mutex_lock(&p->mutex);
	bool first = !p->failed;
	if (first)
		p->failure = *failure;
	p->failed = true;
	pthread_cond_broadcast(&p->to_flush);
	pthread_cond_broadcast(&p->to_fold);
	pthread_cond_broadcast(&p->space);
	pthread_mutex_unlock(&p->mutex);
	if (first && p->listener.failed != NULL)
		p->listener.failed(p->listener.context, failure);
}

/* --- the journal thread --- */

/* The next group to flush, with room for it; NULL: end.  Called and returns with the mutex held. */
static struct group *next_to_flush(struct pipeline *p, bool *stuck)
{
	while (!p->failed && !p->abandoned) {
		struct group *group = p->unflushed;
		if (group == NULL && p->draining)
			return NULL;
		if (group == NULL) {
			pthread_cond_wait(&p->to_flush, &p->mutex);
			continue;
		}
		if (journal_has_room(p->journal, group->size))
			return group;
		/* nothing in front of it is left to fold: no space will come */
		*stuck = p->oldest == group || journal_is_stuck(p->journal, group->size);
		if (*stuck)
			return group;
		p->starved = true; /* P4 */
		pthread_cond_signal(&p->to_fold);
		pthread_cond_wait(&p->space, &p->mutex);
	}
	return NULL;
}

/* The group at p->unflushed is on disk. */
static void flushed(struct pipeline *p, struct group *group)
{
	if (p->failed)
		return; /* P1 */
	if (p->backlog_bytes == 0)
		clock_gettime(CLOCK_MONOTONIC, &p->backlog_since);
	p->backlog_bytes += group->size;
	p->unflushed = group->next;
	__atomic_store_n(&p->flushes, p->flushes + 1, __ATOMIC_RELEASE);
	if (group->count > 0)
		__atomic_store_n(&p->durable, group_last(group), __ATOMIC_RELEASE);
	if (p->backlog_bytes == group->size || p->backlog_bytes >= GATHER_BYTES)
		pthread_cond_signal(&p->to_fold);
}

static bool flush_group(struct pipeline *p, struct group *group, bool stuck)
{
	struct failure failure;
	if (!stuck && journal_append(p->journal, group, p->epoch, &failure))
		return true;
	if (stuck)
		failure_set(&failure, EXIT_STORAGE,
			    "a group of %" PRIu32 " bytes does not fit %s; make a database with a "
			    "larger journal",
			    group->size, journal_path(p->journal));
	fail(p, &failure);
	return false;
}

static void *run_flusher(void *context)
{
	struct pipeline *p = context;
	struct group *group;
	bool stuck = false;
	pthread_mutex_lock(&p->mutex);
	while ((group = next_to_flush(p, &stuck)) != NULL) {
		pthread_mutex_unlock(&p->mutex);
		bool done = flush_group(p, group, stuck);
		pthread_mutex_lock(&p->mutex);
		if (!done)
			break;
		flushed(p, group);
		pthread_mutex_unlock(&p->mutex);
		advanced(p);
		pthread_mutex_lock(&p->mutex);
	}
	p->flusher_ended = true;
	pthread_cond_signal(&p->to_fold);
	pthread_mutex_unlock(&p->mutex);
	return NULL;
}

/* --- the log thread --- */

static struct timespec gather_until(const struct pipeline *p)
{
	struct timespec until = p->backlog_since;
	until.tv_nsec += (long)GATHER_MS * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	return until;
}

/* Wait until there is something worth a transaction.  False: end.  With the mutex held. */
static bool gather(struct pipeline *p)
{
	while (!p->failed && !p->abandoned) {
		if (p->backlog_bytes == 0 && p->flusher_ended)
			return false;
		if (p->backlog_bytes == 0) {
			pthread_cond_wait(&p->to_fold, &p->mutex);
			continue;
		}
		if (p->backlog_bytes >= GATHER_BYTES || p->starved || p->draining)
			return true;
		struct timespec until = gather_until(p);
		if (pthread_cond_timedwait(&p->to_fold, &p->mutex, &until) == ETIMEDOUT)
			return true;
	}
	return false;
}

/* What one transaction takes of the backlog: fixed under the mutex, because submit links behind its
 * last group meanwhile. */
struct run {
	struct group *first, *last;
	uint64_t bytes;
};

static struct run next_run(const struct pipeline *p)
{
	struct run run = {p->oldest, p->oldest, p->oldest->size};
	for (;;) {
		struct group *group = run.last->next;
		if (group == p->unflushed || run.bytes + group->size > LIMIT_TXN_BYTES)
			return run;
		run.last = group;
		run.bytes += group->size;
	}
}

static bool fold(struct pipeline *p, const struct run *run, struct failure *failure)
{
	const struct group *group = run->first;
	if (!eventlog_begin(p->log, failure) || !eventlog_add(p->log, group->bytes, failure))
		return false;
	while (group != run->last) {
		group = group->next;
		if (!eventlog_add(p->log, group->bytes, failure))
			return false;
	}
	return eventlog_commit(p->log, failure);
}

/* The groups of the run are in the log: with the mutex held. */
static void folded(struct pipeline *p, const struct run *run)
{
	struct group_head head;
	group_head_read(run->last->bytes, &head);
	journal_release(p->journal, head.start); /* P3 */
	p->oldest = run->last->next;             /* P2 */
	if (p->oldest == NULL)
		p->newest = NULL;
	p->backlog_bytes -= run->bytes;
	clock_gettime(CLOCK_MONOTONIC, &p->backlog_since);
	p->starved = false;
	__atomic_store_n(&p->logged, group_head_link(&head).event, __ATOMIC_RELEASE);
	pthread_cond_signal(&p->space);
}

static void *run_folder(void *context)
{
	struct pipeline *p = context;
	struct failure failure;
	pthread_mutex_lock(&p->mutex);
	while (gather(p)) {
		struct run run = next_run(p);
		pthread_mutex_unlock(&p->mutex);
		bool done = fold(p, &run, &failure);
		if (!done)
			fail(p, &failure);
		pthread_mutex_lock(&p->mutex);
		if (!done || p->failed)
			break; /* P1 */
		folded(p, &run);
		pthread_mutex_unlock(&p->mutex);
		advanced(p);
		pthread_mutex_lock(&p->mutex);
	}
	pthread_mutex_unlock(&p->mutex);
	return NULL;
}

/* --- from outside --- */

static bool start_threads(struct pipeline *p)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before); /* signals belong to the loop's thread */
	p->flusher_runs = pthread_create(&p->flusher, NULL, run_flusher, p) == 0;
	p->folder_runs = p->flusher_runs && pthread_create(&p->folder, NULL, run_folder, p) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (p->flusher_runs)
		pthread_setname_np(p->flusher, "journal");
	if (p->folder_runs)
		pthread_setname_np(p->folder, "log");
	return p->folder_runs;
}

struct pipeline *pipeline_new(struct journal *journal, struct eventlog *log, uint64_t epoch,
			      const struct store_listener *listener, struct failure *failure)
{
	struct pipeline *p = calloc(1, sizeof *p);
	pthread_condattr_t monotonic;
	if (p == NULL) {
		failure_set(failure, EXIT_MEMORY, "no memory for the store's threads");
		return NULL;
	}
	p->journal = journal;
	p->log = log;
	p->epoch = epoch;
	p->listener = *listener;
	p->durable = p->logged = journal_last(journal)->event;
	pthread_mutex_init(&p->mutex, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&p->to_flush, NULL);
	pthread_cond_init(&p->to_fold, &monotonic);
	pthread_cond_init(&p->space, NULL);
	pthread_condattr_destroy(&monotonic);
	if (start_threads(p))
		return p;
	failure_set(failure, EXIT_MEMORY, "cannot start the store's threads");
	pipeline_free(p);
	return NULL;
}

void pipeline_submit(struct pipeline *p, struct group *group)
{
	pthread_mutex_lock(&p->mutex);
	ENSURE(!p->draining && group->count > 0);
	group->next = NULL;
	if (p->newest != NULL)
		p->newest->next = group;
	else
		p->oldest = group;
	p->newest = group;
	if (p->unflushed == NULL)
		p->unflushed = group;
	pthread_cond_signal(&p->to_flush);
	pthread_mutex_unlock(&p->mutex);
}

void pipeline_marks(const struct pipeline *p, struct store_marks *marks)
{
	marks->logged = __atomic_load_n(&p->logged, __ATOMIC_ACQUIRE);
	marks->durable = __atomic_load_n(&p->durable, __ATOMIC_ACQUIRE);
	marks->flushes = __atomic_load_n(&p->flushes, __ATOMIC_ACQUIRE);
}

static void join_threads(struct pipeline *p)
{
	pthread_mutex_lock(&p->mutex);
	pthread_cond_broadcast(&p->to_flush);
	pthread_cond_broadcast(&p->to_fold);
	pthread_cond_broadcast(&p->space);
	pthread_mutex_unlock(&p->mutex);
	if (p->flusher_runs)
		pthread_join(p->flusher, NULL);
	if (p->folder_runs)
		pthread_join(p->folder, NULL);
	p->flusher_runs = p->folder_runs = false;
}

bool pipeline_drain(struct pipeline *p, struct failure *failure)
{
	pthread_mutex_lock(&p->mutex);
	p->draining = true;
	pthread_mutex_unlock(&p->mutex);
	join_threads(p);
	if (!p->failed)
		return true;
	*failure = p->failure;
	return false;
}

void pipeline_free(struct pipeline *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->mutex);
	p->abandoned = true;
	pthread_mutex_unlock(&p->mutex);
	join_threads(p);
	pthread_cond_destroy(&p->to_flush);
	pthread_cond_destroy(&p->to_fold);
	pthread_cond_destroy(&p->space);
	pthread_mutex_destroy(&p->mutex);
	free(p);
}
