/* recovery.c -- see recovery.h.
 *
 *   look (nothing is changed)                      change (each step may be the last before a
 * crash) 1 table of the log, newest file proved         5 groups newer than the log -> log, synced
 *   2 journal header; or a new database            6 a marker group opens the new epoch
 *   3 clean stop?                                  7 the note of the clean stop is removed
 *   4 ring scanned, chain followed
 *
 *   V1  Whatever is refused is refused in 1 to 4.
 *   V2  A crash after 5 finds those groups in the log; after 6 the marker continues the chain;
 *       after 7 nothing is left to do.  Running it again from any point gives the same log.
 *   V3  A new database has its journal before its log: a log without a journal is damage.
 */
#include "server/store/recovery.h"

#include <inttypes.h>
#include <stdlib.h>

#include "server/base/ensure.h"
#include "server/base/log.h"
#include "server/base/mutant.h"
#include "server/store/directory.h"
#include "server/store/file.h"
#include "server/store/journal_scan.h"
#include "server/store/stopped.h"

struct run {
	const struct store_lmdb_options *options;
	struct recovery *out;
	struct failure *failure;
	struct block_realm realm;
	struct group_link logged; /* where the log ended */
	struct stopped stopped;
	bool was_stopped;
	struct journal_scan scan;
};

/* --- look --- */

static bool make_database(struct run *run, bool has_log)
{
	const struct store_lmdb_options *options = run->options;
	struct group_ring identity = {options->new_database, options->new_seed, 0};
	if (has_log) /* V3 */
		return failure_set(run->failure, EXIT_DAMAGE,
				   "%s/journal is missing while the log holds events up to %" PRIu64
				   "; put it back or restore from a backup",
				   options->directory, run->logged.event);
	if (!directory_check_new(options->directory, run->failure))
		return false;
	return journal_create(options->directory, options->journal_bytes, &identity, run->failure);
}

static bool same_database(const struct run *run, const struct group_ring *ring)
{
	return wire_id_equal(ring->database, run->realm.database) && ring->seed == run->realm.seed;
}

static bool open_both(struct run *run)
{
	const char *directory = run->options->directory;
	struct file_path path = file_path(directory, "journal");
	run->out->log = eventlog_open(directory, false, run->failure);
	if (run->out->log == NULL)
		return false;
	bool has_log = eventlog_end(run->out->log, &run->realm, &run->logged);
	if (!file_exists(path.text) && !make_database(run, has_log))
		return false;
	run->out->journal = journal_open(directory, run->failure);
	if (run->out->journal == NULL)
		return false;
	const struct group_ring *ring = journal_ring(run->out->journal);
	if (has_log && !same_database(run, ring))
		return failure_set(run->failure, EXIT_DAMAGE,
				   "%s and the log beside it belong to two databases; put the "
				   "right one back",
				   path.text);
	run->realm = (struct block_realm){ring->database, ring->seed};
	return true;
}

static bool look(struct run *run)
{
	if (!open_both(run))
		return false;
	run->was_stopped = stopped_read(run->options->directory, &run->realm, &run->stopped);
	bool settled = run->was_stopped && run->stopped.last == run->logged.event;
	if (!journal_scan(run->out->journal, &run->logged, settled, &run->scan, run->failure))
		return false;
	if (run->was_stopped && run->stopped.last != run->scan.end.event)
		return failure_set(run->failure, EXIT_DAMAGE,
				   "%s/stopped says that the last run ended with event %" PRIu64
				   ", journal and log end with %" PRIu64 "; restore from a backup",
				   run->options->directory, run->stopped.last, run->scan.end.event);
	return true;
}

/* --- change --- */

/* A torn group's claims, cut down to what can be read of it (only a mutant takes one). */
static void bend(uint8_t *bytes, const struct group_head *head)
{
	uint32_t size, left = head->count;
	struct group_cursor cursor = group_cursor(bytes, head->size, head->count);
	while (group_cursor_next(&cursor, &size) != NULL)
		left--;
	uint32_t count = head->count - left;
	memcpy(bytes + 72, &count, sizeof count);
}

