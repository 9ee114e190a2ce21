/* import_turns.h -- which turn of its customer a row of customers is.
 *
 *   7,Zoe  turn 0     7,Zoe  turn 0, the same again     7,Zoe Li  turn 1     7,Zoe  turn 2
 *
 * A customer who comes once is in turn 0, whatever else is in the file.
 */
#ifndef CRMDB_CLI_IMPORT_TURNS_H
#define CRMDB_CLI_IMPORT_TURNS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct import_turn;

/* All zero is an empty table. */
struct import_turns {
	struct import_turn *slots;
	size_t size, used; /* slots: a power of two */
};

/* One more row of `customer`, not 0, with content of this hash: its turn.  False: out of memory. */
bool import_turns_take(struct import_turns *turns, uint64_t customer, uint64_t hash,
		       uint64_t *turn);
void import_turns_free(struct import_turns *turns);

#endif
