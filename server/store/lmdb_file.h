/* lmdb_file.h -- one file of the log: an LMDB environment with the databases "events" and "meta".
 *
 * A file is checked before it is mapped (lmdb_check.h).  Its map is fixed when it is created.
 * Errors of LMDB come back as one sentence; they are never retried.
 */
#ifndef CRMDB_STORE_LMDB_FILE_H
#define CRMDB_STORE_LMDB_FILE_H
#include <lmdb.h>

#include "server/base/failure.h"
#include "server/store/file.h"

enum lmdb_file_mode {
	LMDB_FILE_WRITE,  /* this process writes it */
	LMDB_FILE_SHARED, /* another process may be writing it */
	LMDB_FILE_CLOSED, /* nobody writes it any more */
};

struct lmdb_file {
	struct file_path path;
	MDB_env *env;
	MDB_dbi events, meta;
};

/* Create DIRECTORY/NAME with both databases empty but for meta's one record; a crash leaves all of
 * it or nothing but NAME.new. */
bool lmdb_file_create(const char *directory, const char *name, uint64_t map_bytes, MDB_val *state,
		      struct failure *failure);

/* Check size, meta pages and the head of the trees, then open. */
bool lmdb_file_open(struct lmdb_file *file, const char *path, enum lmdb_file_mode mode,
		    struct failure *failure);
void lmdb_file_close(struct lmdb_file *file);

/* Prove every page of it; slow (reads the file). */
bool lmdb_file_check(const struct lmdb_file *file, struct failure *failure);

/* Copy meta's record, which must have state's size, and say which transaction is the newest. */
bool lmdb_file_state(const struct lmdb_file *file, MDB_val *state, uint64_t *transaction,
		     struct failure *failure);
#define LMDB_FILE_FIRST_TRANSACTION 1u /* the one of lmdb_file_create */

/* Bytes in use, and the size of the map. */
uint64_t lmdb_file_bytes(const struct lmdb_file *file);
uint64_t lmdb_file_map_bytes(const struct lmdb_file *file);

/* false, with a sentence about an LMDB status. */
bool lmdb_file_failed(const struct lmdb_file *file, int status, enum exit_code code,
		      struct failure *failure);

/* The key of meta's record. */
MDB_val lmdb_file_state_key(void);

#endif
