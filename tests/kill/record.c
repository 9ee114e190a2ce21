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

bool record_placed_equal(const struct record_placed *a, const struct record_placed *b)
{
	return a->day == b->day && a->spend == b->spend && a->orders == b->orders &&
	       a->created == b->created && a->tier_before == b->tier_before && a->tier == b->tier &&
	       a->stage_before == b->stage_before && a->stage == b->stage;
}
