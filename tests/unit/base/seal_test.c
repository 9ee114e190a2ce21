/* seal_test.c -- the seal against vectors of another BLAKE2b (Python's hashlib), and what must
 * differ differs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/seal.h"
#include "tests/support/cmocka_tests.h"

/* hashlib.blake2b(b'I' + bytes([kind]) + text, key=bytes(range(32)), digest_size=32), 12 bytes. */
static const struct {
	uint8_t kind;
	const char *text, *fingerprint;
} vectors[] = {
    {1, "+8613800138000", "60bf4df895cee869d96e4e20"},
    {2, "+8613800138000", "c4148a33b2548412aa58a28e"},
    {0, "", "a92d0dadca9c8376a1bef989"},
};

static struct seal counting_seal(void)
{
	struct seal seal;
	for (unsigned i = 0; i < sizeof seal.secret; i++)
		seal.secret[i] = (uint8_t)i;
	return seal;
}

static void test_fingerprints(void **state)
{
	(void)state;
	struct seal seal = counting_seal();
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		uint8_t out[SEAL_FINGERPRINT_BYTES];
		char text[2 * SEAL_FINGERPRINT_BYTES + 1];
		seal_fingerprint(&seal, vectors[i].kind, vectors[i].text, strlen(vectors[i].text),
				 out);
		for (unsigned at = 0; at < sizeof out; at++)
			snprintf(text + 2 * at, 3, "%02x", out[at]);
		assert_string_equal(text, vectors[i].fingerprint);
	}
}

static void test_contents(void **state)
{
	(void)state;
	struct seal seal = counting_seal();
	uint8_t *large = malloc(65536);
	assert_non_null(large);
	for (unsigned i = 0; i < 65536; i++)
		large[i] = (uint8_t)(i % 251);
	assert_true(seal_content(&seal, "", 0) == UINT64_C(0x137549801d1a9ab7));
	assert_true(seal_content(&seal, "\001+8613800138000", 15) == UINT64_C(0xc758331ad040f859));
	assert_true(seal_content(&seal, large, 65536) == UINT64_C(0xb17952a2f3ff9a59));
	free(large);
}

static void test_salt(void **state)
{
	(void)state;
	static const char expected[] = "3bda4b3fe04327ac88146debdcc6b48f"; /* over b'S' */
	struct seal seal = counting_seal();
	uint8_t salt[SEAL_SALT_BYTES];
	char text[2 * SEAL_SALT_BYTES + 1];
	seal_salt(&seal, salt);
	for (unsigned at = 0; at < sizeof salt; at++)
		snprintf(text + 2 * at, 3, "%02x", salt[at]);
	assert_string_equal(text, expected);
}

/* Each bit of the secret counts, and a content is not the fingerprint of the same bytes. */
static void test_what_differs(void **state)
{
	(void)state;
	struct seal seal = counting_seal();
	uint8_t before[SEAL_FINGERPRINT_BYTES], after[SEAL_FINGERPRINT_BYTES];
	seal_fingerprint(&seal, 1, "zoe", 3, before);
	uint64_t content = seal_content(&seal, "\001zoe", 4);
	assert_memory_not_equal(before, &content, sizeof content);
	for (unsigned bit = 0; bit < 8 * SEAL_SECRET_BYTES; bit++) {
		seal.secret[bit / 8] ^= (uint8_t)(1u << bit % 8);
		seal_fingerprint(&seal, 1, "zoe", 3, after);
		assert_memory_not_equal(before, after, sizeof before);
		assert_true(seal_content(&seal, "\001zoe", 4) != content);
		seal.secret[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fingerprints),
	    cmocka_unit_test(test_contents),
	    cmocka_unit_test(test_salt),
	    cmocka_unit_test(test_what_differs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
