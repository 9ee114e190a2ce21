/* event.c -- one event as bytes: the layout pictured in event.h, expanded from parts.def.
 *
 * Why varints: an earn is about 45 bytes instead of 96, and the log is written, synced and read
 * again by the byte.
 *
 *   V1  An event has exactly one encoding, so equal events are equal bytes.
 *   V2  Decoding refuses what this build does not know (type, flag, part) and what is left over;
 *       it never guesses.
 *   V3  Decoding copies no text: texts are borrowed from the bytes.
 *   V4  Parts that are not set are left as they were: the struct is large, an event is not.
 *
 * To add a part: a PART in parts.def; everything here follows.
 */
#include "server/engine/event.h"

#include "server/base/ensure.h"
#include "server/base/varint.h"

#define KNOWN_FLAGS (EVENT_MORE | EVENT_KEYED)

#define PART(name, bit, doc) PART_##name |
enum {
	KNOWN_PARTS =
#include "server/engine/parts.def"
	    0
};

static void write_text(struct wire_writer *w, struct wire_text text)
{
	varint_write(w, text.size);
	wire_write_raw(w, text.bytes, text.size);
}

static struct wire_text read_text(struct wire_reader *r)
{
	uint64_t size = varint_read(r);
	const uint8_t *bytes = wire_take(r, size);
	if (bytes == NULL || size > UINT32_MAX)
		return (struct wire_text){0};
	return (struct wire_text){(const char *)bytes, (uint32_t)size}; /* V3 */
}

#define write_u64 varint_write
#define write_i64 varint_write_signed
#define write_id wire_write_id
#define read_u64 varint_read
#define read_i64 varint_read_signed
#define read_id wire_read_id

#define PART(name, bit, doc)                                                                       \
	static void write_##name(struct wire_writer *w, const struct part_##name *part)            \
	{
#define FIELD(type, name, doc) write_##type(w, part->name);
#define END_PART(name) }
#include "server/engine/parts.def"

#define PART(name, bit, doc)                                                                       \
	static void read_##name(struct wire_reader *r, struct part_##name *part)                   \
	{
#define FIELD(type, name, doc) part->name = read_##type(r);
#define END_PART(name) }
#include "server/engine/parts.def"

void event_encode(struct wire_writer *w, const struct event *event)
{
	ENSURE(event->previous < event->number);
	ENSURE((event->flags & ~KNOWN_FLAGS) == 0 && (event->parts & ~(uint32_t)KNOWN_PARTS) == 0);
	wire_write_i64(w, event->time_us);
	wire_write_u8(w, event->type);
	wire_write_u8(w, event->flags);
	varint_write(w, event->parts);
	varint_write(w, event->actor);
	varint_write(w, event->customer);
	varint_write(w, event->previous == 0 ? 0 : event->number - event->previous);
	if (event->flags & EVENT_KEYED) {
		wire_write_id(w, event->key);
		wire_write_u64(w, event->content);
	}
#define PART(name, bit, doc)                                                                       \
	if (event->parts & PART_##name)                                                            \
		write_##name(w, &event->name);
#include "server/engine/parts.def"
}

#define EVENT(name, number, doc) case EVENT_##name:
static bool type_known(uint8_t type)
{
	switch (type) {
#include "protocol/events.def"
		return true;
	default:
		return false;
	}
}

/* Everything before the parts.  False: not this build's event (V2). */
static bool read_head(struct wire_reader *r, struct event *event)
{
	event->time_us = wire_read_i64(r);
	event->type = wire_read_u8(r);
	event->flags = wire_read_u8(r);
	uint64_t parts = varint_read(r);
	event->actor = varint_read(r);
	event->customer = varint_read(r);
	uint64_t back = varint_read(r);
	if (r->failed || !type_known(event->type) || (event->flags & ~KNOWN_FLAGS) != 0 ||
	    (parts & ~(uint64_t)KNOWN_PARTS) != 0 || back >= event->number)
		return false;
	event->parts = (uint32_t)parts;
	event->previous = back == 0 ? 0 : event->number - back;
	event->key = (struct wire_id){0};
	event->content = 0;
	if (event->flags & EVENT_KEYED) {
		event->key = wire_read_id(r);
		event->content = wire_read_u64(r);
	}
	return true;
}

bool event_decode(const uint8_t *bytes, size_t size, uint64_t number, struct event *event)
{
	struct wire_reader reader = {bytes, bytes + size, false};
	struct wire_reader *r = &reader;
	event->number = number;
	event->row = EVENT_ROW_UNKNOWN;
	if (!read_head(r, event))
		return false;
#define PART(name, bit, doc)                                                                       \
	if (event->parts & PART_##name)                                                            \
		read_##name(r, &event->name);
#include "server/engine/parts.def"
	return !r->failed && r->at == r->end; /* V2 */
}
