/* kit.h -- what the tests of the store share: records whose content follows from their number,
 * scratch directories, a listener that counts, a store on a directory. */
#ifndef CRMDB_TESTS_UNIT_STORE_KIT_H
#define CRMDB_TESTS_UNIT_STORE_KIT_H
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/base/hash.h"
#include "server/base/limits.h"
#include "server/store/store_lmdb.h"
#include "tests/support/cmocka_tests.h"

#define KIT_SEED UINT64_C(0x5eed)

static const struct wire_id kit_database = {{'k', 'i', 't', 1, 2, 3}};

/* Most records are like an earn; one in 64 is empty but for its time, one larger than a block, one
 * in 1,024 of the largest size. */
static inline uint32_t kit_size(uint64_t number)
{
	uint64_t dice = hash_u64(number, 1);
	if (dice % 1024 == 0)
		return LIMIT_EVENT_BYTES;
	if (dice % 64 == 1)
		return 8;
	if (dice % 64 == 2)
		return 1800 + (uint32_t)(dice >> 32) % 3000;
	return 30 + (uint32_t)(dice >> 32) % 40;
}

static inline uint32_t kit_record(uint64_t number, uint8_t *bytes)
{
	uint32_t size = kit_size(number);
	int64_t time_us =
	    INT64_C(1700000000000000) + (int64_t)(number * number % 5000 + number * 9);
	memcpy(bytes, &time_us, 8);
	for (uint32_t i = 8; i < size; i++)
		bytes[i] = (uint8_t)(hash_u64(number, 2) >> i % 56) ^ (uint8_t)i;
	return size;
}

static inline bool kit_is_record(uint64_t number, const uint8_t *bytes, uint32_t size)
{
	static _Thread_local uint8_t expected[LIMIT_EVENT_BYTES];
	return size == kit_record(number, expected) && memcmp(bytes, expected, size) == 0;
}

/* As many of `count` events from `first` on as fit a group. */
static inline struct group *kit_group(uint64_t first, uint32_t count)
{
	struct group *group = group_new(first);
	assert_non_null(group);
	for (uint64_t number = first; number < first + count; number++) {
		if (!group_reserve(group, kit_size(number)))
			break;
		group_commit(group, kit_record(number, group_room(group)));
	}
	return group;
}

/* Counts events; they must be the kit's. */
static inline bool kit_visit(void *context, uint64_t number, const uint8_t *bytes, uint32_t size,
			     struct failure *failure)
{
	uint64_t *last = context;
	if (number != *last + 1 || !kit_is_record(number, bytes, size))
		return failure_set(failure, EXIT_DAMAGE, "WRONG ANSWER at event %" PRIu64, number);
	*last = number;
	return true;
}

/* A fresh directory under TMPDIR, or /var/tmp, or, where thousands of starts are tried and none is
 * about the disk, /dev/shm.  Removed by kit_remove. */
static inline void kit_scratch(char path[256], bool many_starts)
{
	const char *base = getenv("TMPDIR");
	if (base == NULL)
		base = many_starts && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/var/tmp";
	snprintf(path, 256, "%s/crmdb-store-XXXXXX", base);
	assert_non_null(mkdtemp(path));
}

static inline int kit_remove_one(const char *path, const struct stat *stat_now, int type,
				 struct FTW *place)
{
	(void)stat_now;
	(void)type;
	(void)place;
	return remove(path);
}

static inline void kit_remove(const char *path)
{
	nftw(path, kit_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void kit_advanced(void *context)
{
	(void)context;
}

static inline void kit_failed(void *context, const struct failure *failure)
{
	(void)failure;
	if (context != NULL)
		__atomic_add_fetch((int *)context, 1, __ATOMIC_SEQ_CST);
}

static inline struct store_lmdb_options kit_options(const char *directory)
{
	return (struct store_lmdb_options){
	    .directory = directory,
	    .journal_bytes = 16u << 20,
	    .log_file_bytes = 64u << 20,
	    .new_database = kit_database,
	    .new_seed = KIT_SEED,
	};
}

static inline struct store *kit_open(const struct store_lmdb_options *options)
{
	struct failure failure = {0};
	struct store_listener listener = {kit_advanced, kit_failed, NULL};
	struct store *store = store_lmdb_open(options, &listener, &failure);
	if (store == NULL)
		print_error("%s\n", failure.text);
	return store;
}

static inline uint64_t kit_last(const struct store *store)
{
	struct store_identity identity;
	store_identity(store, &identity);
	return identity.last;
}

/* Wait until durable (or logged) reaches `number`, at most 20 s. */
static inline void kit_wait(const struct store *store, uint64_t number, bool logged)
{
	struct store_marks marks;
	for (int i = 0; i < 200000; i++) {
		store_marks(store, &marks);
		if ((logged ? marks.logged : marks.durable) >= number)
			return;
		usleep(100);
	}
	fail_msg("event %" PRIu64 " is not %s", number, logged ? "logged" : "durable");
}

#endif
