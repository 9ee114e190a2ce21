/* probe.c -- see probe.h.
 *
 * The file is written once first, so that what is measured allocates nothing: the same writes as
 * the server's journal makes.  A file system without O_DIRECT (tmpfs) gets fdatasync instead.
 */
#include "bench/probe.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/histogram.h"
#include "bench/timing.h"

#define BLOCK_BYTES 4096u
#define FILE_BLOCKS 4096u /* 16 MiB */
#define FILL_BLOCKS 256u  /* 1 MiB at a time when writing the file first */
#define PROBE_NS (UINT64_C(500) * 1000 * 1000)
#define PROBE_WRITES 4000u
#define PROBE_WRITES_LEAST 20u

static bool file_fill(int fd, const uint8_t *bytes)
{
	size_t step = (size_t)BLOCK_BYTES * FILL_BLOCKS;
	for (size_t at = 0; at < (size_t)BLOCK_BYTES * FILE_BLOCKS; at += step)
		if (pwrite(fd, bytes, step, (off_t)at) != (ssize_t)step)
			return false;
	return fsync(fd) == 0;
}

static bool file_measure(int fd, const uint8_t *bytes, struct probe *probe, struct histogram *times)
{
	uint64_t began = timing_now_ns(), now = began;
	for (uint32_t i = 0; i < PROBE_WRITES; i++) {
		uint64_t before = now;
		off_t at = (off_t)(i % FILE_BLOCKS) * (off_t)BLOCK_BYTES;
		if (pwrite(fd, bytes, BLOCK_BYTES, at) != (ssize_t)BLOCK_BYTES)
			return false;
		if (!probe->direct && fdatasync(fd) != 0)
			return false;
		now = timing_now_ns();
		histogram_record(times, now - before);
		if (now - began > PROBE_NS && i + 1 >= PROBE_WRITES_LEAST)
			break;
	}
	return true;
}

static bool probe_fill(int fd, const uint8_t *bytes, struct probe *probe)
{
	struct histogram *times = calloc(1, sizeof *times);
	bool done = times != NULL && file_fill(fd, bytes) && file_measure(fd, bytes, probe, times);
	if (done) {
		probe->taken = true;
		probe->writes = (uint32_t)times->total;
		probe->p50_ns = histogram_percentile(times, 50);
		probe->p99_ns = histogram_percentile(times, 99);
		probe->most_ns = times->most_ns;
	}
	free(times);
	return done;
}

bool probe_take(const char *directory, struct probe *probe)
{
	char path[PATH_MAX];
	void *bytes = NULL;
	memset(probe, 0, sizeof *probe);
	snprintf(path, sizeof path, "%s/crmdb-bench-probe-%ld", directory, (long)getpid());
	if (posix_memalign(&bytes, BLOCK_BYTES, (size_t)BLOCK_BYTES * FILL_BLOCKS) != 0)
		return false;
	memset(bytes, 0x5a, (size_t)BLOCK_BYTES * FILL_BLOCKS);
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_DIRECT | O_DSYNC, 0600);
	probe->direct = fd >= 0;
	if (fd < 0) {
		unlink(path); /* a refused O_DIRECT may leave the file */
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	}
	bool done = fd >= 0 && probe_fill(fd, bytes, probe);
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	free(bytes);
	return done;
}
