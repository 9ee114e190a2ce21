/* recovery_test.c -- journal and recovery on a real directory: laps, waits for space, tears, kills
 * in the middle. */
#include <signal.h>

#include "server/store/group_head.h"
#include "tests/unit/store/image.h"

static char directory[256];
static struct store_lmdb_options options;
static int failures;

static int make(bool many_starts)
{
	kit_scratch(directory, many_starts);
	options = kit_options(directory);
	options.journal_bytes = 512u << 10; /* four of the largest groups below */
	failures = 0;
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	return make(false);
}

static int set_up_fast(void **state)
{
	(void)state;
	return make(true);
}

static int tear_down(void **state)
{
	(void)state;
	kit_remove(directory);
	return 0;
}

static struct group *padded_group(uint64_t first, uint32_t bytes)
{
	struct group *group = group_new(first);
	for (uint64_t number = first; group->size < bytes; number++) {
		assert_true(group_reserve(group, kit_size(number)));
		group_commit(group, kit_record(number, group_room(group)));
	}
	return group;
}

static void expect(uint64_t last)
{
	struct failure failure = {0};
	struct store *store = kit_open(&options);
	uint64_t seen = 0;
	assert_non_null(store);
	if (!store_replay(store, kit_visit, &seen, &failure))
		fail_msg("%s", failure.text);
	assert_int_equal(seen, last);
	store_free(store);
}

/* Submit groups of random sizes one behind the other, without waiting for any: the last event. */
static uint64_t run(uint64_t seed, struct group **groups, int how_many, bool wait)
{
	struct store *store = kit_open(&options);
	uint64_t last = kit_last(store);
	for (int i = 0; i < how_many; i++) {
		groups[i] =
		    padded_group(last + 1, 200 + (uint32_t)hash_u64((uint64_t)i, seed) % 60000);
		last = group_last(groups[i]);
		store_submit(store, groups[i]);
	}
	if (wait)
		kit_wait(store, last, false);
	store_free(store);
	return last;
}

static void free_groups(struct group **groups, int how_many)
{
	for (int i = 0; i < how_many; i++)
		group_free(groups[i]);
}

/* 40 groups a run are two or three laps: the journal waits for the log again and again. */
static void test_laps(void **state)
{
	(void)state;
	struct group *groups[40];
	for (uint64_t seed = 1; seed <= 5; seed++) {
		uint64_t last = run(seed, groups, 40, true);
		free_groups(groups, 40);
		expect(last);
	}
}

/* Ended at any moment: whole groups, no fewer than were durable. */
static void test_end_at_any_moment(void **state)
{
	(void)state;
	struct group *groups[40];
	for (uint64_t seed = 1; seed <= 10; seed++) {
		uint64_t last = run(seed, groups, 40, false);
		struct store *store = kit_open(&options);
		uint64_t found = kit_last(store);
		bool whole = found == groups[0]->first - 1;
		for (int i = 0; i < 40; i++)
			whole |= found == group_last(groups[i]);
		assert_true(whole && found <= last);
		store_free(store);
		free_groups(groups, 40);
		expect(found);
	}
}

static void test_smallest_ring(void **state)
{
	(void)state;
	struct group *groups[100];
	options.journal_bytes = 16u << 10; /* a header and three blocks */
	struct store *store = kit_open(&options);
	for (uint64_t i = 0; i < 100; i++) {
		groups[i] = group_new(i + 1);
		group_reserve(groups[i], 8);
		group_commit(groups[i], 8);
		memset(group_room(groups[i]) - 12, 0, 8);
		memcpy(groups[i]->bytes + groups[i]->offsets[0] + 4, &i, 8);
		store_submit(store, groups[i]);
	}
	kit_wait(store, 100, false);
	store_free(store);
	free_groups(groups, 100);
	store = kit_open(&options);
	assert_int_equal(kit_last(store), 100);
	store_free(store);
}

static void test_a_group_too_large_for_the_ring(void **state)
{
	(void)state;
	struct failure failure = {0};
	struct store_marks marks;
	struct store_listener listener = {kit_advanced, kit_failed, &failures};
	options.journal_bytes = 256u << 10;
	struct store *store = store_lmdb_open(&options, &listener, &failure);
	struct group *fits = padded_group(1, 1000);
	struct group *large = padded_group(group_last(fits) + 1, 250000);
	struct group *after = padded_group(group_last(large) + 1, 1000);
	store_submit(store, fits);
	store_submit(store, large);
	store_submit(store, after);
	assert_false(store_stop(store, 0, &failure));
	assert_non_null(strstr(failure.text, "does not fit"));
	store_marks(store, &marks);
	assert_int_equal(marks.durable, group_last(fits));
	assert_int_equal(failures, 1);
	store_free(store);
	expect(group_last(fits));
	group_free(fits);
	group_free(large);
	group_free(after);
}

