/* log_test.c -- the log of a running store: rotation, readers on several threads, a second process
 * that verifies, and how late it is behind the journal. */
#include <pthread.h>

#include "tests/unit/store/image.h"

static char directory[256];
static struct store_lmdb_options options;

static int set_up(void **state)
{
	(void)state;
	kit_scratch(directory, false);
	options = kit_options(directory);
	options.journal_bytes = 512u << 10; /* the journal waits for the log, which commits often */
	options.log_file_bytes = 64u << 10;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kit_remove(directory);
	return 0;
}

/* What a reader thread does until told to stop: random events, which must be right or absent. */
struct reader {
	struct store *store;
	uint64_t seed, found, wrong;
	int stop;
};

/* The events of a run: each right, and the next one. */
struct seen {
	uint64_t next, wrong;
};

static bool see(void *context, uint64_t number, const uint8_t *bytes, uint32_t size)
{
	struct seen *seen = context;
	seen->wrong += number != seen->next++ || !kit_is_record(number, bytes, size);
	return true;
}

static void read_run(struct reader *reader, uint64_t first)
{
	struct seen seen = {first, 0};
	struct store_run run = {see, &seen};
	bool found = store_read_run(reader->store, first, &run) == STORE_FOUND;
	reader->wrong += seen.wrong + (!found || seen.next == first);
}

static void *read_events(void *context)
{
	struct reader *reader = context;
	struct store_marks marks;
	struct store_record record = {malloc(LIMIT_EVENT_BYTES), 0};
	for (uint64_t i = 0; !__atomic_load_n(&reader->stop, __ATOMIC_ACQUIRE); i++) {
		store_marks(reader->store, &marks);
		uint64_t number =
		    marks.logged == 0 ? 1 : hash_u64(i, reader->seed) % marks.logged + 1;
		if (i % 16 == 0 && marks.logged > 0)
			read_run(reader, number);
		enum store_read_result result = store_read(reader->store, number, &record);
		if (result == STORE_FOUND && kit_is_record(number, record.bytes, record.size))
			reader->found++;
		else if (result != STORE_ABSENT || number <= marks.logged)
			reader->wrong++;
	}
	free(record.bytes);
	return NULL;
}

/* Submit groups for `ms` milliseconds, at least 300, freeing them as the contract allows; the last
 * event. */
static uint64_t write_for(struct store *store, long ms)
{
	struct group *groups[64];
	struct store_marks marks;
	struct timespec start, now;
	uint64_t last = kit_last(store);
	unsigned head = 0, tail = 0;
	bool more;
	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		struct group *group = kit_group(last + 1, 150);
		last = group_last(group);
		store_submit(store, group);
		groups[head++ % 64] = group;
		do {
			store_marks(store, &marks);
			while (tail < head && group_last(groups[tail % 64]) <= marks.logged)
				group_free(groups[tail++ % 64]);
		} while (head - tail == 64 && usleep(100) == 0);
		clock_gettime(CLOCK_MONOTONIC, &now);
		long elapsed_ms = (now.tv_sec - start.tv_sec) * 1000;
		elapsed_ms += (now.tv_nsec - start.tv_nsec) / 1000000;
		more = elapsed_ms < ms || head < 300;
	} while (more);
	kit_wait(store, last, true);
	while (tail < head)
		group_free(groups[tail++ % 64]);
	return last;
}

static void test_readers_beside_the_writer(void **state)
{
	(void)state;
	pthread_t threads[3];
	struct reader readers[3];
	struct failure failure;
	struct store *store = kit_open(&options);
	for (uint64_t i = 0; i < 3; i++) {
		readers[i] = (struct reader){store, i + 1, 0, 0, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, read_events, &readers[i]), 0);
	}
	uint64_t last = write_for(store, 1500);
	for (int i = 0; i < 3; i++) {
		__atomic_store_n(&readers[i].stop, 1, __ATOMIC_RELEASE);
		pthread_join(threads[i], NULL);
		assert_int_equal(readers[i].wrong, 0);
		assert_true(readers[i].found > 100);
	}
	assert_true(store_stop(store, 0, &failure));
	store_free(store);
	struct image image = image_load(directory);
	assert_true(image.count > 10); /* more than EVENTLOG_OPEN_FILES of the log */
	image_free(&image);
	for (int i = 0; i < 2 && IMAGE_FORKS; i++) {
		options.read_only = i == 0;
		assert_int_equal(image_try(&options), last);
	}
}

/* Another process proves the log again and again while a server writes it and rotates. */
static void test_verify_beside_a_server(void **state)
{
	(void)state;
	int ends[2], status;
	struct store *store = kit_open(&options); /* so that there is a log */
	store_free(store);
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		struct store_lmdb_options reading = options;
		struct failure failure = {0};
		uint64_t before = 0;
		char byte;
		reading.read_only = true;
		fcntl(ends[0], F_SETFL, O_NONBLOCK);
		while (read(ends[0], &byte, 1) != 1) {
			store = store_lmdb_open(&reading, NULL, &failure);
			if (store == NULL) {
				print_error("%s\n", failure.text);
				_exit(2);
			}
			long last = image_answer(store);
			store_free(store);
			if (last < (long)before)
				_exit(3);
			before = (uint64_t)last;
		}
		_exit(before > 0 ? 0 : 4);
	}
	store = kit_open(&options);
	write_for(store, 1500);
	usleep(50000);
	assert_int_equal(write(ends[1], "x", 1), 1);
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	store_free(store);
	close(ends[0]);
	close(ends[1]);
}

/* A lone group is in the log within a second or so, though nothing follows it. */
static void test_the_log_is_not_late(void **state)
{
	(void)state;
	struct store_marks marks;
	struct store *store = kit_open(&options);
	struct group *group = kit_group(1, 3);
	store_submit(store, group);
	kit_wait(store, 3, false);
	store_marks(store, &marks);
	assert_int_equal(marks.logged, 0); /* gathered, not committed at once */
	usleep(1500000);
	store_marks(store, &marks);
	assert_int_equal(marks.logged, 3);
	store_free(store);
	group_free(group);
}

static void test_reading_changes_nothing(void **state)
{
	(void)state;
	struct failure failure;
	struct store *store = kit_open(&options);
	struct group *group = kit_group(1, 100);
	store_submit(store, group);
	assert_true(store_stop(store, 5, &failure));
	store_free(store);
	group_free(group);
	struct image before = image_load(directory);
	options.read_only = true;
	store = kit_open(&options);
	struct store_identity identity;
	store_identity(store, &identity);
	assert_true(identity.stopped);
	assert_int_equal(identity.stop_digest, 5);
	assert_int_equal(identity.incarnation, 1);
	assert_int_equal(image_answer(store), 100);
	store_free(store);
	struct image after = image_load(directory);
	assert_int_equal(before.count, after.count);
	for (int i = 0; i < before.count; i++)
		assert_memory_equal(before.files[i].bytes, after.files[i].bytes,
				    before.files[i].size);
	image_free(&before);
	image_free(&after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_readers_beside_the_writer, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_verify_beside_a_server, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_the_log_is_not_late, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_reading_changes_nothing, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
