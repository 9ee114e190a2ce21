/* stopped.c -- see stopped.h. */
#include "server/store/stopped.h"

#include <fcntl.h>
#include <unistd.h>

#include "server/base/ensure.h"
#include "server/base/hash.h"
#include "server/base/log.h"
#include "server/store/file.h"

#define MAGIC UINT64_C(0x31706f7453424443) /* "CDBStop1" */
#define NOTE_BYTES 48u

static void encode(uint8_t *bytes, const struct block_realm *realm, const struct stopped *stopped)
{
	struct wire_writer w = {bytes, bytes + NOTE_BYTES, false};
	wire_write_u64(&w, MAGIC);
	wire_write_id(&w, realm->database);
	wire_write_u64(&w, stopped->last);
	wire_write_u64(&w, stopped->digest);
	wire_write_u64(&w, hash_bytes(bytes, NOTE_BYTES - 8, realm->seed));
	ENSURE(!w.failed && w.at == w.end);
}

bool stopped_read(const char *directory, const struct block_realm *realm, struct stopped *out)
{
	struct file_path path = file_path(directory, "stopped");
	uint8_t found[NOTE_BYTES + 1], expected[NOTE_BYTES];
	int fd = open(path.text, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t size = pread(fd, found, sizeof found, 0);
	close(fd);
	if (size == NOTE_BYTES) {
		struct wire_reader r = {found + 24, found + NOTE_BYTES, false};
		out->last = wire_read_u64(&r);
		out->digest = wire_read_u64(&r);
		encode(expected, realm, out);
		if (memcmp(found, expected, NOTE_BYTES) == 0)
			return true;
	}
	log_warn("stopped_damaged",
		 "%s is damaged; going on as after a crash, without the digest it noted",
		 path.text);
	return false;
}

bool stopped_write(const char *directory, const struct block_realm *realm,
		   const struct stopped *stopped, struct failure *failure)
{
	uint8_t bytes[NOTE_BYTES];
	encode(bytes, realm, stopped);
	return file_replace(directory, "stopped", bytes, sizeof bytes, failure);
}

bool stopped_remove(const char *directory, struct failure *failure)
{
	return file_remove(directory, "stopped", failure);
}
