/* intervals.c -- see intervals.h.
 *
 * Heap sort, because a list may hold a thousand values in the worst order, and nothing here may
 * call back into a library.
 */
#include "server/engine/query/intervals.h"

#include <stddef.h>

bool intervals_add(struct intervals *set, int64_t low, int64_t high)
{
	if (low > high)
		return true;
	if (set->count == set->capacity)
		return false;
	set->items[set->count++] = (struct interval){low, high};
	return true;
}

static void sink(struct interval *items, uint32_t at, uint32_t count)
{
	for (uint32_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
		if (child + 1 < count && items[child + 1].low > items[child].low)
			child++;
		if (items[child].low <= items[at].low)
			return;
		struct interval moved = items[at];
		items[at] = items[child];
		items[child] = moved;
		at = child;
	}
}

static bool is_sorted(const struct intervals *set)
{
	for (uint32_t i = 1; i < set->count; i++)
		if (set->items[i].low < set->items[i - 1].low)
			return false;
	return true;
}

static void sort(struct intervals *set)
{
	if (is_sorted(set))
		return;
	for (uint32_t at = set->count / 2; at-- > 0;)
		sink(set->items, at, set->count);
	for (uint32_t left = set->count; left-- > 1;) {
		struct interval top = set->items[0];
		set->items[0] = set->items[left];
		set->items[left] = top;
		sink(set->items, 0, left);
	}
}

/* Does b begin inside a, or right behind it? */
static bool joins(const struct interval *a, const struct interval *b)
{
	return b->low <= a->high || (a->high < INT64_MAX && b->low == a->high + 1);
}

void intervals_settle(struct intervals *set)
{
	uint32_t kept = 0;
	sort(set);
	for (uint32_t i = 0; i < set->count; i++) {
		struct interval next = set->items[i];
		if (kept == 0 || !joins(&set->items[kept - 1], &next))
			set->items[kept++] = next;
		else if (next.high > set->items[kept - 1].high)
			set->items[kept - 1].high = next.high;
	}
	set->count = kept;
}

bool intervals_invert(struct intervals *set, struct interval all)
{
	int64_t from = all.low; /* of the gap before the next one */
	uint32_t out = 0;
	bool open = true; /* something is left above */
	for (uint32_t i = 0; i < set->count && open; i++) {
		struct interval now = set->items[i];
		if (now.high < all.low)
			continue;
		if (now.low > all.high)
			break;
		if (now.low > from)
			set->items[out++] = (struct interval){from, now.low - 1}; /* out <= i */
		open = now.high < all.high;
		from = open ? now.high + 1 : from;
	}
	if (open && out == set->capacity)
		return false;
	if (open)
		set->items[out++] = (struct interval){from, all.high};
	set->count = out;
	return true;
}

bool intervals_both(const struct intervals *a, const struct intervals *b, struct intervals *out)
{
	uint32_t i = 0, j = 0;
	out->count = 0;
	while (i < a->count && j < b->count) {
		const struct interval *x = &a->items[i], *y = &b->items[j];
		int64_t low = x->low > y->low ? x->low : y->low;
		int64_t high = x->high < y->high ? x->high : y->high;
		if (!intervals_add(out, low, high))
			return false;
		if (x->high < y->high)
			i++;
		else
			j++;
	}
	return true;
}

bool intervals_either(const struct intervals *a, const struct intervals *b, struct intervals *out)
{
	uint32_t i = 0, j = 0;
	out->count = 0;
	while (i < a->count || j < b->count) {
		bool first = j == b->count || (i < a->count && a->items[i].low <= b->items[j].low);
		struct interval next = first ? a->items[i++] : b->items[j++];
		struct interval *last = out->count == 0 ? NULL : &out->items[out->count - 1];
		if (last == NULL || !joins(last, &next)) {
			if (!intervals_add(out, next.low, next.high))
				return false;
		} else if (next.high > last->high) {
			last->high = next.high;
		}
	}
	return true;
}

bool intervals_have(const struct intervals *set, int64_t value)
{
	uint32_t low = 0, high = set->count; /* the first one that ends at or above `value` */
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (set->items[middle].high < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->count && set->items[low].low <= value;
}

bool intervals_equal(const struct intervals *a, const struct intervals *b)
{
	if (a->count != b->count)
		return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (a->items[i].low != b->items[i].low || a->items[i].high != b->items[i].high)
			return false;
	return true;
}
