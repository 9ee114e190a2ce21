/* store_lmdb.c -- see store_lmdb.h: directory, recovery and pipeline behind the store's contract.
 *
 * Two forms: a running store (lock, journal, log, threads) and one opened to read only, which is
 * its log alone.
 */
#include "server/store/store_lmdb.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/base/ensure.h"
#include "server/store/directory.h"
#include "server/store/file.h"
#include "server/store/lock.h"
#include "server/store/pipeline.h"
#include "server/store/recovery.h"
#include "server/store/stopped.h"

struct store_lmdb {
	struct store base;
	char directory[FILE_PATH_BYTES];
	int lock;
	struct recovery found; /* journal is NULL when opened to read only */
	struct pipeline *pipeline;
};

static struct store_lmdb *self(struct store *store)
{
	return (struct store_lmdb *)store;
}

static const struct store_lmdb *self_const(const struct store *store)
{
	return (const struct store_lmdb *)store;
}

static void lmdb_identity(const struct store *store, struct store_identity *out)
{
	*out = self_const(store)->found.identity;
}

static bool lmdb_replay(struct store *store, store_visitor *visit, void *context,
			struct failure *failure)
{
	return eventlog_replay(self(store)->found.log, visit, context, failure);
}

static void lmdb_submit(struct store *store, struct group *group)
{
	ENSURE(self(store)->pipeline != NULL);
	pipeline_submit(self(store)->pipeline, group);
}

static void lmdb_marks(const struct store *store, struct store_marks *out)
{
	const struct store_lmdb *lmdb = self_const(store);
	uint64_t last = lmdb->found.identity.last;
	if (lmdb->pipeline != NULL)
		pipeline_marks(lmdb->pipeline, out);
	else
		*out = (struct store_marks){last, last, 0};
}

static enum store_read_result lmdb_read(struct store *store, uint64_t number,
					struct store_record *record)
{
	return eventlog_read(self(store)->found.log, number, record);
}

static enum store_read_result lmdb_read_run(struct store *store, uint64_t first,
					    const struct store_run *run)
{
	return eventlog_read_run(self(store)->found.log, first, run);
}

/* Files are removed by an operator's trim only, which there is none of yet. */
static uint64_t lmdb_oldest(const struct store *store)
{
	(void)store;
	return 1;
}

static bool lmdb_stop(struct store *store, uint64_t digest, struct failure *failure)
{
	struct store_lmdb *lmdb = self(store);
	struct store_marks marks;
	const struct store_identity *identity = &lmdb->found.identity;
	struct block_realm realm = {identity->database, identity->seed};
	ENSURE(lmdb->pipeline != NULL);
	if (!pipeline_drain(lmdb->pipeline, failure))
		return false;
	pipeline_marks(lmdb->pipeline, &marks);
	ENSURE(marks.logged == marks.durable);
	struct stopped stopped = {marks.logged, digest};
	return stopped_write(lmdb->directory, &realm, &stopped, failure);
}

static void lmdb_free(struct store *store)
{
	struct store_lmdb *lmdb = self(store);
	pipeline_free(lmdb->pipeline);
	eventlog_free(lmdb->found.log);
	journal_free(lmdb->found.journal);
	lock_release(lmdb->lock);
	free(lmdb);
}

static const struct store_ops ops = {
    .identity = lmdb_identity,
    .replay = lmdb_replay,
    .submit = lmdb_submit,
    .marks = lmdb_marks,
    .read = lmdb_read,
    .read_run = lmdb_read_run,
    .oldest = lmdb_oldest,
    .stop = lmdb_stop,
    .free = lmdb_free,
};

/* A note of a clean stop must match the log; it may vanish meanwhile, when a server starts. */
static bool check_note(const struct store_lmdb *lmdb, const struct block_realm *realm,
		       const struct stopped *before, struct failure *failure)
{
	struct stopped after;
	if (before->last == lmdb->found.identity.last ||
	    !stopped_read(lmdb->directory, realm, &after) || after.last != before->last)
		return true;
	return failure_set(failure, EXIT_DAMAGE,
			   "%s/stopped says that the last run ended with event %" PRIu64
			   ", the log ends with %" PRIu64 "; restore from a backup",
			   lmdb->directory, before->last, lmdb->found.identity.last);
}

static bool open_log(struct store_lmdb *lmdb, struct block_realm *realm, struct group_link *end,
		     struct failure *failure)
{
	eventlog_free(lmdb->found.log);
	lmdb->found.log = eventlog_open(lmdb->directory, true, failure);
	if (lmdb->found.log == NULL)
		return false;
	return eventlog_end(lmdb->found.log, realm, end) ||
	       failure_set(failure, EXIT_DIRECTORY, "%s holds no log of crmdb", lmdb->directory);
}

/* The note's checksum needs the seed, which the log holds: read the log, the note, and, since a
 * server may have gone on between the two, the log again. */
static bool open_reading(struct store_lmdb *lmdb, struct failure *failure)
{
	struct block_realm realm;
	struct group_link end;
	struct stopped note;
	struct store_identity *identity = &lmdb->found.identity;
	if (!open_log(lmdb, &realm, &end, failure))
		return false;
	bool stopped = stopped_read(lmdb->directory, &realm, &note);
	if (stopped && note.last != end.event && !open_log(lmdb, &realm, &end, failure))
		return false;
	*identity = (struct store_identity){
	    .database = realm.database,
	    .seed = realm.seed,
	    .incarnation = end.epoch,
	    .last = end.event,
	    .stopped = stopped && note.last == end.event,
	};
	if (identity->stopped)
		identity->stop_digest = note.digest;
	return !stopped || check_note(lmdb, &realm, &note, failure);
}

static bool open_running(struct store_lmdb *lmdb, const struct store_lmdb_options *options,
			 const struct store_listener *listener, struct failure *failure)
{
	lmdb->lock = lock_take(lmdb->directory, failure);
	if (lmdb->lock < 0 || !recovery_run(options, &lmdb->found, failure))
		return false;
	lmdb->pipeline = pipeline_new(lmdb->found.journal, lmdb->found.log,
				      lmdb->found.identity.incarnation, listener, failure);
	return lmdb->pipeline != NULL;
}

struct store *store_lmdb_open(const struct store_lmdb_options *options,
			      const struct store_listener *listener, struct failure *failure)
{
	if (!directory_prepare(options->directory, !options->read_only, failure))
		return NULL;
	struct store_lmdb *lmdb = calloc(1, sizeof *lmdb);
	if (lmdb == NULL) {
		failure_set(failure, EXIT_MEMORY, "no memory for the store");
		return NULL;
	}
	lmdb->base.ops = &ops;
	lmdb->lock = -1;
	snprintf(lmdb->directory, sizeof lmdb->directory, "%s", options->directory);
	if (options->read_only ? open_reading(lmdb, failure)
			       : open_running(lmdb, options, listener, failure))
		return &lmdb->base;
	lmdb_free(&lmdb->base);
	return NULL;
}
