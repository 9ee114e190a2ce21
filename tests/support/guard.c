/* guard.c -- see guard.h: one mapping, its last page without any right. */
#include "tests/support/guard.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint8_t *map_end(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = (GUARD_BYTES + page - 1) / page * page;
	uint8_t *map =
	    mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED || mprotect(map + size, page, PROT_NONE) != 0)
		abort();
	return map + size;
}

uint8_t *guard_copy(const void *bytes, size_t size)
{
	static uint8_t *end;
	if (end == NULL)
		end = map_end();
	if (size > GUARD_BYTES)
		abort();
	memset(end - GUARD_BYTES, 0xa5, GUARD_BYTES);
	if (size > 0)
		memcpy(end - size, bytes, size);
	return end - size;
}
