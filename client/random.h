/* random.h -- random bytes of the system. */
#ifndef CRMDB_CLIENT_RANDOM_H
#define CRMDB_CLIENT_RANDOM_H
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/random.h>

/* `size` up to 256.  False: the system has none (a kernel older than 3.17). */
static inline bool random_fill(void *bytes, size_t size)
{
	ssize_t got;
	do
		got = getrandom(bytes, size, 0);
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)size;
}

#endif
