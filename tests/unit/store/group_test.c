/* group_test.c -- groups: growth, limits, and the seal that shows every tear and flip. */
#include "server/store/group_head.h"
#include "tests/unit/store/kit.h"

static const struct group_ring ring = {{{9}}, 77, 1u << 20};

static void test_records_come_back(void **state)
{
	(void)state;
	uint32_t size;
	struct group *group = kit_group(10, 5000);
	assert_true(group->count > 1000);
	for (uint64_t number = group->first; number <= group_last(group); number++) {
		const uint8_t *record = group_record(group, number, &size);
		assert_true(kit_is_record(number, record, size));
	}
	group_free(group);
}

static void test_a_group_ends_at_its_limit(void **state)
{
	(void)state;
	struct group *group = group_new(1);
	while (group_reserve(group, 1000)) {
		memset(group_room(group), 0, 1000);
		group_commit(group, 1000);
	}
	assert_true(group->size <= LIMIT_GROUP_BYTES);
	assert_true(group->size > LIMIT_GROUP_BYTES - 1004);
	assert_true(group_reserve(group, LIMIT_GROUP_BYTES - group->size - 4));
	assert_false(group_reserve(group, LIMIT_GROUP_BYTES - group->size - 3));
	assert_false(group_reserve(group, UINT32_MAX));
	assert_true(group_padded(group->size) <= group->capacity);
	group_free(group);
}

static void test_chain(void **state)
{
	(void)state;
	struct group_link link = {0};
	struct group_head head;
	uint64_t first = 1;
	for (int i = 0; i < 100; i++) {
		struct group *group = kit_group(first, 50);
		struct group_link before = link;
		group_seal(group, &ring, 3, &link);
		assert_int_equal(group_check(group->bytes, group_padded(group->size), &ring, &head),
				 GROUP_WHOLE);
		assert_true(group_follows(&head, &before, &ring));
		assert_false(group_follows(&head, &link, &ring));
		assert_true(head.start % ring.bytes + group_padded(head.size) <= ring.bytes);
		before.checksum++;
		assert_false(group_follows(&head, &before, &ring));
		first += group->count;
		group_free(group);
	}
	assert_int_equal(link.event, first - 1);
	assert_true(link.end > ring.bytes); /* more than a lap */
}

static void test_every_tear_is_seen(void **state)
{
	(void)state;
	struct group_link link = {0};
	struct group_head head;
	struct group *group = kit_group(1, 300);
	group_seal(group, &ring, 1, &link);
	uint64_t padded = group_padded(group->size);
	uint8_t *torn = calloc(1, padded);
	for (uint64_t reached = 0; reached < group->size; reached += 512) {
		memset(torn, 0xee, padded);
		memcpy(torn, group->bytes, reached);
		assert_int_not_equal(group_check(torn, padded, &ring, &head), GROUP_WHOLE);
		memcpy(torn, group->bytes, padded);
		memset(torn + reached, 0xee, 512);
		assert_int_not_equal(group_check(torn, padded, &ring, &head), GROUP_WHOLE);
	}
	free(torn);
	group_free(group);
}

static void test_every_flip_is_seen(void **state)
{
	(void)state;
	struct group_link link = {0};
	struct group_head head;
	struct group *group = kit_group(1, 3);
	group_seal(group, &ring, 1, &link);
	uint64_t padded = group_padded(group->size);
	for (uint64_t bit = 0; bit < padded * 8; bit += bit < 1024 ? 1 : 37) {
		group->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(group_check(group->bytes, padded, &ring, &head), GROUP_WHOLE);
		group->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	group_free(group);
}

static void test_hostile_heads_stay_in_bounds(void **state)
{
	(void)state;
	struct group_link link = {0};
	struct group_head head;
	struct group *group = kit_group(1, 3);
	group_seal(group, &ring, 1, &link);
	const uint32_t sizes[] = {0, 1, 127, GROUP_ALIGN * 2, LIMIT_GROUP_BYTES, UINT32_MAX};
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		memcpy(group->bytes + 76, &sizes[i], 4);
		uint64_t available = group_padded(group->size);
		assert_int_equal(group_check(group->bytes, available, &ring, &head), GROUP_TORN);
	}
	group_free(group);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_records_come_back),
	    cmocka_unit_test(test_a_group_ends_at_its_limit),
	    cmocka_unit_test(test_chain),
	    cmocka_unit_test(test_every_tear_is_seen),
	    cmocka_unit_test(test_every_flip_is_seen),
	    cmocka_unit_test(test_hostile_heads_stay_in_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
