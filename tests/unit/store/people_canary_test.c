/* people_canary_test.c -- P5: every file of the directory is searched, byte by byte, for words that
 * only removed documents hold.  Each search is first shown to find what is still there.
 *
 * A document is its word again and again, so that any 40 bytes of it left anywhere are found.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/store/image.h"
#include "tests/unit/store/people_kit.h"

#define WORD_BYTES 20u

static char directory[256];
static struct people_lmdb_options options;

/* "<0000000042.00000007>" without its end: any size, no word a part of another. */
static void word(uint64_t customer, uint64_t version, char text[WORD_BYTES + 1])
{
	snprintf(text, WORD_BYTES + 1, "<%09" PRIu64 ".%08" PRIu64 ">", customer % 1000000000,
		 version % 100000000);
}

static void put(struct people *people, uint64_t customer, uint64_t version, uint32_t size)
{
	static uint8_t bytes[PEOPLE_DOCUMENT_BYTES];
	char text[WORD_BYTES + 1];
	struct failure failure;
	word(customer, version, text);
	for (uint32_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)text[i % WORD_BYTES];
	struct people_step step = {PEOPLE_PUT, customer, version, bytes, size};
	assert_true(people_commit(people, &step, 1, &failure));
}

static void settle(struct people *people, enum people_step_kind kind, uint64_t customer,
		   uint64_t version)
{
	struct failure failure;
	struct people_step step = {.kind = kind, .customer = customer, .version = version};
	assert_true(people_commit(people, &step, 1, &failure));
}

/* In how many places of all files the word of a document stands. */
static unsigned search_file(const char *name, const char *text)
{
	struct image image = {.count = 0};
	unsigned found = 0;
	image_add(&image, directory, name);
	assert_int_equal(image.count, 1);
	const uint8_t *at = image.files[0].bytes, *end = at + image.files[0].size;
	while ((at = memmem(at, (size_t)(end - at), text, WORD_BYTES)) != NULL) {
		found++;
		at += WORD_BYTES;
	}
	image_free(&image);
	return found;
}

static unsigned search(uint64_t customer, uint64_t version)
{
	char text[WORD_BYTES + 1];
	unsigned found = 0, files = 0;
	word(customer, version, text);
	DIR *all = opendir(directory);
	assert_non_null(all);
	for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
		if (entry->d_name[0] == '.')
			continue;
		found += search_file(entry->d_name, text);
		files++;
	}
	closedir(all);
	assert_true(files >= 3); /* people.mdb, its lock file, the secret */
	return found;
}

static struct people *open_people(void)
{
	struct people *people = people_kit_open(&options);
	assert_non_null(people);
	return people;
}

static void rewrite(struct people *people)
{
	struct failure failure = {0};
	assert_true(people_rewrite(people, &failure));
	assert_false(people_wants_rewrite(people));
}

/* One customer among others of any size: its last document, and each it had before. */
static void test_erased(void **state)
{
	(void)state;
	static const uint32_t sizes[] = {40, 500, 1900, 2022, 2023, 4072, 4073, 9000, 65536};
	struct people *people = open_people();
	uint64_t version = 0;
	for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		put(people, 41, ++version, 300);
		settle(people, PEOPLE_KEEP, 41, version);
		put(people, 42, ++version, sizes[i]);
		settle(people, PEOPLE_KEEP, 42, version);
		put(people, 43, ++version, sizes[i]);
		settle(people, PEOPLE_KEEP, 43, version);
	}
	unsigned before = 0;
	settle(people, PEOPLE_ERASE, 42, 0);
	for (uint64_t of = 2; of <= version; of += 3)
		before += search(42, of);
	assert_true(before > 100); /* gone for readers, not from the disk */
	assert_true(people_wants_rewrite(people));
	people_free(people);
	people = open_people();
	rewrite(people);
	for (uint64_t of = 1; of <= version; of++)
		if (of < version - 2 || of == version - 1)
			assert_int_equal(search(40 + (of + 2) % 3 + 1, of), 0);
	assert_true(search(41, version - 2) > 0 && search(43, version) > 0);
	people_free(people);
}

