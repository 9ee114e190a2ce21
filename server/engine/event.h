/* event.h -- one fact of the log, as a struct and as bytes.
 *
 *   0         8      9      10
 *   +---------+------+-------+-------+-------+----------+------+--- key 16, content 8 ---+-------+
 *   | time_us | type | flags | parts | actor | customer | back | only with EVENT_KEYED   | parts |
 *   +---------+------+-------+-------+-------+----------+------+-------------------------+-------+
 *     i64       u8     u8      varint  varint  varint     varint                           fields
 *
 * back = number - previous (0: the customer's first event).  Fields of a part: u64 as varint, i64
 * as zigzag varint, id as 16 bytes, text as varint size and bytes.  The store reads only the first
 * 8 bytes, the time.  An earn is about 45 bytes.
 */
#ifndef CRMDB_ENGINE_EVENT_H
#define CRMDB_ENGINE_EVENT_H
#include "protocol/events.h"
#include "protocol/wire.h"

#define EVENT_MORE 1u  /* the next event belongs to the same command: never stop between them */
#define EVENT_KEYED 2u /* key and content are present */

enum event_part_bit {
#define PART(name, bit, doc) PART_##name = 1u << (bit),
#include "server/engine/parts.def"
};

typedef uint64_t event_u64;
typedef int64_t event_i64;
typedef struct wire_id event_id;
typedef struct wire_text event_text;

#define PART(name, bit, doc) struct part_##name {
#define FIELD(type, name, doc) event_##type name;
#define END_PART(name)                                                                             \
	}                                                                                          \
	;
#include "server/engine/parts.def"

#define EVENT_ROW_UNKNOWN UINT32_MAX

/* A record of part identities: field u8, fingerprint 12. */
#define IDENTITY_FINGERPRINT_BYTES 12u
#define IDENTITY_RECORD_BYTES (1u + IDENTITY_FINGERPRINT_BYTES)

struct event {
	uint64_t number;   /* sequence number, from 1, dense; not in the bytes */
	int64_t time_us;   /* recorded, UTC; never before the event before it */
	uint8_t type;      /* enum event_type */
	uint8_t flags;     /* EVENT_MORE, EVENT_KEYED */
	uint32_t parts;    /* which parts below are set */
	uint32_t row;      /* hint for apply, or EVENT_ROW_UNKNOWN; not in the bytes */
	uint64_t actor;    /* 0 until there is authentication */
	uint64_t customer; /* 0: none */
	uint64_t previous; /* last event of the same customer; 0: none */
	struct wire_id key;
	uint64_t content; /* hash of the request (command_content) */
	/* Parts.  Texts are borrowed: from decode's bytes, or from whoever set them. */
#define PART(name, bit, doc) struct part_##name name;
#include "server/engine/parts.def"
};

/* Packed size of an event of a customer is at most this: all identities of a person replaced by as
 * many others, and a value for each added field, with as many new words as a command has values;
 * genesis needs 320 plus its texts. */
#define EVENT_PLAIN_BYTES 20480u

/* ... an event of a day at most this, and what a history adds (history.h). */
#define EVENT_DAY_BYTES 160u

/* Encode into `bytes`; the writer fails when it does not fit. */
void event_encode(struct wire_writer *w, const struct event *event);

/* Decode one whole record; `number` is known from its place.  False: the bytes are no event. */
bool event_decode(const uint8_t *bytes, size_t size, uint64_t number, struct event *event);

#endif