/* Where the newest whole group of a journal lies. */
static size_t newest_group(const struct image_file *journal, struct group_head *newest)
{
	struct group_ring ring = {kit_database, KIT_SEED, journal->size - 4096};
	size_t found = 0;
	newest->number = 0;
	for (size_t at = 4096; at < journal->size; at += 4096) {
		struct group_head head;
		const uint8_t *bytes = journal->bytes + at;
		if (group_check(bytes, journal->size - at, &ring, &head) == GROUP_WHOLE &&
		    head.number > newest->number) {
			*newest = head;
			found = at;
		}
	}
	return found;
}

/* The last group torn at every sector, over zeros, over old bytes, and with single sectors lost. */
static void test_tears(void **state)
{
	(void)state;
	struct group *groups[2];
	struct group_head head;
	if (!IMAGE_FORKS)
		return;
	run(2, groups, 2, true);
	struct image image = image_load(directory);
	struct image_file *journal = image_find(&image, "journal");
	size_t at = newest_group(journal, &head);
	uint64_t before = head.first - 1, last = head.first + head.count - 1;
	size_t padded = (size_t)group_padded(head.size);
	uint8_t *whole = malloc(padded);
	memcpy(whole, journal->bytes + at, padded);
	assert_true(padded > 8192);
	for (size_t sector = 0; sector * 512 <= padded * 3; sector++) {
		size_t kind = sector * 512 / padded, reached = sector * 512 % padded;
		memcpy(journal->bytes + at, whole, padded);
		if (kind < 2)
			memset(journal->bytes + at + reached, kind == 0 ? 0 : 0xee,
			       padded - reached);
		else
			memset(journal->bytes + at + reached, 0xee, 512);
		image_save(&image, directory);
		bool covered = kind == 0 && reached >= head.size;
		long answer = image_try(&options);
		if (answer != (long)(covered ? last : before))
			fail_msg("kind %zu torn at %zu: outcome %ld", kind, reached, answer);
	}
	free(whole);
	image_free(&image);
	free_groups(groups, 2);
}

/* A tear may not hide what is behind it: a bad group with a whole one after it is damage. */
static void test_damage_before_the_last(void **state)
{
	(void)state;
	struct failure failure = {0};
	struct group *groups[3];
	struct group_head head;
	struct store_listener listener = {kit_advanced, kit_failed, NULL};
	run(1, groups, 3, true);
	struct image image = image_load(directory);
	struct image_file *journal = image_find(&image, "journal");
	size_t at = newest_group(journal, &head);
	journal->bytes[at - 4096] ^= 1; /* in the group before */
	image_save(&image, directory);
	assert_null(store_lmdb_open(&options, &listener, &failure));
	assert_int_equal(failure.code, EXIT_DAMAGE);
	assert_non_null(strstr(failure.text, "is damaged, and group"));
	struct image after = image_load(directory);
	assert_int_equal(after.count, image.count);
	for (int i = 0; i < image.count; i++) /* nothing was changed */
		assert_memory_equal(after.files[i].bytes, image.files[i].bytes,
				    image.files[i].size);
	image_free(&after);
	image_free(&image);
	free_groups(groups, 3);
}

static void test_twenty_starts(void **state)
{
	(void)state;
	struct group *groups[4];
	struct store_identity identity;
	uint64_t last = run(1, groups, 4, true);
	for (uint64_t i = 2; i <= 21; i++) {
		struct store *store = kit_open(&options);
		store_identity(store, &identity);
		assert_int_equal(identity.incarnation, i);
		assert_int_equal(identity.last, last);
		store_free(store);
	}
	expect(last);
	free_groups(groups, 4);
}

/* Killed at a random moment of a start, 20 times in a row, with files rotating underneath. */
static void test_killed_while_starting(void **state)
{
	(void)state;
	struct group *groups[8];
	if (!IMAGE_FORKS)
		return;
	options.journal_bytes = 1u << 20;
	options.log_file_bytes = 32u << 10;
	uint64_t last = run(3, groups, 8, true);
	for (uint64_t i = 0; i < 20; i++) {
		pid_t child = fork();
		if (child == 0) {
			for (;;) {
				struct store *store = kit_open(&options);
				if (store == NULL)
					_exit(1);
				store_free(store);
			}
		}
		usleep((useconds_t)(hash_u64(i, 5) % 20000));
		kill(child, SIGKILL);
		int status;
		waitpid(child, &status, 0);
		assert_true(WIFSIGNALED(status));
	}
	expect(last);
	free_groups(groups, 8);
}

/* Killed while the directory is being made: the next start makes or finds a new database. */
static void test_killed_while_creating(void **state)
{
	(void)state;
	if (!IMAGE_FORKS)
		return;
	for (uint64_t i = 0; i < 20; i++) {
		pid_t child = fork();
		if (child == 0) {
			kit_open(&options);
			_exit(0);
		}
		usleep((useconds_t)(hash_u64(i, 6) % 8000));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		expect(0);
		kit_remove(directory);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_laps, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_end_at_any_moment, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_smallest_ring, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_group_too_large_for_the_ring, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_tears, set_up_fast, tear_down),
	    cmocka_unit_test_setup_teardown(test_damage_before_the_last, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_twenty_starts, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_killed_while_starting, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_killed_while_creating, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
