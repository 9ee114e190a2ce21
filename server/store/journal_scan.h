/* journal_scan.h -- reads the whole ring at start and decides what recovery takes from it. */
#ifndef CRMDB_STORE_JOURNAL_SCAN_H
#define CRMDB_STORE_JOURNAL_SCAN_H
#include "server/store/journal.h"

struct journal_scan {
	struct group_head *groups; /* newer than the log, in the order of their chain */
	size_t count;
	struct group_link end; /* of the chain: log and groups together */
	uint64_t epoch;        /* the highest seen */
};

/* Find the groups that continue *log.  `settled`: a clean stop says that the log is complete, so
 * that it need not find its last group in the ring.  False: damage, and *failure says which;
 * nothing was changed.  scan->groups is freed by journal_scan_free. */
bool journal_scan(const struct journal *journal, const struct group_link *log, bool settled,
		  struct journal_scan *scan, struct failure *failure);
void journal_scan_free(struct journal_scan *scan);

#endif
