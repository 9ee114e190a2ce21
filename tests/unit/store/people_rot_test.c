/* people_rot_test.c -- people.mdb and people.secret: bits flipped, cut, missing, foreign, old.
 * Whatever was done to them, they are refused or answer right; nothing crashes. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "server/store/file.h"
#include "tests/unit/store/image.h"
#include "tests/unit/store/people_text.h"

#define CUSTOMERS 11u
#define VERSIONS 26u
#define SETTLED 18u /* the versions up to here are kept or dropped */

static char directory[256], scratch[300];
static struct people_lmdb_options options;
static struct image whole;
static struct people_text expected;

static int set_up(void **state)
{
	(void)state;
	struct failure failure = {0};
	kit_scratch(directory, true);
	snprintf(scratch, sizeof scratch, "%s.copy", directory);
	options = people_kit_options(directory);
	struct people *people = people_kit_open(&options);
	for (uint64_t version = 1; version <= VERSIONS; version++)
		people_kit_do(people, PEOPLE_PUT, version % CUSTOMERS, version);
	for (uint64_t version = 1; version <= SETTLED; version++)
		people_kit_do(people, version % 9 == 0 ? PEOPLE_DROP : PEOPLE_KEEP,
			      version % CUSTOMERS, version);
	assert_true(people_rewrite(people, &failure)); /* few pages without use, to flip in vain */
	people_kit_do(people, PEOPLE_ERASING, 100, VERSIONS + 1);
	people_kit_do(people, PEOPLE_ERASE, 5, 0);
	assert_true(people_text_of(people, &expected, &failure));
	people_free(people);
	image_add(&whole, directory, "people.mdb");
	image_add(&whole, directory, "people.secret");
	assert_int_equal(whole.count, 2);
	assert_int_equal(whole.files[1].size, 32);
	return 0;
}

static int each_set_up(void **state)
{
	(void)state;
	options = people_kit_options(scratch);
	image_save(&whole, scratch);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kit_remove(directory);
	kit_remove(scratch);
	image_free(&whole);
	return 0;
}

static bool is_there(uint64_t customer, uint64_t version)
{
	char name[48];
	snprintf(name, sizeof name, " %" PRIu64 "/%" PRIu64 " ", customer, version);
	return strstr(expected.text, name) != NULL ||
	       strncmp(expected.text, name + 1, strlen(name + 1)) == 0;
}

/* Every version where it was put, and beside it.  False: a wrong answer. */
static bool reads_right(struct people *people)
{
	static uint8_t bytes[PEOPLE_DOCUMENT_BYTES];
	struct people_record record = {bytes, 0};
	for (uint64_t version = 1; version <= VERSIONS; version++)
		for (uint64_t beside = 0; beside <= (version % 9 == 0); beside++) {
			uint64_t customer = version % CUSTOMERS + beside;
			bool there = is_there(customer, version);
			enum people_read_result result =
			    people_read(people, customer, version, &record);
			if (result == PEOPLE_FOUND && (beside > 0 || !there))
				return false;
			if (result == PEOPLE_FOUND &&
			    !people_kit_is(customer, version, bytes, record.size))
				return false;
			if (result == PEOPLE_ABSENT && there)
				return false;
		}
	return true;
}

static long answer(void)
{
	struct failure failure = {0};
	struct seal seal;
	struct people_text found;
	struct people *people = people_lmdb_open(&options, &seal, &failure);
	if (people == NULL)
		return failure.code == EXIT_DAMAGE && failure.text[0] != '\0' ? OUTCOME_REFUSED
									      : OUTCOME_OTHER;
	if (!reads_right(people))
		return OUTCOME_WRONG;
	if (!people_text_of(people, &found, &failure))
		return strstr(failure.text, "WRONG") ? OUTCOME_WRONG : OUTCOME_REFUSED;
	return strcmp(found.text, expected.text) == 0 ? 1 : OUTCOME_WRONG;
}

/* In a child, which may crash: 1 is the right answer. */
static long try(void)
{
	int ends[2], status;
	long told = OUTCOME_CRASHED;
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		signal(SIGSEGV, SIG_DFL); /* not cmocka's, which would go on with the next test */
		signal(SIGBUS, SIG_DFL);
		told = answer();
		_exit(write(ends[1], &told, sizeof told) != sizeof told);
	}
	close(ends[1]);
	bool read_it = read(ends[0], &told, sizeof told) == sizeof told;
	close(ends[0]);
	waitpid(child, &status, 0);
	return read_it && WIFEXITED(status) ? told : OUTCOME_CRASHED;
}

/* What the attempt leaves beside the file must not help the next one. */
static void expect(long outcome, const char *what, size_t at)
{
	long found = try();
	unlink(file_path(scratch, "people.mdb-lock").text);
	if (found != outcome && !(found == 1 && outcome == 0) &&
	    !(found == OUTCOME_REFUSED && outcome == 0))
		fail_msg("%s %zu: outcome %ld", what, at, found);
}

