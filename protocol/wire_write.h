/* wire_write.h -- writing into a wire_writer; see wire.h for the rules W1 and W2. */
#ifndef CRMDB_PROTOCOL_WIRE_WRITE_H
#define CRMDB_PROTOCOL_WIRE_WRITE_H
#include "protocol/wire_types.h"

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

static inline void wire_write_raw(struct wire_writer *w, const void *value, size_t size)
{
	uint8_t *bytes = wire_room(w, size);
	if (bytes != NULL && size > 0)
		memcpy(bytes, value, size);
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

#endif
