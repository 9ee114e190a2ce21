/* people_threads_test.c -- four readers without pause while one thread commits and rewrites: what a
 * reader gets is what was put, and what was there all the time is never absent.  Run under
 * ThreadSanitizer too. */
#include <pthread.h>

#include "tests/unit/store/people_kit.h"

#define READERS 4
#define CUSTOMERS 30u
#define ROUNDS 40u

static struct people *people;
static bool stop;
static uint64_t kept[CUSTOMERS]; /* atomic: a version that is there, or just replaced */

/* The number of reads that found something. */
static void *read_on(void *context)
{
	uint64_t *found = context;
	for (uint64_t turn = 0; !__atomic_load_n(&stop, __ATOMIC_ACQUIRE); turn++) {
		uint64_t customer = turn % CUSTOMERS;
		uint64_t before = __atomic_load_n(&kept[customer], __ATOMIC_ACQUIRE);
		enum people_read_result result = people_kit_read(people, customer, before);
		uint64_t after = __atomic_load_n(&kept[customer], __ATOMIC_ACQUIRE);
		/* While it is being replaced by a newer one it may be gone; else it is there. */
		if (result == PEOPLE_DAMAGED || (result == PEOPLE_ABSENT && before == after))
			return NULL;
		*found += result == PEOPLE_FOUND;
		people_last_version(people);
		people_wants_rewrite(people);
	}
	return context;
}

/* A newer document of the customer; it is named before the older one goes. */
static void replace(uint64_t customer, uint64_t version)
{
	people_kit_do(people, PEOPLE_PUT, customer, version);
	__atomic_store_n(&kept[customer], version, __ATOMIC_RELEASE);
	people_kit_do(people, PEOPLE_KEEP, customer, version);
}

static void test_readers(void **state)
{
	(void)state;
	char directory[256];
	pthread_t threads[READERS];
	uint64_t found[READERS] = {0}, version = 0;
	struct failure failure = {0};
	kit_scratch(directory, true);
	struct people_lmdb_options options = people_kit_options(directory);
	people = people_kit_open(&options);
	for (uint64_t customer = 0; customer < CUSTOMERS; customer++)
		replace(customer, ++version);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &found[i]), 0);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < 5; i++) {
			version++;
			replace(hash_u64(version, 1) % CUSTOMERS, version);
		}
		people_kit_do(people, PEOPLE_ERASE, CUSTOMERS + round, 0);
		assert_true(people_rewrite(people, &failure));
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	for (int i = 0; i < READERS; i++) {
		void *fine;
		pthread_join(threads[i], &fine);
		assert_non_null(fine);
		assert_true(found[i] > 0);
	}
	people_free(people);
	kit_remove(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_readers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
