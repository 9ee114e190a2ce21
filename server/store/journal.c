/* journal.c -- see journal.h.
 *
 * Why a ring of pre-written space: one O_DIRECT|O_DSYNC write of it is one device flush (0.13 to
 * 0.17 ms where an LMDB commit takes 0.32 to 0.44), because no block is allocated and no size
 * changes.  Where O_DIRECT does not work (some file systems), O_DSYNC alone does.
 *
 *   J1  Nothing from `kept` to the end of the last group is ever overwritten.
 *   J2  One write at a time, and the next only after its flush: at most the last group is torn.
 *   J3  DIR/journal is complete as soon as it has that name.
 */
#include "server/store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/ensure.h"
#include "server/base/hash.h"
#include "server/store/directory.h"
#include "server/store/file.h"

#define MAGIC UINT64_C(0x316c6e72756f4a43) /* "CJournl1" */
#define HEADER_USED 56u
#define ZEROS_BYTES (1u << 20)
#define MOST_BYTES ((uint64_t)1 << 44)

struct journal {
	int fd; /* for reading; from journal_resume on, for durable writes */
	struct group_ring ring;
	struct group_link last;
	uint64_t kept;
	struct file_path path;
};

/* --- the header --- */

static void header_write(uint8_t *bytes, const struct group_ring *ring)
{
	struct wire_writer w = {bytes, bytes + HEADER_USED, false};
	wire_write_u64(&w, MAGIC);
	wire_write_u32(&w, DIRECTORY_FORMAT);
	wire_write_u32(&w, 0);
	wire_write_id(&w, ring->database);
	wire_write_u64(&w, ring->seed);
	wire_write_u64(&w, ring->bytes);
	wire_write_u64(&w, hash_bytes(bytes, HEADER_USED - 8, 0));
	ENSURE(!w.failed && w.at == w.end);
}

static bool header_read(struct journal *journal, const uint8_t *bytes, struct failure *failure)
{
	struct wire_reader r = {bytes, bytes + HEADER_USED, false};
	if (wire_read_u64(&r) != MAGIC)
		return failure_set(failure, EXIT_DAMAGE,
				   "it does not begin like a journal of crmdb; restore from a "
				   "backup");
	uint32_t version = wire_read_u32(&r);
	if (version != DIRECTORY_FORMAT)
		return failure_set(failure, EXIT_DAMAGE,
				   "format version %" PRIu32 ", this server reads version %u; "
				   "carry the data across with export and import",
				   version, DIRECTORY_FORMAT);
	wire_read_u32(&r);
	journal->ring.database = wire_read_id(&r);
	journal->ring.seed = wire_read_u64(&r);
	journal->ring.bytes = wire_read_u64(&r);
	if (wire_read_u64(&r) != hash_bytes(bytes, HEADER_USED - 8, 0))
		return failure_set(failure, EXIT_DAMAGE,
				   "its header does not match its checksum; restore from a backup");
	return true;
}

/* --- making one --- */

static bool write_zeros(int fd, uint64_t from, uint64_t to)
{
	uint8_t *zeros = calloc(1, ZEROS_BYTES);
	bool written = zeros != NULL;
	if (zeros == NULL)
		errno = ENOMEM;
	while (written && from < to) {
		size_t size = to - from < ZEROS_BYTES ? (size_t)(to - from) : ZEROS_BYTES;
		written = file_write(fd, zeros, size, from);
		from += size;
	}
	free(zeros);
	return written;
}

