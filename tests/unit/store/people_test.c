/* people_test.c -- the contract of people.h, run against both implementations by one table; the
 * files of people_lmdb; the script of people_memory. */
#include "tests/unit/store/people_text.h"

struct kind {
	const char *name;
	struct people *(*open)(void);
};

static char directory[256];
static struct people_memory_disk *disk;

static struct people *open_lmdb(void)
{
	struct people_lmdb_options options = people_kit_options(directory);
	return people_kit_open(&options);
}

static struct people *open_memory(void)
{
	return people_memory_open(disk);
}

static const struct kind kinds[] = {{"lmdb", open_lmdb}, {"memory", open_memory}};
#define KINDS (sizeof kinds / sizeof kinds[0])

static void set_up(void)
{
	kit_scratch(directory, false);
	disk = people_memory_disk_new();
	assert_non_null(disk);
}

static void tear_down(void)
{
	kit_remove(directory);
	people_memory_disk_free(disk);
}

static void each(void (*test)(const struct kind *kind))
{
	for (size_t i = 0; i < KINDS; i++) {
		set_up();
		print_message("  %s\n", kinds[i].name);
		test(&kinds[i]);
		tear_down();
	}
}

/* What is there now is there after a crash, too. */
static struct people *expect_twice(const struct kind *kind, struct people *people,
				   const char *expected)
{
	people_text_expect(people, expected);
	people_free(people);
	people = kind->open();
	assert_non_null(people);
	people_text_expect(people, expected);
	return people;
}

/* Each step does what its line says; the comments of people.h, one after the other. */
static void steps(const struct kind *kind)
{
	static const struct {
		enum people_step_kind step;
		uint64_t customer, version;
		const char *after;
	} rows[] = {
	    {PEOPLE_PUT, 3, 1, "3/1 | 3/1 | last 1"},
	    {PEOPLE_PUT, 9, 2, "3/1 9/2 | 3/1 9/2 | last 2"},
	    {PEOPLE_KEEP, 3, 1, "3/1 9/2 | 9/2 | last 2"},
	    {PEOPLE_PUT, 3, 5, "3/1 3/5 9/2 | 3/5 9/2 | last 5"},
	    {PEOPLE_KEEP, 3, 5, "3/5 9/2 | 9/2 | last 5"},
	    {PEOPLE_KEEP, 3, 5, "3/5 9/2 | 9/2 | last 5"}, /* settled twice */
	    {PEOPLE_KEEP, 3, 1, "3/5 9/2 | 9/2 | last 5"}, /* late */
	    {PEOPLE_PUT, 3, 7, "3/5 3/7 9/2 | 3/7 9/2 | last 7"},
	    {PEOPLE_PUT, 3, 8, "3/5 3/7 3/8 9/2 | 3/7 3/8 9/2 | last 8"},
	    {PEOPLE_DROP, 3, 7, "3/5 3/8 9/2 | 3/8 9/2 | last 8"},
	    {PEOPLE_DROP, 3, 8, "3/5 9/2 | 9/2 | last 8"}, /* 8 is not used again */
	    {PEOPLE_DROP, 3, 8, "3/5 9/2 | 9/2 | last 8"},
	    {PEOPLE_ERASING, 3, 9, "3/5 9/2 | 3/9! 9/2 | last 9"},
	    {PEOPLE_DROP, 3, 9, "3/5 9/2 | 9/2 | last 9"}, /* the erase was refused */
	    {PEOPLE_ERASING, 3, 10, "3/5 9/2 | 3/10! 9/2 | last 10"},
	    {PEOPLE_PUT, 3, 11, "3/5 3/11 9/2 | 3/10! 3/11 9/2 | last 11"}, /* will be refused */
	    {PEOPLE_ERASE, 3, 10, "9/2 | 9/2 | last 11 | rewrite"},
	    {PEOPLE_ERASE, 3, 10, "9/2 | 9/2 | last 11 | rewrite"},
	    {PEOPLE_DROP, 3, 11, "9/2 | 9/2 | last 11 | rewrite"},
	    {PEOPLE_PUT, 0, 12, "0/12 9/2 | 0/12 9/2 | last 12 | rewrite"},
	    {PEOPLE_PUT, UINT64_MAX, 13,
	     "0/12 9/2 18446744073709551615/13 | 0/12 9/2 18446744073709551615/13 | last 13 | "
	     "rewrite"},
	    {PEOPLE_ERASE, UINT64_MAX, 0, "0/12 9/2 | 0/12 9/2 | last 13 | rewrite"},
	    {PEOPLE_ERASE, 0, 0, "9/2 | 9/2 | last 13 | rewrite"},
	};
	struct people *people = expect_twice(kind, kind->open(), "| | last 0");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		people_kit_do(people, rows[i].step, rows[i].customer, rows[i].version);
		people = expect_twice(kind, people, rows[i].after);
	}
	people_free(people);
}

