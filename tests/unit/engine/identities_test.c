/* identities_test.c -- the table of identities against a plain array: added, freed, added again. */
#include "tests/unit/engine/fixture.h"

#include "server/engine/identities.h"

#define PEOPLE 3000u
#define STEPS 400000u

struct rig {
	struct fixture_memory memory;
	struct identities identities;
	uint32_t holder[PEOPLE]; /* row + 1; 0: nobody */
	uint64_t live;
};

static void open_rig(struct rig *rig)
{
	memset(rig, 0, sizeof *rig);
	fixture_memory(&rig->memory);
	identities_open(&rig->identities, &rig->memory.memory);
	rig->identities.table.seed = 7;
}

/* Neighbours in the table now and then: only 64 values in the bytes that are hashed. */
static void fingerprint(uint32_t number, uint8_t bytes[IDENTITY_FINGERPRINT_BYTES])
{
	memset(bytes, 0, IDENTITY_FINGERPRINT_BYTES);
	bytes[0] = (uint8_t)(number % 64 + 1);
	memcpy(bytes + 8, &number, sizeof number);
}

static void add(struct rig *rig, uint32_t number, uint32_t row)
{
	uint8_t bytes[IDENTITY_FINGERPRINT_BYTES];
	fingerprint(number, bytes);
	assert_true(identities_reserve(&rig->identities, 1));
	identities_add(&rig->identities, bytes, row);
	rig->holder[number] = row + 1;
	rig->live++;
}

static void drop(struct rig *rig, uint32_t number)
{
	uint8_t bytes[IDENTITY_FINGERPRINT_BYTES];
	fingerprint(number, bytes);
	identities_remove(&rig->identities, bytes, rig->holder[number] - 1);
	rig->holder[number] = 0;
	rig->live--;
}

static void check_one(const struct rig *rig, uint32_t number)
{
	uint8_t bytes[IDENTITY_FINGERPRINT_BYTES];
	fingerprint(number, bytes);
	uint32_t row = identities_find(&rig->identities, bytes);
	assert_int_equal(row,
			 rig->holder[number] == 0 ? EVENT_ROW_UNKNOWN : rig->holder[number] - 1);
}

static void check_all(const struct rig *rig)
{
	const struct identities *identities = &rig->identities;
	const struct identities_slot *slot;
	uint64_t cursor = 0, live = 0, dead = 0;
	for (uint32_t i = 0; i < PEOPLE; i++)
		check_one(rig, i);
	while ((slot = identities_next(identities, &cursor)) != NULL)
		*(slot->holder == IDENTITY_FREED ? &dead : &live) += 1;
	assert_int_equal(live, rig->live);
	assert_int_equal(identities->live, rig->live);
	assert_int_equal(dead, identities->dead);
	assert_int_equal(identities->table.entries, live + dead);
}

static void test_against_an_array(void **state)
{
	static struct rig rig;
	uint64_t seed = fixture_seed(20261127);
	(void)state;
	open_rig(&rig);
	for (uint32_t step = 0; step < STEPS; step++) {
		/* Waves: many come, many go. */
		uint32_t span = step / 20000 % 2 == 0 ? PEOPLE : PEOPLE / 8;
		uint32_t number = (uint32_t)(fixture_random(&seed) % span);
		if (rig.holder[number] == 0)
			add(&rig, number, (uint32_t)(fixture_random(&seed) % 1000));
		else if (fixture_random(&seed) % 3 != 0 || span != PEOPLE)
			drop(&rig, number);
		check_one(&rig, (uint32_t)(fixture_random(&seed) % PEOPLE));
		if (step % 1000 == 0)
			check_all(&rig);
	}
	check_all(&rig);
	/* Freed slots take no memory for ever: as large as for those who are there. */
	assert_true(rig.identities.table.run.capacity <= 32768);
	identities_close(&rig.identities);
	assert_int_equal(rig.memory.used, 0);
}

/* Without memory nothing changes, and it goes on when there is some. */
static void test_nth_allocation_fails(void **state)
{
	static struct rig rig;
	(void)state;
	for (uint64_t n = 1; n <= 12; n++) {
		open_rig(&rig);
		rig.memory.fail_at = n;
		for (uint32_t number = 0; number < PEOPLE; number++) {
			uint8_t bytes[IDENTITY_FINGERPRINT_BYTES];
			fingerprint(number, bytes);
			if (!identities_reserve(&rig.identities, 1))
				check_all(&rig);
			add(&rig, number, number);
			if (number % 3 == 0)
				drop(&rig, number);
		}
		check_all(&rig);
		identities_close(&rig.identities);
		assert_int_equal(rig.memory.used, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_against_an_array),
	    cmocka_unit_test(test_nth_allocation_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
