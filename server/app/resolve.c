/* resolve.c -- see resolve.h. */
#include "server/app/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/limits.h"

void resolve_reset(struct resolve *resolve)
{
	resolve->want_count = resolve->event_count = 0;
}

void resolve_clear(struct resolve *resolve)
{
	free(resolve->wants);
	free(resolve->events);
	free(resolve->texts);
	*resolve = (struct resolve){.store = resolve->store};
}

static bool grow_wants(struct resolve *resolve)
{
	if (resolve->want_count < resolve->want_capacity)
		return true;
	uint32_t capacity = resolve->want_capacity == 0 ? 8 : 2 * resolve->want_capacity;
	struct want *wants = realloc(resolve->wants, capacity * sizeof *wants);
	if (wants == NULL)
		return false;
	resolve->wants = wants;
	resolve->want_capacity = capacity;
	return true;
}

static bool grow_events(struct resolve *resolve, uint32_t count)
{
	if (count <= resolve->event_capacity)
		return true;
	struct event *events = realloc(resolve->events, count * sizeof *events);
	if (events == NULL)
		return false;
	resolve->events = events;
	struct resolve_texts *texts = realloc(resolve->texts, count * sizeof *texts);
	if (texts == NULL)
		return false;
	resolve->texts = texts;
	resolve->event_capacity = count;
	return true;
}

bool resolve_want(struct resolve *resolve, const struct want *want)
{
	if (resolve->want_count == RESOLVE_WANTS ||
	    want->limit > RESOLVE_EVENTS - resolve->event_count || !grow_wants(resolve) ||
	    !grow_events(resolve, resolve->event_count + want->limit))
		return false; /* R3 */
	struct want *kept = &resolve->wants[resolve->want_count++];
	*kept = *want;
	kept->next = want->number;
	kept->first = resolve->event_count;
	kept->count = 0;
	kept->damaged = false;
	resolve->event_count += want->limit;
	return true;
}

static bool complete(const struct want *want)
{
	return want->next == 0 || want->count == want->limit || want->damaged;
}

/* False: longer than it can be. */
static bool keep_text(struct wire_text *text, char room[RESOLVE_TEXT_BYTES])
{
	if (text->size > RESOLVE_TEXT_BYTES)
		return false;
	if (text->size > 0)
		memcpy(room, text->bytes, text->size);
	text->bytes = room;
	return true;
}

/* What the event borrows from its bytes is copied, or no part of it any more. */
static bool keep_texts(struct event *event, struct resolve_texts *texts)
{
	event->parts &= ~(uint32_t)(PART_genesis | PART_programme | PART_identities | PART_words |
				    PART_attributes);
	if (event->parts & PART_order)
		return keep_text(&event->order.order, texts->first);
	if (event->parts & PART_care)
		return keep_text(&event->care.name, texts->first);
	return (event->parts & PART_consent) == 0 ||
	       (keep_text(&event->consent.policy, texts->first) &&
		keep_text(&event->consent.source, texts->second));
}

/* Take the record of event want->next. */
static void take(struct resolve *resolve, struct want *want, const uint8_t *bytes, uint32_t size)
{
	uint32_t at = want->first + want->count;
	struct event *event = &resolve->events[at];
	if (!event_decode(bytes, size, want->next, event) ||
	    !keep_texts(event, &resolve->texts[at])) {
		want->damaged = true;
		return;
	}
	if (want->customer != 0 && event->customer != want->customer) {
		want->next = 0; /* a cursor into somebody else's history */
		return;
	}
	want->count++;
	want->next = event->previous;
}

bool resolve_from_memory(struct resolve *resolve, const struct commit *commit)
{
	bool all = true;
	for (uint32_t i = 0; i < resolve->want_count; i++) {
		struct want *want = &resolve->wants[i];
		while (!complete(want)) {
			uint32_t size;
			const uint8_t *bytes = commit_find(commit, want->next, &size);
			if (bytes == NULL)
				break; /* R2 */
			take(resolve, want, bytes, size);
		}
		all = all && complete(want);
	}
	return all;
}

void resolve_from_store(struct resolve *resolve)
{
	uint8_t bytes[LIMIT_EVENT_BYTES];
	struct store_record record = {.bytes = bytes};
	for (uint32_t i = 0; i < resolve->want_count; i++) {
		struct want *want = &resolve->wants[i];
		while (!complete(want)) {
			if (store_read(resolve->store, want->next, &record) == STORE_FOUND)
				take(resolve, want, record.bytes, record.size);
			else
				want->damaged = true;
		}
	}
}

const struct want *resolve_at(const struct resolve *resolve, uint16_t place)
{
	uint32_t low = 0, high = resolve->want_count; /* wants are asked in the order of places */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (resolve->wants[middle].place < place)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == resolve->want_count || resolve->wants[low].place != place)
		return NULL;
	return &resolve->wants[low];
}