/* P1: one commit of many steps, in order. */
static void a_batch(const struct kind *kind)
{
	struct people_kit_batch batch = {.count = 0};
	struct people *people = kind->open();
	for (uint64_t version = 1; version <= 20; version++)
		people_kit_add(&batch, PEOPLE_PUT, version % 3, version);
	for (uint64_t version = 1; version <= 17; version++)
		people_kit_add(&batch, PEOPLE_KEEP, version % 3, version);
	people_kit_add(&batch, PEOPLE_ERASE, 1, 0);
	people_kit_add(&batch, PEOPLE_ERASING, 7, 21);
	assert_true(people_kit_commit(people, &batch));
	people =
	    expect_twice(kind, people, "0/15 0/18 2/17 2/20 | 0/18 2/20 7/21! | last 21 | rewrite");
	assert_true(people_kit_commit(people, &batch)); /* of no steps */
	people_free(people);
}

/* Put and dropped in one commit, when older pages are free for the tree itself: LMDB counts the
 * pages of the dropped ones at the end of the file and never writes them. */
static void put_and_dropped(const struct kind *kind)
{
	struct people_kit_batch batch = {.count = 0};
	struct people *people = kind->open();
	uint64_t version = 0;
	while (version < 20) {
		people_kit_do(people, PEOPLE_PUT, 1, ++version);
		people_kit_do(people, PEOPLE_KEEP, 1, version);
	}
	for (uint64_t put = 21; put <= 50; put++)
		people_kit_add(&batch, PEOPLE_PUT, 2, put);
	for (uint64_t put = 21; put <= 50; put++)
		people_kit_add(&batch, PEOPLE_DROP, 2, put);
	assert_true(people_kit_commit(people, &batch));
	people = expect_twice(kind, people, "1/20 | | last 50");
	people_kit_do(people, PEOPLE_PUT, 3, 51);
	people_free(expect_twice(kind, people, "1/20 3/51 | 3/51 | last 51"));
}

static void sizes(const struct kind *kind)
{
	static const uint32_t all[] = {0,    1,    2006, 2007, 2022,  2023, 2024,
				       4072, 4073, 8000, 8168, 65535, 65536};
	static uint8_t bytes[PEOPLE_DOCUMENT_BYTES], read[PEOPLE_DOCUMENT_BYTES];
	struct failure failure;
	struct people *people = kind->open();
	for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct people_step put = {PEOPLE_PUT, i, i + 1, bytes, all[i]};
		people_kit_fill(i, i + 1, bytes, all[i]);
		assert_true(people_commit(people, &put, 1, &failure));
	}
	people_free(people);
	people = kind->open();
	for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct people_record record = {read, 7};
		assert_int_equal(people_read(people, i, i + 1, &record), PEOPLE_FOUND);
		assert_int_equal(record.size, all[i]);
		people_kit_fill(i, i + 1, bytes, all[i]);
		assert_memory_equal(bytes, read, all[i]);
		assert_int_equal(people_read(people, i, i, &record), PEOPLE_ABSENT);
		assert_int_equal(people_read(people, i + 1, i + 1, &record), PEOPLE_ABSENT);
	}
	people_free(people);
}

