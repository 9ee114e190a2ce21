/* frame.c -- see frame.h for the picture of the bytes.
 *
 *   F1  A frame is answered only when its trailer matches: half a frame is never executed.
 *   F2  A declared size over the limit ends the connection before a byte of it is waited for.
 */
#include "protocol/frame.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static enum frame_verdict bad(struct frame_fault *fault, enum error error, int64_t a, int64_t b)
{
	*fault = (struct frame_fault){error, {a, b}};
	return FRAME_BAD;
}

enum frame_verdict frame_next(const uint8_t *bytes, size_t size, uint32_t limit, struct frame *out,
			      struct frame_fault *fault)
{
	struct wire_reader r = {bytes, bytes + size, false};
	if (size < FRAME_HEAD_BYTES)
		return FRAME_PARTIAL;
	out->size = wire_read_u32(&r);
	out->kind = wire_read_u8(&r);
	out->flags = wire_read_u8(&r);
	out->count = wire_read_u16(&r);
	out->number = wire_read_u64(&r);
	if (out->kind < FRAME_HELLO || out->kind > FRAME_FEED || out->size < FRAME_MIN_BYTES)
		return bad(fault, ERROR_FRAME_BROKEN, out->kind, out->size);
	if (out->size > limit) /* F2 */
		return bad(fault, ERROR_FRAME_TOO_LARGE, out->size, limit);
	if (size < out->size)
		return FRAME_PARTIAL;
	out->body = r.at;
	out->body_size = out->size - FRAME_MIN_BYTES;
	uint64_t trailer;
	memcpy(&trailer, bytes + out->size - FRAME_TRAILER_BYTES, sizeof trailer);
	if (trailer != XXH3_64bits(bytes, out->size - FRAME_TRAILER_BYTES)) /* F1 */
		return bad(fault, ERROR_FRAME_CHECKSUM, out->size, 0);
	return FRAME_READY;
}

uint32_t frame_seal(uint8_t *bytes, uint32_t body_size, const struct frame_label *label)
{
	uint32_t size = body_size + FRAME_MIN_BYTES;
	uint8_t kinds[2] = {(uint8_t)label->kind, label->flags};
	memcpy(bytes, &size, sizeof size);
	memcpy(bytes + 4, kinds, sizeof kinds);
	memcpy(bytes + 6, &label->count, sizeof label->count);
	memcpy(bytes + 8, &label->number, sizeof label->number);
	uint64_t trailer = XXH3_64bits(bytes, size - FRAME_TRAILER_BYTES);
	memcpy(bytes + size - FRAME_TRAILER_BYTES, &trailer, sizeof trailer);
	return size;
}
