/* fault_test.c -- the n-th system call that changes a file fails, or is the last one before a
 * crash, for n = 1, 2
 * ... until a run meets none: whatever was durable is there afterwards, and nothing else is.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "tests/unit/store/faults.h"
#include "tests/unit/store/image.h"

/* What the child tells: the last event it saw durable, and what became of it. */
struct told {
	uint64_t durable;
	long calls;
	int failures; /* calls of listener->failed */
	bool opened, finished, advanced_after_failure;
};

static struct told *told; /* shared with the child */
static char directory[300];
static struct store_lmdb_options options;

static void note_failed(void *context, const struct failure *failure)
{
	(void)context;
	(void)failure;
	__atomic_add_fetch(&told->failures, 1, __ATOMIC_SEQ_CST);
}

static void note_advanced(void *context)
{
	(void)context;
	if (__atomic_load_n(&told->failures, __ATOMIC_SEQ_CST) > 0)
		told->advanced_after_failure = true;
}

/* Make a database or go on with one, write, stop: every mark seen is told at once. */
static void child_run(void)
{
	struct failure failure = {0};
	struct store_marks marks;
	struct store_listener listener = {note_advanced, note_failed, NULL};
	struct store *store = store_lmdb_open(&options, &listener, &failure);
	if (store == NULL) {
		told->failures += failure.text[0] != '\0';
		return;
	}
	told->opened = true;
	uint64_t last = kit_last(store);
	for (int i = 0; i < 6; i++) {
		struct group *group = kit_group(last + 1, 120);
		last = group_last(group);
		store_submit(store, group); /* the group is left to the end of the process */
		do {
			store_marks(store, &marks);
			told->durable = marks.durable;
		} while (marks.durable < last && told->failures == 0 && usleep(50) == 0);
	}
	told->finished = store_stop(store, 3, &failure);
	if (!told->finished && told->failures == 0)
		told->failures = failure.text[0] != '\0'; /* it failed in the stop itself */
	told->calls = fault_calls;
	_exit(0);
}

static void run_child(enum fault kind, long n)
{
	int status;
	memset(told, 0, sizeof *told);
	pid_t child = fork();
	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
		fault_chosen = kind;
		fault_countdown = n;
		child_run();
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), kind == FAULT_CRASH && !told->finished ? 99 : 0);
}

/* The faults of one run after the other, until one meets none; how many runs. */
static long each_call(enum fault kind, bool new_database)
{
	bool untouched = false;
	long n;
	for (n = 1; n < 400 && !untouched; n++) {
		kit_remove(directory);
		if (!new_database)
			run_child(FAULT_NONE, 0);
		run_child(kind, n);
		untouched = told->finished && told->calls < n;
		if (kind != FAULT_CRASH && !told->finished)
			assert_int_equal(told->failures, 1);
		assert_false(told->advanced_after_failure);
		long answer = image_try(&options);
		if (answer < (long)told->durable)
			fail_msg("call %ld: durable was %" PRIu64 ", outcome %ld", n, told->durable,
				 answer);
	}
	assert_true(untouched);
	return n;
}

static void each(enum fault kind)
{
	long made = each_call(kind, true), opened = each_call(kind, false);
	print_message("  %ld runs on a new database, %ld on an old one\n", made, opened);
	assert_true(made > opened && opened > 15);
}

static void test_error(void **state)
{
	(void)state;
	each(FAULT_ERROR);
}

static void test_error_once(void **state)
{
	(void)state;
	each(FAULT_ONCE);
}

static void test_full(void **state)
{
	(void)state;
	each(FAULT_FULL);
}

static void test_crash(void **state)
{
	(void)state;
	each(FAULT_CRASH);
}

static int set_up(void **state)
{
	(void)state;
	char base[256];
	kit_scratch(base, true);
	snprintf(directory, sizeof directory, "%s/data", base);
	options = kit_options(directory);
	options.journal_bytes = 512u << 10;
	options.log_file_bytes = 64u << 10;
	told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return told == MAP_FAILED;
}

static int tear_down(void **state)
{
	(void)state;
	*strrchr(directory, '/') = '\0';
	kit_remove(directory);
	return 0;
}

int main(void)
{
	if (!IMAGE_FORKS)
		return 0;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_error),
	    cmocka_unit_test(test_error_once),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_crash),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
