/* lmdb_file.c -- see lmdb_file.h.
 *
 *   F1  A file has its state before it has its name, so that every NAME.mdb is complete.
 *   F2  Never NOSYNC, NOMETASYNC, WRITEMAP or MAPASYNC: a commit returns when it is on disk.
 *   F3  Closed files are opened without LMDB's lock file: nobody writes them, and several of a
 *       process may then look at one.
 */
#include "server/store/lmdb_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ENV_FLAGS ((unsigned)(MDB_NOSUBDIR | MDB_NOTLS)) /* F2 */
#define READERS_CHECK_S 60
#define SIZE_TRIES 5 /* a meta page may be half written under a reader in another process */

bool lmdb_file_failed(const struct lmdb_file *file, int status, enum exit_code code,
		      struct failure *failure)
{
	return failure_set(failure, code, "%s: %s", file->path.text, mdb_strerror(status));
}

MDB_val lmdb_file_state_key(void)
{
	static char key[] = {'s', 't', 'a', 't', 'e'};
	return (MDB_val){sizeof key, key};
}

static int open_each(struct lmdb_file *file, MDB_txn *txn, unsigned flags)
{
	int status = 0;
	for (unsigned i = 0; status == 0 && i < file->layout->count; i++)
		status = mdb_dbi_open(txn, file->layout->names[i], flags, &file->databases[i]);
	return status;
}

static int create_databases(struct lmdb_file *file, MDB_val *state)
{
	MDB_txn *txn;
	MDB_val key = lmdb_file_state_key();
	int status = mdb_txn_begin(file->env, NULL, 0, &txn);
	if (status != 0)
		return status;
	status = open_each(file, txn, MDB_CREATE);
	if (status == 0)
		status = mdb_put(txn, file->databases[file->layout->state], &key, state, 0);
	if (status == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return status;
}

static int open_env(struct lmdb_file *file, uint64_t map_bytes, unsigned flags)
{
	int status = mdb_env_create(&file->env);
	if (status != 0)
		return status;
	status = mdb_env_set_maxdbs(file->env, file->layout->count);
	if (status == 0 && map_bytes != 0)
		status = mdb_env_set_mapsize(file->env, map_bytes);
	if (status == 0)
		status = mdb_env_open(file->env, file->path.text, ENV_FLAGS | flags, 0600);
	if (status == 0)
		return 0;
	mdb_env_close(file->env);
	file->env = NULL;
	return status;
}

bool lmdb_file_begin(struct lmdb_file *file, const struct lmdb_recipe *recipe, MDB_val *state,
		     struct failure *failure)
{
	char fresh_name[64];
	snprintf(fresh_name, sizeof fresh_name, "%s.new", recipe->name);
	*file = (struct lmdb_file){.path = file_path(recipe->directory, fresh_name),
				   .layout = recipe->layout};
	if (unlink(file->path.text) != 0 && errno != ENOENT)
		return failure_set(failure, EXIT_STORAGE, "cannot remove %s: %s", file->path.text,
				   strerror(errno));
	int status = open_env(file, recipe->map_bytes, MDB_NOLOCK);
	if (status == 0)
		status = create_databases(file, state);
	if (status == 0)
		return true;
	lmdb_file_close(file);
	return lmdb_file_failed(file, status, EXIT_STORAGE, failure);
}

bool lmdb_file_finish(struct lmdb_file *file, struct failure *failure)
{
	int fd;
	int status = mdb_env_get_fd(file->env, &fd);
	if (status == 0 && fsync(fd) != 0)
		status = errno;
	lmdb_file_close(file);
	return status == 0 || lmdb_file_failed(file, status, EXIT_STORAGE, failure);
}

bool lmdb_file_create(const struct lmdb_recipe *recipe, MDB_val *state, struct failure *failure)
{
	struct lmdb_file file;
	return lmdb_file_begin(&file, recipe, state, failure) && lmdb_file_finish(&file, failure) &&
	       file_publish(recipe->directory, recipe->name, failure); /* F1 */
}

static bool check_size(const char *path, const struct lmdb_layout *layout, enum lmdb_file_mode mode,
		       struct failure *failure)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool sound = false;
	if (fd < 0)
		return failure_set(failure, EXIT_DIRECTORY, "%s: cannot open it: %s", path,
				   strerror(errno));
	for (int i = 0; !sound && i < (mode == LMDB_FILE_SHARED ? SIZE_TRIES : 1); i++)
		sound = lmdb_check_size(fd, layout, failure);
	close(fd);
	return sound ? true : failure_wrap(failure, "%s", path);
}

