/* frame_test.c -- the frame parser against every cut, declared size, kind and flipped bit. */
#include <string.h>

#include "protocol/frame.h"
#include "protocol/limits.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/guard.h"

#define BODY 40u
#define SIZE (BODY + FRAME_MIN_BYTES)

static void make(uint8_t bytes[SIZE])
{
	for (uint8_t i = 0; i < BODY; i++)
		bytes[FRAME_HEAD_BYTES + i] = (uint8_t)(i * 7);
	assert_int_equal(
	    frame_seal(bytes, BODY, &(struct frame_label){FRAME_REQUEST, FRAME_MORE, 3, 99}), SIZE);
}

static enum frame_verdict next(const uint8_t *bytes, size_t size, uint32_t limit,
			       struct frame *frame, struct frame_fault *fault)
{
	return frame_next(guard_copy(bytes, size), size, limit, frame, fault);
}

static void whole(void **state)
{
	uint8_t bytes[SIZE];
	struct frame frame;
	struct frame_fault fault;
	(void)state;
	make(bytes);
	assert_int_equal(next(bytes, SIZE, SIZE, &frame, &fault), FRAME_READY);
	assert_int_equal(frame.size, SIZE);
	assert_int_equal(frame.kind, FRAME_REQUEST);
	assert_int_equal(frame.flags, FRAME_MORE);
	assert_int_equal(frame.count, 3);
	assert_int_equal(frame.number, 99);
	assert_int_equal(frame.body_size, BODY);
	assert_memory_equal(frame.body, bytes + FRAME_HEAD_BYTES, BODY);
}

static void empty_body(void **state)
{
	uint8_t bytes[FRAME_MIN_BYTES];
	struct frame frame;
	struct frame_fault fault;
	(void)state;
	assert_int_equal(frame_seal(bytes, 0, &(struct frame_label){FRAME_REPLY, 0, 0, 1}),
			 FRAME_MIN_BYTES);
	assert_int_equal(next(bytes, sizeof bytes, 4096, &frame, &fault), FRAME_READY);
	assert_int_equal(frame.body_size, 0);
}

static void cut_at_every_byte(void **state)
{
	uint8_t bytes[SIZE];
	struct frame frame;
	struct frame_fault fault;
	(void)state;
	make(bytes);
	for (size_t n = 0; n < SIZE; n++)
		assert_int_equal(next(bytes, n, SIZE, &frame, &fault), FRAME_PARTIAL);
}

/* Two frames and part of a third in one buffer: each is found where the one before ends. */
static void one_after_another(void **state)
{
	uint8_t bytes[SIZE * 3];
	struct frame frame;
	struct frame_fault fault;
	(void)state;
	for (unsigned i = 0; i < 3; i++)
		make(bytes + i * SIZE);
	const uint8_t *at = guard_copy(bytes, SIZE * 3 - 1), *end = at + SIZE * 3 - 1;
	for (unsigned i = 0; i < 2; i++, at += frame.size)
		assert_int_equal(frame_next(at, (size_t)(end - at), SIZE, &frame, &fault),
				 FRAME_READY);
	assert_int_equal(frame_next(at, (size_t)(end - at), SIZE, &frame, &fault), FRAME_PARTIAL);
}

static void declared_sizes(void **state)
{
	static const struct {
		uint32_t size;
		enum error error;
	} rows[] = {
	    {0, ERROR_FRAME_BROKEN},
	    {1, ERROR_FRAME_BROKEN},
	    {FRAME_HEAD_BYTES, ERROR_FRAME_BROKEN},
	    {FRAME_MIN_BYTES - 1, ERROR_FRAME_BROKEN},
	    {LIMIT_FRAME_BYTES + 1, ERROR_FRAME_TOO_LARGE},
	    {INT32_MAX, ERROR_FRAME_TOO_LARGE},
	    {UINT32_C(1) << 31, ERROR_FRAME_TOO_LARGE},
	    {UINT32_MAX, ERROR_FRAME_TOO_LARGE},
	};
	uint8_t bytes[SIZE];
	struct frame frame;
	struct frame_fault fault;
	(void)state;
	make(bytes);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		memcpy(bytes, &rows[i].size, 4);
		/* The head alone is enough to refuse. */
		assert_int_equal(next(bytes, FRAME_HEAD_BYTES, LIMIT_FRAME_BYTES, &frame, &fault),
				 FRAME_BAD);
		assert_int_equal(fault.error, rows[i].error);
	}
	uint32_t limit = LIMIT_FRAME_BYTES;
	memcpy(bytes, &limit, 4);
	assert_int_equal(next(bytes, SIZE, limit, &frame, &fault), FRAME_PARTIAL);
}

static void kinds(void **state)
{
	uint8_t bytes[SIZE];
	struct frame frame;
	struct frame_fault fault;
	(void)state;
	for (unsigned kind = 0; kind <= UINT8_MAX; kind++) {
		make(bytes);
		frame_seal(bytes, BODY, &(struct frame_label){(enum frame_kind)kind, 0, 1, 1});
		bool known = kind >= FRAME_HELLO && kind <= FRAME_FEED;
		assert_int_equal(next(bytes, SIZE, SIZE, &frame, &fault),
				 known ? FRAME_READY : FRAME_BAD);
		if (!known)
			assert_int_equal(fault.error, ERROR_FRAME_BROKEN);
	}
}

/* F1: a frame with one bit changed, wherever, is never given out. */
static void flipped_bits(void **state)
{
	uint8_t bytes[SIZE];
	struct frame frame;
	struct frame_fault fault;
	(void)state;
	make(bytes);
	for (size_t bit = 0; bit < SIZE * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(next(bytes, SIZE, LIMIT_FRAME_BYTES, &frame, &fault),
				     FRAME_READY);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

/* Other protocols and noise: refused, or waited for up to the limit; never read too far. */
static void other_protocols(void **state)
{
	static const char *const greetings[] = {
	    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	    "SSH-2.0-OpenSSH_9.2\r\n",
	    "*1\r\n$4\r\nPING\r\n$0\r\n\r\n",
	    "\x16\x03\x01\x02\x01\x01\x01\x01\xfc\x03\x03 client hello",
	};
	struct frame frame;
	struct frame_fault fault;
	(void)state;
	for (size_t i = 0; i < sizeof greetings / sizeof greetings[0]; i++)
		assert_int_equal(next((const uint8_t *)greetings[i], strlen(greetings[i]),
				      LIMIT_HELLO_BYTES, &frame, &fault),
				 FRAME_BAD);
	uint64_t word = 1;
	for (int round = 0; round < 20000; round++) {
		uint8_t noise[64];
		for (size_t i = 0; i < sizeof noise; i += 8) {
			word = word * UINT64_C(6364136223846793005) + 1442695040888963407u;
			memcpy(noise + i, &word, 8);
		}
		memset(noise + 1, 0, 3); /* a small size, so that the checksum is reached */
		assert_int_not_equal(next(noise, sizeof noise, 255, &frame, &fault), FRAME_READY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole),
	    cmocka_unit_test(empty_body),
	    cmocka_unit_test(cut_at_every_byte),
	    cmocka_unit_test(one_after_another),
	    cmocka_unit_test(declared_sizes),
	    cmocka_unit_test(kinds),
	    cmocka_unit_test(flipped_bits),
	    cmocka_unit_test(other_protocols),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
