/* people_lmdb.c -- see people_lmdb.h: reading, and the table of functions.
 *
 *   L1  A reader holds `swap` for as long as it uses the environment.
 *   L2  A record whose key has rotted, but still stands between its neighbours, is where the true
 *       key is looked for: nothing is absent beside a damaged record.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/store/people_private.h"

static struct people_lmdb *self(struct people *people)
{
	return (struct people_lmdb *)people;
}

static const struct people_lmdb *self_const(const struct people *people)
{
	return (const struct people_lmdb *)people;
}

bool people_failed(struct people_lmdb *people, const struct lmdb_file *file, int status,
		   struct failure *failure)
{
	people->failed = true;
	return lmdb_file_failed(file, status, EXIT_STORAGE, failure);
}

MDB_val people_facts_value(const struct people_lmdb *people, const struct people_facts *facts,
			   uint64_t transaction, struct people_facts_value *room)
{
	struct people_facts stamped = *facts;
	stamped.transaction = transaction;
	people_facts_write(&stamped, people->seed, room->bytes);
	return (MDB_val){sizeof room->bytes, room->bytes};
}

void people_publish_facts(struct people_lmdb *people, const struct people_facts *facts)
{
	__atomic_store_n(&people->facts.last_version, facts->last_version, __ATOMIC_RELEASE);
	__atomic_store_n(&people->facts.wants_rewrite, facts->wants_rewrite, __ATOMIC_RELEASE);
}

/* --- reading --- */

static bool is_sound(const struct people_lmdb *people, MDB_val name, MDB_val value)
{
	struct wire_text bytes = {value.mv_data, (uint32_t)value.mv_size};
	return name.mv_size == PEOPLE_KEY_BYTES &&
	       value.mv_size <= PEOPLE_CHECKSUM_BYTES + PEOPLE_DOCUMENT_BYTES &&
	       people_record_sound(PEOPLE_DOCUMENTS, people_key_read(name.mv_data), bytes,
				   people->seed);
}

/* L2; the cursor stands at the first record after the place, or at none (`status`). */
static enum people_read_result read_neighbours(const struct people_lmdb *people, MDB_cursor *cursor,
					       int status)
{
	MDB_val name, value;
	MDB_cursor_op before = status == 0 ? MDB_PREV : MDB_LAST;
	if (status == 0 && (mdb_cursor_get(cursor, &name, &value, MDB_GET_CURRENT) != 0 ||
			    !is_sound(people, name, value)))
		return PEOPLE_DAMAGED;
	status = mdb_cursor_get(cursor, &name, &value, before);
	return status == MDB_NOTFOUND || (status == 0 && is_sound(people, name, value))
		   ? PEOPLE_ABSENT
		   : PEOPLE_DAMAGED;
}

static enum people_read_result read_document(const struct people_lmdb *people, MDB_cursor *cursor,
					     struct people_key key, struct people_record *record)
{
	uint8_t key_bytes[PEOPLE_KEY_BYTES];
	people_key_write(key, key_bytes);
	MDB_val name = {sizeof key_bytes, key_bytes}, value;
	int status = mdb_cursor_get(cursor, &name, &value, MDB_SET_RANGE);
	if (status != 0 && status != MDB_NOTFOUND)
		return PEOPLE_DAMAGED;
	if (status == MDB_NOTFOUND || name.mv_size != sizeof key_bytes ||
	    memcmp(name.mv_data, key_bytes, sizeof key_bytes) != 0)
		return read_neighbours(people, cursor, status);
	if (!is_sound(people, name, value))
		return PEOPLE_DAMAGED;
	record->size = (uint32_t)value.mv_size - PEOPLE_CHECKSUM_BYTES;
	memcpy(record->bytes, (const uint8_t *)value.mv_data + PEOPLE_CHECKSUM_BYTES, record->size);
	return PEOPLE_FOUND;
}

static enum people_read_result lmdb_read(struct people *base, uint64_t customer, uint64_t version,
					 struct people_record *record)
{
	struct people_lmdb *people = self(base);
	enum people_read_result result = PEOPLE_DAMAGED;
	struct people_key key = {customer, version};
	MDB_txn *txn;
	MDB_cursor *cursor;
	pthread_rwlock_rdlock(&people->swap); /* L1 */
	if (people->file.env != NULL &&
	    mdb_txn_begin(people->file.env, NULL, MDB_RDONLY, &txn) == 0) {
		if (mdb_cursor_open(txn, people->file.databases[PEOPLE_DOCUMENTS], &cursor) == 0) {
			result = read_document(people, cursor, key, record);
			mdb_cursor_close(cursor);
		}
		mdb_txn_abort(txn);
	}
	pthread_rwlock_unlock(&people->swap);
	return result;
}

