/* wire_types.h -- the values of the wire that C has no type for, and the two cursors. */
#ifndef CRMDB_PROTOCOL_WIRE_TYPES_H
#define CRMDB_PROTOCOL_WIRE_TYPES_H
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "wire.h copies little-endian words");

/* 128 bits: a command's key, a database's id, a client's instance. */
struct wire_id {
	uint8_t bytes[16];
};

/* Borrowed until the bytes it was read from change; not NUL-terminated. */
struct wire_text {
	const char *bytes;
	uint32_t size; /* bytes */
};

/* A run of records, still encoded.  Borrowed like wire_text. */
struct wire_list {
	const uint8_t *bytes;
	uint32_t size;  /* bytes */
	uint32_t count; /* records */
};

struct wire_reader {
	const uint8_t *at, *end;
	bool failed;
};

struct wire_writer {
	uint8_t *at, *end;
	bool failed;
};

static inline bool wire_id_equal(struct wire_id a, struct wire_id b)
{
	return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

static inline bool wire_id_is_zero(struct wire_id id)
{
	static const struct wire_id zero;
	return wire_id_equal(id, zero);
}

#endif
