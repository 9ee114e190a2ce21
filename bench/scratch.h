/* scratch.h -- a directory for one run, and how much of the disk a directory uses. */
#ifndef CRMDB_BENCH_SCRATCH_H
#define CRMDB_BENCH_SCRATCH_H
#include <stdbool.h>
#include <stdint.h>

#define SCRATCH_PATH_BYTES 256u

/* Make a new directory, mode 0700, under $TMPDIR, else /var/tmp (which is on a disk; /tmp often is
 * not).  False: errno says why.  Removed by scratch_remove. */
bool scratch_make(char path[SCRATCH_PATH_BYTES]);

/* Remove a directory and all it holds. */
void scratch_remove(const char *path);

/* Bytes allocated on disk for the files in `directory` whose names end in `suffix`; files inside
 * folders of it do not count.  0 when it cannot be read. */
uint64_t scratch_disk_bytes(const char *directory, const char *suffix);

#endif
