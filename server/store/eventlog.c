/* eventlog.c -- the table of the log's files: opening, checking, keeping a few open.
 *
 *   L1  Files are numbered densely from 1; each begins with the event after the last of the one
 *       before, and all name one database and seed.
 *   L2  A file is proved whole (lmdb_check.h) once a process, before LMDB walks it.
 *   L3  The written file stays open; of the closed ones at most EVENTLOG_OPEN_FILES, the least
 *       recently used going first, never one in use.
 */
#include "server/store/eventlog_private.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/base/ensure.h"
#include "server/base/hash.h"
#include "server/store/directory.h"

const struct lmdb_layout eventlog_layout = {
    .count = 2,
    .names = {[EVENTLOG_EVENTS] = "events", [EVENTLOG_META] = "meta"},
    .large = EVENTLOG_EVENTS,
    .state = EVENTLOG_META,
};

/* --- the meta record --- */

void eventlog_state_write(const struct eventlog_state *state, uint8_t *bytes)
{
	struct wire_writer w = {bytes, bytes + EVENTLOG_STATE_BYTES, false};
	memset(bytes, 0, EVENTLOG_STATE_BYTES);
	wire_write_u32(&w, DIRECTORY_FORMAT);
	wire_write_u32(&w, state->file);
	wire_write_u64(&w, state->first);
	wire_write_u64(&w, state->transaction);
	wire_write_id(&w, state->realm.database);
	wire_write_u64(&w, state->realm.seed);
	wire_write_u64(&w, state->link.epoch);
	wire_write_u64(&w, state->link.number);
	wire_write_u64(&w, state->link.checksum);
	wire_write_u64(&w, state->link.start);
	wire_write_u64(&w, state->link.end);
	wire_write_u64(&w, state->link.event);
	wire_write_u64(&w, hash_bytes(bytes, (size_t)(w.at - bytes), state->realm.seed));
	ENSURE(!w.failed);
}

static bool read_state(struct eventlog_state *state, const uint8_t *bytes, struct failure *failure)
{
	struct wire_reader r = {bytes, bytes + EVENTLOG_STATE_BYTES, false};
	uint32_t version = wire_read_u32(&r);
	if (version != DIRECTORY_FORMAT)
		return failure_set(failure, EXIT_DAMAGE,
				   "format version %" PRIu32 ", this server reads version %u; "
				   "carry the data across with export and import",
				   version, DIRECTORY_FORMAT);
	state->file = wire_read_u32(&r);
	state->first = wire_read_u64(&r);
	state->transaction = wire_read_u64(&r);
	state->realm.database = wire_read_id(&r);
	state->realm.seed = wire_read_u64(&r);
	state->link.epoch = wire_read_u64(&r);
	state->link.number = wire_read_u64(&r);
	state->link.checksum = wire_read_u64(&r);
	state->link.start = wire_read_u64(&r);
	state->link.end = wire_read_u64(&r);
	state->link.event = wire_read_u64(&r);
	uint64_t sum = hash_bytes(bytes, (size_t)(r.at - bytes), state->realm.seed);
	if (wire_read_u64(&r) != sum)
		return failure_set(failure, EXIT_DAMAGE,
				   "its meta record is damaged; restore the log from a backup");
	return true;
}

/* --- the table --- */

struct file_path eventlog_path(const struct eventlog *log, uint32_t number)
{
	char name[32];
	snprintf(name, sizeof name, "%06" PRIu32 ".mdb", number);
	return file_path(log->directory, name);
}

struct eventlog_file *eventlog_table_add(struct eventlog *log, uint32_t number, uint64_t first)
{
	struct eventlog_file **files = realloc(log->files, (log->count + 1) * sizeof(*files));
	struct eventlog_file *file = calloc(1, sizeof *file);
	if (files != NULL)
		log->files = files;
	if (files == NULL || file == NULL) {
		free(file);
		return NULL;
	}
	file->number = number;
	file->first = first;
	log->files[log->count++] = file;
	return file;
}

static enum lmdb_file_mode mode_of(const struct eventlog *log, const struct eventlog_file *file)
{
	char lock[FILE_PATH_BYTES + 8];
	struct file_path path = eventlog_path(log, file->number);
	snprintf(lock, sizeof lock, "%s-lock", path.text);
	bool newest = file == log->files[log->count - 1];
	return log->read_only && newest && file_exists(lock) ? LMDB_FILE_SHARED : LMDB_FILE_CLOSED;
}

static bool open_file(struct eventlog *log, struct eventlog_file *file, struct failure *failure)
{
	struct file_path path = eventlog_path(log, file->number);
	file->open =
	    lmdb_file_open(&file->lmdb, &eventlog_layout, path.text, mode_of(log, file), failure);
	return file->open;
}

static void close_file(struct eventlog_file *file)
{
	if (file->open)
		lmdb_file_close(&file->lmdb);
	file->open = false;
}

/* L3 */
static void close_surplus(struct eventlog *log)
{
	for (;;) {
		struct eventlog_file *oldest = NULL;
		unsigned open = 0;
		for (uint32_t i = 0; i + 1 < log->count; i++) {
			struct eventlog_file *file = log->files[i];
			open += file->open;
			if (file->open && file->users == 0 &&
			    (oldest == NULL || file->used_at < oldest->used_at))
				oldest = file;
		}
		if (open <= EVENTLOG_OPEN_FILES || oldest == NULL)
			return;
		close_file(oldest);
	}
}

static struct eventlog_file *find(const struct eventlog *log, uint64_t number)
{
	uint32_t low = 0, high = log->count;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (log->files[middle]->first <= number)
			low = middle;
		else
			high = middle;
	}
	return log->count > 0 && log->files[low]->first <= number ? log->files[low] : NULL;
}

