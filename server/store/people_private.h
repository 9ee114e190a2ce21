/* people_private.h -- what the files of people.mdb share: people_open.c, people_lmdb.c
 * (reading), people_commit.c, people_rewrite.c.  Included by them alone. */
#ifndef CRMDB_STORE_PEOPLE_PRIVATE_H
#define CRMDB_STORE_PEOPLE_PRIVATE_H
#include <pthread.h>

#include "server/store/lmdb_file.h"
#include "server/store/people_lmdb.h"
#include "server/store/people_record.h"

#define PEOPLE_FILE_NAME "people.mdb"

struct people_lmdb {
	struct people base;
	char directory[FILE_PATH_BYTES];
	uint64_t seed;
	bool read_only;
	bool failed; /* a commit or rewrite failed: none is tried again */
	int secret;  /* the open file people.secret: for flock */
	/* Readers hold it while they use `file`; a rewrite takes it to change `file`. */
	pthread_rwlock_t swap;
	struct lmdb_file file;
	struct people_facts facts; /* last_version and wants_rewrite: atomic */
};

extern const struct lmdb_layout people_layout;

/* Room for the facts on their way into LMDB. */
struct people_facts_value {
	uint8_t bytes[PEOPLE_FACTS_BYTES];
};
/* Of `facts`, as `transaction` will write them.  Borrowed: of *room. */
MDB_val people_facts_value(const struct people_lmdb *people, const struct people_facts *facts,
			   uint64_t transaction, struct people_facts_value *room);
/* Show them to everybody, once they are durable. */
void people_publish_facts(struct people_lmdb *people, const struct people_facts *facts);
/* Open people.mdb and read its facts; the head of the file is checked, not all of it. */
bool people_open_file(struct people_lmdb *people, struct wire_id database,
		      struct people_facts *facts, struct failure *failure);

/* Marks the store as failed, too.  False. */
bool people_failed(struct people_lmdb *people, const struct lmdb_file *file, int status,
		   struct failure *failure);

bool people_lmdb_commit(struct people *base, const struct people_step *steps, size_t count,
			struct failure *failure);
bool people_lmdb_rewrite(struct people *base, struct failure *failure);
void people_lmdb_free(struct people *base);
extern const struct people_ops people_lmdb_ops;

#endif
