/* import_count.h -- how often a row with these values came so far, and the order id made of it. */
#ifndef CRMDB_CLI_IMPORT_COUNT_H
#define CRMDB_CLI_IMPORT_COUNT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct import_counted;

/* All zero is an empty table. */
struct import_count {
	struct import_counted *slots;
	size_t size, used; /* slots: a power of two */
};

struct import_hash {
	uint64_t low, high;
};

/* What makes two rows the same. */
struct import_values {
	uint64_t customer;
	int64_t day, amount;
	uint64_t items;
};
struct import_hash import_count_hash(const struct import_values *values);

/* Count one more: 1 for the first.  0: out of memory. */
uint64_t import_count_add(struct import_count *count, struct import_hash hash);
/* A table that does not count but says who has a hash: now `owner`, not 0.  False: out of memory.
 */
bool import_count_claim(struct import_count *count, struct import_hash hash, uint64_t owner);
uint64_t import_count_owner(const struct import_count *count,
			    struct import_hash hash); /* 0: none */
void import_count_free(struct import_count *count);

#endif
