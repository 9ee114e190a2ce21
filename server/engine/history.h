/* history.h -- where all customers stood at the end of each day: a packed record a day, kept.
 *
 *   days    1998-06-30 --> cells | segments      the record as its event carried it
 *           1998-07-01 --> cells | segments
 *
 *   cells      u8 tier, u8 stage, varint customers, spend, points      empty ones are left out
 *   segments   u8 number, varint defining event, varint customers      of each saved segment
 *
 * About 270 bytes a day with five tiers, 4,640 at most.  Part of the state, as the rows are: an
 * event adds a record, nothing changes one.
 *
 *   H1  Records are of one day after the other, from the first that was closed to the last.
 *   H2  A record goes to the first block that it fits behind the others: a block holds many, and
 *       what is reserved is worked out for records of any size (E2).
 */
#ifndef CRMDB_ENGINE_HISTORY_H
#define CRMDB_ENGINE_HISTORY_H
#include "protocol/limits.h"
#include "protocol/messages.h"
#include "server/base/memory.h"
#include "server/engine/event.h"
#include "server/engine/index/spend_index.h"

/* Packed, at most. */
#define HISTORY_CELL_BYTES 30u
#define HISTORY_SEGMENT_BYTES 20u
#define HISTORY_DAY_BYTES                                                                          \
	(SPEND_CELLS * HISTORY_CELL_BYTES + LIMIT_SEGMENTS * HISTORY_SEGMENT_BYTES)

struct history_day {
	struct part_history part; /* its texts point into a block */
	uint64_t event;           /* that closed it */
};

struct history_block;

struct history {
	const struct memory *memory; /* borrowed until history_close */
	struct history_day *days;
	uint32_t count, capacity;
	uint64_t digest;              /* of all records, in their order */
	struct history_block *blocks; /* newest first: records go to the first */
	struct history_block *spares; /* reserved, empty */
	uint32_t spare_count;
};

void history_open(struct history *history, const struct memory *memory);
void history_close(struct history *history);

/* Room for `days` more records of `bytes` together.  False: out of memory. */
bool history_reserve(struct history *history, uint64_t days, uint64_t bytes);

/* Copy the record of the next day.  Needs room reserved.  Cannot fail. */
void history_add(struct history *history, const struct part_history *part, uint64_t event);

/* The record of a day; NULL: none.  Borrowed until the next one is added. */
const struct history_day *history_find(const struct history *history, int64_t day);
/* The last one; NULL: there is none. */
const struct history_day *history_last(const struct history *history);

/* The digest with one more record. */
uint64_t history_digest(uint64_t digest, const struct part_history *part);

/* A saved segment, as a record tells it. */
struct history_segment {
	uint8_t number;
	uint64_t event; /* that defined it: a number is used again */
	uint64_t customers;
};

void history_write_cell(struct wire_writer *w, const struct rec_cell *cell);
void history_write_segment(struct wire_writer *w, const struct history_segment *segment);
/* The next one of a text.  False: the text ends here, or is none (r->failed). */
bool history_read_cell(struct wire_reader *r, struct rec_cell *cell);
bool history_read_segment(struct wire_reader *r, struct history_segment *segment);

static inline struct wire_reader history_reader(struct wire_text text)
{
	const uint8_t *bytes = (const uint8_t *)text.bytes;
	return (struct wire_reader){bytes, bytes + text.size, false};
}

#endif
