/* contract_test.c -- the contract of store.h, run against both implementations by one table. */
#include "server/store/group_head.h"
#include "server/store/store_memory.h"
#include "tests/unit/store/kit.h"

/* An implementation and how to drive it: `settle` makes everything submitted durable (and logged),
 * `crash` ends it as a crash would. */
struct kind {
	const char *name;
	struct store *(*open)(void);
	void (*settle)(struct store *store, uint64_t last, bool logged);
	void (*crash)(struct store *store);
};

static char directory[256];
static struct store_memory_disk *disk;
static int failures;

static struct store *open_lmdb(void)
{
	struct store_lmdb_options options = kit_options(directory);
	return kit_open(&options);
}

static void settle_lmdb(struct store *store, uint64_t last, bool logged)
{
	kit_wait(store, last, logged);
}

static void crash_lmdb(struct store *store)
{
	store_free(store);
}

static struct store *open_memory(void)
{
	struct store_listener listener = {kit_advanced, kit_failed, &failures};
	return store_memory_open(disk, &listener);
}

static void settle_memory(struct store *store, uint64_t last, bool logged)
{
	(void)last;
	while (store_memory_flush(store)) {
	}
	while (logged && store_memory_log(store)) {
	}
}

static void crash_memory(struct store *store)
{
	store_memory_crash(store, 0);
}

static const struct kind kinds[] = {
    {"lmdb", open_lmdb, settle_lmdb, crash_lmdb},
    {"memory", open_memory, settle_memory, crash_memory},
};
#define KINDS (sizeof kinds / sizeof kinds[0])

static int set_up(void **state)
{
	(void)state;
	kit_scratch(directory, false);
	disk = store_memory_disk_new(kit_database, KIT_SEED);
	return disk == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	kit_remove(directory);
	store_memory_disk_free(disk);
	return 0;
}

/* Submit `groups` groups of about `count` events after `last`; the new last. */
static uint64_t submit(struct store *store, struct group **groups, int how_many, uint32_t count,
		       uint64_t last)
{
	for (int i = 0; i < how_many; i++) {
		groups[i] = kit_group(last + 1, count);
		last = group_last(groups[i]);
		store_submit(store, groups[i]);
	}
	return last;
}

static void free_groups(struct group **groups, int how_many)
{
	for (int i = 0; i < how_many; i++)
		group_free(groups[i]);
}

static void expect_all(struct store *store, uint64_t last)
{
	struct failure failure = {0};
	uint64_t seen = 0;
	if (!store_replay(store, kit_visit, &seen, &failure))
		fail_msg("%s", failure.text);
	assert_int_equal(seen, last);
}

static void new_database(const struct kind *kind)
{
	struct store_identity identity;
	struct store_marks marks;
	struct store *store = kind->open();
	store_identity(store, &identity);
	assert_true(wire_id_equal(identity.database, kit_database));
	assert_int_equal(identity.seed, KIT_SEED);
	assert_int_equal(identity.incarnation, 1);
	assert_int_equal(identity.last, 0);
	assert_false(identity.stopped);
	store_marks(store, &marks);
	assert_int_equal(marks.durable + marks.logged + marks.flushes, 0);
	expect_all(store, 0);
	kind->crash(store);
}

/* S1, S2, S3: what was durable is there after a crash; nothing between is missing. */
static void crashes_keep_durable(const struct kind *kind)
{
	struct group *groups[8];
	uint64_t last = 0;
	for (uint64_t round = 1; round <= 6; round++) {
		struct store_marks marks;
		struct store *store = kind->open();
		struct store_identity identity;
		store_identity(store, &identity);
		assert_int_equal(identity.incarnation, round);
		assert_int_equal(identity.last, last);
		expect_all(store, last);
		last = submit(store, groups, 8, (uint32_t)(round * round * 7), last);
		kind->settle(store, last, round % 2 == 0);
		store_marks(store, &marks);
		assert_int_equal(marks.durable, last);
		assert_int_equal(marks.flushes, 8);
		assert_true(marks.logged <= marks.durable);
		kind->crash(store);
		free_groups(groups, 8);
	}
	struct store *store = kind->open();
	expect_all(store, last);
	kind->crash(store);
}

static void reads(const struct kind *kind)
{
	struct group *groups[4];
	struct store_record record = {malloc(LIMIT_EVENT_BYTES), 0};
	struct store *store = kind->open();
	uint64_t last = submit(store, groups, 4, 700, 0);
	kind->settle(store, last, true);
	assert_int_equal(store_read(store, 0, &record), STORE_ABSENT);
	assert_int_equal(store_read(store, last + 1, &record), STORE_ABSENT);
	assert_int_equal(store_read(store, UINT64_MAX, &record), STORE_ABSENT);
	for (uint64_t number = 1; number <= last; number++) {
		assert_int_equal(store_read(store, number, &record), STORE_FOUND);
		assert_true(kit_is_record(number, record.bytes, record.size));
	}
	kind->crash(store);
	free_groups(groups, 4);
	free(record.bytes);
}

/* What a visitor of runs has seen; it says enough at `end`. */
struct seen {
	uint64_t next, end;
	uint32_t count;
	size_t bytes;
};

static bool see(void *context, uint64_t number, const uint8_t *bytes, uint32_t size)
{
	struct seen *seen = context;
	assert_int_equal(number, seen->next);
	assert_true(kit_is_record(number, bytes, size));
	if (number == seen->end)
		return false;
	seen->next++;
	seen->count++;
	seen->bytes += size;
	return true;
}