/* Holds the mutex while it proves a file, so that this happens once; a replay comes first. */
struct eventlog_file *eventlog_acquire(struct eventlog *log, uint64_t number,
				       struct failure *failure)
{
	pthread_mutex_lock(&log->mutex);
	struct eventlog_file *file = find(log, number);
	bool ready = file != NULL && (file->open || open_file(log, file, failure));
	if (ready && !file->checked)
		ready = file->checked = lmdb_file_check(&file->lmdb, failure); /* L2 */
	if (ready) {
		file->users++;
		file->used_at = ++log->turn;
		close_surplus(log);
	}
	pthread_mutex_unlock(&log->mutex);
	return ready ? file : NULL;
}

void eventlog_release(struct eventlog *log, struct eventlog_file *file)
{
	pthread_mutex_lock(&log->mutex);
	ENSURE(file->users > 0);
	file->users--;
	close_surplus(log);
	pthread_mutex_unlock(&log->mutex);
}

/* --- opening --- */

/* Read one file's meta record and append it to the table (L1). */
static bool load_file(struct eventlog *log, uint32_t number, struct failure *failure)
{
	uint8_t bytes[EVENTLOG_STATE_BYTES];
	uint64_t transaction;
	struct eventlog_state state = {0};
	struct eventlog_file *file = eventlog_table_add(log, number, 0);
	if (file == NULL)
		return failure_set(failure, EXIT_MEMORY, "no memory for the table of the log");
	if (!open_file(log, file, failure))
		return false;
	MDB_val value = {sizeof bytes, bytes};
	if (!lmdb_file_state(&file->lmdb, &value, &transaction, failure))
		return false;
	close_file(file);
	if (!read_state(&state, bytes, failure))
		return failure_wrap(failure, "%s", eventlog_path(log, number).text);
	if (state.transaction != transaction)
		return failure_set(failure, EXIT_DAMAGE,
				   "%s: its meta pages name transaction %" PRIu64 ", its content "
				   "is of %" PRIu64 "; restore the log from a backup",
				   eventlog_path(log, number).text, transaction, state.transaction);
	if (number > 1 && (!wire_id_equal(state.realm.database, log->realm.database) ||
			   state.realm.seed != log->realm.seed))
		return failure_set(failure, EXIT_DAMAGE,
				   "%s belongs to another database than the file before it; put "
				   "the right file back",
				   eventlog_path(log, number).text);
	if (state.file != number || state.first != log->end.event + 1)
		return failure_set(
		    failure, EXIT_DAMAGE,
		    "%s is in the wrong place: it is file %" PRIu32 " from event %" PRIu64
		    ", expected was event %" PRIu64 "; put the right file back",
		    eventlog_path(log, number).text, state.file, state.first, log->end.event + 1);
	file->first = state.first;
	log->realm = state.realm;
	log->end = state.link;
	return true;
}

/* The highest file number in the directory; 0: none, or no directory. */
static bool highest_file(const struct eventlog *log, uint32_t *highest, struct failure *failure)
{
	DIR *directory = opendir(log->directory);
	*highest = 0;
	if (directory == NULL && errno == ENOENT)
		return true;
	if (directory == NULL)
		return failure_set(failure, EXIT_DIRECTORY, "cannot read %s: %s", log->directory,
				   strerror(errno));
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		unsigned number = 0;
		int used = 0;
		if (sscanf(entry->d_name, "%6u.mdb%n", &number, &used) == 1 && used > 0 &&
		    entry->d_name[used] == '\0' && number > *highest)
			*highest = number;
	}
	closedir(directory);
	return true;
}

static bool load_table(struct eventlog *log, struct failure *failure)
{
	uint32_t highest;
	if (!highest_file(log, &highest, failure))
		return false;
	for (uint32_t number = 1; number <= highest; number++) {
		struct file_path path = eventlog_path(log, number);
		if (!file_exists(path.text))
			return failure_set(failure, EXIT_DAMAGE,
					   "%s is missing from the middle of the log; put it back "
					   "or restore from a backup",
					   path.text);
		if (!load_file(log, number, failure))
			return false;
	}
	__atomic_store_n(&log->logged, log->end.event, __ATOMIC_RELEASE);
	if (log->count == 0)
		return true;
	struct eventlog_file *newest = eventlog_acquire(log, UINT64_MAX, failure);
	if (newest == NULL)
		return false;
	eventlog_release(log, newest);
	return true;
}

struct eventlog *eventlog_open(const char *directory, bool read_only, struct failure *failure)
{
	struct eventlog *log = calloc(1, sizeof *log);
	struct file_path path = file_path(directory, "log");
	if (log == NULL) {
		failure_set(failure, EXIT_MEMORY, "no memory for the log");
		return NULL;
	}
	memcpy(log->directory, path.text, sizeof log->directory);
	log->read_only = read_only;
	pthread_mutex_init(&log->mutex, NULL);
	if (load_table(log, failure))
		return log;
	eventlog_free(log);
	return NULL;
}

void eventlog_free(struct eventlog *log)
{
	if (log == NULL)
		return;
	if (log->txn != NULL)
		mdb_txn_abort(log->txn);
	for (uint32_t i = 0; i < log->count; i++) {
		ENSURE(log->files[i]->users == 0);
		close_file(log->files[i]);
		free(log->files[i]);
	}
	pthread_mutex_destroy(&log->mutex);
	free(log->packer);
	free(log->files);
	free(log);
}

bool eventlog_end(const struct eventlog *log, struct block_realm *realm, struct group_link *end)
{
	*realm = log->realm;
	*end = log->end;
	return log->count > 0;
}
