/* rows.h -- the rows of customers: ranges of 4,096, ten of them in a block of 6 MiB.
 *
 *   ranges --> [ id, 4096 x u64 | hot, 4096 x 64 B | points, 4096 x i64 | ... ]
 *              [ id             | hot              | points             | ... ]
 *
 * A block is three huge pages: a row is a cache line in each of a dozen places, and without them a
 * page walk for each.
 *
 * A row is never moved, removed or used again, so a row number is good for ever.
 */
#ifndef CRMDB_ENGINE_ROWS_H
#define CRMDB_ENGINE_ROWS_H
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/memory.h"

#define ROWS_RANGE 4096u
#define ROWS_MAX (UINT32_MAX - 1) /* EVENT_ROW_UNKNOWN is no row */

#define ROWS_NO_DAY UINT16_MAX   /* days since 1970-01-01 end far below, in 2099 */
#define ROWS_NO_MONTH UINT16_MAX /* months likewise */

#define ROWS_TOUCHED 1u /* who is in which saved segment is to be decided again */
#define ROWS_EARLY 2u   /* judged for the segment that is being built, before its turn */

typedef int64_t rows_i64;
typedef uint64_t rows_u64;
typedef uint32_t rows_u32;
typedef uint16_t rows_u16;
typedef uint8_t rows_u8;

/* What a write of this customer reads and changes, in one cache line. */
struct rows_hot {
	_Alignas(64) uint64_t last_event;
	uint64_t created_event;
	int64_t created_us;
	int64_t largest;     /* order, minor units */
	uint64_t profile;    /* version of its document in people.mdb; 0: none */
	uint32_t events;     /* of this customer, but those of membership */
	uint32_t months;     /* its newest month cell (months.h); 0: none */
	uint16_t tier_until; /* last day the tier is kept without a test; ROWS_NO_DAY: no end */
	uint16_t due;    /* day of its entry in the calendar queue (days.h); ROWS_NO_DAY: none */
	uint16_t oldest; /* month of the oldest cell in the 12-month window, or ROWS_NO_MONTH */
	uint8_t erased;  /* 1: for ever; the row only keeps the sums whole */
	uint8_t marks;   /* ROWS_TOUCHED, ROWS_EARLY: no part of the state (membership.h) */
};
static_assert(sizeof(struct rows_hot) == 64, "one cache line");

struct rows_range {
	_Alignas(64) uint64_t id[ROWS_RANGE];
	struct rows_hot hot[ROWS_RANGE];
#define FIELD(type, name, doc) rows_##type name[ROWS_RANGE];
#include "server/engine/fields.def"
	_Alignas(64) uint32_t gone; /* rows of it that are erased */
};

#define ROWS_BLOCK_BYTES ((size_t)6 << 20)
#define ROWS_BLOCK_RANGES ((uint32_t)(ROWS_BLOCK_BYTES / sizeof(struct rows_range)))
static_assert(ROWS_BLOCK_BYTES % sizeof(struct rows_range) < ROWS_BLOCK_BYTES / 32,
	      "little of a block is left over");

struct rows {
	const struct memory *memory; /* borrowed until rows_close */
	struct rows_range **ranges;
	uint32_t capacity; /* of ranges, entries */
	uint32_t ranges_made;
	uint32_t count; /* rows in use */
};

void rows_open(struct rows *rows, const struct memory *memory);
void rows_close(struct rows *rows);

/* Room for `more` rows.  False: out of memory, or row numbers are. */
bool rows_reserve(struct rows *rows, uint64_t more);

/* The next row, zero but for its id and its days, which are none.  Needs room reserved.  Cannot
 * fail. */
uint32_t rows_add(struct rows *rows, uint64_t id);

/* A day as answers say it: -1 for none. */
static inline int64_t rows_day_or_none(uint16_t day)
{
	return day == ROWS_NO_DAY ? -1 : day;
}

static inline struct rows_range *rows_at(const struct rows *rows, uint32_t row)
{
	return rows->ranges[row / ROWS_RANGE];
}

static inline uint64_t rows_id(const struct rows *rows, uint32_t row)
{
	return rows_at(rows, row)->id[row % ROWS_RANGE];
}

static inline struct rows_hot *rows_hot(const struct rows *rows, uint32_t row)
{
	return &rows_at(rows, row)->hot[row % ROWS_RANGE];
}

/* rows_points(rows, row) and so on: the cell of a column. */
#define FIELD(type, name, doc)                                                                     \
	static inline rows_##type *rows_##name(const struct rows *rows, uint32_t row)              \
	{                                                                                          \
		return &rows_at(rows, row)->name[row % ROWS_RANGE];                                \
	}
#include "server/engine/fields.def"

#endif
