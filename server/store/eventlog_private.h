/* eventlog_private.h -- what the files of the log share: eventlog.c (table), eventlog_write.c,
 * eventlog_read.c.  Included by them alone. */
#ifndef CRMDB_STORE_EVENTLOG_PRIVATE_H
#define CRMDB_STORE_EVENTLOG_PRIVATE_H
#include <pthread.h>

#include "server/store/eventlog.h"
#include "server/store/lmdb_file.h"

#define EVENTLOG_OPEN_FILES 8u /* closed files kept open for readers */
#define EVENTLOG_STATE_BYTES 104u

/* The databases of a file of the log. */
enum eventlog_database {
	EVENTLOG_EVENTS,
	EVENTLOG_META
};
extern const struct lmdb_layout eventlog_layout;

/* A file of the table.  Guarded by the log's mutex but for `number` and `first`. */
struct eventlog_file {
	uint32_t number; /* NNNNNN of its name, from 1 */
	uint64_t first;  /* its first event */
	struct lmdb_file lmdb;
	bool open, checked;
	unsigned users;
	uint64_t used_at; /* turn of its last use */
};

struct eventlog {
	char directory[FILE_PATH_BYTES]; /* DIR/log */
	bool read_only;
	struct block_realm realm;
	struct group_link end; /* of the writer; readers use `logged` */
	uint64_t logged;       /* atomic: last event readers may see */
	pthread_mutex_t mutex;
	struct eventlog_file **files;
	uint32_t count;
	uint64_t turn;
	/* writing */
	uint64_t file_bytes;
	MDB_txn *txn;
	MDB_cursor *cursor;
	struct block_packer *packer;
};

/* Content of the meta record. */
struct eventlog_state {
	uint32_t file;
	uint64_t first;
	uint64_t transaction; /* of LMDB, that wrote it: a meta page gone back in time is seen */
	struct block_realm realm;
	struct group_link link;
};
void eventlog_state_write(const struct eventlog_state *state, uint8_t *bytes);

struct file_path eventlog_path(const struct eventlog *log, uint32_t number);
/* Append a file to the table; NULL: out of memory. */
struct eventlog_file *eventlog_table_add(struct eventlog *log, uint32_t number, uint64_t first);

/* The file that holds event `number`, open and checked whole once a process.  NULL: *failure.
 * Give it back with eventlog_release. */
struct eventlog_file *eventlog_acquire(struct eventlog *log, uint64_t number,
				       struct failure *failure);
void eventlog_release(struct eventlog *log, struct eventlog_file *file);

#endif
