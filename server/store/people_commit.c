/* people_commit.c -- the writing side of people.mdb: each call is one LMDB transaction.
 *
 *   W1  The facts are written in the same transaction as what they speak of.
 *   W2  After a failure nothing is tried again: LMDB goes on after a failed sync, and what is on
 *       disk is not known any more.
 */
#include <string.h>

#include "server/base/ensure.h"
#include "server/store/people_private.h"

/* A commit under way. */
struct work {
	const struct people_lmdb *people;
	MDB_txn *txn;
	struct people_facts facts;
};

static MDB_dbi database(const struct work *work, enum people_database table)
{
	return work->people->file.databases[table];
}

/* Under a key that is new (P2): room for the checksum and `rest`, filled in. */
static int put(struct work *work, enum people_database table, struct people_key key,
	       struct wire_text rest)
{
	uint8_t key_bytes[PEOPLE_KEY_BYTES];
	people_key_write(key, key_bytes);
	MDB_val name = {sizeof key_bytes, key_bytes};
	MDB_val value = {PEOPLE_CHECKSUM_BYTES + rest.size, NULL};
	int status =
	    mdb_put(work->txn, database(work, table), &name, &value, MDB_RESERVE | MDB_NOOVERWRITE);
	if (status != 0)
		return status;
	uint64_t checksum = people_checksum(table, key, rest, work->people->seed);
	memcpy(value.mv_data, &checksum, sizeof checksum);
	if (rest.size > 0)
		memcpy((uint8_t *)value.mv_data + PEOPLE_CHECKSUM_BYTES, rest.bytes, rest.size);
	return 0;
}

static int put_pending(struct work *work, struct people_key key, bool erase)
{
	char flags = erase;
	if (key.version > work->facts.last_version)
		work->facts.last_version = key.version;
	return put(work, PEOPLE_PENDINGS, key, (struct wire_text){&flags, 1});
}

static int remove_one(struct work *work, enum people_database table, struct people_key key)
{
	uint8_t key_bytes[PEOPLE_KEY_BYTES];
	people_key_write(key, key_bytes);
	MDB_val name = {sizeof key_bytes, key_bytes};
	int status = mdb_del(work->txn, database(work, table), &name, NULL);
	return status == MDB_NOTFOUND ? 0 : status;
}

/* All of `last.customer` up to `last`. */
static int remove_up_to(struct work *work, enum people_database table, struct people_key last)
{
	MDB_cursor *cursor;
	int status = mdb_cursor_open(work->txn, database(work, table), &cursor);
	if (status != 0)
		return status;
	do {
		uint8_t first[PEOPLE_KEY_BYTES];
		people_key_write((struct people_key){last.customer, 0}, first);
		MDB_val name = {sizeof first, first}, value;
		status = mdb_cursor_get(cursor, &name, &value, MDB_SET_RANGE);
		if (status != 0 || name.mv_size != PEOPLE_KEY_BYTES)
			break;
		struct people_key found = people_key_read(name.mv_data);
		if (found.customer != last.customer || found.version > last.version)
			break;
		status = mdb_cursor_del(cursor, 0);
	} while (status == 0);
	mdb_cursor_close(cursor);
	return status == MDB_NOTFOUND ? 0 : status;
}

static int make_put(struct work *work, const struct people_step *step)
{
	struct people_key key = {step->customer, step->version};
	ENSURE(step->size <= PEOPLE_DOCUMENT_BYTES);
	struct wire_text document = {(const char *)step->document, step->size};
	int status = put(work, PEOPLE_DOCUMENTS, key, document);
	return status != 0 ? status : put_pending(work, key, false);
}

static int make_keep(struct work *work, struct people_key key)
{
	struct people_key older = {key.customer, key.version - 1};
	int status = remove_one(work, PEOPLE_PENDINGS, key);
	return status != 0 ? status : remove_up_to(work, PEOPLE_DOCUMENTS, older);
}

static int make_drop(struct work *work, struct people_key key)
{
	int status = remove_one(work, PEOPLE_PENDINGS, key);
	return status != 0 ? status : remove_one(work, PEOPLE_DOCUMENTS, key);
}

static int make_erase(struct work *work, struct people_key key)
{
	struct people_key all = {key.customer, UINT64_MAX};
	work->facts.wants_rewrite = true;
	int status = remove_up_to(work, PEOPLE_PENDINGS, all);
	return status != 0 ? status : remove_up_to(work, PEOPLE_DOCUMENTS, all);
}

static int make_step(struct work *work, const struct people_step *step)
{
	struct people_key key = {step->customer, step->version};
	bool fresh = step->kind == PEOPLE_PUT || step->kind == PEOPLE_ERASING;
	ENSURE(!fresh || key.version > work->people->facts.last_version);
	ENSURE(key.version > 0 || step->kind == PEOPLE_ERASE);
	switch (step->kind) {
	case PEOPLE_PUT:
		return make_put(work, step);
	case PEOPLE_ERASING:
		return put_pending(work, key, true);
	case PEOPLE_KEEP:
		return make_keep(work, key);
	case PEOPLE_DROP:
		return make_drop(work, key);
	case PEOPLE_ERASE:
		break;
	}
	ENSURE(step->kind == PEOPLE_ERASE);
	return make_erase(work, key);
}

static int make_steps(struct work *work, const struct people_step *steps, size_t count)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < count; i++)
		status = make_step(work, &steps[i]);
	if (status != 0)
		return status;
	struct people_facts_value room; /* W1 */
	MDB_val name = lmdb_file_state_key();
	MDB_val value =
	    people_facts_value(work->people, &work->facts, mdb_txn_id(work->txn), &room);
	return mdb_put(work->txn, database(work, PEOPLE_FACTS), &name, &value, 0);
}

bool people_lmdb_commit(struct people *base, const struct people_step *steps, size_t count,
			struct failure *failure)
{
	struct people_lmdb *people = (struct people_lmdb *)base;
	struct work work = {.people = people, .facts = people->facts};
	ENSURE(!people->read_only);
	if (people->failed) /* W2 */
		return failure_set(failure, EXIT_STORAGE, "%s failed before",
				   people->file.path.text);
	lmdb_file_check_readers(&people->file);
	int status = mdb_txn_begin(people->file.env, NULL, 0, &work.txn);
	if (status != 0)
		return people_failed(people, &people->file, status, failure);
	status = make_steps(&work, steps, count);
	if (status == 0)
		status = mdb_txn_commit(work.txn);
	else
		mdb_txn_abort(work.txn);
	if (status != 0)
		return people_failed(people, &people->file, status, failure);
	people_publish_facts(people, &work.facts);
	return true;
}
