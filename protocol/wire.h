/* wire.h -- checked little-endian reads and writes over caller-owned bytes.
 *
 * Both cursors carry a sticky failure flag: a codec reads every field straight through and asks
 * once, at the end, whether it all fitted.  Bounds are always tested as "needed <= remaining";
 * no pointer is advanced first and compared later, so no length taken from the wire can wrap.
 *
 *   W1  A failed cursor never moves again, and reads from it give zero.
 *   W2  Nothing outside [at, end) is ever read or written (guard-page test: tests/unit/protocol).
 *
 * Everything is inline: the codecs of messages.c are hot (a million commands a second).
 * Thread rule: a cursor belongs to one thread; there is no shared state.
 */
#ifndef CRMDB_PROTOCOL_WIRE_H
#define CRMDB_PROTOCOL_WIRE_H
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

static inline size_t wire_reader_left(const struct wire_reader *r)
{
	return (size_t)(r->end - r->at);
}

/* The next `size` bytes, or NULL and a failed reader. */
static inline const uint8_t *wire_take(struct wire_reader *r, size_t size)
{
	if (r->failed || size > wire_reader_left(r)) {
		r->failed = true; /* W1 */
		return NULL;
	}
	const uint8_t *bytes = r->at;
	r->at += size;
	return bytes;
}

/* Room for `size` bytes, or NULL and a failed writer. */
static inline uint8_t *wire_room(struct wire_writer *w, size_t size)
{
	if (w->failed || size > (size_t)(w->end - w->at)) {
		w->failed = true; /* W1 */
		return NULL;
	}
	uint8_t *bytes = w->at;
	w->at += size;
	return bytes;
}

static inline void wire_read_raw(struct wire_reader *r, void *value, size_t size)
{
	const uint8_t *bytes = wire_take(r, size);
	if (bytes != NULL)
		memcpy(value, bytes, size);
	else
		memset(value, 0, size);
}

static inline void wire_write_raw(struct wire_writer *w, const void *value, size_t size)
{
	uint8_t *bytes = wire_room(w, size);
	if (bytes != NULL && size > 0)
		memcpy(bytes, value, size);
}

static inline uint8_t wire_read_u8(struct wire_reader *r)
{
	uint8_t value;
	wire_read_raw(r, &value, sizeof value);
	return value;
}

static inline uint16_t wire_read_u16(struct wire_reader *r)
{
	uint16_t value;
	wire_read_raw(r, &value, sizeof value);
	return value;
}

static inline uint32_t wire_read_u32(struct wire_reader *r)
{
	uint32_t value;
	wire_read_raw(r, &value, sizeof value);
	return value;
}

static inline uint64_t wire_read_u64(struct wire_reader *r)
{
	uint64_t value;
	wire_read_raw(r, &value, sizeof value);
	return value;
}

static inline int64_t wire_read_i64(struct wire_reader *r)
{
	return (int64_t)wire_read_u64(r);
}

static inline struct wire_id wire_read_id(struct wire_reader *r)
{
	struct wire_id id;
	wire_read_raw(r, id.bytes, sizeof id.bytes);
	return id;
}

static inline struct wire_text wire_read_text(struct wire_reader *r)
{
	uint32_t size = wire_read_u32(r);
	const uint8_t *bytes = wire_take(r, size);
	return bytes == NULL ? (struct wire_text){0}
			     : (struct wire_text){(const char *)bytes, size};
}

static inline struct wire_list wire_read_list(struct wire_reader *r)
{
	uint32_t count = wire_read_u32(r);
	uint32_t size = wire_read_u32(r);
	const uint8_t *bytes = wire_take(r, size);
	return bytes == NULL ? (struct wire_list){0} : (struct wire_list){bytes, size, count};
}

static inline void wire_write_u8(struct wire_writer *w, uint8_t value)
{
	wire_write_raw(w, &value, sizeof value);
}

static inline void wire_write_u16(struct wire_writer *w, uint16_t value)
{
	wire_write_raw(w, &value, sizeof value);
}

static inline void wire_write_u32(struct wire_writer *w, uint32_t value)
{
	wire_write_raw(w, &value, sizeof value);
}

static inline void wire_write_u64(struct wire_writer *w, uint64_t value)
{
	wire_write_raw(w, &value, sizeof value);
}

static inline void wire_write_i64(struct wire_writer *w, int64_t value)
{
	wire_write_raw(w, &value, sizeof value);
}

static inline void wire_write_id(struct wire_writer *w, struct wire_id value)
{
	wire_write_raw(w, value.bytes, sizeof value.bytes);
}

static inline void wire_write_text(struct wire_writer *w, struct wire_text value)
{
	wire_write_u32(w, value.size);
	wire_write_raw(w, value.bytes, value.size);
}

static inline void wire_write_list(struct wire_writer *w, struct wire_list value)
{
	wire_write_u32(w, value.count);
	wire_write_u32(w, value.size);
	wire_write_raw(w, value.bytes, value.size);
}

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
