/* membership.c -- see membership.h.
 *
 * Rows are judged in batches of MEMBERSHIP_BATCH: a column is gathered once for all segments, and a
 * test is a loop over 256 values that the compiler makes vectors of.  Most of what that costs is
 * going to the rows; a segment more costs a few nanoseconds a row.
 */
#include "server/engine/membership.h"

#include <string.h>

#include "server/base/mutant.h"
#include "server/engine/days.h"
#include "server/engine/query/scan.h"
#include "server/engine/segment_room.h"

/* --- judging --- */

void membership_judge(const struct engine *engine, const uint32_t *rows, uint32_t count,
		      uint64_t wanted, uint64_t *masks)
{
	const struct segments *segments = &engine->segments;
	struct chunk chunk = {.engine = engine, .today = engine->today, .arena = segments->arena};
	uint8_t all[MEMBERSHIP_BATCH], marks[MEMBERSHIP_BATCH];
	static_assert(MEMBERSHIP_BATCH == CHUNK_BLOCK, "one block");
	chunk_take_rows(&chunk, rows, count);
	chunk_mark(&chunk, all);
	memset(masks, 0, MEMBERSHIP_BATCH * sizeof masks[0]);
	for (; wanted != 0; wanted &= wanted - 1) {
		int number = __builtin_ctzll(wanted);
		memcpy(marks, all, sizeof marks);
		chunk_judge(&chunk, &segments->all[number].room->bound, marks);
		for (uint32_t i = 0; i < MEMBERSHIP_BATCH; i++)
			masks[i] |= (uint64_t)marks[i] << number;
	}
}

/* Was the row judged for the segment that is built? (M1) */
static bool is_built(const struct engine *engine, uint32_t row)
{
	const struct segments *segments = &engine->segments;
	return row < segments->build_at || row >= segments->build_before ||
	       (rows_hot(&engine->rows, row)->marks & ROWS_EARLY) != 0;
}

uint64_t membership_bits(const struct engine *engine, uint32_t row)
{
	const struct segments *segments = &engine->segments;
	uint64_t kept = segments->live, masks[MEMBERSHIP_BATCH];
	if (kept == 0)
		return 0;
	if (rows_hot(&engine->rows, row)->marks & ROWS_TOUCHED)
		kept = 0;
	else if (segments->build != 0 && !is_built(engine, row))
		kept &= ~segments->build;
	uint64_t bits = *rows_segments(&engine->rows, row) & kept;
	if (kept == segments->live)
		return bits;
	membership_judge(engine, &row, 1, segments->live & ~kept, masks);
	return bits | masks[0];
}

/* --- the column --- */

/* Who entered and left is counted. */
static void count(struct segments *segments, uint64_t before, uint64_t after, uint64_t number)
{
	for (uint64_t moved = before ^ after; moved != 0; moved &= moved - 1) {
		struct segment *segment = &segments->all[__builtin_ctzll(moved)];
		uint64_t bit = moved & -moved;
		segment->moved = number;
		segment->customers += (after & bit) != 0;
		segment->customers -= (before & bit) != 0;
	}
}

void membership_follow(struct engine *engine, const struct event *event, uint32_t row)
{
	const struct part_membership *part = &event->membership;
	struct segments *segments = &engine->segments;
	uint64_t *bits = rows_segments(&engine->rows, row);
	ENSURE((*bits & segments->live) == part->before && part->before != part->after);
	ENSURE((part->after & ~segments->live) == 0);
	*bits = (*bits & ~segments->live) | part->after;
	count(segments, part->before, part->after, event->number);
	segments->memberships++;
}

void membership_erase(struct engine *engine, uint32_t row, uint64_t number)
{
	uint64_t *bits = rows_segments(&engine->rows, row);
	count(&engine->segments, *bits & engine->segments.live, 0, number); /* M5 */
	*bits &= ~engine->segments.live;
}

/* The first answer for the segments `bits`, whose bits meant nothing so far. */
static void set_first(struct engine *engine, const uint32_t *rows, uint32_t number_of_rows,
		      uint64_t bit)
{
	uint64_t masks[MEMBERSHIP_BATCH];
	struct segment *segment = &engine->segments.all[__builtin_ctzll(bit)];
	membership_judge(engine, rows, number_of_rows, bit, masks);
	for (uint32_t i = 0; i < number_of_rows; i++) {
		uint64_t *bits = rows_segments(&engine->rows, rows[i]);
		*bits = (*bits & ~bit) | masks[i];
		segment->customers += masks[i] != 0;
		if (engine->segments.newest->count > 0)
			days_note_flips(engine, rows[i], engine->segments.newest); /* D1 */
	}
}

/* --- building --- */

void membership_before_change(struct engine *engine, uint32_t row)
{
	struct segments *segments = &engine->segments;
	if (segments->build == 0 || is_built(engine, row))
		return;
	set_first(engine, &row, 1, segments->build);
	rows_hot(&engine->rows, row)->marks |= ROWS_EARLY;
}

/* The next rows of the build that were not judged early; the marks of the others go. */
static uint32_t take_rows(struct engine *engine, uint32_t *rows, uint32_t most)
{
	struct segments *segments = &engine->segments;
	uint32_t taken = 0, left = segments->build_before - segments->build_at;
	for (uint32_t i = 0; i < most && i < left; i++) {
		uint32_t row = segments->build_at++;
		struct rows_hot *hot = rows_hot(&engine->rows, row);
		if ((hot->marks & ROWS_EARLY) == 0)
			rows[taken++] = row;
		hot->marks &= (uint8_t)~ROWS_EARLY;
	}
	return taken;
}

