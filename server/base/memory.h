/* memory.h -- the one way the engine gets memory: blocks it asks for, from a budget it is given.
 *
 * The engine makes no system call; who makes it hands it one of these.  Blocks come zeroed and
 * aligned to 64 bytes (large ones to 2 MiB, on huge pages where the kernel grants them).
 * Thread rule: one thread at a time per struct memory.
 */
#ifndef CRMDB_BASE_MEMORY_H
#define CRMDB_BASE_MEMORY_H
#include <stdbool.h>
#include <stddef.h>

struct memory {
	/* NULL when the budget or the machine has no more. */
	void *(*allocate)(void *context, size_t size);
	/* `size` as given to allocate.  Cannot fail. */
	void (*release)(void *context, void *block, size_t size);
	void *context;
};

/* Memory from the system within `limit_bytes` (0: no limit).  Owned by the caller of
 * memory_system_open; freed by memory_system_close, after every block was released. */
struct memory_system;
struct memory_system *memory_system_open(size_t limit_bytes, struct memory *out);
void memory_system_close(struct memory_system *system);

/* Take `bytes` from the system and touch them now, so that later large blocks come from memory that
 * is there: on a virtual machine the first touch of a page can cost a thousand times the second.
 * Part of the limit.  False: the system has not that much. */
bool memory_system_prefault(struct memory_system *system, size_t bytes);

size_t memory_system_used(const struct memory_system *system); /* bytes handed out */

#endif
