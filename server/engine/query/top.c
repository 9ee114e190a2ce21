/* top.c -- see top.h: a binary heap, then heap sort. */
#include "server/engine/query/top.h"

#include <string.h>

bool top_open(struct top *top, const struct memory *memory, uint32_t limit, uint32_t width)
{
	*top = (struct top){.memory = memory, .limit = limit, .width = width, .in_order = true};
	top->items = memory->allocate(memory->context, limit * sizeof top->items[0]);
	top->values =
	    memory->allocate(memory->context, (uint64_t)limit * (width + 1) * sizeof(uint64_t));
	if (top->items != NULL && top->values != NULL)
		return true;
	top_close(top);
	return false;
}

void top_close(struct top *top)
{
	const struct memory *memory = top->memory;
	if (top->items != NULL)
		memory->release(memory->context, top->items, top->limit * sizeof top->items[0]);
	if (top->values != NULL)
		memory->release(memory->context, top->values,
				(uint64_t)top->limit * (top->width + 1) * sizeof(uint64_t));
	top->items = NULL;
	top->values = NULL;
}

/* Less, equal or more than 0. */
static int compare_texts(const struct wire_text *a, const struct wire_text *b)
{
	uint32_t size = a->size < b->size ? a->size : b->size;
	int order = size == 0 ? 0 : memcmp(a->bytes, b->bytes, size);
	return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

bool top_before(const struct top_key *a, const struct top_key *b, bool descending)
{
	if (a->null != b->null)
		return b->null;
	if (!a->null && a->value != b->value) {
		int order = compare_texts(&a->text, &b->text);
		return (order != 0 ? order < 0 : a->value < b->value) != descending;
	}
	return a->id != b->id && (a->id < b->id) != descending;
}

static bool behind(const struct top *top, uint32_t a, uint32_t b)
{
	return top_before(&top->items[b].key, &top->items[a].key, top->descending);
}

static void swap(struct top *top, uint32_t a, uint32_t b)
{
	struct top_item item = top->items[a];
	top->items[a] = top->items[b];
	top->items[b] = item;
}

/* The item at `at` of `count` goes to its place among those below it. */
static void sink(struct top *top, uint32_t at, uint32_t count)
{
	for (uint32_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
		if (child + 1 < count && behind(top, child + 1, child))
			child++;
		if (!behind(top, child, at))
			return;
		swap(top, child, at);
		at = child;
	}
}

static void make_heap(struct top *top)
{
	for (uint32_t at = top->count / 2; at-- > 0;)
		sink(top, at, top->count);
	top->in_order = false;
}

static void rise(struct top *top, uint32_t at)
{
	while (at > 0 && behind(top, at, (at - 1) / 2)) {
		swap(top, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

uint64_t *top_offer(struct top *top, const struct top_key *key, uint64_t id)
{
	uint32_t slot = top->count;
	if (top->in_order && top->count > 0 &&
	    top_before(key, &top->items[top->count - 1].key, top->descending))
		make_heap(top);
	if (top->count < top->limit) {
		top->items[top->count] = (struct top_item){*key, id, slot};
		top->count++;
		if (!top->in_order)
			rise(top, slot);
	} else {
		if (top->in_order || !top_before(key, &top->items[0].key, top->descending))
			return NULL;
		slot = top->items[0].slot;
		top->items[0] = (struct top_item){*key, id, slot};
		sink(top, 0, top->count);
	}
	return top->values + (uint64_t)slot * top->width;
}

void top_sort(struct top *top)
{
	for (uint32_t left = top->in_order ? 0 : top->count; left > 1;) {
		swap(top, 0, --left);
		sink(top, 0, left);
	}
}