static void test_untouched(void **state)
{
	(void)state;
	expect(1, "untouched", 0);
	options.read_only = true;
	expect(1, "untouched, read", 0);
	options.newest_version = VERSIONS + 1;
	expect(1, "as new as the log", 0);
}

/* Every byte of the meta pages, many of the records and offsets of tree pages, few of the gaps and
 * of long documents. */
static size_t next_byte(const struct image_file *file, size_t at)
{
	const uint8_t *page = file->bytes + at / 4096 * 4096;
	size_t place = at % 4096, lower = page[12] + 256u * page[13],
	       upper = page[14] + 256u * page[15];
	if (at < 8192)
		return place < 160 ? at + 1 : (at / 4096 + 1) * 4096;
	if ((page[10] == 1 || page[10] == 2) && (place < lower || place >= upper))
		return at + 7;
	return at + (place < 16 ? 3 : 509);
}

static void test_flips(void **state)
{
	(void)state;
	struct image_file *file = image_find(&whole, "people.mdb");
	unsigned refused = 0, tried = 0;
	for (size_t at = 0; at < file->size; at = next_byte(file, at)) {
		uint8_t bit = (uint8_t)(1u << hash_u64(at, 3) % 8);
		options.read_only = at % 4 < 2;
		file->bytes[at] ^= bit;
		image_write(scratch, file->name, file->bytes, file->size);
		file->bytes[at] ^= bit;
		long found = try();
		unlink(file_path(scratch, "people.mdb-lock").text);
		if (found != 1 && found != OUTCOME_REFUSED)
			fail_msg("bit of byte %zu: outcome %ld", at, found);
		refused += found == OUTCOME_REFUSED;
		tried++;
	}
	print_message("  %u flips, %u of them refused, the others where nothing is\n", tried,
		      refused);
	assert_true(refused > 300);
}

static void test_cut_and_extended(void **state)
{
	(void)state;
	const struct image_file *file = image_find(&whole, "people.mdb");
	for (size_t size = 0; size < file->size; size += 2048 + size % 3) {
		image_write(scratch, file->name, file->bytes, size);
		expect(0, "cut to", size);
	}
	image_write(scratch, file->name, file->bytes, 0);
	expect(OUTCOME_REFUSED, "emptied", 0);
	uint8_t *longer = calloc(1, file->size + 8192);
	memcpy(longer, file->bytes, file->size);
	image_write(scratch, file->name, longer, file->size + 8192);
	expect(1, "extended", 0); /* pages nobody counts */
	free(longer);
}

/* Two values of one size change places, checksums and all. */
static void test_swapped(void **state)
{
	(void)state;
	struct image_file *file = image_find(&whole, "people.mdb");
	uint8_t one[PEOPLE_DOCUMENT_BYTES], two[PEOPLE_DOCUMENT_BYTES], *places[64];
	unsigned count = 0;
	for (uint64_t version = SETTLED + 1; version <= VERSIONS; version++) {
		uint32_t size = people_kit_size(version % CUSTOMERS, version);
		people_kit_fill(version % CUSTOMERS, version, one, size);
		uint8_t *at = size < 16 ? NULL : memmem(file->bytes, file->size, one, size);
		for (unsigned i = 0; at != NULL && i < count; i++) {
			if (people_kit_size((SETTLED + 1 + i) % CUSTOMERS, SETTLED + 1 + i) != size)
				continue;
			memcpy(two, places[i] - 8, size + 8);
			memcpy(places[i] - 8, at - 8, size + 8);
			memcpy(at - 8, two, size + 8);
			image_write(scratch, file->name, file->bytes, file->size);
			memcpy(at - 8, places[i] - 8, size + 8);
			memcpy(places[i] - 8, two, size + 8);
			expect(OUTCOME_REFUSED, "swapped with", version);
		}
		places[count++] = at;
	}
}