/* A visit of every record of a table: exactly one of the visitors is set. */
struct visit {
	enum people_database table;
	people_pending_visitor *pending;
	people_document_visitor *document;
	void *context;
};

static bool visit_record(const struct people_lmdb *people, const struct visit *visit, MDB_val name,
			 MDB_val value, struct failure *failure)
{
	struct people_key key = {0, 0};
	struct wire_text bytes = {value.mv_data, (uint32_t)value.mv_size};
	if (name.mv_size == PEOPLE_KEY_BYTES)
		key = people_key_read(name.mv_data);
	if (name.mv_size != PEOPLE_KEY_BYTES ||
	    value.mv_size > PEOPLE_CHECKSUM_BYTES + PEOPLE_DOCUMENT_BYTES ||
	    !people_record_sound(visit->table, key, bytes, people->seed) ||
	    (visit->pending != NULL && bytes.size != PEOPLE_PENDING_BYTES))
		return failure_set(failure, EXIT_DAMAGE,
				   "%s: the record %s/%" PRIu64 "/%" PRIu64 " is damaged; "
				   "restore from a backup",
				   people->file.path.text, people_layout.names[visit->table],
				   key.customer, key.version);
	const uint8_t *rest = (const uint8_t *)bytes.bytes + PEOPLE_CHECKSUM_BYTES;
	if (visit->pending != NULL) {
		struct people_pending entry = {key.customer, key.version, rest[0] != 0};
		return visit->pending(visit->context, &entry, failure);
	}
	struct people_document document = {key.customer, key.version, rest,
					   bytes.size - PEOPLE_CHECKSUM_BYTES};
	return visit->document(visit->context, &document, failure);
}

static bool visit_all(const struct people_lmdb *people, MDB_cursor *cursor,
		      const struct visit *visit, struct failure *failure)
{
	MDB_val name, value;
	int status;
	while ((status = mdb_cursor_get(cursor, &name, &value, MDB_NEXT)) == 0)
		if (!visit_record(people, visit, name, value, failure))
			return false;
	return status == MDB_NOTFOUND ||
	       lmdb_file_failed(&people->file, status, EXIT_DAMAGE, failure);
}

static bool visit_table(const struct people_lmdb *people, const struct visit *visit,
			struct failure *failure)
{
	MDB_txn *txn;
	MDB_cursor *cursor;
	if (people->file.env == NULL)
		return failure_set(failure, EXIT_STORAGE, "%s failed before",
				   people->file.path.text);
	int status = mdb_txn_begin(people->file.env, NULL, MDB_RDONLY, &txn);
	if (status != 0)
		return lmdb_file_failed(&people->file, status, EXIT_STORAGE, failure);
	bool done = false;
	status = mdb_cursor_open(txn, people->file.databases[visit->table], &cursor);
	if (status == 0) {
		done = visit_all(people, cursor, visit, failure);
		mdb_cursor_close(cursor);
	} else {
		lmdb_file_failed(&people->file, status, EXIT_STORAGE, failure);
	}
	mdb_txn_abort(txn);
	return done;
}

static bool lmdb_pending(struct people *base, people_pending_visitor *visit, void *context,
			 struct failure *failure)
{
	struct visit all = {PEOPLE_PENDINGS, visit, NULL, context};
	return visit_table(self(base), &all, failure);
}

static bool lmdb_walk(struct people *base, people_document_visitor *visit, void *context,
		      struct failure *failure)
{
	struct visit all = {PEOPLE_DOCUMENTS, NULL, visit, context};
	return visit_table(self(base), &all, failure);
}

static uint64_t lmdb_last_version(const struct people *base)
{
	return __atomic_load_n(&self_const(base)->facts.last_version, __ATOMIC_ACQUIRE);
}

static bool lmdb_wants_rewrite(const struct people *base)
{
	return __atomic_load_n(&self_const(base)->facts.wants_rewrite, __ATOMIC_ACQUIRE);
}

void people_lmdb_free(struct people *base)
{
	struct people_lmdb *people = self(base);
	if (people->file.env != NULL)
		lmdb_file_close(&people->file);
	if (people->secret >= 0)
		close(people->secret);
	pthread_rwlock_destroy(&people->swap);
	free(people);
}

const struct people_ops people_lmdb_ops = {
    .commit = people_lmdb_commit,
    .read = lmdb_read,
    .pending = lmdb_pending,
    .walk = lmdb_walk,
    .last_version = lmdb_last_version,
    .wants_rewrite = lmdb_wants_rewrite,
    .rewrite = people_lmdb_rewrite,
    .free = people_lmdb_free,
};
