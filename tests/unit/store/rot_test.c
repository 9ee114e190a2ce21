/* rot_test.c -- rot: one bit anywhere, files cut, missing, doubled, swapped, foreign, old. Whatever
 * was done to the files, the store refuses them or answers right; it never crashes. */
#include "server/store/group_head.h"
#include "tests/unit/store/image.h"

static char directory[256], scratch[300];
static struct store_lmdb_options options;
static struct image stopped_cleanly, crashed; /* of the same 1,200 and 1,200 + 150 events */
static uint64_t last_stopped, last_crashed;
static struct group *lent[16]; /* until the store is freed */
static int lent_count;
static uint64_t tail_first; /* first event of the crashed image's last group */

static uint64_t write_groups(struct store *store, int how_many, uint32_t count, bool logged)
{
	uint64_t last = kit_last(store);
	for (int i = 0; i < how_many; i++) {
		struct group *group = kit_group(last + 1, count);
		tail_first = last + 1;
		last = group_last(group);
		store_submit(store, group);
		lent[lent_count++] = group;
		kit_wait(store, last, logged);
	}
	return last;
}

static void close_store(struct store *store)
{
	store_free(store);
	while (lent_count > 0)
		group_free(lent[--lent_count]);
}

static struct store_lmdb_options small(const char *path)
{
	struct store_lmdb_options small_options = kit_options(path);
	small_options.journal_bytes = 512u << 10;
	small_options.log_file_bytes = 96u << 10;
	return small_options;
}

static int set_up(void **state)
{
	(void)state;
	struct failure failure;
	kit_scratch(directory, true);
	snprintf(scratch, sizeof scratch, "%s.copy", directory);
	options = small(directory);
	struct store *store = kit_open(&options);
	last_stopped = write_groups(store, 4, 300, true);
	assert_true(store_stop(store, 1, &failure));
	close_store(store);
	stopped_cleanly = image_load(directory);
	store = kit_open(&options);
	last_crashed = write_groups(store, 3, 50, false);
	close_store(store);
	crashed = image_load(directory);
	options.directory = scratch;
	assert_true(stopped_cleanly.count >= 5); /* several files of the log */
	return 0;
}

static int each_set_up(void **state)
{
	(void)state;
	options.read_only = false;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kit_remove(directory);
	kit_remove(scratch);
	image_free(&stopped_cleanly);
	image_free(&crashed);
	return 0;
}

static void flip(uint8_t *bytes, size_t at)
{
	bytes[at] ^= (uint8_t)(1u << hash_u64(at, 3) % 8);
}

/* Every byte of the newest file's meta pages, every third of the others', some of the rest. */
static size_t next_byte(size_t at, bool newest)
{
	if (at < 8192 && at % 4096 < 160)
		return at + (newest ? 1 : 3);
	return at + (at % 4096 < 40 ? 7 : 1009);
}

static void test_untouched(void **state)
{
	(void)state;
	image_save(&stopped_cleanly, scratch);
	options.read_only = true;
	assert_int_equal(image_try(&options), last_stopped);
	options.read_only = false;
	assert_int_equal(image_try(&options), last_stopped);
	image_save(&crashed, scratch);
	assert_int_equal(image_try(&options), last_crashed);
}

static void test_flips_in_the_log(void **state)
{
	(void)state;
	unsigned tried = 0, refused = 0;
	image_save(&stopped_cleanly, scratch);
	options.read_only = true;
	for (int i = 0; i < stopped_cleanly.count; i++) {
		struct image_file *file = &stopped_cleanly.files[i];
		bool newest = i == stopped_cleanly.count - 1;
		if (strncmp(file->name, "log/", 4) != 0)
			continue;
		for (size_t at = 0; at < file->size; at = next_byte(at, newest)) {
			flip(file->bytes, at);
			image_write(scratch, file->name, file->bytes, file->size);
			long answer = image_try(&options);
			if (answer != OUTCOME_REFUSED && answer != (long)last_stopped)
				fail_msg("%s byte %zu: outcome %ld", file->name, at, answer);
			tried++;
			refused += answer == OUTCOME_REFUSED;
			flip(file->bytes, at);
		}
		image_write(scratch, file->name, file->bytes, file->size);
	}
	print_message("  %u flips, %u refused, the others in unused bytes\n", tried, refused);
	assert_true(tried > 500 && refused > tried / 2);
}

