/* recorder.c -- LD_PRELOAD into crmdb-server: no answer may leave before its flush returned (I3).
 *
 *   pwrite to the journal  --- returned --->  durable = last event of the group it held
 *   write to a client      <-- before it ---  every answer in it has sequence <= durable ?
 *
 *   R1  `durable` rises only after the call that makes the group durable returned: the write when
 *       the journal is open for synchronous writing, else the fdatasync after it.
 *   R2  Bytes are judged when they are offered to the kernel, whether it takes them or not, and
 *       also of a frame that is not offered whole.
 *   R3  The first group of a process tells what was durable before it: its first event - 1.
 *
 * Frames may be split over many writes: each connection (known by the inode of its socket) has the
 * bytes of its unfinished frame here.  Findings go to recorder.h's file, mapped, so that signal 9
 * loses none of them.
 */
#include "tests/preload/recorder.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "protocol/frame.h"
#include "protocol/limits.h"
#include "protocol/messages.h"
#include "server/store/group_head.h"
#include "tests/preload/journal_fd.h"

#define FDS 65536
#define HEAD_MAGIC_AT 8
#define HEAD_FIRST_AT 64
#define HEAD_COUNT_AT 72
#define GROUP_MAGIC UINT64_C(0x3150524742444d43) /* see server/store/group_head.c */

struct stream {
	uint64_t inode; /* of the socket these bytes were sent on */
	uint8_t *bytes; /* of the frame under way, and what is offered now */
	size_t size, capacity;
};

static struct stream streams[FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct recorder_report nowhere, *report = &nowhere;
static bool based;           /* R3: `durable` is known */
static uint64_t unflushed;   /* last event written, not yet flushed (R1) */
static uint64_t unbased_max; /* highest sequence offered before `durable` was known */

/* The function that the program would have called; ISO C has no conversion for what dlsym gives. */
static void find(void *function, const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);
	memcpy(function, &found, sizeof found);
}

__attribute__((constructor)) static void open_report(void)
{
	const char *path = getenv("CRMDB_RECORDER_FILE");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof *report) != 0)
		return;
	void *map = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return;
	report = map;
	report->magic = RECORDER_MAGIC;
}

/* --- the journal --- */

static void note_violation(uint64_t sequence)
{
	if (report->violations++ > 0)
		return;
	report->first_sequence = sequence;
	report->first_durable = report->durable;
}

/* Does a group begin here? */
static bool read_group(const void *bytes, size_t size, uint64_t *first, uint32_t *count)
{
	uint64_t magic = 0;
	const uint8_t *at = bytes;
	if (size < GROUP_HEAD_BYTES)
		return false;
	memcpy(&magic, at + HEAD_MAGIC_AT, sizeof magic);
	memcpy(first, at + HEAD_FIRST_AT, sizeof *first);
	memcpy(count, at + HEAD_COUNT_AT, sizeof *count);
	return magic == GROUP_MAGIC;
}

static void before_group(uint64_t first) /* R3 */
{
	if (based)
		return;
	based = true;
	report->durable = first - 1;
	if (unbased_max > report->durable)
		note_violation(unbased_max);
}

static void flushed(uint64_t last) /* R1 */
{
	if (last > report->durable)
		report->durable = last;
	report->groups++;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
	static ssize_t (*real)(int, const void *, size_t, off_t);
	uint64_t first;
	uint32_t count;
	if (real == NULL)
		find(&real, "pwrite");
	if (!read_group(bytes, size, &first, &count) || !journal_fd(fd))
		return real(fd, bytes, size, at);
	pthread_mutex_lock(&lock);
	before_group(first);
	pthread_mutex_unlock(&lock);
	ssize_t written = real(fd, bytes, size, at);
	pthread_mutex_lock(&lock);
	if (written == (ssize_t)size && (fcntl(fd, F_GETFL) & O_DSYNC))
		flushed(first + count - 1);
	else if (written == (ssize_t)size)
		unflushed = first + count - 1;
	pthread_mutex_unlock(&lock);
	return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at)
{
	return pwrite(fd, bytes, size, at);
}

int fdatasync(int fd)
{
	static int (*real)(int);
	if (real == NULL)
		find(&real, "fdatasync");
	pthread_mutex_lock(&lock);
	uint64_t last = unflushed;
	pthread_mutex_unlock(&lock);
	int result = real(fd);
	if (result != 0 || last == 0 || !journal_fd(fd))
		return result;
	pthread_mutex_lock(&lock);
	flushed(last);
	pthread_mutex_unlock(&lock);
	return result;
}

/* --- the clients --- */

/* The inode of a socket; 0: something else. */
static uint64_t socket_inode(int fd)
{
	struct stat about;
	if (fd < 0 || fd >= FDS || fstat(fd, &about) != 0 || !S_ISSOCK(about.st_mode))
		return 0;
	return about.st_ino;
}

static struct stream *stream_of(int fd, uint64_t inode)
{
	struct stream *stream = &streams[fd];
	if (stream->inode != inode) {
		stream->inode = inode;
		stream->size = 0;
	}
	return stream;
}

