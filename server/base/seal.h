/* seal.h -- what personal data becomes where it may not stand itself: keyed BLAKE2b.
 *
 * Journal, log and memory hold fingerprints of identities and hashes of personal content.  Both are
 * keyed, so that they say nothing without the secret: a phone number has too few digits for a bare
 * hash to hide it.  Domain bytes keep the kinds apart: none can be taken for another.
 *
 * The secret is read once and never changes.  Any thread.  Cannot fail: no memory, no I/O.
 */
#ifndef CRMDB_BASE_SEAL_H
#define CRMDB_BASE_SEAL_H
#include <stddef.h>
#include <stdint.h>

#define SEAL_SECRET_BYTES 32u
#define SEAL_FINGERPRINT_BYTES 12u
#define SEAL_SALT_BYTES 16u

struct seal {
	uint8_t secret[SEAL_SECRET_BYTES];
};

/* First 96 bits of BLAKE2b-256 (RFC 7693) keyed with the secret over 'I', kind, text. */
void seal_fingerprint(const struct seal *seal, uint8_t kind, const void *text, size_t size,
		      uint8_t out[SEAL_FINGERPRINT_BYTES]);

/* First 128 bits of the same over 'S': what clients are told, to key what they hash. */
void seal_salt(const struct seal *seal, uint8_t out[SEAL_SALT_BYTES]);

/* First 64 bits, little-endian, of the same over 'C', bytes. */
uint64_t seal_content(const struct seal *seal, const void *bytes, size_t size);

#endif
