/* frame.h -- frames: length-prefixed, numbered, checksummed runs of commands or answers.
 *
 *      0        4      5       6       8                16             size-8      size
 *      +--------+------+-------+-------+----------------+---- ... -----+------------+
 *      | size   | kind | flags | count | number         | body         | XXH3-64    |
 *      +--------+------+-------+-------+----------------+---- ... -----+------------+
 *       u32      u8     u8      u16     u64               commands or    of all
 *                                                         answers        before it
 *
 * size counts the whole frame.  number pairs a reply with its request; the client chooses it,
 * rising from 1.  A reply longer than LIMIT_REPLY_BYTES comes in parts: all but the last carry
 * FRAME_MORE.  The parser owns no socket and no memory.
 */
#ifndef CRMDB_PROTOCOL_FRAME_H
#define CRMDB_PROTOCOL_FRAME_H
#include "protocol/errors.h"
#include "protocol/wire.h"

#define FRAME_HEAD_BYTES 16u
#define FRAME_TRAILER_BYTES 8u
#define FRAME_MIN_BYTES (FRAME_HEAD_BYTES + FRAME_TRAILER_BYTES)

enum frame_kind {
	FRAME_HELLO = 1,   /* client: one hello command */
	FRAME_REQUEST = 2, /* client: commands */
	FRAME_WELCOME = 3, /* server: one hello answer */
	FRAME_REPLY = 4,   /* server: answers, in the order of the commands */
	FRAME_GOODBYE = 5, /* server: one error answer; the connection ends */
	FRAME_FEED = 6,    /* server: records `entry` of a feed; number: it is complete up to it */
};

#define FRAME_MORE 1u /* flag: the reply goes on in the next frame */

struct frame {
	uint32_t size;
	uint8_t kind;
	uint8_t flags;
	uint16_t count;
	uint64_t number;
	const uint8_t *body; /* borrowed from the bytes given to frame_next */
	uint32_t body_size;
};

enum frame_verdict {
	FRAME_READY,   /* *out is set; frame.size bytes are consumed */
	FRAME_PARTIAL, /* more bytes are needed; nothing consumed */
	FRAME_BAD,     /* *error and *detail say why; the connection must end */
};

struct frame_fault {
	enum error error;
	struct error_detail detail;
};

/* Look at the first frame in `bytes`.  A declared size is checked against `limit` before it is
 * waited for.  Kind and count are the caller's to judge. */
enum frame_verdict frame_next(const uint8_t *bytes, size_t size, uint32_t limit, struct frame *out,
			      struct frame_fault *fault);

/* What a frame says of itself, but for its size. */
struct frame_label {
	enum frame_kind kind;
	uint8_t flags;
	uint16_t count;
	uint64_t number;
};

/* Finish a frame whose body was written at bytes + FRAME_HEAD_BYTES: fills in head and trailer.
 * `body_size` + FRAME_MIN_BYTES must be available at bytes.  Returns the frame's size. */
uint32_t frame_seal(uint8_t *bytes, uint32_t body_size, const struct frame_label *label);

#endif
