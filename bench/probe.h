/* probe.h -- what one durable write costs on the disk under test, without crmdb.
 *
 * A durability figure says little without it: on a disk that flushes in 5 ms, no server answers a
 * single write sooner.  Run it before and after a load, on the same file system.
 */
#ifndef CRMDB_BENCH_PROBE_H
#define CRMDB_BENCH_PROBE_H
#include <stdbool.h>
#include <stdint.h>

struct probe {
	bool taken;
	bool direct; /* O_DIRECT and O_DSYNC; otherwise write and fdatasync */
	uint32_t writes;
	uint64_t p50_ns, p99_ns, most_ns;
};

/* Write 4 KiB again and again into a pre-written file of its own in `directory`, each write made
 * durable, for about half a second; remove the file.  False: `*probe` is not taken and errno says
 * why. */
bool probe_take(const char *directory, struct probe *probe);

#endif