/* Runs from `first`, each where the one before ended, give all events once; each is bounded. */
static void expect_runs(struct store *store, uint64_t first, uint64_t last)
{
	struct seen seen = {.next = first};
	struct store_run run = {see, &seen};
	while (seen.next <= last) {
		seen.count = 0;
		seen.bytes = 0;
		assert_int_equal(store_read_run(store, seen.next, &run), STORE_FOUND);
		assert_in_range(seen.count, 1, LIMIT_RUN_EVENTS);
		assert_true(seen.bytes < LIMIT_RUN_BYTES + LIMIT_EVENT_BYTES);
	}
	assert_int_equal(seen.next, last + 1);
}

static void reads_runs(const struct kind *kind)
{
	struct group *groups[6];
	struct store *store = kind->open();
	struct seen seen = {.next = 5, .end = 9};
	struct store_run run = {see, &seen};
	assert_int_equal(store_oldest(store), 1);
	assert_int_equal(store_read_run(store, 1, &run), STORE_ABSENT);
	uint64_t last = submit(store, groups, 6, 1500, 0);
	kind->settle(store, last, true);
	for (uint64_t first = 1; first <= last; first += 1 + last / 9)
		expect_runs(store, first, last);
	expect_runs(store, last, last);
	assert_int_equal(store_read_run(store, 5, &run), STORE_FOUND);
	assert_int_equal(seen.next, 9); /* enough */
	assert_int_equal(store_read_run(store, 9, &run), STORE_FOUND);
	assert_int_equal(store_read_run(store, 0, &run), STORE_ABSENT);
	assert_int_equal(store_read_run(store, last + 1, &run), STORE_ABSENT);
	assert_int_equal(store_read_run(store, UINT64_MAX, &run), STORE_ABSENT);
	assert_int_equal(seen.next, 9);
	kind->crash(store);
	free_groups(groups, 6);
}

static void stops(const struct kind *kind)
{
	struct failure failure = {0};
	struct store_identity identity;
	struct group *groups[3];
	struct store *store = kind->open();
	uint64_t last = submit(store, groups, 3, 100, 0);
	assert_true(store_stop(store, 4711, &failure));
	store_free(store);
	free_groups(groups, 3);
	store = kind->open();
	store_identity(store, &identity);
	assert_true(identity.stopped);
	assert_int_equal(identity.stop_digest, 4711);
	assert_int_equal(identity.last, last);
	expect_all(store, last);
	kind->crash(store);
	store = kind->open();
	store_identity(store, &identity);
	assert_false(identity.stopped); /* the crash was later */
	assert_int_equal(identity.incarnation, 3);
	assert_int_equal(identity.last, last);
	kind->crash(store);
}

static bool stop_at(void *context, uint64_t number, const uint8_t *bytes, uint32_t size,
		    struct failure *failure)
{
	(void)bytes;
	(void)size;
	if (number < *(uint64_t *)context)
		return true;
	return failure_set(failure, EXIT_USAGE, "enough");
}

static void a_visitor_ends_the_replay(const struct kind *kind)
{
	struct failure failure = {0};
	struct group *group[1];
	struct store *store = kind->open();
	uint64_t last = submit(store, group, 1, 300, 0), enough = last / 2;
	kind->settle(store, last, true);
	assert_false(store_replay(store, stop_at, &enough, &failure));
	assert_int_equal(failure.code, EXIT_USAGE);
	assert_non_null(strstr(failure.text, "enough"));
	kind->crash(store);
	free_groups(group, 1);
}

static void each(void **state, void (*test)(const struct kind *kind))
{
	for (size_t i = 0; i < KINDS; i++) {
		set_up(state);
		print_message("  %s\n", kinds[i].name);
		test(&kinds[i]);
		tear_down(state);
	}
}

static void test_new_database(void **state)
{
	each(state, new_database);
}

static void test_crashes_keep_durable(void **state)
{
	each(state, crashes_keep_durable);
}

static void test_reads(void **state)
{
	each(state, reads);
}

static void test_reads_runs(void **state)
{
	each(state, reads_runs);
}

static void test_stops(void **state)
{
	each(state, stops);
}

static void test_a_visitor_ends_the_replay(void **state)
{
	each(state, a_visitor_ends_the_replay);
}

/* A crash inside a group leaves all of it or none, wherever it tore. */
static void test_memory_tears(void **state)
{
	set_up(state);
	uint64_t last = 0;
	struct group *probe = kit_group(1, 40);
	size_t padded = group_padded(probe->size);
	group_free(probe);
	for (size_t torn = 0; torn <= padded + 512; torn += 512) {
		struct store *store = open_memory();
		assert_int_equal(kit_last(store), last);
		expect_all(store, last);
		struct group *group = kit_group(last + 1, 40);
		store_submit(store, group);
		uint64_t next = group_last(group);
		bool whole = torn >= group->size;
		store_memory_crash(store, torn);
		group_free(group);
		last = whole ? next : last;
	}
	assert_true(last > 0);
	tear_down(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_new_database), cmocka_unit_test(test_crashes_keep_durable),
	    cmocka_unit_test(test_reads),        cmocka_unit_test(test_reads_runs),
	    cmocka_unit_test(test_stops),        cmocka_unit_test(test_a_visitor_ends_the_replay),
	    cmocka_unit_test(test_memory_tears),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