static void rewrites(const struct kind *kind)
{
	struct failure failure = {0};
	struct people *people = kind->open();
	assert_true(people_rewrite(people, &failure)); /* of nothing */
	people = expect_twice(kind, people, "| | last 0");
	people_kit_do(people, PEOPLE_PUT, 1, 1);
	people_kit_do(people, PEOPLE_PUT, 2, 2);
	people_kit_do(people, PEOPLE_KEEP, 1, 1);
	people_kit_do(people, PEOPLE_ERASING, 5, 3);
	people_kit_do(people, PEOPLE_ERASE, 2, 0);
	people = expect_twice(kind, people, "1/1 | 5/3! | last 3 | rewrite");
	assert_true(people_rewrite(people, &failure));
	people = expect_twice(kind, people, "1/1 | 5/3! | last 3");
	assert_int_equal(people_kit_read(people, 1, 1), PEOPLE_FOUND);
	people_kit_do(people, PEOPLE_PUT, 1, 4);
	assert_true(people_rewrite(people, &failure)); /* also without need, twice */
	assert_true(people_rewrite(people, &failure));
	people = expect_twice(kind, people, "1/1 1/4 | 1/4 5/3! | last 4");
	people_free(people);
}

static bool stop_document(void *context, const struct people_document *document,
			  struct failure *failure)
{
	(void)document;
	++*(int *)context;
	return failure_set(failure, EXIT_USAGE, "enough");
}

static bool stop_pending(void *context, const struct people_pending *pending,
			 struct failure *failure)
{
	(void)pending;
	++*(int *)context;
	return failure_set(failure, EXIT_USAGE, "enough");
}

static void a_visitor_ends_the_visit(const struct kind *kind)
{
	int visits = 0;
	struct failure failure = {0};
	struct people *people = kind->open();
	people_kit_do(people, PEOPLE_PUT, 1, 1);
	people_kit_do(people, PEOPLE_PUT, 2, 2);
	assert_false(people_walk(people, stop_document, &visits, &failure));
	assert_string_equal(failure.text, "enough");
	failure.text[0] = '\0';
	assert_false(people_pending(people, stop_pending, &visits, &failure));
	assert_string_equal(failure.text, "enough");
	assert_int_equal(visits, 2);
	people_free(people);
}

/* --- both against each other, at random --- */

static uint64_t random_step(struct people_kit_batch *batch, uint64_t dice, uint64_t version)
{
	static const enum people_step_kind mix[] = {PEOPLE_PUT,  PEOPLE_PUT,    PEOPLE_PUT,
						    PEOPLE_KEEP, PEOPLE_KEEP,   PEOPLE_DROP,
						    PEOPLE_DROP, PEOPLE_ERASING};
	enum people_step_kind kind = mix[dice % 8];
	uint64_t customer = dice / 8 % 40, back = dice / 320 % 60;
	if (dice / 32768 % 30 == 0)
		kind = PEOPLE_ERASE;
	bool fresh = kind == PEOPLE_PUT || kind == PEOPLE_ERASING;
	uint64_t chosen = fresh ? version + 1 : version > back ? version - back : 1;
	people_kit_add(batch, kind, customer, chosen);
	return fresh ? version + 1 : version;
}

static void expect_same(struct people *lmdb, struct people *memory)
{
	struct people_text expected;
	struct failure failure = {0};
	assert_true(people_text_of(memory, &expected, &failure));
	people_text_expect(lmdb, expected.text);
}