/* After a crash the last group may be taken for torn, every other damage must be refused. */
static void test_flips_in_the_journal(void **state)
{
	(void)state;
	unsigned tried = 0, torn = 0, refused = 0;
	struct image_file *journal = image_find(&crashed, "journal");
	for (size_t at = 0; at < journal->size; at += at < 64 ? 1 : 1021) {
		flip(journal->bytes, at);
		image_save(&crashed, scratch);
		long answer = image_try(&options);
		bool tail_lost = answer == (long)tail_first - 1;
		if (answer != OUTCOME_REFUSED && answer != (long)last_crashed && !tail_lost)
			fail_msg("journal byte %zu: outcome %ld", at, answer);
		tried++;
		torn += tail_lost;
		refused += answer == OUTCOME_REFUSED;
		flip(journal->bytes, at);
	}
	print_message("  %u flips, %u refused, %u taken for a tear\n", tried, refused, torn);
	assert_true(torn > 0 && refused > torn);
}

static void test_cuts(void **state)
{
	(void)state;
	for (int i = 0; i < stopped_cleanly.count; i++) {
		struct image_file *file = &stopped_cleanly.files[i];
		if (strcmp(file->name, "stopped") == 0)
			continue;
		for (size_t size = 0; size < file->size; size += size % 4096 == 1 ? 4095 : 1) {
			if (size > 100000 && size % 32768 > 1)
				continue;
			image_save(&stopped_cleanly, scratch);
			image_write(scratch, file->name, file->bytes, size);
			long answer = image_try(&options);
			if (answer != OUTCOME_REFUSED && answer != (long)last_stopped)
				fail_msg("%s cut to %zu: outcome %ld", file->name, size, answer);
		}
	}
}

static void test_longer_files(void **state)
{
	(void)state;
	for (int i = 0; i < stopped_cleanly.count; i++) {
		struct image_file *file = &stopped_cleanly.files[i];
		uint8_t *longer = calloc(1, file->size + 4096);
		memcpy(longer, file->bytes, file->size);
		image_save(&stopped_cleanly, scratch);
		image_write(scratch, file->name, longer, file->size + 4096);
		long answer = image_try(&options);
		assert_true(answer == OUTCOME_REFUSED || answer == (long)last_stopped);
		free(longer);
	}
}

/* Pages of one file copied over, swapped or zeroed. */
static void test_pages(void **state)
{
	(void)state;
	struct image_file *file = image_find(&stopped_cleanly, "log/000001.mdb");
	uint8_t *bytes = malloc(file->size);
	size_t pages = file->size / 4096;
	options.read_only = true;
	image_save(&stopped_cleanly, scratch);
	for (size_t i = 0; i < pages * 3; i++) {
		size_t a = i % pages, b = hash_u64(i, 9) % pages;
		memcpy(bytes, file->bytes, file->size);
		if (i / pages == 0)
			memset(bytes + a * 4096, 0, 4096);
		if (i / pages >= 1)
			memcpy(bytes + a * 4096, file->bytes + b * 4096, 4096);
		if (i / pages == 2)
			memcpy(bytes + b * 4096, file->bytes + a * 4096, 4096);
		image_write(scratch, file->name, bytes, file->size);
		long answer = image_try(&options);
		if (answer != OUTCOME_REFUSED && answer != (long)last_stopped)
			fail_msg("pages %zu %zu: outcome %ld", a, b, answer);
	}
	free(bytes);
}

static void expect_refused(const char *what)
{
	long answer = image_try(&options);
	if (answer != OUTCOME_REFUSED)
		fail_msg("%s: outcome %ld", what, answer);
}

