/* guard.h -- bytes that end where the process may not read: one byte too far is a fault. */
#ifndef CRMDB_TESTS_SUPPORT_GUARD_H
#define CRMDB_TESTS_SUPPORT_GUARD_H
#include <stddef.h>
#include <stdint.h>

/* A copy of `size` bytes (at most GUARD_BYTES) whose end is the start of a forbidden page.  Valid
 * until the next call; never freed. */
#define GUARD_BYTES 65536u
uint8_t *guard_copy(const void *bytes, size_t size);

#endif
