/* wire_read.h -- reading from a wire_reader; see wire.h for the rules W1 and W2. */
#ifndef CRMDB_PROTOCOL_WIRE_READ_H
#define CRMDB_PROTOCOL_WIRE_READ_H
#include "protocol/wire_types.h"

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

static inline void wire_read_raw(struct wire_reader *r, void *value, size_t size)
{
	const uint8_t *bytes = wire_take(r, size);
	if (bytes != NULL)
		memcpy(value, bytes, size);
	else
		memset(value, 0, size);
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

#endif