static void test_missing_files(void **state)
{
	(void)state;
	char path[512];
	for (int i = 0; i < stopped_cleanly.count; i++) {
		const char *name = stopped_cleanly.files[i].name;
		image_save(&stopped_cleanly, scratch);
		snprintf(path, sizeof path, "%s/%s", scratch, name);
		unlink(path);
		long answer = image_try(&options);
		/* the note is not needed; what the newest file of the log held is in the ring */
		bool needed = strcmp(name, "journal") == 0 || strcmp(name, "log/000001.mdb") == 0;
		if (needed || answer != (long)last_stopped)
			assert_int_equal(answer, OUTCOME_REFUSED);
	}
}

static void test_files_in_the_wrong_place(void **state)
{
	(void)state;
	struct image_file *one = image_find(&stopped_cleanly, "log/000001.mdb");
	struct image_file *two = image_find(&stopped_cleanly, "log/000002.mdb");
	image_save(&stopped_cleanly, scratch);
	image_write(scratch, "log/000002.mdb", one->bytes, one->size);
	expect_refused("file 1 doubled");
	image_write(scratch, "log/000001.mdb", two->bytes, two->size);
	expect_refused("files 1 and 2 swapped");
	image_save(&stopped_cleanly, scratch);
	image_write(scratch, "journal", one->bytes, one->size);
	expect_refused("a file of the log as journal");
	struct image_file *journal = image_find(&stopped_cleanly, "journal");
	image_save(&stopped_cleanly, scratch);
	image_write(scratch, "log/000001.mdb", journal->bytes, journal->size);
	expect_refused("the journal as a file of the log");
}

/* Journal and log of different times. */
static void test_old_and_new(void **state)
{
	(void)state;
	struct image_file *old = image_find(&stopped_cleanly, "journal");
	struct image_file *new = image_find(&crashed, "journal");
	char path[512];
	image_save(&crashed, scratch);
	struct store *store = kit_open(&options); /* its events go to the log, then it crashes */
	assert_int_equal(kit_last(store), last_crashed);
	store_free(store);
	image_write(scratch, "journal", old->bytes, old->size);
	expect_refused("an older journal beside a newer log");
	image_save(&stopped_cleanly, scratch);
	snprintf(path, sizeof path, "%s/stopped", scratch);
	unlink(path);
	image_write(scratch, "journal", new->bytes, new->size);
	assert_int_equal(image_try(&options), last_crashed); /* it holds all that is missing */
}

static void test_another_database(void **state)
{
	(void)state;
	char other[300];
	snprintf(other, sizeof other, "%s.other", directory);
	struct store_lmdb_options other_options = small(other);
	other_options.new_database.bytes[0] ^= 1;
	struct store *store = kit_open(&other_options);
	write_groups(store, 2, 10, true);
	close_store(store);
	struct image foreign = image_load(other);
	image_save(&stopped_cleanly, scratch);
	struct image_file *file = image_find(&foreign, "journal");
	image_write(scratch, file->name, file->bytes, file->size);
	expect_refused("another database's journal");
	image_save(&stopped_cleanly, scratch);
	file = image_find(&foreign, "log/000001.mdb");
	image_write(scratch, file->name, file->bytes, file->size);
	expect_refused("another database's log");
	image_free(&foreign);
	kit_remove(other);
}

int main(void)
{
	if (!IMAGE_FORKS)
		return 0;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_untouched, each_set_up),
	    cmocka_unit_test_setup(test_flips_in_the_log, each_set_up),
	    cmocka_unit_test_setup(test_flips_in_the_journal, each_set_up),
	    cmocka_unit_test_setup(test_cuts, each_set_up),
	    cmocka_unit_test_setup(test_longer_files, each_set_up),
	    cmocka_unit_test_setup(test_pages, each_set_up),
	    cmocka_unit_test_setup(test_missing_files, each_set_up),
	    cmocka_unit_test_setup(test_files_in_the_wrong_place, each_set_up),
	    cmocka_unit_test_setup(test_old_and_new, each_set_up),
	    cmocka_unit_test_setup(test_another_database, each_set_up),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