static bool stream_reserve(struct stream *stream, size_t more)
{
	if (stream->size + more <= stream->capacity)
		return true;
	size_t capacity = (stream->size + more) * 2;
	uint8_t *bytes = realloc(stream->bytes, capacity);
	if (bytes == NULL) {
		report->unreadable++;
		return false;
	}
	stream->bytes = bytes;
	stream->capacity = capacity;
	return true;
}

/* Judge the answers of a frame whose first `size` bytes are at hand; returns their number. */
static uint64_t judge_frame(const uint8_t *bytes, size_t size, uint32_t whole)
{
	size_t body = size < whole - FRAME_TRAILER_BYTES ? size : whole - FRAME_TRAILER_BYTES;
	struct wire_reader r = {bytes + FRAME_HEAD_BYTES, bytes + body, false};
	uint64_t answers = 0;
	while (wire_reader_left(&r) >= ANSWER_HEAD_BYTES) {
		wire_read_u32(&r); /* status and flags */
		uint32_t rest = wire_read_u32(&r);
		uint64_t sequence = wire_read_u64(&r);
		if (!based && sequence > unbased_max)
			unbased_max = sequence;
		else if (based && sequence > report->durable)
			note_violation(sequence);
		answers++;
		if (wire_take(&r, rest) == NULL)
			break; /* the rest is not offered yet */
	}
	return answers;
}

/* Judge all frames, whole or not, in the first `size` bytes of a stream (R2).  Returns the bytes
 * of the whole ones; counts them when `count`. */
static size_t judge_bytes(const struct stream *stream, size_t size, bool count)
{
	size_t at = 0;
	while (size - at >= FRAME_HEAD_BYTES) {
		uint32_t whole;
		struct frame frame;
		struct frame_fault fault;
		memcpy(&whole, stream->bytes + at, sizeof whole);
		enum frame_verdict verdict =
		    frame_next(stream->bytes + at, size - at, LIMIT_REPLY_BYTES, &frame, &fault);
		if (verdict == FRAME_BAD) {
			report->unreadable++;
			return size;
		}
		uint64_t answers = judge_frame(stream->bytes + at, size - at, whole);
		if (verdict == FRAME_PARTIAL)
			break;
		at += whole;
		if (count) {
			*(based ? &report->answers : &report->unbased) += answers;
			report->frames++;
		}
	}
	return at;
}

/* Before the call: append what is offered behind the unfinished frame, and judge.  What is no
 * socket is left before the lock is taken: a signal handler may write to a pipe at any moment. */
static struct stream *offer(int fd, const struct iovec *parts, size_t count)
{
	size_t more = 0;
	uint64_t inode = socket_inode(fd);
	if (inode == 0)
		return NULL;
	pthread_mutex_lock(&lock);
	struct stream *stream = stream_of(fd, inode);
	for (size_t i = 0; i < count; i++)
		more += parts[i].iov_len;
	if (!stream_reserve(stream, more)) {
		pthread_mutex_unlock(&lock);
		return NULL;
	}
	size_t size = stream->size;
	for (size_t i = 0; i < count; i++) {
		memcpy(stream->bytes + size, parts[i].iov_base, parts[i].iov_len);
		size += parts[i].iov_len;
	}
	judge_bytes(stream, size, false);
	return stream; /* and the lock */
}

/* After it: keep what the kernel took of an unfinished frame. */
static void offered(struct stream *stream, ssize_t taken)
{
	if (stream == NULL)
		return;
	if (taken > 0) {
		report->sends++;
		stream->size += (size_t)taken;
		size_t done = judge_bytes(stream, stream->size, true);
		stream->size -= done;
		memmove(stream->bytes, stream->bytes + done, stream->size);
	}
	pthread_mutex_unlock(&lock);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
	static ssize_t (*real)(int, const void *, size_t);
	struct iovec part = {.iov_len = size};
	memcpy(&part.iov_base, &bytes, sizeof bytes); /* iovec knows no const */
	if (real == NULL)
		find(&real, "write");
	struct stream *stream = offer(fd, &part, 1);
	ssize_t taken = real(fd, bytes, size);
	offered(stream, taken);
	return taken;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	static ssize_t (*real)(int, const struct iovec *, int);
	if (real == NULL)
		find(&real, "writev");
	struct stream *stream = offer(fd, parts, (size_t)count);
	ssize_t taken = real(fd, parts, count);
	offered(stream, taken);
	return taken;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	static ssize_t (*real)(int, const struct msghdr *, int);
	if (real == NULL)
		find(&real, "sendmsg");
	struct stream *stream = offer(fd, message->msg_iov, message->msg_iovlen);
	ssize_t taken = real(fd, message, flags);
	offered(stream, taken);
	return taken;
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
	static ssize_t (*real)(int, const void *, size_t, int);
	struct iovec part = {.iov_len = size};
	memcpy(&part.iov_base, &bytes, sizeof bytes);
	if (real == NULL)
		find(&real, "send");
	struct stream *stream = offer(fd, &part, 1);
	ssize_t taken = real(fd, bytes, size, flags);
	offered(stream, taken);
	return taken;
}
