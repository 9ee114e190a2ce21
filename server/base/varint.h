/* varint.h -- integers in as few bytes as they need, over the cursors of protocol/wire.h.
 *
 *   1ggggggg 1ggggggg ... 0ggggggg     seven bits a byte, lowest first
 *
 * Signed ones are zigzagged first: 0, -1, 1, -2 ... become 0, 1, 2, 3 ...
 * A value has exactly one encoding: a reader fails on a longer one, on more than 64 bits and on
 * bytes that end too early.  No shared state.
 */
#ifndef CRMDB_BASE_VARINT_H
#define CRMDB_BASE_VARINT_H
#include "protocol/wire.h"

#define VARINT_MAX_BYTES 10u

static inline size_t varint_put(uint8_t *bytes, uint64_t value)
{
	size_t size = 0;
	while (value >= 0x80) {
		bytes[size++] = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	bytes[size++] = (uint8_t)value;
	return size;
}

static inline void varint_write(struct wire_writer *w, uint64_t value)
{
	uint8_t bytes[VARINT_MAX_BYTES];
	if (!w->failed && (size_t)(w->end - w->at) >= VARINT_MAX_BYTES)
		w->at += varint_put(w->at, value);
	else
		wire_write_raw(w, bytes, varint_put(bytes, value));
}

static inline uint64_t varint_read(struct wire_reader *r)
{
	uint64_t value = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = wire_read_u8(r);
		if (shift == 63 && byte > 1)
			break; /* more than 64 bits */
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte >= 0x80)
			continue;
		if (byte == 0 && shift > 0)
			break; /* a shorter encoding exists, or the bytes ended */
		return value;
	}
	r->failed = true;
	return 0;
}

static inline void varint_write_signed(struct wire_writer *w, int64_t value)
{
	uint64_t bits = (uint64_t)value;
	varint_write(w, bits << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

static inline int64_t varint_read_signed(struct wire_reader *r)
{
	uint64_t bits = varint_read(r);
	return (int64_t)(bits >> 1 ^ (bits & 1 ? UINT64_MAX : 0));
}

#endif
