/* fixture_memory.h -- memory for an engine under test: it counts, and fails when it is told to. */
#ifndef CRMDB_TESTS_ENGINE_FIXTURE_MEMORY_H
#define CRMDB_TESTS_ENGINE_FIXTURE_MEMORY_H
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/base/memory.h"

/* Memory that counts, whose n-th allocation fails, or all that would go over a limit. */
struct fixture_memory {
	struct memory memory;
	uint64_t calls, fail_at; /* 0: none */
	size_t used, limit;      /* bytes; limit 0: none */
};

static void *fixture_allocate(void *context, size_t size)
{
	struct fixture_memory *m = context;
	if (++m->calls == m->fail_at || (m->limit != 0 && m->used + size > m->limit))
		return NULL;
	size_t rounded = (size + 63) / 64 * 64;
	void *block = aligned_alloc(64, rounded);
	assert_non_null(block);
	memset(block, 0, rounded);
	m->used += size;
	return block;
}

static void fixture_release(void *context, void *block, size_t size)
{
	struct fixture_memory *m = context;
	assert_true(size <= m->used);
	m->used -= size;
	free(block);
}

static inline void fixture_memory(struct fixture_memory *m)
{
	*m = (struct fixture_memory){{fixture_allocate, fixture_release, m}, 0, 0, 0, 0};
}

#endif
