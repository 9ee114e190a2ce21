/* people_open.c -- see people_lmdb.h: which files there are, and whether they belong together.
 *
 *   O1  The secret is on disk before people.mdb has a name, and never made again once a version
 *       was written: a second one would find nobody.
 *   O2  The file is proved whole (lmdb_check.h) before LMDB walks it.
 *   O3  Another process holds the secret's flock while it has people.mdb open: LMDB's lock file
 *       knows transaction numbers, which start anew with each rewrite.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "server/base/ensure.h"
#include "server/store/people_private.h"
#include "server/store/people_secret.h"

#define SHARED_TRIES 5 /* two commits of the server between two steps of a reader look like rot */

const struct lmdb_layout people_layout = {
    .count = 3,
    .names =
	{
	    [PEOPLE_DOCUMENTS] = "documents",
	    [PEOPLE_FACTS] = "facts",
	    [PEOPLE_PENDINGS] = "pending",
	},
    .large = PEOPLE_DOCUMENTS,
    .state = PEOPLE_FACTS,
    .frees = true,
};

static bool read_facts(const struct people_lmdb *people, struct wire_id database,
		       struct people_facts *facts, struct failure *failure)
{
	uint64_t transaction;
	struct people_facts_value room;
	MDB_val value = {sizeof room.bytes, room.bytes};
	if (!lmdb_file_state(&people->file, &value, &transaction, failure))
		return false;
	if (!people_facts_read(facts, room.bytes, database, people->seed, failure))
		return failure_wrap(failure, "%s", people->file.path.text);
	return facts->transaction == transaction ||
	       failure_set(failure, EXIT_DAMAGE,
			   "%s: it has gone back in time: transaction %" PRIu64
			   " holds the facts of %" PRIu64 "; restore from a backup",
			   people->file.path.text, transaction, facts->transaction);
}

bool people_open_file(struct people_lmdb *people, struct wire_id database,
		      struct people_facts *facts, struct failure *failure)
{
	struct file_path path = file_path(people->directory, PEOPLE_FILE_NAME);
	enum lmdb_file_mode mode = people->read_only ? LMDB_FILE_SHARED : LMDB_FILE_WRITE;
	people->file.env = NULL;
	if (!lmdb_file_open(&people->file, &people_layout, path.text, mode, failure))
		return false;
	if (read_facts(people, database, facts, failure))
		return true;
	lmdb_file_close(&people->file);
	return false;
}

static bool open_whole(struct people_lmdb *people, const struct people_lmdb_options *options,
		       struct failure *failure)
{
	for (int i = 0; i < (people->read_only ? SHARED_TRIES : 1); i++) {
		if (!people_open_file(people, options->database, &people->facts, failure))
			continue;
		if (lmdb_file_check(&people->file, failure)) /* O2 */
			return true;
		lmdb_file_close(&people->file);
	}
	return false;
}

static bool create(struct people_lmdb *people, const struct people_lmdb_options *options,
		   const struct seal *seal, struct failure *failure)
{
	struct people_facts_value room;
	struct people_facts facts = {
	    .database = options->database,
	    .secret = seal_content(seal, &options->database, sizeof options->database),
	};
	MDB_val value = people_facts_value(people, &facts, LMDB_FILE_FIRST_TRANSACTION, &room);
	struct lmdb_recipe recipe = {
	    .directory = options->directory,
	    .name = PEOPLE_FILE_NAME,
	    .layout = &people_layout,
	    .map_bytes = options->map_bytes != 0 ? options->map_bytes : PEOPLE_MAP_BYTES,
	};
	return lmdb_file_create(&recipe, &value, failure);
}

static bool make_files(struct people_lmdb *people, const struct people_lmdb_options *options,
		       bool secret, struct seal *seal, struct failure *failure)
{
	if (!secret && !people_secret_make(options->directory, failure)) /* O1 */
		return false;
	people->secret = people_secret_open(options->directory, seal, failure);
	if (people->secret < 0)
		return false;
	if (people->file.env != NULL)
		lmdb_file_close(&people->file);
	return create(people, options, seal, failure) && open_whole(people, options, failure);
}

