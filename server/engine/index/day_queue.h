/* day_queue.h -- which rows a day may change: a list of row numbers for every day.
 *
 *   lists   ... [2026-03-01] [2026-03-02] ...          8 bytes a day: 380 KB
 *                    |
 *                    v
 *   chunk   [ next | used | row row row ... 14 ]  --> [ next | used | row ... ]       64 bytes each
 *
 * An entry is 4 bytes.  It is a hint: the row itself knows its day, so an entry that is out of date
 * is dropped when its day comes, never searched for.
 *
 *   Q1  All chunks of a list but the first are full.
 *   Q2  After day_queue_reserve(n), n pushes need no memory.
 */
#ifndef CRMDB_ENGINE_INDEX_DAY_QUEUE_H
#define CRMDB_ENGINE_INDEX_DAY_QUEUE_H
#include <stdbool.h>
#include <stdint.h>

#include "server/base/memory.h"

#define DAY_QUEUE_DAYS 47482u /* 1970-01-01 to 2099-12-31 */
#define DAY_QUEUE_CHUNK 14u

struct day_queue_chunk {
	_Alignas(64) uint32_t next; /* chunk number; 0: none */
	uint32_t used;
	uint32_t rows[DAY_QUEUE_CHUNK];
};

struct day_queue_list {
	uint32_t head;  /* chunk number; 0: none */
	uint32_t count; /* entries */
};

struct day_queue {
	const struct memory *memory;  /* borrowed until day_queue_close */
	struct day_queue_list *lists; /* of DAY_QUEUE_DAYS days; NULL until the first reserve */
	struct day_queue_chunk **blocks;
	uint32_t blocks_made, capacity;
	uint32_t used;         /* chunk numbers given out; 0 is none */
	uint32_t vacant;       /* list of chunks given back */
	uint32_t vacant_count; /* chunks in it */
};

void day_queue_open(struct day_queue *queue, const struct memory *memory);
void day_queue_close(struct day_queue *queue);

/* Room for `more` pushes.  False: out of memory. */
bool day_queue_reserve(struct day_queue *queue, uint64_t more);

/* Needs room reserved.  Cannot fail. */
void day_queue_push(struct day_queue *queue, uint32_t day, uint32_t row);

/* The newest entries of a day, *count of them, the last one first to be popped; NULL: none.
 * Borrowed until the queue changes. */
const uint32_t *day_queue_top(const struct day_queue *queue, uint32_t day, uint32_t *count);
/* Drop the last of them. */
void day_queue_pop(struct day_queue *queue, uint32_t day);

/* Entries of a day. */
static inline uint32_t day_queue_count(const struct day_queue *queue, uint32_t day)
{
	return queue->lists == NULL ? 0 : queue->lists[day].count;
}

/* Visit every entry of a day. */
typedef void day_queue_visitor(void *context, uint32_t row);
void day_queue_each(const struct day_queue *queue, uint32_t day, day_queue_visitor *visit,
		    void *context);

#endif
