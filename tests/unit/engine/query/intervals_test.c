/* intervals_test.c -- sets of intervals against a line of marks, and at the ends of i64. */
#include <time.h>

#include "server/engine/query/intervals.h"
#include "tests/unit/engine/fixture.h"

#define LINE 24
#define ROOM 16u

struct marks {
	bool at[LINE];
};

static uint64_t seed;

static struct marks marks_of(const struct intervals *set)
{
	struct marks marks;
	for (int i = 0; i < LINE; i++)
		marks.at[i] = intervals_have(set, i);
	return marks;
}

/* Sorted, disjoint, and none touches the next. */
static void expect_settled(const struct intervals *set)
{
	for (uint32_t i = 0; i < set->count; i++) {
		assert_true(set->items[i].low <= set->items[i].high);
		assert_true(i == 0 || set->items[i].low > set->items[i - 1].high + 1);
	}
}

static struct intervals draw(struct interval *room, struct marks *marks)
{
	struct intervals set = {room, 0, ROOM};
	uint64_t count = fixture_random(&seed) % 9;
	memset(marks, 0, sizeof *marks);
	for (uint64_t i = 0; i < count; i++) {
		int low = (int)(fixture_random(&seed) % LINE);
		int high = low + (int)(fixture_random(&seed) % 6) - 1;
		assert_true(intervals_add(&set, low, high));
		for (int at = low; at <= high && at < LINE; at++)
			marks->at[at] = true;
	}
	intervals_settle(&set);
	return set;
}

static void test_against_marks(void **state)
{
	(void)state;
	seed = fixture_seed((uint64_t)time(NULL));
	for (int run = 0; run < 50000; run++) {
		struct interval rooms[3][ROOM];
		struct marks x, y, got;
		struct intervals a = draw(rooms[0], &x), b = draw(rooms[1], &y),
				 out = {rooms[2], 0, ROOM};
		expect_settled(&a);
		got = marks_of(&a);
		assert_memory_equal(&got, &x, sizeof x);
		assert_true(intervals_both(&a, &b, &out));
		expect_settled(&out);
		got = marks_of(&out);
		for (int i = 0; i < LINE; i++)
			assert_int_equal(got.at[i], x.at[i] && y.at[i]);
		assert_true(intervals_either(&a, &b, &out));
		expect_settled(&out);
		got = marks_of(&out);
		for (int i = 0; i < LINE; i++)
			assert_int_equal(got.at[i], x.at[i] || y.at[i]);
		assert_true(intervals_invert(&a, (struct interval){3, LINE - 5}));
		expect_settled(&a);
		got = marks_of(&a);
		for (int i = 0; i < LINE; i++)
			assert_int_equal(got.at[i], i >= 3 && i <= LINE - 5 && !x.at[i]);
	}
}

static void test_ends_and_room(void **state)
{
	const struct interval all = {INT64_MIN, INT64_MAX};
	struct interval room[2];
	struct intervals set = {room, 0, 2};
	(void)state;
	assert_true(intervals_invert(&set, all));
	assert_int_equal(set.count, 1);
	assert_true(intervals_have(&set, INT64_MIN) && intervals_have(&set, INT64_MAX));
	assert_true(intervals_invert(&set, all));
	assert_int_equal(set.count, 0);
	assert_true(intervals_add(&set, INT64_MAX, INT64_MAX));
	assert_true(intervals_add(&set, INT64_MIN, INT64_MIN));
	assert_false(intervals_add(&set, 0, 0));
	assert_true(intervals_add(&set, 1, 0)); /* an empty one takes none */
	intervals_settle(&set);
	assert_true(intervals_invert(&set, all));
	assert_int_equal(set.count, 1);
	assert_true(set.items[0].low == INT64_MIN + 1 && set.items[0].high == INT64_MAX - 1);
	set.count = 0;
	intervals_add(&set, 0, 0);
	intervals_add(&set, 5, 5);
	assert_false(intervals_invert(&set, all)); /* three of two */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_against_marks),
	    cmocka_unit_test(test_ends_and_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