bool journal_create(const char *directory, uint64_t bytes, const struct group_ring *identity,
		    struct failure *failure)
{
	struct file_path fresh = file_path(directory, "journal.new");
	struct group_ring ring = *identity;
	uint8_t header[HEADER_USED];
	uint64_t total = bytes / GROUP_ALIGN * GROUP_ALIGN;
	if (total < JOURNAL_LEAST_BYTES || total > MOST_BYTES)
		return failure_set(failure, EXIT_USAGE,
				   "a journal of %" PRIu64 " bytes is not possible; give a size "
				   "between %u and %" PRIu64,
				   bytes, JOURNAL_LEAST_BYTES, MOST_BYTES);
	ring.bytes = total - JOURNAL_HEAD_BYTES;
	header_write(header, &ring);
	int fd = open(fresh.text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool written = fd >= 0 && file_write(fd, header, sizeof header, 0) &&
		       write_zeros(fd, sizeof header, total) && fsync(fd) == 0;
	int error = errno;
	if (fd >= 0)
		close(fd);
	if (written)
		return file_publish(directory, "journal", failure); /* J3 */
	unlink(fresh.text);
	return failure_set(failure, EXIT_STORAGE, "cannot write %s of %" PRIu64 " bytes: %s",
			   fresh.text, total, strerror(error));
}

/* --- opening --- */

static bool check(struct journal *journal, struct failure *failure)
{
	uint8_t header[HEADER_USED];
	struct stat stat_now;
	if (fstat(journal->fd, &stat_now) != 0 || !file_read(journal->fd, header, sizeof header, 0))
		return failure_set(failure, EXIT_DAMAGE, "cannot read its header: %s",
				   errno != 0 ? strerror(errno) : "the file is cut");
	if (!header_read(journal, header, failure))
		return false;
	uint64_t size = (uint64_t)stat_now.st_size;
	if (size != journal->ring.bytes + JOURNAL_HEAD_BYTES)
		return failure_set(failure, EXIT_DAMAGE,
				   "it has %" PRIu64 " bytes, its header says %" PRIu64
				   "; restore from a backup",
				   size, journal->ring.bytes + JOURNAL_HEAD_BYTES);
	return true;
}

struct journal *journal_open(const char *directory, struct failure *failure)
{
	struct journal *journal = calloc(1, sizeof *journal);
	if (journal == NULL) {
		failure_set(failure, EXIT_MEMORY, "no memory for the journal");
		return NULL;
	}
	journal->path = file_path(directory, "journal");
	journal->fd = open(journal->path.text, O_RDONLY | O_CLOEXEC);
	if (journal->fd < 0)
		failure_set(failure, EXIT_DIRECTORY, "cannot open %s: %s", journal->path.text,
			    strerror(errno));
	else if (check(journal, failure))
		return journal;
	else
		failure_wrap(failure, "%s", journal->path.text);
	journal_free(journal);
	return NULL;
}

void journal_free(struct journal *journal)
{
	if (journal == NULL)
		return;
	if (journal->fd >= 0)
		close(journal->fd);
	free(journal);
}

const struct group_ring *journal_ring(const struct journal *journal)
{
	return &journal->ring;
}

const char *journal_path(const struct journal *journal)
{
	return journal->path.text;
}

bool journal_read(const struct journal *journal, uint64_t offset, void *bytes, size_t size,
		  struct failure *failure)
{
	ENSURE(offset <= journal->ring.bytes && size <= journal->ring.bytes - offset);
	if (file_read(journal->fd, bytes, size, JOURNAL_HEAD_BYTES + offset))
		return true;
	return failure_set(failure, EXIT_DAMAGE, "cannot read %s at byte %" PRIu64 ": %s",
			   journal->path.text, JOURNAL_HEAD_BYTES + offset,
			   errno != 0 ? strerror(errno) : "the file is cut");
}

/* Does an aligned read work?  Writes ask the same of their alignment. */
static bool direct_works(int fd)
{
	void *block = aligned_alloc(GROUP_ALIGN, JOURNAL_HEAD_BYTES);
	bool works = block != NULL && file_read(fd, block, JOURNAL_HEAD_BYTES, 0);
	free(block);
	return works;
}

static int open_durable(const char *path)
{
	int fd = open(path, O_RDWR | O_DIRECT | O_DSYNC | O_CLOEXEC);
	if (fd >= 0 && direct_works(fd))
		return fd;
	if (fd >= 0)
		close(fd);
	return open(path, O_RDWR | O_DSYNC | O_CLOEXEC);
}

bool journal_resume(struct journal *journal, const struct group_link *last, uint64_t kept,
		    struct failure *failure)
{
	int fd = open_durable(journal->path.text);
	if (fd < 0)
		return failure_set(failure, EXIT_DIRECTORY, "cannot open %s for writing: %s",
				   journal->path.text, strerror(errno));
	close(journal->fd);
	journal->fd = fd;
	journal->last = *last;
	journal->kept = kept;
	ENSURE(kept <= last->end && last->end - kept <= journal->ring.bytes);
	return true;
}

/* --- appending --- */

/* J1: would a group of `size` bytes stay clear of what begins at `kept`? */
static bool fits(const struct journal *journal, uint32_t size, uint64_t kept)
{
	uint64_t padded = group_padded(size), ring = journal->ring.bytes;
	return padded <= ring &&
	       group_place(journal->last.end, padded, ring) + padded - kept <= ring;
}

bool journal_has_room(const struct journal *journal, uint32_t size)
{
	return fits(journal, size, journal->kept);
}

bool journal_is_stuck(const struct journal *journal, uint32_t size)
{
	return !fits(journal, size, journal->last.start);
}

void journal_release(struct journal *journal, uint64_t start)
{
	ENSURE(start >= journal->kept);
	journal->kept = start;
}

bool journal_append(struct journal *journal, struct group *group, uint64_t epoch,
		    struct failure *failure)
{
	struct group_link next = journal->last;
	group_seal(group, &journal->ring, epoch, &next);
	size_t padded = (size_t)(next.end - next.start);
	uint64_t offset = JOURNAL_HEAD_BYTES + next.start % journal->ring.bytes;
	if (!file_write(journal->fd, group->bytes, padded, offset)) /* J2 */
		return failure_set(failure, EXIT_STORAGE,
				   "cannot write group %" PRIu64 " to %s: %s; restart when the "
				   "disk is well again",
				   next.number, journal->path.text, strerror(errno));
	journal->last = next;
	return true;
}

const struct group_link *journal_last(const struct journal *journal)
{
	return &journal->last;
}