static void build_some(struct engine *engine)
{
	uint32_t rows[MEMBERSHIP_BATCH];
	struct segments *segments = &engine->segments;
	uint32_t taken = take_rows(engine, rows, MEMBERSHIP_BATCH);
	if (taken > 0)
		set_first(engine, rows, taken, segments->build);
	if (segments->build_at == segments->build_before)
		segments->build = 0;
}

bool engine_is_building(const struct engine *engine)
{
	return engine->segments.build != 0;
}

bool engine_build(struct engine *engine, uint32_t rows)
{
	uint64_t entries = rows + MEMBERSHIP_BATCH + 3 * (uint64_t)engine->reserved;
	if (!engine_is_building(engine) || !day_queue_reserve(&engine->queue, entries))
		return false;
	const struct bound *bound =
	    &engine->segments.all[__builtin_ctzll(engine->segments.build)].room->bound;
	uint32_t step = MEMBERSHIP_BATCH * bound_weight(bound);
	for (uint32_t judged = 0; judged < rows && engine_is_building(engine); judged += step)
		build_some(engine);
	return engine_is_building(engine);
}

/* In replay: all at once, each row brought to today before (no day changed it: M3). */
static void build_all(struct engine *engine, uint64_t bit)
{
	uint32_t rows[MEMBERSHIP_BATCH];
	for (uint32_t row = 0; row < engine->rows.count;) {
		uint32_t taken = 0;
		for (; taken < MEMBERSHIP_BATCH && row < engine->rows.count; row++) {
			if (days_is_due(engine, row)) {
				days_roll(engine, row);
				days_note(engine, row, true);
			}
			rows[taken++] = row;
		}
		set_first(engine, rows, taken, bit);
	}
}

/* --- saving and dropping --- */

static void gather_flips(struct segments *segments)
{
	segments->flips->count = 0;
	for (uint32_t i = 0; i < LIMIT_SEGMENTS; i++)
		if (segments->all[i].room != NULL)
			flips_add(segments->flips, segments->all[i].program,
				  &segments->all[i].room->bound);
}

static struct wire_text keep(char **at, struct wire_text text)
{
	struct wire_text kept = {*at, text.size};
	if (text.size > 0)
		memcpy(*at, text.bytes, text.size);
	*at += text.size;
	return kept;
}

void membership_save(struct engine *engine, const struct event *event)
{
	const struct part_segment *part = &event->segment;
	struct segments *segments = &engine->segments;
	struct bind_fault fault;
	ENSURE(part->number < LIMIT_SEGMENTS && segments->build == 0); /* M3 */
	ENSURE(part->name.size <= LIMIT_NAME_BYTES && part->source.size <= LIMIT_SEGMENT_SOURCE);
	struct segment *segment = &segments->all[part->number];
	ENSURE(segment->room == NULL && segments->spare != NULL && segments->touched.count == 0);
	*segment = (struct segment){.room = segments->spare,
				    .event = event->number,
				    .moved = event->number,
				    .time_us = event->time_us,
				    .uses = part->uses};
	segments->spare = NULL;
	char *at = segment->room->texts;
	segment->name = keep(&at, part->name);
	segment->source = keep(&at, part->source);
	ENSURE(part->program.size <= LIMIT_PREDICATE_BYTES);
	segment->program = keep(&at, part->program);
	ENSURE(bind_kept(engine, segment->program, &segment->room->bound, &fault));
	ENSURE(!segment->room->bound.saved); /* G1 */
	uint64_t bit = segments_bit(segments, segment);
	segments->live |= bit;
	segments->next = (uint32_t)(part->number + 1) % LIMIT_SEGMENTS;
	gather_flips(segments);
	segments->newest->count = 0;
	flips_add(segments->newest, segment->program, &segment->room->bound);
	if (!segments->follows) {
		build_all(engine, bit); /* M4 */
		return;
	}
	ENSURE(!engine_is_turning(engine));
	scan_lose_saved(engine, bit);
	segments->build_at = 0;
	segments->build_before = engine->rows.count;
	segments->build = engine->rows.count > 0 ? bit : 0;
}

void membership_drop(struct engine *engine, const struct event *event)
{
	struct segments *segments = &engine->segments;
	ENSURE(event->segment.number < LIMIT_SEGMENTS && segments->build == 0); /* M3 */
	struct segment *segment = &segments->all[event->segment.number];
	ENSURE(segment->room != NULL);
	segments->live &= ~segments_bit(segments, segment);
	if (segments->spare == NULL)
		segments->spare = segment->room;
	else
		segments->memory->release(segments->memory->context, segment->room,
					  sizeof *segment->room);
	*segment = (struct segment){.room = NULL};
	gather_flips(segments);
}

static bool asks_for(const struct bound *bound, uint32_t place)
{
	for (uint16_t i = 1; i <= bound->count; i++)
		if (bound->nodes[i].source.width > 0 && bound->nodes[i].source.place == place)
			return true;
	return false;
}

const struct segment *membership_asks_for(const struct engine *engine, uint32_t place)
{
	for (uint32_t i = 0; i < LIMIT_SEGMENTS; i++) {
		const struct segment *segment = &engine->segments.all[i];
		if (segment->room != NULL && asks_for(&segment->room->bound, place))
			return segment;
	}
	return NULL;
}

void membership_turn(struct engine *engine)
{
	struct segments *segments = &engine->segments;
	for (uint32_t i = 0; i < LIMIT_SEGMENTS; i++) {
		struct segment *segment = &segments->all[i];
		if (segment->room != NULL && flips_relative(segment->program) > 0)
			bind_again(engine, segment->program, &segment->room->bound);
	}
}
