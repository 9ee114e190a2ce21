/* usage.h -- what a process has used so far: CPU, bytes written, memory.
 *
 * Read it at both ends of a measurement and subtract.
 */
#ifndef CRMDB_BENCH_USAGE_H
#define CRMDB_BENCH_USAGE_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define USAGE_THREADS 32u
#define USAGE_NAME_BYTES 16u

struct usage_thread {
	long id;
	char name[USAGE_NAME_BYTES];
	uint64_t cpu_ns;
};

struct usage {
	bool known;              /* false: no such process, or not ours to look at */
	uint64_t cpu_ns;         /* user and system, all threads, ended ones too */
	uint64_t user_ns;        /* in clock ticks, so coarse */
	uint64_t system_ns;      /* the same */
	uint64_t written_bytes;  /* caused to be written to storage; 0 when /proc does not say */
	uint64_t resident_bytes; /* now */
	uint32_t thread_count;   /* at most USAGE_THREADS of them */
	struct usage_thread threads[USAGE_THREADS];
};

/* Of the process `pid`; 0: of this one. */
void usage_read(pid_t pid, struct usage *usage);

/* after - before, field by field; threads by id.  resident_bytes is that of `after`. */
void usage_subtract(const struct usage *after, const struct usage *before, struct usage *out);

/* The thread with the most CPU; NULL when none is known.  Borrowed from `usage`. */
const struct usage_thread *usage_busiest(const struct usage *usage);

#endif