/* Reopening checks the file whole: pages lost or used twice would show. */
static void test_random(void **state)
{
	(void)state;
	set_up();
	const char *given = getenv("SEED");
	uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
	uint64_t version = 0;
	print_message("SEED=%" PRIu64 "\n", seed);
	struct people *lmdb = open_lmdb(), *memory = open_memory();
	struct failure failure = {0};
	for (uint64_t round = 0; round < 600; round++) {
		struct people_kit_batch once = {.count = 0}, again = {.count = 0};
		uint64_t before = version, count = hash_u64(round, seed) % 20;
		for (uint64_t i = 0; i < count; i++)
			version = random_step(&once, hash_u64(round * 64 + i, seed + 1), version);
		for (uint64_t i = 0; i < count; i++)
			before = random_step(&again, hash_u64(round * 64 + i, seed + 1), before);
		assert_true(people_kit_commit(lmdb, &once) && people_kit_commit(memory, &again));
		if (hash_u64(round, seed + 2) % 40 == 0)
			assert_true(people_rewrite(lmdb, &failure) &&
				    people_rewrite(memory, &failure));
		if (hash_u64(round, seed + 3) % 20 != 0)
			continue;
		people_free(lmdb);
		lmdb = open_lmdb();
		assert_non_null(lmdb);
		expect_same(lmdb, memory);
	}
	expect_same(lmdb, memory);
	people_free(lmdb);
	people_free(memory);
	tear_down();
}

/* --- the script of people_memory --- */

static void test_script(void **state)
{
	(void)state;
	static const struct {
		enum people_memory_crash_place place;
		const char *after;
	} rows[] = {
	    {PEOPLE_CRASH_BEFORE, "1/1 | 1/1 | last 1"},
	    {PEOPLE_CRASH_MIDDLE, "1/1 | 1/1 | last 1"},
	    {PEOPLE_CRASH_AFTER, "1/1 2/2 | 2/2 | last 2"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct failure failure;
		struct people_kit_batch batch = {.count = 0};
		set_up();
		struct people *people = open_memory();
		people_memory_script(people, 2, rows[i].place);
		people_kit_do(people, PEOPLE_PUT, 1, 1);
		assert_false(people_memory_crashed(people));
		people_kit_add(&batch, PEOPLE_PUT, 2, 2);
		people_kit_add(&batch, PEOPLE_KEEP, 1, 1);
		assert_false(people_kit_commit(people, &batch));
		assert_true(people_memory_crashed(people));
		assert_false(people_kit_commit(people, &batch));
		assert_false(people_rewrite(people, &failure));
		people_memory_crash(people);
		people = open_memory();
		people_text_expect(people, rows[i].after);
		people_kit_do(people, PEOPLE_ERASE, 1, 0);
		people_memory_script(people, 1, rows[i].place);
		assert_false(people_rewrite(people, &failure));
		people_memory_crash(people);
		people = open_memory();
		assert_int_equal(people_wants_rewrite(people), rows[i].place != PEOPLE_CRASH_AFTER);
		people_free(people);
		tear_down();
	}
}

static void test_steps(void **state)
{
	(void)state;
	each(steps);
}

static void test_a_batch(void **state)
{
	(void)state;
	each(a_batch);
}

static void test_put_and_dropped(void **state)
{
	(void)state;
	each(put_and_dropped);
}

static void test_sizes(void **state)
{
	(void)state;
	each(sizes);
}

static void test_rewrites(void **state)
{
	(void)state;
	each(rewrites);
}

static void test_a_visitor_ends_the_visit(void **state)
{
	(void)state;
	each(a_visitor_ends_the_visit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_steps),           cmocka_unit_test(test_a_batch),
	    cmocka_unit_test(test_put_and_dropped), cmocka_unit_test(test_sizes),
	    cmocka_unit_test(test_rewrites),        cmocka_unit_test(test_a_visitor_ends_the_visit),
	    cmocka_unit_test(test_random),          cmocka_unit_test(test_script),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
