/* lmdb_file.h -- one LMDB environment: a file of the log, or people.mdb.
 *
 * Its layout names its databases; one of them holds the record "state", which says what the file
 * is.  A file is checked before it is mapped (lmdb_check.h).  Its map is fixed when it is created.
 * Errors of LMDB come back as one sentence; they are never retried.
 */
#ifndef CRMDB_STORE_LMDB_FILE_H
#define CRMDB_STORE_LMDB_FILE_H
#include <lmdb.h>

#include "server/base/failure.h"
#include "server/store/file.h"
#include "server/store/lmdb_check.h"

enum lmdb_file_mode {
	LMDB_FILE_WRITE,  /* this process writes it */
	LMDB_FILE_SHARED, /* another process may be writing it */
	LMDB_FILE_CLOSED, /* nobody writes it any more */
};

struct lmdb_file {
	struct file_path path;
	const struct lmdb_layout *layout;
	MDB_env *env;
	MDB_dbi databases[LMDB_LAYOUT_MOST]; /* in the layout's order */
	int64_t readers_checked_s;
};

struct lmdb_recipe {
	const char *directory, *name;
	const struct lmdb_layout *layout;
	uint64_t map_bytes;
};

/* Create DIRECTORY/NAME with all databases empty but for the state; a crash leaves all of it or
 * nothing but NAME.new. */
bool lmdb_file_create(const struct lmdb_recipe *recipe, MDB_val *state, struct failure *failure);
/* The same in two steps, to fill it in between: NAME.new is open to write; finish syncs and closes
 * it; file_publish gives it its name.  A file begun must be finished, or closed to give it up. */
bool lmdb_file_begin(struct lmdb_file *file, const struct lmdb_recipe *recipe, MDB_val *state,
		     struct failure *failure);
bool lmdb_file_finish(struct lmdb_file *file, struct failure *failure);

/* Check size, meta pages and the head of the trees, then open. */
bool lmdb_file_open(struct lmdb_file *file, const struct lmdb_layout *layout, const char *path,
		    enum lmdb_file_mode mode, struct failure *failure);
void lmdb_file_close(struct lmdb_file *file);
/* At most once a minute: give back the slots of readers that died, in this or another process. */
void lmdb_file_check_readers(struct lmdb_file *file);

/* Prove every page of it; slow (reads the file). */
bool lmdb_file_check(const struct lmdb_file *file, struct failure *failure);

/* Copy the state, which must have state's size, and say which transaction is the newest. */
bool lmdb_file_state(const struct lmdb_file *file, MDB_val *state, uint64_t *transaction,
		     struct failure *failure);
#define LMDB_FILE_FIRST_TRANSACTION 1u /* the one of lmdb_file_create */

/* Bytes in use, and the size of the map. */
uint64_t lmdb_file_bytes(const struct lmdb_file *file);
uint64_t lmdb_file_map_bytes(const struct lmdb_file *file);

/* false, with a sentence about an LMDB status. */
bool lmdb_file_failed(const struct lmdb_file *file, int status, enum exit_code code,
		      struct failure *failure);

/* The key of the state. */
MDB_val lmdb_file_state_key(void);

#endif
