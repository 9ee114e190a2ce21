/* eventlog_read.c -- the reading side of the log: one event by number, a run, or all in order.
 *
 *   R1  Nothing is answered from a block that does not check.
 *   R2  Numbers are dense: a replay that meets another than the next one fails.
 *   R3  A read transaction of `read` lives for one look-up, of `read_run` for LIMIT_RUN_EVENTS.
 */
#include <inttypes.h>

#include "server/store/eventlog_private.h"

static uint64_t logged(const struct eventlog *log)
{
	return __atomic_load_n(&log->logged, __ATOMIC_ACQUIRE);
}

/* Open the block at the cursor's place (R1). */
static bool open_block(const struct eventlog *log, const MDB_val *key, const MDB_val *value,
		       struct block_reader *reader)
{
	struct wire_text bytes = {value->mv_data, (uint32_t)value->mv_size};
	return key->mv_size == BLOCK_KEY_BYTES && value->mv_size <= BLOCK_MAX_BYTES &&
	       block_open(reader, block_key_number(key->mv_data), bytes, &log->realm);
}

/* Put the cursor on the last block that begins at or before `number`. */
static int find_block(MDB_cursor *cursor, uint64_t number, MDB_val *key, MDB_val *value)
{
	uint8_t wanted[BLOCK_KEY_BYTES];
	block_key(number, wanted);
	*key = (MDB_val){sizeof wanted, wanted};
	int status = mdb_cursor_get(cursor, key, value, MDB_SET_RANGE);
	if (status == MDB_NOTFOUND)
		return mdb_cursor_get(cursor, key, value, MDB_LAST);
	if (status == 0 && memcmp(key->mv_data, wanted, sizeof wanted) != 0)
		return mdb_cursor_get(cursor, key, value, MDB_PREV);
	return status;
}

static bool read_event(const struct eventlog *log, MDB_cursor *cursor, uint64_t number,
		       struct store_record *record)
{
	MDB_val key, value;
	struct block_reader reader;
	return find_block(cursor, number, &key, &value) == 0 &&
	       open_block(log, &key, &value, &reader) && block_seek(&reader, number) &&
	       block_next(&reader, record->bytes, &record->size);
}

enum store_read_result eventlog_read(struct eventlog *log, uint64_t number,
				     struct store_record *record)
{
	struct failure failure;
	MDB_txn *txn;
	MDB_cursor *cursor;
	bool found = false;
	if (number == 0 || number > logged(log))
		return STORE_ABSENT;
	struct eventlog_file *file = eventlog_acquire(log, number, &failure);
	if (file == NULL)
		return STORE_DAMAGED;
	if (mdb_txn_begin(file->lmdb.env, NULL, MDB_RDONLY, &txn) == 0) {
		if (mdb_cursor_open(txn, file->lmdb.databases[EVENTLOG_EVENTS], &cursor) == 0) {
			found = read_event(log, cursor, number, record);
			mdb_cursor_close(cursor);
		}
		mdb_txn_abort(txn); /* R3 */
	}
	eventlog_release(log, file);
	return found ? STORE_FOUND : STORE_DAMAGED;
}

/* --- a run --- */

/* What a run carries from block to block. */
struct running {
	const struct eventlog *log;
	const struct store_run *run;
	uint64_t next, last; /* event to visit; the last of this run */
	uint32_t left;       /* bytes */
	uint8_t bytes[LIMIT_EVENT_BYTES];
};

enum run_step {
	RUN_ON,
	RUN_ENOUGH,
	RUN_DAMAGED
};

static enum run_step run_block(struct running *running, const MDB_val *key, const MDB_val *value)
{
	struct block_reader reader;
	uint32_t size;
	if (!open_block(running->log, key, value, &reader) || !block_seek(&reader, running->next))
		return RUN_DAMAGED; /* R1, R2 */
	while (running->next <= running->last && block_next(&reader, running->bytes, &size)) {
		if (!running->run->visit(running->run->context, running->next, running->bytes,
					 size))
			return RUN_ENOUGH;
		running->next++;
		if (size >= running->left)
			return RUN_ENOUGH;
		running->left -= size;
	}
	return running->next > running->last ? RUN_ENOUGH : RUN_ON;
}

