/* outbox_test.c -- frames leave in order, whole, and not before their stamp is durable (I3). */
#include <stdlib.h>
#include <string.h>

#include "server/app/outbox.h"
#include "tests/support/cmocka_tests.h"

static void push(struct outbox *outbox, const char *text, uint64_t stamp)
{
	assert_true(outbox_push(outbox, (const uint8_t *)text, strlen(text), stamp));
}

static void expect_take(struct outbox *outbox, uint64_t durable, const char *text)
{
	const uint8_t *bytes;
	size_t size = outbox_take(outbox, durable, &bytes);
	assert_int_equal(size, strlen(text));
	if (size > 0)
		assert_memory_equal(bytes, text, size);
}

static void test_a_frame_waits_for_its_stamp(void **state)
{
	struct outbox outbox = {0};
	(void)state;
	push(&outbox, "seventy", 70);
	expect_take(&outbox, 69, "");
	assert_int_equal(outbox_waiting(&outbox), 7);
	expect_take(&outbox, 70, "seventy");
	assert_int_equal(outbox_waiting(&outbox), 0);
	expect_take(&outbox, 100, "");
	outbox_clear(&outbox);
}

static void test_a_later_frame_never_overtakes(void **state)
{
	struct outbox outbox = {0};
	(void)state;
	push(&outbox, "a", 5);
	push(&outbox, "b", 9);
	push(&outbox, "c", 0); /* saw nothing, but stands behind b */
	push(&outbox, "d", 7);
	expect_take(&outbox, 4, "");
	expect_take(&outbox, 8, "a");
	expect_take(&outbox, 8, "");
	push(&outbox, "e", 10);
	expect_take(&outbox, 9, "bcd");
	expect_take(&outbox, 10, "e");
	outbox_clear(&outbox);
}

static void test_clear_forgets_everything(void **state)
{
	struct outbox outbox = {0};
	(void)state;
	push(&outbox, "lost", 1);
	outbox_clear(&outbox);
	assert_int_equal(outbox_waiting(&outbox), 0);
	expect_take(&outbox, 1, "");
	push(&outbox, "new", 1);
	expect_take(&outbox, 1, "new");
	outbox_clear(&outbox);
}

/* Frames of every size with rising stamps against the same bytes in one array. */
static void test_many_frames_leave_as_they_came(void **state)
{
	enum {
		FRAMES = 4000,
		BYTES = 3000
	};
	struct outbox outbox = {0};
	static uint8_t frame[BYTES];
	uint8_t *all = malloc((size_t)FRAMES * BYTES);
	size_t pushed = 0, taken = 0;
	uint32_t random = 1;
	(void)state;
	assert_non_null(all);
	for (uint64_t i = 0; i < FRAMES; i++) {
		const uint8_t *bytes;
		random = random * 1664525u + 1013904223u;
		size_t size = 1 + (random >> 16) % BYTES;
		memset(frame, (int)(i % 251), size);
		memcpy(all + pushed, frame, size);
		assert_true(outbox_push(&outbox, frame, size, i));
		pushed += size;
		size_t got = outbox_take(&outbox, i - (random >> 8) % 40, &bytes);
		assert_true(got <= pushed - taken);
		if (got > 0)
			assert_memory_equal(bytes, all + taken, got);
		taken += got;
		assert_int_equal(outbox_waiting(&outbox), pushed - taken);
	}
	const uint8_t *bytes;
	assert_int_equal(outbox_take(&outbox, FRAMES, &bytes), pushed - taken);
	assert_memory_equal(bytes, all + taken, pushed - taken);
	outbox_clear(&outbox);
	free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_frame_waits_for_its_stamp),
	    cmocka_unit_test(test_a_later_frame_never_overtakes),
	    cmocka_unit_test(test_clear_forgets_everything),
	    cmocka_unit_test(test_many_frames_leave_as_they_came),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