static bool check_pages(const struct lmdb_file *file, MDB_txn *txn, enum lmdb_check_depth depth,
			struct failure *failure)
{
	int fd;
	if (mdb_env_get_fd(file->env, &fd) == 0 &&
	    lmdb_check_pages(fd, file->layout, mdb_txn_id(txn), depth, failure))
		return true;
	return failure_wrap(failure, "%s", file->path.text);
}

static bool open_databases(struct lmdb_file *file, struct failure *failure)
{
	MDB_txn *txn;
	int status = mdb_txn_begin(file->env, NULL, MDB_RDONLY, &txn);
	if (status != 0)
		return lmdb_file_failed(file, status, EXIT_DAMAGE, failure);
	if (!check_pages(file, txn, LMDB_CHECK_HEAD, failure)) {
		mdb_txn_abort(txn);
		return false;
	}
	status = open_each(file, txn, 0);
	if (status == 0)
		status = mdb_txn_commit(txn);
	else
		mdb_txn_abort(txn);
	return status == 0 || lmdb_file_failed(file, status, EXIT_DAMAGE, failure);
}

bool lmdb_file_open(struct lmdb_file *file, const struct lmdb_layout *layout, const char *path,
		    enum lmdb_file_mode mode, struct failure *failure)
{
	static const unsigned flags[] = {
	    [LMDB_FILE_WRITE] = 0,
	    [LMDB_FILE_SHARED] = MDB_RDONLY,
	    [LMDB_FILE_CLOSED] = MDB_RDONLY | MDB_NOLOCK, /* F3 */
	};
	snprintf(file->path.text, sizeof file->path.text, "%s", path);
	file->layout = layout;
	file->readers_checked_s = 0;
	if (!check_size(path, layout, mode, failure))
		return false;
	int status = open_env(file, 0, flags[mode]);
	if (status != 0)
		return lmdb_file_failed(file, status, EXIT_DIRECTORY, failure);
	if (open_databases(file, failure))
		return true;
	lmdb_file_close(file);
	return false;
}

void lmdb_file_close(struct lmdb_file *file)
{
	mdb_env_close(file->env);
	file->env = NULL;
}

void lmdb_file_check_readers(struct lmdb_file *file)
{
	struct timespec now;
	int dead;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (file->readers_checked_s != 0 && now.tv_sec < file->readers_checked_s + READERS_CHECK_S)
		return;
	file->readers_checked_s = now.tv_sec;
	mdb_reader_check(file->env, &dead);
}

bool lmdb_file_check(const struct lmdb_file *file, struct failure *failure)
{
	MDB_txn *txn;
	int status = mdb_txn_begin(file->env, NULL, MDB_RDONLY, &txn);
	if (status != 0)
		return lmdb_file_failed(file, status, EXIT_DAMAGE, failure);
	bool sound = check_pages(file, txn, LMDB_CHECK_WHOLE, failure);
	mdb_txn_abort(txn);
	return sound;
}

bool lmdb_file_state(const struct lmdb_file *file, MDB_val *state, uint64_t *transaction,
		     struct failure *failure)
{
	MDB_txn *txn;
	MDB_val key = lmdb_file_state_key(), value;
	int status = mdb_txn_begin(file->env, NULL, MDB_RDONLY, &txn);
	if (status != 0)
		return lmdb_file_failed(file, status, EXIT_DAMAGE, failure);
	*transaction = mdb_txn_id(txn);
	status = mdb_get(txn, file->databases[file->layout->state], &key, &value);
	if (status == 0 && value.mv_size == state->mv_size)
		memcpy(state->mv_data, value.mv_data, value.mv_size);
	else
		status = status != 0 ? status : MDB_CORRUPTED;
	mdb_txn_abort(txn);
	return status == 0 || lmdb_file_failed(file, status, EXIT_DAMAGE, failure);
}

uint64_t lmdb_file_bytes(const struct lmdb_file *file)
{
	MDB_envinfo info;
	MDB_stat stat_now;
	mdb_env_info(file->env, &info);
	mdb_env_stat(file->env, &stat_now);
	return ((uint64_t)info.me_last_pgno + 1) * stat_now.ms_psize;
}

uint64_t lmdb_file_map_bytes(const struct lmdb_file *file)
{
	MDB_envinfo info;
	mdb_env_info(file->env, &info);
	return info.me_mapsize;
}
