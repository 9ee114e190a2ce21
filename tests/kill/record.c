/* record.c -- see record.h. */
#include "tests/kill/record.h"

#include <unistd.h>

#include "tests/integration/common/scratch.h"

void record_append(int fd, const struct record *records, size_t count)
{
	const uint8_t *at = (const uint8_t *)records;
	size_t left = count * sizeof *records;
	while (left > 0) {
		ssize_t written = write(fd, at, left);
		if (written <= 0)
			scratch_die("intent file");
		at += written;
		left -= (size_t)written;
	}
	if (fdatasync(fd) != 0)
		scratch_die("intent file");
}

bool record_next(int fd, struct record *record)
{
	ssize_t got = read(fd, record, sizeof *record);
	if (got == (ssize_t)sizeof *record)
		return true;
	if (got < 0 || (got > 0 && lseek(fd, -got, SEEK_CUR) < 0))
		scratch_die("intent file");
	return false;
}