/* False: damaged before anything was visited. */
static bool run_file(struct running *running, MDB_cursor *cursor)
{
	uint64_t first = running->next;
	MDB_val key, value;
	enum run_step step = RUN_ON;
	int status = find_block(cursor, first, &key, &value);
	while (status == 0 && step == RUN_ON) {
		step = run_block(running, &key, &value);
		status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	return running->next > first || step == RUN_ENOUGH;
}

enum store_read_result eventlog_read_run(struct eventlog *log, uint64_t first,
					 const struct store_run *run)
{
	struct failure failure;
	MDB_txn *txn;
	MDB_cursor *cursor;
	bool found = false;
	struct running running = {.log = log, .run = run, .next = first, .left = LIMIT_RUN_BYTES};
	running.last = logged(log);
	if (first == 0 || first > running.last)
		return STORE_ABSENT;
	if (running.last - first >= LIMIT_RUN_EVENTS)
		running.last = first + LIMIT_RUN_EVENTS - 1;
	struct eventlog_file *file = eventlog_acquire(log, first, &failure);
	if (file == NULL)
		return STORE_DAMAGED;
	if (mdb_txn_begin(file->lmdb.env, NULL, MDB_RDONLY, &txn) == 0) {
		if (mdb_cursor_open(txn, file->lmdb.databases[EVENTLOG_EVENTS], &cursor) == 0) {
			found = run_file(&running, cursor);
			mdb_cursor_close(cursor);
		}
		mdb_txn_abort(txn); /* R3 */
	}
	eventlog_release(log, file);
	return found ? STORE_FOUND : STORE_DAMAGED;
}

/* --- all --- */

/* What a replay carries from block to block. */
struct replay {
	struct eventlog *log;
	store_visitor *visit;
	void *context;
	uint64_t next, last;
	uint8_t bytes[LIMIT_EVENT_BYTES];
};

static bool replay_block(struct replay *replay, const MDB_val *key, const MDB_val *value,
			 struct failure *failure)
{
	struct block_reader reader;
	uint32_t size;
	if (!open_block(replay->log, key, value, &reader))
		return failure_set(failure, EXIT_DAMAGE,
				   "the block that should begin with event %" PRIu64
				   " does not match its checksum; restore the log from a backup",
				   replay->next);
	if (reader.next != replay->next) /* R2 */
		return failure_set(failure, EXIT_DAMAGE,
				   "event %" PRIu64 " is missing: the next block begins with "
				   "event %" PRIu64 "; restore the log from a backup",
				   replay->next, reader.next);
	while (replay->next <= replay->last && block_next(&reader, replay->bytes, &size)) {
		uint64_t number = replay->next++;
		if (!replay->visit(replay->context, number, replay->bytes, size, failure))
			return false;
	}
	return true;
}

/* All blocks of one file; `end` is the event it must reach. */
static bool replay_file(struct replay *replay, MDB_cursor *cursor, uint64_t end,
			struct failure *failure)
{
	MDB_val key, value;
	int status = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
	while (status == 0 && replay->next <= end) {
		if (!replay_block(replay, &key, &value, failure))
			return false;
		status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	if (replay->next > end)
		return true;
	return failure_set(failure, EXIT_DAMAGE,
			   "it ends before event %" PRIu64 " (%s); restore the log from a backup",
			   replay->next, status == 0 ? "" : mdb_strerror(status));
}

static bool replay_open_file(struct replay *replay, struct eventlog_file *file, uint64_t end,
			     struct failure *failure)
{
	MDB_txn *txn;
	MDB_cursor *cursor;
	int status = mdb_txn_begin(file->lmdb.env, NULL, MDB_RDONLY, &txn);
	if (status != 0)
		return lmdb_file_failed(&file->lmdb, status, EXIT_DAMAGE, failure);
	status = mdb_cursor_open(txn, file->lmdb.databases[EVENTLOG_EVENTS], &cursor);
	if (status != 0) {
		mdb_txn_abort(txn);
		return lmdb_file_failed(&file->lmdb, status, EXIT_DAMAGE, failure);
	}
	bool done = replay_file(replay, cursor, end, failure);
	mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	return done || failure_wrap(failure, "%s", file->lmdb.path.text);
}

bool eventlog_replay(struct eventlog *log, store_visitor *visit, void *context,
		     struct failure *failure)
{
	struct replay replay = {log, visit, context, 1, logged(log), {0}};
	for (uint32_t i = 0; i < log->count && replay.next <= replay.last; i++) {
		uint64_t end = i + 1 < log->count ? log->files[i + 1]->first - 1 : replay.last;
		if (end < log->files[i]->first)
			continue;
		struct eventlog_file *file = eventlog_acquire(log, log->files[i]->first, failure);
		if (file == NULL)
			return false;
		bool done = replay_open_file(&replay, file, end, failure);
		eventlog_release(log, file);
		if (!done)
			return false;
	}
	return true;
}
