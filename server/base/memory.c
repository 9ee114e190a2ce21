/* memory.c -- blocks for the engine: small ones from malloc, large ones mapped on huge pages.
 *
 * Why huge pages: an id look-up at ten million customers is one cache miss with them and a page
 * walk more without.
 */
#include "server/base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "server/base/ensure.h"

#define LARGE_BYTES ((size_t)2 << 20)
#define LINE_BYTES ((size_t)64)
#define PAGE_BYTES ((size_t)4096)

struct memory_system {
	size_t limit, used;
	char *ready, *ready_end; /* touched, zero, not handed out yet; NULL: none */
};

static size_t round_up(size_t size, size_t unit)
{
	return (size + unit - 1) / unit * unit;
}

/* 2 MiB-aligned, so that whole huge pages fit: map one too many and return the ends. */
static void *map_large(size_t size)
{
	size_t span = size + LARGE_BYTES;
	char *base = mmap(NULL, span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		return NULL;
	size_t head = (LARGE_BYTES - (size_t)base % LARGE_BYTES) % LARGE_BYTES;
	char *block = base + head;
	if (head > 0)
		munmap(base, head);
	if (span - head > size)
		munmap(block + size, span - head - size);
	madvise(block, size, MADV_HUGEPAGE);
	return block;
}

/* From the touched memory while it lasts, else fresh from the system. */
static void *take_large(struct memory_system *system, size_t size)
{
	if (size > (size_t)(system->ready_end - system->ready))
		return map_large(size);
	char *block = system->ready;
	system->ready += size;
	return block;
}

static void *system_allocate(void *context, size_t size)
{
	struct memory_system *system = context;
	if (size > SIZE_MAX / 2 || (system->limit != 0 && size > system->limit - system->used))
		return NULL;
	void *block;
	if (size >= LARGE_BYTES) {
		block = take_large(system, round_up(size, LARGE_BYTES));
	} else {
		block = aligned_alloc(LINE_BYTES, round_up(size, LINE_BYTES));
		if (block != NULL)
			memset(block, 0, size);
	}
	if (block != NULL)
		system->used += size;
	return block;
}

static void system_release(void *context, void *block, size_t size)
{
	struct memory_system *system = context;
	if (block == NULL)
		return;
	ENSURE(size <= system->used);
	system->used -= size;
	if (size >= LARGE_BYTES)
		munmap(block, round_up(size, LARGE_BYTES));
	else
		free(block);
}

struct memory_system *memory_system_open(size_t limit_bytes, struct memory *out)
{
	struct memory_system *system = calloc(1, sizeof *system);
	if (system == NULL)
		return NULL;
	system->limit = limit_bytes;
	*out = (struct memory){system_allocate, system_release, system};
	return system;
}

bool memory_system_prefault(struct memory_system *system, size_t bytes)
{
	size_t size = round_up(bytes, LARGE_BYTES);
	if (size < bytes || (system->limit != 0 && size > system->limit))
		return false;
	ENSURE(system->ready == NULL);
	char *block = size == 0 ? NULL : map_large(size);
	if (block == NULL)
		return size == 0;
	for (size_t at = 0; at < size; at += PAGE_BYTES)
		*(volatile char *)(block + at) = 0;
	system->ready = block;
	system->ready_end = block + size;
	return true;
}

void memory_system_close(struct memory_system *system)
{
	if (system != NULL && system->ready != system->ready_end)
		munmap(system->ready, (size_t)(system->ready_end - system->ready));
	free(system);
}

size_t memory_system_used(const struct memory_system *system)
{
	return system->used;
}
