/* seal.c -- see seal.h.
 *
 * Why 256 bits computed and fewer kept: the length asked for is an input of BLAKE2b.  So this is
 * plain BLAKE2b-256, which any tool can compute again, and not a function of our own.
 */
#include "server/base/seal.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define DIGEST_BYTES crypto_generichash_BYTES

static_assert(SEAL_SECRET_BYTES == crypto_generichash_KEYBYTES, "the secret is a key of BLAKE2b");
static_assert(SEAL_FINGERPRINT_BYTES <= DIGEST_BYTES, "a fingerprint is a part of a digest");

static void begin(crypto_generichash_state *state, const struct seal *seal, char domain)
{
	crypto_generichash_init(state, seal->secret, sizeof seal->secret, DIGEST_BYTES);
	crypto_generichash_update(state, (const unsigned char *)&domain, 1);
}

void seal_fingerprint(const struct seal *seal, uint8_t kind, const void *text, size_t size,
		      uint8_t out[SEAL_FINGERPRINT_BYTES])
{
	uint8_t digest[DIGEST_BYTES];
	crypto_generichash_state state;
	begin(&state, seal, 'I');
	crypto_generichash_update(&state, &kind, 1);
	crypto_generichash_update(&state, text, size);
	crypto_generichash_final(&state, digest, sizeof digest);
	memcpy(out, digest, SEAL_FINGERPRINT_BYTES);
}

void seal_salt(const struct seal *seal, uint8_t out[SEAL_SALT_BYTES])
{
	uint8_t digest[DIGEST_BYTES];
	crypto_generichash_state state;
	begin(&state, seal, 'S');
	crypto_generichash_final(&state, digest, sizeof digest);
	memcpy(out, digest, SEAL_SALT_BYTES);
}

uint64_t seal_content(const struct seal *seal, const void *bytes, size_t size)
{
	uint8_t digest[DIGEST_BYTES];
	uint64_t content = 0;
	crypto_generichash_state state;
	begin(&state, seal, 'C');
	crypto_generichash_update(&state, bytes, size);
	crypto_generichash_final(&state, digest, sizeof digest);
	for (unsigned i = 0; i < sizeof content; i++)
		content |= (uint64_t)digest[i] << 8 * i;
	return content;
}