static bool check_newest(const struct people_lmdb *people, uint64_t newest_version,
			 struct failure *failure)
{
	if (people->facts.last_version >= newest_version)
		return true;
	return failure_set(failure, EXIT_DAMAGE,
			   "%s/" PEOPLE_FILE_NAME " is older than the log: it ends with version "
			   "%" PRIu64 ", the log names %" PRIu64 "; put back the one of this "
			   "directory, or restore all of it from one backup",
			   people->directory, people->facts.last_version, newest_version);
}

/* O3; a rewrite holds the lock only while it changes the files. */
static bool lock_shared(struct people_lmdb *people, struct seal *seal, struct failure *failure)
{
	people->secret = people_secret_open(people->directory, seal, failure);
	if (people->secret < 0)
		return false;
	if (!people->read_only || flock(people->secret, LOCK_SH) == 0)
		return true;
	return failure_set(failure, EXIT_DIRECTORY, "cannot lock %s/" PEOPLE_SECRET_NAME ": %s",
			   people->directory, strerror(errno));
}

static bool check_secret(const struct people_lmdb *people, const struct seal *seal,
			 struct failure *failure)
{
	const struct people_facts *facts = &people->facts;
	if (seal_content(seal, &facts->database, sizeof facts->database) == facts->secret)
		return true;
	return failure_set(failure, EXIT_DAMAGE,
			   "%s/" PEOPLE_SECRET_NAME " is not the secret that " PEOPLE_FILE_NAME
			   " was written with: put it back from a backup",
			   people->directory);
}

static bool open_files(struct people_lmdb *people, const struct people_lmdb_options *options,
		       struct seal *seal, struct failure *failure)
{
	struct file_path file = file_path(options->directory, PEOPLE_FILE_NAME),
			 secret = file_path(options->directory, PEOPLE_SECRET_NAME);
	bool found_secret = file_exists(secret.text);
	bool found_file = file_exists(file.text);
	if (!found_file && (options->newest_version > 0 || options->read_only))
		return failure_set(failure, EXIT_DAMAGE,
				   "%s is missing; put it back from a backup, or restore all of %s",
				   file.text, options->directory);
	if (!found_file)
		return make_files(people, options, found_secret, seal, failure);
	if (found_secret && !lock_shared(people, seal, failure))
		return false;
	if (!open_whole(people, options, failure))
		return false;
	bool empty = people->facts.last_version == 0 && options->newest_version == 0;
	if (!found_secret && empty && !options->read_only)
		return make_files(people, options, found_secret, seal, failure);
	if (!found_secret)
		return lock_shared(people, seal, failure); /* which says that it is missing */
	return check_secret(people, seal, failure) &&
	       check_newest(people, options->newest_version, failure);
}

static bool remove_leftovers(const struct people_lmdb_options *options, struct failure *failure)
{
	return options->read_only ||
	       (file_remove(options->directory, PEOPLE_FILE_NAME ".new", failure) &&
		file_remove(options->directory, PEOPLE_SECRET_NAME ".new", failure));
}

/* Writers first: readers that overlap without end must not keep a rewrite waiting. */
static bool make_lock(pthread_rwlock_t *lock)
{
	pthread_rwlockattr_t attributes;
	if (pthread_rwlockattr_init(&attributes) != 0)
		return false;
	pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	bool made = pthread_rwlock_init(lock, &attributes) == 0;
	pthread_rwlockattr_destroy(&attributes);
	return made;
}

struct people *people_lmdb_open(const struct people_lmdb_options *options, struct seal *seal,
				struct failure *failure)
{
	struct people_lmdb *people = calloc(1, sizeof *people);
	if (people == NULL || !make_lock(&people->swap)) {
		free(people);
		failure_set(failure, EXIT_MEMORY, "no memory to open " PEOPLE_FILE_NAME);
		return NULL;
	}
	ENSURE(strlen(options->directory) <= FILE_DIRECTORY_BYTES);
	people->base.ops = &people_lmdb_ops;
	people->seed = options->seed;
	people->read_only = options->read_only;
	people->secret = -1;
	snprintf(people->directory, sizeof people->directory, "%s", options->directory);
	if (remove_leftovers(options, failure) && open_files(people, options, seal, failure))
		return &people->base;
	people_lmdb_free(&people->base);
	return NULL;
}
