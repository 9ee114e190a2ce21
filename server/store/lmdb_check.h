/* lmdb_check.h -- proves that an LMDB file is what LMDB takes it for, before LMDB maps it.
 *
 * LMDB trusts its file: a cut one ends the process with SIGBUS, a flipped bit in a page gives wrong
 * or missing data without an error.  What a block holds is proved by its checksum; these functions
 * prove what lies around it: meta pages, page heads, trees, free list.
 *
 * Thread rule: any; the file must not be written by this process meanwhile, and by another only
 * under LMDB's own rules (the transaction checked is pinned by the caller).
 */
#ifndef CRMDB_STORE_LMDB_CHECK_H
#define CRMDB_STORE_LMDB_CHECK_H
#include <stdbool.h>
#include <stdint.h>

#include "server/base/failure.h"

/* The named databases of a file: these and no others. */
#define LMDB_LAYOUT_MOST 3u
struct lmdb_layout {
	unsigned count;
	const char *names[LMDB_LAYOUT_MOST];
	unsigned large; /* which of them grows: left out of LMDB_CHECK_HEAD */
	unsigned state; /* which holds the record "state" */
	bool frees;     /* records are removed: pages at the end may be free and never written */
};

/* Before mapping: both meta pages are sound, and the file is as long as they say (when it frees
 * pages, lmdb_check_pages proves that those in use are there). */
bool lmdb_check_size(int fd, const struct lmdb_layout *layout, struct failure *failure);

enum lmdb_check_depth {
	LMDB_CHECK_HEAD,  /* the main tree and the trees that do not grow: a few pages */
	LMDB_CHECK_WHOLE, /* every tree, and that each page has exactly one use */
};

/* The pages that transaction `transaction` sees; the caller holds it open (or nobody writes). */
bool lmdb_check_pages(int fd, const struct lmdb_layout *layout, uint64_t transaction,
		      enum lmdb_check_depth depth, struct failure *failure);

#endif