static void refused_with(const char *words)
{
	struct failure failure = {0};
	struct seal seal;
	assert_null(people_lmdb_open(&options, &seal, &failure));
	assert_int_equal(failure.code, EXIT_DAMAGE);
	if (strstr(failure.text, words) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", words, failure.text);
}

static void test_foreign_and_old(void **state)
{
	(void)state;
	options.newest_version = VERSIONS + 2;
	refused_with("is older than the log");
	options = people_kit_options(scratch);
	options.database.bytes[3]++;
	refused_with("belongs to another database");
	options = people_kit_options(scratch);
	options.seed++;
	refused_with("does not match its checksum");
}

static void test_missing(void **state)
{
	(void)state;
	unlink(file_path(scratch, "people.mdb").text);
	options.newest_version = 1;
	refused_with("people.mdb is missing");
	options.newest_version = 0;
	options.read_only = true;
	refused_with("people.mdb is missing");
	options.read_only = false;
	struct people *people = people_kit_open(&options); /* no person was ever there */
	people_text_expect(people, "| | last 0");
	people_free(people);
}

static void test_secret(void **state)
{
	(void)state;
	struct stat stat_now;
	uint8_t secret[33] = {0};
	char path[320];
	memcpy(secret, whole.files[1].bytes, 32);
	snprintf(path, sizeof path, "%s/people.secret", directory);
	assert_int_equal(stat(path, &stat_now), 0);
	assert_int_equal(stat_now.st_mode & 0777, 0600);
	for (size_t size = 0; size <= 33; size++) {
		image_write(scratch, "people.secret", secret, size);
		if (size != 32)
			refused_with("does not hold 32 bytes");
	}
	for (unsigned bit = 0; bit < 256; bit += 5) {
		secret[bit / 8] ^= (uint8_t)(1u << bit % 8);
		image_write(scratch, "people.secret", secret, 32);
		secret[bit / 8] ^= (uint8_t)(1u << bit % 8);
		refused_with("is not the secret");
	}
	unlink(file_path(scratch, "people.secret").text);
	refused_with("put it back from a backup");
	assert_false(file_exists(file_path(scratch, "people.secret").text));
}

/* An empty people.mdb without its secret: nothing is lost, both are made again. */
static void test_secret_of_nobody(void **state)
{
	(void)state;
	struct seal before, after, again;
	struct failure failure;
	kit_remove(scratch);
	assert_int_equal(mkdir(scratch, 0700), 0);
	struct people *people = people_lmdb_open(&options, &before, &failure);
	people_free(people);
	unlink(file_path(scratch, "people.secret").text);
	people = people_lmdb_open(&options, &after, &failure);
	assert_non_null(people);
	assert_memory_not_equal(before.secret, after.secret, sizeof after.secret);
	people_kit_do(people, PEOPLE_PUT, 1, 1);
	people_free(people);
	people = people_lmdb_open(&options, &again, &failure);
	assert_non_null(people);
	assert_memory_equal(again.secret, after.secret, sizeof after.secret);
	people_free(people);
}

/* Every copy of these bytes in the file under the server, also those in free pages. */
static void flip_each(const struct image_file *file, const uint8_t *bytes, uint32_t size)
{
	const uint8_t *at = file->bytes, *end = file->bytes + file->size;
	int fd = open(file_path(scratch, "people.mdb").text, O_WRONLY);
	while ((at = memmem(at, (size_t)(end - at), bytes, size)) != NULL) {
		uint8_t flipped = *at ^ 1u;
		assert_int_equal(pwrite(fd, &flipped, 1, at - file->bytes), 1);
		at++;
	}
	close(fd);
}

/* A bit of a document flips under a running server: that one is damaged, the rest is not; a rewrite
 * takes it along as it is. */
static void test_live(void **state)
{
	(void)state;
	uint8_t bytes[PEOPLE_DOCUMENT_BYTES];
	struct failure failure = {0};
	struct people *people = people_kit_open(&options);
	const struct image_file *file = image_find(&whole, "people.mdb");
	unsigned damaged = 0;
	for (uint64_t version = SETTLED + 1; version <= VERSIONS; version++) {
		uint64_t customer = version % CUSTOMERS;
		uint32_t size = people_kit_size(customer, version);
		people_kit_fill(customer, version, bytes, size);
		if (size < 16 || people_kit_read(people, customer, version) == PEOPLE_ABSENT)
			continue;
		flip_each(file, bytes, size);
		assert_int_equal(people_kit_read(people, customer, version), PEOPLE_DAMAGED);
		damaged++;
	}
	assert_true(damaged > 3 && reads_right(people));
	assert_true(people_rewrite(people, &failure));
	assert_true(reads_right(people));
	struct people_text found;
	assert_false(people_text_of(people, &found, &failure));
	assert_int_equal(failure.code, EXIT_DAMAGE);
	people_free(people);
}

int main(void)
{
	if (!IMAGE_FORKS)
		return 0;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_untouched, each_set_up),
	    cmocka_unit_test_setup(test_flips, each_set_up),
	    cmocka_unit_test_setup(test_cut_and_extended, each_set_up),
	    cmocka_unit_test_setup(test_swapped, each_set_up),
	    cmocka_unit_test_setup(test_foreign_and_old, each_set_up),
	    cmocka_unit_test_setup(test_missing, each_set_up),
	    cmocka_unit_test_setup(test_secret, each_set_up),
	    cmocka_unit_test_setup(test_secret_of_nobody, each_set_up),
	    cmocka_unit_test_setup(test_live, each_set_up),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
