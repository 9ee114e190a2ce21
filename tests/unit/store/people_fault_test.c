/* people_fault_test.c -- one life of people.mdb, in which the n-th system call that changes a file
 * fails, is the last one before a crash, or before a power cut, for n = 1, 2 ... until a life meets
 * none: afterwards the directory holds what was told durable, or that and the step under way.
 *
 * What it must hold is asked of people_memory, after the same steps.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "server/store/file.h"
#include "tests/unit/store/image.h"
#include "tests/unit/store/people_text.h"
#include "tests/unit/store/power.h"

#define POWER_SEEDS 2u

/* The life: commits of up to four steps; a row without any is a rewrite. */
static const struct {
	enum people_step_kind kind;
	uint64_t customer, version;
} life[][4] = {
    {{PEOPLE_PUT, 1, 1}, {PEOPLE_PUT, 2, 2}},
    {{PEOPLE_KEEP, 1, 1}, {PEOPLE_PUT, 1, 3}},
    {{PEOPLE_DROP, 2, 2}, {PEOPLE_KEEP, 1, 3}, {PEOPLE_PUT, 4, 4}, {PEOPLE_ERASING, 1, 5}},
    {{PEOPLE_ERASE, 1, 5}, {PEOPLE_KEEP, 4, 4}, {PEOPLE_PUT, 4, 6}},
    {{0}},
    {{PEOPLE_PUT, 7, 7}, {PEOPLE_KEEP, 4, 6}, {PEOPLE_PUT, 8, 8}, {PEOPLE_PUT, 9, 9}},
    {{PEOPLE_ERASE, 7, 0}, {PEOPLE_ERASING, 8, 10}},
    {{PEOPLE_KEEP, 8, 8}, {PEOPLE_PUT, 4, 11}},
    {{0}},
    {{PEOPLE_PUT, 4, 12}, {PEOPLE_KEEP, 9, 9}},
};
#define LIFE (sizeof life / sizeof life[0])
#define HALF 4u /* the old directory: before the first rewrite */

static char base[256], directory[300];
static struct people_lmdb_options options;
static struct people_text texts[LIFE + 1]; /* after so many rows */

static bool live(struct people *people, size_t row)
{
	struct failure failure = {0};
	struct people_kit_batch batch = {.count = 0};
	if (life[row][0].kind == 0)
		return people_rewrite(people, &failure);
	for (unsigned i = 0; i < 4 && life[row][i].kind != 0; i++)
		people_kit_add(&batch, life[row][i].kind, life[row][i].customer,
			       life[row][i].version);
	return people_kit_commit(people, &batch);
}

/* What the child tells. */
struct told {
	size_t done; /* rows known to be durable */
	long calls;
	bool opened, failed, believed; /* believed: something succeeded after a failure */
};
static struct told *told; /* shared with the child */

static void child_run(size_t from, size_t to)
{
	struct failure failure = {0};
	struct people_kit_batch batch = {.count = 0};
	struct seal seal;
	told->done = from;
	struct people *people = people_lmdb_open(&options, &seal, &failure);
	told->opened = people != NULL;
	told->failed = people == NULL;
	for (size_t row = from; !told->failed && row < to; row++) {
		if (live(people, row))
			told->done = row + 1;
		else
			told->failed = true;
	}
	if (told->opened && told->failed) {
		people_kit_add(&batch, PEOPLE_PUT, 50, 50);
		told->believed =
		    people_kit_commit(people, &batch) || people_rewrite(people, &failure);
	} else if (told->opened) {
		people_free(people);
	}
	told->calls = fault_calls;
}

static void run_child(enum fault kind, long n, size_t from, size_t to)
{
	int status;
	memset(told, 0, sizeof *told);
	pid_t child = fork();
	if (child == 0) {
		fault_watcher = kind == FAULT_POWER ? &power_watcher : NULL;
		fault_chosen = kind;
		fault_countdown = n;
		child_run(from, to);
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	bool ends = kind == FAULT_CRASH || kind == FAULT_POWER;
	assert_int_equal(WEXITSTATUS(status), ends && told->calls == 0 ? 99 : 0);
}

/* Open what is left; it holds the first `done` rows, or one more; and it can be written. */
static void judge(enum fault kind, long n)
{
	struct people_text found;
	struct failure failure = {0};
	struct people *people = people_kit_open(&options);
	if (people == NULL || !people_text_of(people, &found, &failure))
		fail_msg("fault %d at call %ld: refused: %s", kind, n, failure.text);
	bool before = strcmp(found.text, texts[told->done].text) == 0;
	bool after = told->done < LIFE && strcmp(found.text, texts[told->done + 1].text) == 0;
	if (!before && !after)
		fail_msg("fault %d at call %ld: after %zu rows found %s", kind, n, told->done,
			 found.text);
	people_kit_do(people, PEOPLE_PUT, 60, 60);
	assert_true(people_rewrite(people, &failure));
	assert_int_equal(people_kit_read(people, 60, 60), PEOPLE_FOUND);
	people_free(people);
	assert_false(file_exists(file_path(directory, "people.mdb.new").text));
	assert_false(file_exists(file_path(directory, "people.secret.new").text));
}

static void fresh_directory(size_t rows)
{
	kit_remove(directory);
	assert_int_equal(mkdir(directory, 0700), 0);
	if (rows > 0)
		run_child(FAULT_NONE, 0, 0, rows);
	assert_true(rows == 0 || told->done == rows);
}

/* The faults of one life after the other, until one meets none; how many lives. */
static long each_call(enum fault kind, size_t from)
{
	bool untouched = false;
	long n;
	for (n = 1; n < 400 && !untouched; n++) {
		fresh_directory(from);
		run_child(kind, n, from, LIFE);
		untouched = told->done == LIFE && told->calls < n && told->calls > 0;
		assert_true(untouched || kind == FAULT_CRASH || kind == FAULT_POWER ||
			    told->failed || told->done == LIFE);
		assert_false(told->believed);
		judge(kind, n);
	}
	assert_true(untouched);
	return n;
}

static void each(enum fault kind)
{
	long made = each_call(kind, 0), opened = each_call(kind, HALF);
	print_message("  %ld lives in a new directory, %ld in an old one\n", made, opened);
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

static void test_power(void **state)
{
	(void)state;
	const char *given = getenv("SEED");
	uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
	print_message("SEED=%" PRIu64 "\n", seed);
	for (unsigned i = 0; i < POWER_SEEDS; i++) {
		power_seed = hash_u64(i, seed);
		each(FAULT_POWER);
	}
}

/* After each row, by people_memory. */
static void ask_memory(void)
{
	struct failure failure;
	struct people_memory_disk *disk = people_memory_disk_new();
	struct people *people = people_memory_open(disk);
	for (size_t row = 0; row <= LIFE; row++) {
		assert_true(people_text_of(people, &texts[row], &failure));
		assert_true(row == LIFE || live(people, row));
	}
	people_free(people);
	people_memory_disk_free(disk);
}

static int set_up(void **state)
{
	(void)state;
	kit_scratch(base, true);
	snprintf(directory, sizeof directory, "%s/data", base);
	options = people_kit_options(directory);
	power_outside = base;
	ask_memory();
	told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return told == MAP_FAILED;
}

static int tear_down(void **state)
{
	(void)state;
	kit_remove(base);
	return 0;
}

int main(void)
{
	if (!IMAGE_FORKS)
		return 0;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_error), cmocka_unit_test(test_error_once),
	    cmocka_unit_test(test_full),  cmocka_unit_test(test_crash),
	    cmocka_unit_test(test_power),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
