/* eventlog_write.c -- the writing side of the log: transactions of whole groups, rotation.
 *
 *   E1  A transaction holds whole groups and the meta record that names the last of them.
 *   E2  Blocks are appended (MDB_APPEND), keys dense: no page is ever rewritten but the last.
 *   E3  A new file and its name are on disk before its first commit (lmdb_file_create).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/ensure.h"
#include "server/base/mutant.h"
#include "server/store/eventlog_private.h"

/* The map is larger than the size at which the file is left: one transaction of LIMIT_TXN_BYTES,
 * at worst a little over twice that in pages, still fits. */
#define MAP_SLACK_BYTES ((uint64_t)64 << 20)
#define MAP_ALIGN ((uint64_t)1 << 20)

static_assert(MAP_SLACK_BYTES > 4ull * LIMIT_TXN_BYTES, "a transaction fits above the limit");

static struct eventlog_file *newest(const struct eventlog *log)
{
	return log->files[log->count - 1];
}

static bool failed(const struct eventlog *log, int status, struct failure *failure)
{
	return lmdb_file_failed(&newest(log)->lmdb, status, EXIT_STORAGE, failure);
}

static void remove_lock_file(const struct eventlog *log, uint32_t number)
{
	char lock[FILE_PATH_BYTES + 8];
	struct file_path path = eventlog_path(log, number);
	snprintf(lock, sizeof lock, "%s-lock", path.text);
	unlink(lock); /* of a file nobody writes any more; harmless when it stays */
}

/* Create file `number`, which will hold what follows the log's end (E3). */
static bool create_file(struct eventlog *log, uint32_t number, struct failure *failure)
{
	uint8_t bytes[EVENTLOG_STATE_BYTES];
	char name[32];
	struct eventlog_state state = {number, log->end.event + 1, LMDB_FILE_FIRST_TRANSACTION,
				       log->realm, log->end};
	uint64_t map = (log->file_bytes + MAP_SLACK_BYTES + MAP_ALIGN - 1) / MAP_ALIGN * MAP_ALIGN;
	MDB_val value = {sizeof bytes, bytes};
	eventlog_state_write(&state, bytes);
	snprintf(name, sizeof name, "%06" PRIu32 ".mdb", number);
	struct lmdb_recipe recipe = {log->directory, name, &eventlog_layout, map};
	return lmdb_file_create(&recipe, &value, failure);
}

/* Open the newest file for writing; nobody else in this process has it open. */
static bool open_newest(struct eventlog *log, struct failure *failure)
{
	struct eventlog_file *file = newest(log);
	struct file_path path = eventlog_path(log, file->number);
	if (!lmdb_file_open(&file->lmdb, &eventlog_layout, path.text, LMDB_FILE_WRITE, failure))
		return false;
	file->open = true;
	file->checked = true; /* created here, or checked by eventlog_open */
	return true;
}

static bool rotate(struct eventlog *log, struct failure *failure)
{
	uint32_t number = log->count + 1;
	if (!create_file(log, number, failure))
		return false;
	pthread_mutex_lock(&log->mutex);
	struct eventlog_file *file = eventlog_table_add(log, number, log->end.event + 1);
	bool opened = file != NULL && open_newest(log, failure);
	pthread_mutex_unlock(&log->mutex);
	if (file == NULL)
		return failure_set(failure, EXIT_MEMORY, "no memory for the table of the log");
	if (opened && number > 1)
		remove_lock_file(log, number - 1);
	return opened;
}

static bool rotation_due(const struct eventlog *log)
{
	const struct eventlog_file *file = newest(log);
	uint64_t limit = lmdb_file_map_bytes(&file->lmdb) - MAP_SLACK_BYTES;
	if (log->file_bytes < limit)
		limit = log->file_bytes;
	return log->end.event >= file->first && lmdb_file_bytes(&file->lmdb) >= limit;
}

static bool prepare_directory(const struct eventlog *log, struct failure *failure)
{
	struct file_path parent = file_path(log->directory, "..");
	if (mkdir(log->directory, 0700) == 0)
		return file_sync_directory(parent.text, failure);
	if (errno == EEXIST)
		return true;
	return failure_set(failure, EXIT_DIRECTORY, "cannot create %s: %s", log->directory,
			   strerror(errno));
}

