/* key.h -- keys: 128-bit UUIDs that make a command happen at most once.
 *
 *   version 7  timed: 48 bits of Unix milliseconds, then random bits (RFC 9562, 5.7)
 *   version 8  from text: a hash of operation kind and ref, found for ever (RFC 9562, 5.8)
 *
 * Other versions are refused (ERROR_KEY_INVALID).
 */
#ifndef CRMDB_PROTOCOL_KEY_H
#define CRMDB_PROTOCOL_KEY_H
#include "protocol/wire.h"

/* A timed key.  `unix_ms` since 1970; `random`: 10 bytes the caller drew. */
struct wire_id key_timed(uint64_t unix_ms, const uint8_t random[10]);

/* The key of a ref: XXH3-128 of opcode and text, stamped as version 8. */
struct wire_id key_from_ref(uint16_t opcode, const char *ref, size_t size);

/* 7 or 8 for keys the server takes; otherwise the version found (0 to 15), or 16 for a wrong
 * variant. */
unsigned key_version(struct wire_id key);

/* Milliseconds since 1970 of a version 7 key. */
uint64_t key_unix_ms(struct wire_id key);

/* "0190163d-8694-739b-aea5-966c26f8ad91"; text holds 37 bytes. */
void key_format(struct wire_id key, char text[37]);
/* False: not 36 characters of that form. */
bool key_parse(const char *text, size_t size, struct wire_id *key);

#endif
