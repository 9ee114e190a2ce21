/* tree.h -- directories as a whole: copies, checksums, and damage done on purpose.
 *
 * Every call ends the test with a sentence when the machine refuses.
 */
#ifndef CRMDB_TESTS_TREE_H
#define CRMDB_TESTS_TREE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Replace `to` by a copy of the directory `from`. */
void tree_copy(const char *from, const char *to);

/* XXH3 over names, sizes and bytes of all files below; what only says who is there (the lock file
 * and LMDB's reader tables) is left aside. */
uint64_t tree_sum(const char *path);

int64_t tree_file_size(const char *path); /* -1: no such file */
/* Whole file; freed by free(). */
uint8_t *tree_read(const char *path, size_t *size);
void tree_write(const char *path, const void *bytes, size_t size);
void tree_flip(const char *path, uint64_t at, uint8_t mask); /* XOR one byte */
void tree_truncate(const char *path, int64_t size);

/* Run a program to its end: exit status, or 128 + signal; what it says on stderr and stdout, cut
 * to `size`.  `user`: as that user id, 0 for one's own.  After `timeout_ms` it is killed: -1. */
struct tree_run {
	const char *const *arguments; /* NULL ends; the first is the program */
	unsigned user;
	int timeout_ms;
	char *text;
	size_t size;
};
int tree_run(const struct tree_run *run);

#endif
