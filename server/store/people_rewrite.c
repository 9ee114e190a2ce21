/* people_rewrite.c -- what is live, in a fresh file; the old one goes with all it ever held.
 *
 *   people.mdb      [ facts | Ann 7 | ....... | Zoe 9 | ..... ]   free pages and the gaps of used
 *                                                                  ones hold what was removed
 *   people.mdb.new  [ facts | Ann 7 | Zoe 9 ]                      record by record, in key order
 *                      \__ synced, then renamed to people.mdb, then the directory is synced
 *
 * Why not mdb_env_copy2 with MDB_CP_COMPACT: P5 would hang on how LMDB copies the gaps of a page,
 * which it does not promise.  A fresh environment can only hold what was put into it, since LMDB
 * clears memory before it becomes a page (MDB_NOMEMINIT is never set).
 *
 *   R1  Nothing is removed before the fresh file has the name and the directory is synced.
 *   R2  Readers go on meanwhile, in the old file; they wait while one environment is closed and the
 *       other opened: LMDB's lock file serves one at a time in a process.
 *   R3  Not while another process has the file open (people_open.c, O3).
 *   R4  Records are copied with their checksums, damaged ones too: they stay damaged.
 *   R5  The fresh file is proved whole before the old one goes.
 */
#include <sys/file.h>

#include "server/base/ensure.h"
#include "server/store/people_private.h"

/* A copy under way: transactions of at most LIMIT_TXN_BYTES of records each. */
struct copy {
	struct people_lmdb *people;
	struct lmdb_file fresh;
	struct people_facts facts;
	MDB_txn *from, *to;
	MDB_cursor *end; /* of the table under way, in `to` */
	size_t bytes;    /* in `to` so far */
};

static int begin_transaction(struct copy *copy, enum people_database table)
{
	int status = mdb_txn_begin(copy->fresh.env, NULL, 0, &copy->to);
	if (status != 0) {
		copy->to = NULL;
		return status;
	}
	copy->bytes = 0;
	return mdb_cursor_open(copy->to, copy->fresh.databases[table], &copy->end);
}

static int end_transaction(struct copy *copy)
{
	struct people_facts_value room;
	MDB_val name = lmdb_file_state_key();
	MDB_val value = people_facts_value(copy->people, &copy->facts, mdb_txn_id(copy->to), &room);
	int status = mdb_put(copy->to, copy->fresh.databases[PEOPLE_FACTS], &name, &value, 0);
	if (status != 0)
		return status;
	MDB_txn *done = copy->to;
	mdb_cursor_close(copy->end);
	copy->to = NULL;
	return mdb_txn_commit(done);
}

static int copy_records(struct copy *copy, enum people_database table, MDB_cursor *cursor)
{
	MDB_val name, value;
	int status = begin_transaction(copy, table);
	while (status == 0 && (status = mdb_cursor_get(cursor, &name, &value, MDB_NEXT)) == 0) {
		status = mdb_cursor_put(copy->end, &name, &value, MDB_APPEND); /* R4 */
		copy->bytes += name.mv_size + value.mv_size;
		if (status != 0 || copy->bytes < LIMIT_TXN_BYTES)
			continue;
		status = end_transaction(copy);
		if (status == 0)
			status = begin_transaction(copy, table);
	}
	return status == MDB_NOTFOUND ? end_transaction(copy) : status;
}

static int copy_table(struct copy *copy, enum people_database table)
{
	MDB_cursor *cursor;
	int status = mdb_cursor_open(copy->from, copy->people->file.databases[table], &cursor);
	if (status != 0)
		return status;
	status = copy_records(copy, table, cursor);
	mdb_cursor_close(cursor);
	return status;
}

static int copy_tables(struct copy *copy)
{
	int status = mdb_txn_begin(copy->people->file.env, NULL, MDB_RDONLY, &copy->from);
	if (status != 0)
		return status;
	status = copy_table(copy, PEOPLE_DOCUMENTS);
	if (status == 0)
		status = copy_table(copy, PEOPLE_PENDINGS);
	if (copy->to != NULL)
		mdb_txn_abort(copy->to);
	mdb_txn_abort(copy->from);
	return status;
}

static bool write_fresh(struct copy *copy, struct failure *failure)
{
	struct people_lmdb *people = copy->people;
	struct people_facts_value room;
	MDB_val value =
	    people_facts_value(people, &copy->facts, LMDB_FILE_FIRST_TRANSACTION, &room);
	struct lmdb_recipe recipe = {
	    .directory = people->directory,
	    .name = PEOPLE_FILE_NAME,
	    .layout = &people_layout,
	    .map_bytes = lmdb_file_map_bytes(&people->file),
	};
	if (!lmdb_file_begin(&copy->fresh, &recipe, &value, failure))
		return false;
	int status = copy_tables(copy);
	if (status == 0)
		return lmdb_file_finish(&copy->fresh, failure);
	lmdb_file_close(&copy->fresh);
	return lmdb_file_failed(&copy->fresh, status, EXIT_STORAGE, failure);
}

/* R5 */
static bool check_fresh(const struct people_lmdb *people, struct failure *failure)
{
	struct lmdb_file fresh;
	struct file_path path = file_path(people->directory, PEOPLE_FILE_NAME ".new");
	if (!lmdb_file_open(&fresh, &people_layout, path.text, LMDB_FILE_CLOSED, failure))
		return false;
	bool whole = lmdb_file_check(&fresh, failure);
	lmdb_file_close(&fresh);
	return whole;
}

static bool change_environment(struct people_lmdb *people, struct failure *failure)
{
	struct people_facts facts;
	pthread_rwlock_wrlock(&people->swap); /* R2 */
	lmdb_file_close(&people->file);
	bool open = people_open_file(people, people->facts.database, &facts, failure);
	pthread_rwlock_unlock(&people->swap);
	if (open)
		people_publish_facts(people, &facts);
	return open;
}

/* R3.  False: someone reads. */
static bool lock_alone(const struct people_lmdb *people)
{
	return flock(people->secret, LOCK_EX | LOCK_NB) == 0;
}

static void unlock(const struct people_lmdb *people)
{
	flock(people->secret, LOCK_UN);
}

static bool rewrite(struct people_lmdb *people, struct failure *failure)
{
	struct copy copy = {.people = people, .facts = people->facts};
	copy.facts.wants_rewrite = false;
	if (!write_fresh(&copy, failure) || !check_fresh(people, failure))
		return false;
	if (!lock_alone(people)) /* someone came meanwhile: put off */
		return file_remove(people->directory, PEOPLE_FILE_NAME ".new", failure);
	bool done = file_publish(people->directory, PEOPLE_FILE_NAME, failure) && /* R1 */
		    change_environment(people, failure);
	unlock(people);
	return done;
}

bool people_lmdb_rewrite(struct people *base, struct failure *failure)
{
	struct people_lmdb *people = (struct people_lmdb *)base;
	ENSURE(!people->read_only);
	if (people->failed)
		return failure_set(failure, EXIT_STORAGE, "%s failed before",
				   people->file.path.text);
	if (!lock_alone(people))
		return true;
	unlock(people);
	people->failed = !rewrite(people, failure);
	return !people->failed;
}