bool eventlog_start(struct eventlog *log, const struct block_realm *realm, uint64_t file_bytes,
		    struct failure *failure)
{
	char leftover[32];
	ENSURE(!log->read_only && log->packer == NULL);
	log->file_bytes = file_bytes;
	log->realm = *realm;
	log->packer = calloc(1, sizeof *log->packer);
	if (log->packer == NULL)
		return failure_set(failure, EXIT_MEMORY, "no memory for the log");
	if (!prepare_directory(log, failure))
		return false;
	snprintf(leftover, sizeof leftover, "%06" PRIu32 ".mdb.new", log->count + 1);
	if (!file_remove(log->directory, leftover, failure))
		return false;
	if (log->count == 0)
		return rotate(log, failure);
	if (newest(log)->open)
		lmdb_file_close(&newest(log)->lmdb);
	newest(log)->open = false;
	return open_newest(log, failure);
}

bool eventlog_begin(struct eventlog *log, struct failure *failure)
{
	ENSURE(log->txn == NULL && log->packer != NULL);
	if (rotation_due(log) && !rotate(log, failure))
		return false;
	struct lmdb_file *file = &newest(log)->lmdb;
	lmdb_file_check_readers(file);
	int status = mdb_txn_begin(file->env, NULL, 0, &log->txn);
	if (status != 0) {
		log->txn = NULL;
		return failed(log, status, failure);
	}
	status = mdb_cursor_open(log->txn, file->databases[EVENTLOG_EVENTS], &log->cursor);
	return status == 0 || failed(log, status, failure);
}

static bool put_block(struct eventlog *log, struct failure *failure)
{
	struct block_packer *packer = log->packer;
	uint8_t key_bytes[BLOCK_KEY_BYTES];
	if (packer->count == 0)
		return true;
	block_key(packer->first, key_bytes);
	MDB_val key = {sizeof key_bytes, key_bytes};
	MDB_val value = {block_finish(packer, &log->realm), packer->bytes};
	int status = mdb_cursor_put(log->cursor, &key, &value, MDB_APPEND); /* E2 */
	return status == 0 || failed(log, status, failure);
}

static bool add_record(struct eventlog *log, uint64_t number, const uint8_t *record, uint32_t size,
		       struct failure *failure)
{
	if (block_add(log->packer, number, record, size))
		return true;
	if (!put_block(log, failure))
		return false;
	ENSURE(block_add(log->packer, number, record, size));
	return true;
}

bool eventlog_add(struct eventlog *log, const uint8_t *group_bytes, struct failure *failure)
{
	struct group_head head;
	const uint8_t *record, *before = NULL;
	uint32_t size, size_before = 0;
	group_head_read(group_bytes, &head);
	/* A number may be left out: of a marker, which holds nothing. */
	ENSURE(head.number > log->end.number && head.first == log->end.event + 1);
	struct group_cursor cursor = group_cursor(group_bytes, head.size, head.count);
	uint64_t number = head.first;
	for (; (record = group_cursor_next(&cursor, &size)) != NULL; number++) {
		if (MUTANT(dropped_event) && number == head.first + 1) {
			record = before;
			size = size_before;
		}
		if (!add_record(log, number, record, size, failure))
			return false;
		before = record;
		size_before = size;
	}
	ENSURE(cursor.left == 0);
	log->end = group_head_link(&head);
	return true;
}

bool eventlog_commit(struct eventlog *log, struct failure *failure)
{
	uint8_t bytes[EVENTLOG_STATE_BYTES];
	struct eventlog_file *file = newest(log);
	struct eventlog_state state = {file->number, file->first, mdb_txn_id(log->txn), log->realm,
				       log->end};
	MDB_val key = lmdb_file_state_key(), value = {sizeof bytes, bytes};
	if (!put_block(log, failure))
		return false;
	eventlog_state_write(&state, bytes);
	int status =
	    mdb_put(log->txn, file->lmdb.databases[EVENTLOG_META], &key, &value, 0); /* E1 */
	if (status == 0) {
		mdb_cursor_close(log->cursor);
		status = mdb_txn_commit(log->txn);
		log->txn = NULL;
	}
	if (status != 0)
		return failed(log, status, failure);
	__atomic_store_n(&log->logged, log->end.event, __ATOMIC_RELEASE);
	return true;
}