/* Long, then short: the tail of the page that held the long one, while the short one lives on. */
static void test_shrunk(void **state)
{
	(void)state;
	static const uint32_t sizes[] = {1800, 1000, 100, 1, 65536, 40000, 4073, 4072, 2023, 20, 0};
	struct people *people = open_people();
	uint64_t version = 0;
	unsigned left = 0;
	for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		put(people, 7, ++version, sizes[i]);
		settle(people, PEOPLE_KEEP, 7, version);
		left += version > 1 ? search(7, version - 1) : 0;
		rewrite(people);
		for (uint64_t of = 1; of < version; of++)
			assert_int_equal(search(7, of), 0);
		assert_int_equal(search(7, version), sizes[i] / WORD_BYTES);
	}
	assert_true(left > 100); /* before the rewrite the older one was there */
	people_free(people);
}

/* Many customers on shared pages, every third erased, some dropped; in several transactions of the
 * rewrite (more than LIMIT_TXN_BYTES live). */
static void test_many(void **state)
{
	(void)state;
	enum {
		PEOPLE = 600
	};
	struct people *people = open_people();
	for (uint64_t i = 1; i <= PEOPLE; i++)
		put(people, i, i, i % 4 == 0 ? 60000 : 100 + (uint32_t)i % 900);
	for (uint64_t i = 1; i <= PEOPLE; i++)
		settle(people, i % 5 == 0 ? PEOPLE_DROP : PEOPLE_KEEP, i, i);
	for (uint64_t i = 3; i <= PEOPLE; i += 3)
		settle(people, PEOPLE_ERASE, i, 0);
	unsigned before = 0;
	for (uint64_t i = 3; i <= PEOPLE; i += 51)
		before += search(i, i) > 0;
	assert_true(before > 0);
	rewrite(people);
	for (uint64_t i = 1; i <= PEOPLE; i += 7) {
		bool gone = i % 5 == 0 || i % 3 == 0;
		assert_int_equal(search(i, i) == 0, gone);
	}
	people_free(people);
}

/* A child that has the file open to read, until it is told to end. */
static pid_t reader_start(int tell[2])
{
	int ready[2];
	char byte;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(tell), 0);
	pid_t child = fork();
	if (child == 0) {
		struct failure failure;
		struct seal seal;
		struct people_lmdb_options reading = options;
		reading.read_only = true;
		close(tell[1]);
		struct people *people = people_lmdb_open(&reading, &seal, &failure);
		bool told = write(ready[1], "r", 1) == 1 && read(tell[0], &byte, 1) == 0;
		_exit(people == NULL || !told);
	}
	close(tell[0]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return child;
}

static void reader_end(pid_t child, int tell)
{
	int status;
	close(tell);
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Put off while another process reads; commits go on meanwhile, as do they afterwards. */
static void test_another_reader(void **state)
{
	(void)state;
	int tell[2];
	struct failure failure;
	struct people *people = open_people();
	put(people, 1, 1, 5000);
	people_free(people); /* a child must not have it open when it is forked */
	pid_t child = reader_start(tell);
	people = open_people();
	settle(people, PEOPLE_ERASE, 1, 0);
	assert_true(people_rewrite(people, &failure));
	assert_true(people_wants_rewrite(people));
	assert_true(search(1, 1) > 0);
	put(people, 2, 2, 5000);
	reader_end(child, tell[1]);
	rewrite(people);
	assert_int_equal(search(1, 1), 0);
	assert_true(search(2, 2) > 0);
	put(people, 2, 3, 5000);
	people_free(people);
}

static int set_up(void **state)
{
	(void)state;
	kit_scratch(directory, true);
	options = people_kit_options(directory);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kit_remove(directory);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_erased, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_shrunk, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_another_reader, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
