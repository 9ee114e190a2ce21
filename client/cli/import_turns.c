/* import_turns.c -- see import_turns.h.  Open addressing with linear probing, at most three
 * quarters full, doubled when it is: 24 bytes a slot, 32 to 64 bytes a customer. */
#include "client/cli/import_turns.h"

#include <stdlib.h>

#define FIRST_SIZE 1024u

struct import_turn {
	uint64_t customer; /* 0: free */
	uint64_t hash;     /* of the last row */
	uint64_t turn;     /* of the last row */
};

/* The slot of `customer`, or the free one where it belongs. */
static struct import_turn *find(const struct import_turns *turns, uint64_t customer)
{
	size_t at = (size_t)((customer * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (turns->size - 1);
	while (turns->slots[at].customer != 0 && turns->slots[at].customer != customer)
		at = (at + 1) & (turns->size - 1);
	return &turns->slots[at];
}

static bool grow(struct import_turns *turns)
{
	struct import_turns larger = {.size = turns->size == 0 ? FIRST_SIZE : turns->size * 2,
				      .used = turns->used};
	larger.slots = calloc(larger.size, sizeof *larger.slots);
	if (larger.slots == NULL)
		return false;
	for (size_t i = 0; i < turns->size; i++)
		if (turns->slots[i].customer != 0)
			*find(&larger, turns->slots[i].customer) = turns->slots[i];
	free(turns->slots);
	*turns = larger;
	return true;
}

bool import_turns_take(struct import_turns *turns, uint64_t customer, uint64_t hash, uint64_t *turn)
{
	if (turns->used >= turns->size / 4 * 3 && !grow(turns))
		return false;
	struct import_turn *slot = find(turns, customer);
	if (slot->customer == 0) {
		turns->used++;
		*slot = (struct import_turn){customer, hash, 0};
	} else if (slot->hash != hash) {
		slot->hash = hash;
		slot->turn++;
	}
	*turn = slot->turn;
	return true;
}

void import_turns_free(struct import_turns *turns)
{
	free(turns->slots);
	*turns = (struct import_turns){0};
}
