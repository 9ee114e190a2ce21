/* journal_scan.c -- see journal_scan.h.
 *
 *   ring   | 61 whole | 62 whole | 63 torn |  58 whole (older lap)  | 59 | 60 whole |
 *            ^ last of the log: found, so the two belong together
 *                       ^ taken    ^ bad, and nothing newer behind it: the tear of a crash
 *
 * Decision table, in the order it is tried (N: the last group that the chain reaches):
 *
 *   a whole group newer than N + 1              damage: one between is bad, or there is a gap
 *   a whole group N + 1 that does not chain     damage: the journal is another run's
 *   no group taken, the log's last not found    damage: the journal is older than the log
 *   a torn group that claims to be N + 1        tear: warn and go on
 *
 *   N1  Groups at or below the log's number are of older laps and are not looked at further.
 *   N2  Of two whole groups with one number the later epoch counts: a write of an earlier run may
 *       have reached the disk after that run was given up.
 */
#include "server/store/journal_scan.h"

#include <inttypes.h>
#include <stdlib.h>

#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/base/mutant.h"

/* A window of the ring, so that it is read once, in long runs. */
#define WINDOW_BYTES ((uint64_t)2 * LIMIT_GROUP_BYTES)

struct reading {
	const struct journal *journal;
	uint8_t *window;
	uint64_t from, to; /* of the ring, in the window */
	struct group_head *whole, *torn;
	size_t whole_count, torn_count;
	struct failure *failure;
};

/* `size` bytes of the ring at `offset`; NULL: *failure. */
static const uint8_t *bytes_at(struct reading *reading, uint64_t offset, uint64_t size)
{
	uint64_t ring = journal_ring(reading->journal)->bytes;
	if (offset < reading->from || offset + size > reading->to) {
		uint64_t run = ring - offset < WINDOW_BYTES ? ring - offset : WINDOW_BYTES;
		if (!journal_read(reading->journal, offset, reading->window, run, reading->failure))
			return NULL;
		reading->from = offset;
		reading->to = offset + run;
	}
	return reading->window + (offset - reading->from);
}

static bool keep(struct reading *reading, bool whole, const struct group_head *head)
{
	struct group_head **heads = whole ? &reading->whole : &reading->torn;
	size_t *count = whole ? &reading->whole_count : &reading->torn_count;
	if ((*count & (*count - 1)) == 0) {
		size_t capacity = *count == 0 ? 1 : *count * 2;
		struct group_head *more = realloc(*heads, capacity * sizeof *more);
		if (more == NULL)
			return failure_set(reading->failure, EXIT_MEMORY,
					   "no memory to read the journal");
		*heads = more;
	}
	(*heads)[(*count)++] = *head;
	return true;
}

/* Look for a group at `offset`; *step is how far to go on. */
static bool look(struct reading *reading, uint64_t offset, uint64_t *step)
{
	const struct group_ring *ring = journal_ring(reading->journal);
	uint64_t left = ring->bytes - offset;
	struct group_head head;
	*step = GROUP_ALIGN;
	const uint8_t *bytes = bytes_at(reading, offset, GROUP_ALIGN);
	if (bytes == NULL)
		return false;
	enum group_verdict verdict = group_check(bytes, GROUP_ALIGN, ring, &head);
	if (verdict == GROUP_NONE)
		return true;
	uint64_t claimed = group_padded(head.size);
	if (verdict == GROUP_TORN && head.size <= LIMIT_GROUP_BYTES && claimed <= left) {
		bytes = bytes_at(reading, offset, claimed);
		if (bytes == NULL)
			return false;
		verdict = group_check(bytes, claimed, ring, &head);
	}
	if (head.start % ring->bytes != offset)
		verdict = GROUP_TORN; /* a copy in the wrong place */
	if (verdict == GROUP_WHOLE)
		*step = claimed;
	return keep(reading, verdict == GROUP_WHOLE, &head);
}

static bool read_ring(struct reading *reading)
{
	uint64_t step = 0;
	for (uint64_t offset = 0; offset < journal_ring(reading->journal)->bytes; offset += step)
		if (!look(reading, offset, &step))
			return false;
	return true;
}

/* By number, the later epoch first (N2). */
static int by_number(const void *left, const void *right)
{
	const struct group_head *a = left, *b = right;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->epoch > b->epoch ? -1 : a->epoch < b->epoch;
}