static bool read_group(struct run *run, const struct group_head *head, uint8_t *bytes)
{
	const struct group_ring *ring = journal_ring(run->out->journal);
	struct group_head found;
	uint64_t padded = group_padded(head->size);
	if (!journal_read(run->out->journal, head->start % ring->bytes, bytes, padded,
			  run->failure))
		return false;
	enum group_verdict verdict = group_check(bytes, padded, ring, &found);
	if (verdict == GROUP_WHOLE && found.checksum == head->checksum)
		return true;
	if (MUTANT(torn_tail_accepted)) {
		bend(bytes, head);
		return true;
	}
	return failure_set(run->failure, EXIT_DAMAGE,
			   "%s: group %" PRIu64 " reads differently the second time; the disk is "
			   "failing",
			   journal_path(run->out->journal), head->number);
}

/* One transaction from group `i` on; *next is the group after it. */
static bool fold(struct run *run, uint8_t *bytes, size_t i, size_t *next)
{
	uint64_t total = 0;
	struct eventlog *log = run->out->log;
	if (!eventlog_begin(log, run->failure))
		return false;
	do {
		const struct group_head *head = &run->scan.groups[i];
		if (!read_group(run, head, bytes) || !eventlog_add(log, bytes, run->failure))
			return false;
		total += head->size;
		i++;
	} while (i < run->scan.count && total + run->scan.groups[i].size <= LIMIT_TXN_BYTES);
	*next = i;
	return eventlog_commit(log, run->failure);
}

static bool fold_all(struct run *run)
{
	if (run->scan.count == 0)
		return true;
	uint8_t *bytes = malloc(LIMIT_GROUP_BYTES);
	bool done = bytes != NULL ||
		    failure_set(run->failure, EXIT_MEMORY, "no memory to read the journal");
	for (size_t i = 0; done && i < run->scan.count;)
		done = fold(run, bytes, i, &i);
	free(bytes);
	return done;
}

/* The marker: a group of no events, the first of the new epoch. */
static bool open_epoch(struct run *run, const struct group_link *last)
{
	struct journal *journal = run->out->journal;
	uint64_t kept = last->number == 0 ? 0 : last->start;
	struct group *marker = group_new(last->event + 1);
	if (marker == NULL)
		return failure_set(run->failure, EXIT_MEMORY, "no memory to begin a group");
	bool done = journal_resume(journal, last, kept, run->failure);
	ENSURE(!done || journal_has_room(journal, marker->size));
	done = done && journal_append(journal, marker, run->scan.epoch + 1, run->failure);
	group_free(marker);
	return done;
}

static void describe(const struct run *run, struct store_identity *identity)
{
	*identity = (struct store_identity){
	    .database = run->realm.database,
	    .seed = run->realm.seed,
	    .incarnation = run->scan.epoch + 1,
	    .stopped = run->was_stopped,
	    .stop_digest = run->was_stopped ? run->stopped.digest : 0,
	};
}

static bool change(struct run *run)
{
	struct group_link last;
	struct recovery *out = run->out;
	if (!eventlog_start(out->log, &run->realm, run->options->log_file_bytes, run->failure) ||
	    !fold_all(run))
		return false;
	eventlog_end(out->log, &run->realm, &last);
	ENSURE(last.number == run->scan.end.number);
	if (last.event > run->logged.event)
		log_info("recovered",
			 "events %" PRIu64 " to %" PRIu64 " brought from the journal to the log",
			 run->logged.event + 1, last.event);
	describe(run, &out->identity);
	out->identity.last = last.event;
	return open_epoch(run, &last) && stopped_remove(run->options->directory, run->failure);
}

bool recovery_run(const struct store_lmdb_options *options, struct recovery *out,
		  struct failure *failure)
{
	struct run run = {.options = options, .out = out, .failure = failure};
	*out = (struct recovery){0};
	bool done = look(&run) && change(&run);
	journal_scan_free(&run.scan);
	if (done)
		return true;
	journal_free(out->journal);
	eventlog_free(out->log);
	*out = (struct recovery){0};
	return false;
}
