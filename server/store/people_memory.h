/* people_memory.h -- the contract of people.h in memory, crashed on command.
 *
 * The disk outlives the store: a crash frees the store and keeps of the disk what was durable.
 * Thread rule: all from one thread (a simulation has one).
 */
#ifndef CRMDB_STORE_PEOPLE_MEMORY_H
#define CRMDB_STORE_PEOPLE_MEMORY_H
#include "server/store/people.h"

/* What survives.  Owned by the caller; freed by people_memory_disk_free. */
struct people_memory_disk;
struct people_memory_disk *people_memory_disk_new(void); /* NULL: out of memory */
void people_memory_disk_free(struct people_memory_disk *disk);

/* Open after creation or crash.  NULL: out of memory.  One store at a time per disk. */
struct people *people_memory_open(struct people_memory_disk *disk);

enum people_memory_crash_place {
	PEOPLE_CRASH_BEFORE, /* nothing of the commit was begun */
	PEOPLE_CRASH_MIDDLE, /* half of its steps were made, and are lost */
	PEOPLE_CRASH_AFTER,  /* it is durable, but nobody is told */
};

/* The n-th commit or rewrite from now on (1: the next) crashes there: it returns false, as
 * every later one does until people_memory_crash. */
void people_memory_script(struct people *people, uint64_t n, enum people_memory_crash_place place);
bool people_memory_crashed(const struct people *people);

/* Crash: free the store, with or without a script that struck.  Open again to go on. */
void people_memory_crash(struct people *people);

#endif