static bool refuse_gap(const struct reading *reading, const struct journal_scan *scan,
		       const struct group_head *later)
{
	bool torn = false;
	for (size_t i = 0; i < reading->torn_count; i++)
		torn |= reading->torn[i].number == scan->end.number + 1;
	return failure_set(reading->failure, EXIT_DAMAGE,
			   "%s: group %" PRIu64 ", with event %" PRIu64
			   ", is %s, and group %" PRIu64
			   " after it is whole; restore from a backup",
			   journal_path(reading->journal), scan->end.number + 1,
			   scan->end.event + 1, torn ? "damaged" : "missing", later->number);
}

/* Take what continues the chain; anything else that is newer is damage. */
static bool follow_chain(struct reading *reading, struct journal_scan *scan)
{
	const struct group_ring *ring = journal_ring(reading->journal);
	scan->groups = reading->whole;
	if (reading->whole_count > 1)
		qsort(reading->whole, reading->whole_count, sizeof *reading->whole, by_number);
	for (size_t i = 0; i < reading->whole_count; i++) {
		struct group_head head = reading->whole[i];
		if (head.epoch > scan->epoch)
			scan->epoch = head.epoch;
		if (head.number <= scan->end.number)
			continue; /* N1, N2 */
		if (head.number > scan->end.number + 1)
			return refuse_gap(reading, scan, &head);
		if (!group_follows(&head, &scan->end, ring))
			return failure_set(
			    reading->failure, EXIT_DAMAGE,
			    "%s: group %" PRIu64 " does not continue the log at event "
			    "%" PRIu64 "; put journal and log of one run together",
			    journal_path(reading->journal), head.number, scan->end.event);
		scan->groups[scan->count++] = head;
		scan->end = group_head_link(&head);
	}
	return true;
}

/* The last group of the log, as the ring holds it. */
static bool holds(const struct reading *reading, const struct group_link *log)
{
	for (size_t i = 0; i < reading->whole_count; i++)
		if (reading->whole[i].number == log->number &&
		    reading->whole[i].checksum == log->checksum)
			return true;
	return false;
}

static void report_tear(struct reading *reading, struct journal_scan *scan)
{
	const struct group_ring *ring = journal_ring(reading->journal);
	for (size_t i = 0; i < reading->torn_count; i++) {
		const struct group_head *head = &reading->torn[i];
		if (head->number != scan->end.number + 1)
			continue;
		if (MUTANT(torn_tail_accepted) && group_follows(head, &scan->end, ring) &&
		    keep(reading, true, head)) {
			scan->groups = reading->whole;
			scan->groups[scan->count++] = *head;
			scan->end = group_head_link(head);
			return;
		}
		log_warn("journal_torn",
			 "the last group (%" PRIu64 ", from event %" PRIu64
			 ") was only half written when the server ended; it was never acknowledged "
			 "and is dropped",
			 head->number, scan->end.event + 1);
		return;
	}
}

static bool decide(struct reading *reading, const struct group_link *log, bool settled,
		   struct journal_scan *scan)
{
	if (!read_ring(reading))
		return false;
	bool tied = log->number == 0 || settled || holds(reading, log);
	if (!follow_chain(reading, scan))
		return false;
	if (!tied && scan->count == 0)
		return failure_set(reading->failure, EXIT_DAMAGE,
				   "%s does not hold group %" PRIu64
				   ", the last one of the log: it "
				   "is damaged there, older than the log, or of another run; put "
				   "the right journal back or restore from a backup",
				   journal_path(reading->journal), log->number);
	report_tear(reading, scan);
	return true;
}

bool journal_scan(const struct journal *journal, const struct group_link *log, bool settled,
		  struct journal_scan *scan, struct failure *failure)
{
	struct reading reading = {.journal = journal, .failure = failure};
	*scan = (struct journal_scan){.end = *log, .epoch = log->epoch};
	reading.window = malloc(WINDOW_BYTES);
	bool done = reading.window != NULL
			? decide(&reading, log, settled, scan)
			: failure_set(failure, EXIT_MEMORY, "no memory to read the journal");
	free(reading.window);
	free(reading.torn);
	scan->groups = reading.whole;
	if (!done)
		journal_scan_free(scan);
	return done;
}

void journal_scan_free(struct journal_scan *scan)
{
	free(scan->groups);
	scan->groups = NULL;
	scan->count = 0;
}
