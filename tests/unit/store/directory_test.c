/* directory_test.c -- directories a server cannot use: one clear sentence, the right exit status,
 * nothing changed. */
#include "server/store/directory.h"
#include "server/store/journal.h"
#include "tests/unit/store/image.h"

static char directory[256];
static struct store_lmdb_options options;

static int set_up(void **state)
{
	(void)state;
	kit_scratch(directory, false);
	options = kit_options(directory);
	options.journal_bytes = 64u << 10;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kit_remove(directory);
	return 0;
}

static void refused(enum exit_code code, const char *words)
{
	struct failure failure = {0};
	struct store_listener listener = {kit_advanced, kit_failed, NULL};
	assert_null(store_lmdb_open(&options, &listener, &failure));
	if (failure.code != code || strstr(failure.text, words) == NULL)
		fail_msg("exit %d: %s", failure.code, failure.text);
}

static void test_paths(void **state)
{
	(void)state;
	char path[2000];
	options.directory = path;
	snprintf(path, sizeof path, "%s/missing/data", directory);
	refused(EXIT_DIRECTORY, "missing does not exist; create it first");
	options.read_only = true;
	refused(EXIT_DIRECTORY, "No such file");
	options.read_only = false;
	image_write(directory, "file", (const uint8_t *)"x", 1);
	snprintf(path, sizeof path, "%s/file", directory);
	refused(EXIT_DIRECTORY, "is not a directory");
	path[0] = '\0';
	refused(EXIT_DIRECTORY, "1 to 960 bytes");
	memset(path, 'x', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	refused(EXIT_DIRECTORY, "1 to 960 bytes");
}

static void test_a_missing_directory_is_made(void **state)
{
	(void)state;
	char path[300];
	struct stat stat_now;
	snprintf(path, sizeof path, "%s/data", directory);
	options.directory = path;
	store_free(kit_open(&options));
	assert_int_equal(stat(path, &stat_now), 0);
	assert_int_equal(stat_now.st_mode & 0777, 0700);
}

static void test_rights(void **state)
{
	(void)state;
	if (geteuid() == 0)
		return; /* nothing is forbidden to root */
	assert_int_equal(chmod(directory, 0500), 0);
	refused(EXIT_DIRECTORY, "the server must own it");
	assert_int_equal(chmod(directory, 0700), 0);
}

static void test_foreign_files(void **state)
{
	(void)state;
	image_write(directory, "thesis.txt", (const uint8_t *)"x", 1);
	refused(EXIT_DIRECTORY, "it holds thesis.txt");
	struct image image = image_load(directory);
	assert_int_equal(image.count, 0); /* no journal was made */
}

static void test_a_second_server(void **state)
{
	(void)state;
	char words[64];
	struct store *store = kit_open(&options);
	snprintf(words, sizeof words, "another crmdb-server (process %ld)", (long)getpid());
	refused(EXIT_DIRECTORY, words);
	if (IMAGE_FORKS) /* nor from another process */
		assert_int_equal(image_try(&options), OUTCOME_OTHER);
	store_free(store);
	store = kit_open(&options);
	assert_non_null(store);
	store_free(store);
}

static void test_sizes_of_a_new_journal(void **state)
{
	(void)state;
	options.journal_bytes = JOURNAL_LEAST_BYTES - 1;
	refused(EXIT_USAGE, "give a size");
	options.journal_bytes = UINT64_MAX;
	refused(EXIT_USAGE, "give a size");
	options.journal_bytes = JOURNAL_LEAST_BYTES;
	store_free(kit_open(&options));
}

static void test_an_existing_journal_keeps_its_size(void **state)
{
	(void)state;
	store_free(kit_open(&options));
	options.journal_bytes = 1u << 20;
	store_free(kit_open(&options));
	struct image image = image_load(directory);
	assert_int_equal(image_find(&image, "journal")->size, 64u << 10);
	image_free(&image);
}

static void test_an_existing_database_keeps_its_identity(void **state)
{
	(void)state;
	struct store_identity identity;
	store_free(kit_open(&options));
	options.new_database.bytes[0] ^= 1;
	options.new_seed++;
	struct store *store = kit_open(&options);
	store_identity(store, &identity);
	assert_true(wire_id_equal(identity.database, kit_database));
	assert_int_equal(identity.seed, KIT_SEED);
	store_free(store);
}

static void test_other_versions(void **state)
{
	char words[96];
	(void)state;
	store_free(kit_open(&options));
	struct image image = image_load(directory);
	struct image_file *journal = image_find(&image, "journal");
	journal->bytes[8] = DIRECTORY_FORMAT + 1;
	image_save(&image, directory);
	snprintf(words, sizeof words,
		 "format version %u, this server reads version %u; carry the data",
		 DIRECTORY_FORMAT + 1, DIRECTORY_FORMAT);
	refused(EXIT_DAMAGE, words);
	journal->bytes[0] ^= 1;
	image_save(&image, directory);
	refused(EXIT_DAMAGE, "does not begin like a journal");
	image_free(&image);
}

static void test_what_an_ended_creation_leaves(void **state)
{
	(void)state;
	char path[300];
	image_write(directory, "lock", (const uint8_t *)"1\n", 2);
	image_write(directory, "journal.new", (const uint8_t *)"half", 4);
	store_free(kit_open(&options));
	struct image image = image_load(directory);
	image.count--; /* without the log's file, its directory, or with half a file */
	image_save(&image, directory);
	store_free(kit_open(&options));
	image_save(&image, directory);
	image_write(directory, "log/000001.mdb.new", (const uint8_t *)"half", 4);
	store_free(kit_open(&options));
	image_save(&image, directory);
	snprintf(path, sizeof path, "%s/log", directory);
	rmdir(path);
	store_free(kit_open(&options));
	image.count++;
	image_free(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_paths, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_missing_directory_is_made, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_rights, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_foreign_files, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_second_server, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_sizes_of_a_new_journal, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_an_existing_journal_keeps_its_size, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_an_existing_database_keeps_its_identity, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_other_versions, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_what_an_ended_creation_leaves, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
