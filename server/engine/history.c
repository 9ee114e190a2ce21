/* history.c -- see history.h.
 *
 * Records are kept as their events packed them: a question reads up to 500 of them, 0.2 us each,
 * and ten years of days are 1 MB, with 48 bytes a day to find them.  Cells as an array would be 1.1
 * KB a day for five tiers.
 */
#include "server/engine/history.h"

#include <string.h>

#include "server/base/ensure.h"
#include "server/base/hash.h"
#include "server/base/varint.h"

#define BLOCK_BYTES 65536u

struct history_block {
	struct history_block *older;
	uint32_t used;
	uint8_t bytes[BLOCK_BYTES - 16];
};

static_assert(sizeof(struct history_block) == BLOCK_BYTES, "no padding");
static_assert(HISTORY_DAY_BYTES < sizeof((struct history_block *)0)->bytes, "a record fits");

void history_open(struct history *history, const struct memory *memory)
{
	*history = (struct history){.memory = memory};
}

static void release_blocks(struct history *history, struct history_block *block)
{
	const struct memory *memory = history->memory;
	while (block != NULL) {
		struct history_block *older = block->older;
		memory->release(memory->context, block, sizeof *block);
		block = older;
	}
}

void history_close(struct history *history)
{
	const struct memory *memory = history->memory;
	release_blocks(history, history->blocks);
	release_blocks(history, history->spares);
	if (history->days != NULL)
		memory->release(memory->context, history->days,
				history->capacity * sizeof *history->days);
}

/* --- room --- */

static uint32_t left_in(const struct history_block *block)
{
	return block == NULL ? 0 : (uint32_t)sizeof block->bytes - block->used;
}

/* Records of this many bytes together fit, however they are cut: less than one record is lost at
 * the end of each block but the last (H2). */
static uint64_t room_for(const struct history *history)
{
	uint32_t whole = (uint32_t)sizeof history->spares->bytes, left = left_in(history->blocks);
	uint64_t room = left > HISTORY_DAY_BYTES ? left - HISTORY_DAY_BYTES : 0;
	room += (uint64_t)history->spare_count * (whole - HISTORY_DAY_BYTES);
	return room > 0 ? room + HISTORY_DAY_BYTES : 0;
}

static bool add_spare(struct history *history)
{
	const struct memory *memory = history->memory;
	struct history_block *block = memory->allocate(memory->context, sizeof *block);
	if (block == NULL)
		return false;
	block->older = history->spares;
	history->spares = block;
	history->spare_count++;
	return true;
}

static bool grow_days(struct history *history, uint64_t capacity)
{
	const struct memory *memory = history->memory;
	uint64_t twice = 2 * (uint64_t)history->capacity;
	uint64_t size = capacity > twice ? capacity : twice;
	struct history_day *days;
	if (capacity <= history->capacity)
		return true;
	if (size > UINT32_MAX ||
	    (days = memory->allocate(memory->context, size * sizeof *days)) == NULL)
		return false;
	if (history->days != NULL) {
		memcpy(days, history->days, history->count * sizeof *days);
		memory->release(memory->context, history->days, history->capacity * sizeof *days);
	}
	history->days = days;
	history->capacity = (uint32_t)size;
	return true;
}

bool history_reserve(struct history *history, uint64_t days, uint64_t bytes)
{
	if (!grow_days(history, history->count + days))
		return false;
	while (room_for(history) < bytes)
		if (!add_spare(history))
			return false;
	return true;
}

/* --- records --- */

static void next_block(struct history *history)
{
	struct history_block *block = history->spares;
	ENSURE(block != NULL); /* E2 */
	history->spares = block->older;
	history->spare_count--;
	block->older = history->blocks;
	history->blocks = block;
}

static struct wire_text keep(struct history_block *block, struct wire_text text)
{
	uint8_t *to = block->bytes + block->used;
	if (text.size > 0)
		memcpy(to, text.bytes, text.size);
	block->used += text.size;
	return (struct wire_text){(const char *)to, text.size};
}

void history_add(struct history *history, const struct part_history *part, uint64_t event)
{
	const struct history_day *last = history_last(history);
	uint64_t size = (uint64_t)part->cells.size + part->segments.size;
	ENSURE(size <= HISTORY_DAY_BYTES && history->count < history->capacity); /* E2 */
	ENSURE(last == NULL || part->day == last->part.day + 1);                 /* H1 */
	if (left_in(history->blocks) < size || history->blocks == NULL)
		next_block(history); /* H2 */
	history->days[history->count++] = (struct history_day){
	    {part->day, keep(history->blocks, part->cells), keep(history->blocks, part->segments)},
	    event};
	history->digest = history_digest(history->digest, part);
}

const struct history_day *history_last(const struct history *history)
{
	return history->count == 0 ? NULL : &history->days[history->count - 1];
}

const struct history_day *history_find(const struct history *history, int64_t day)
{
	if (history->count == 0 || day < history->days[0].part.day ||
	    day > history_last(history)->part.day)
		return NULL;
	return &history->days[day - history->days[0].part.day]; /* H1 */
}

uint64_t history_digest(uint64_t digest, const struct part_history *part)
{
	digest = hash_u64((uint64_t)part->day, digest);
	digest = hash_bytes(part->cells.bytes, part->cells.size, digest);
	return hash_bytes(part->segments.bytes, part->segments.size, digest);
}

/* --- what a record holds --- */

void history_write_cell(struct wire_writer *w, const struct rec_cell *cell)
{
	ENSURE(cell->spend >= 0 && cell->points >= 0);
	wire_write_u8(w, cell->tier);
	wire_write_u8(w, cell->stage);
	varint_write(w, cell->customers);
	varint_write(w, (uint64_t)cell->spend);
	varint_write(w, (uint64_t)cell->points);
}

bool history_read_cell(struct wire_reader *r, struct rec_cell *cell)
{
	if (r->at == r->end)
		return false;
	cell->tier = wire_read_u8(r);
	cell->stage = wire_read_u8(r);
	cell->customers = varint_read(r);
	cell->spend = (int64_t)varint_read(r);
	cell->points = (int64_t)varint_read(r);
	return !r->failed;
}

void history_write_segment(struct wire_writer *w, const struct history_segment *segment)
{
	wire_write_u8(w, segment->number);
	varint_write(w, segment->event);
	varint_write(w, segment->customers);
}

bool history_read_segment(struct wire_reader *r, struct history_segment *segment)
{
	if (r->at == r->end)
		return false;
	segment->number = wire_read_u8(r);
	segment->event = varint_read(r);
	segment->customers = varint_read(r);
	return !r->failed;
}
