/* raw.h -- a socket that speaks crmdb byte by byte, for peers no library would be.
 *
 * Nothing here retries or forgives.  Waiting calls take a time and say what they saw.
 */
#ifndef CRMDB_TESTS_RAW_H
#define CRMDB_TESTS_RAW_H
#include <stdbool.h>

#include "protocol/frame.h"
#include "protocol/messages.h"
#include "tests/integration/common/server.h"

struct raw {
	int fd;
	uint8_t *in; /* received; bytes before `taken` are done with, the last frame included */
	size_t in_size, in_capacity, taken;
	uint8_t *out; /* frame under construction */
	size_t out_capacity;
	struct wire_writer body;
	uint16_t count; /* commands in it */
};

enum raw_saw {
	RAW_FRAME,  /* a whole frame */
	RAW_CLOSED, /* end of stream or reset, with no whole frame before it */
	RAW_SILENT, /* nothing within the time */
	RAW_BROKEN  /* bytes that are no frame */
};

/* Connect; ends the test when the server does not take it.  Freed by raw_close. */
struct raw raw_connect_unix(const struct server *server);
struct raw raw_connect_tcp(const struct server *server); /* TCP_NODELAY */
void raw_close(struct raw *raw);

/* Send all; false: the peer is gone, or takes nothing for `timeout_ms` (raw_send: 5000). */
bool raw_send(struct raw *raw, const void *bytes, size_t size);
/* Send what the kernel takes within the time; returns bytes taken. */
size_t raw_send_some(struct raw *raw, const void *bytes, size_t size, int timeout_ms);

/* Build a frame: begin, add commands, end.  The bytes are borrowed until the next begin. */
void raw_begin(struct raw *raw);
void raw_add(struct raw *raw, const struct command *command);
const uint8_t *raw_end(struct raw *raw, enum frame_kind kind, uint64_t number, uint32_t *size);
/* One command in a request frame of its own, sent. */
bool raw_request(struct raw *raw, const struct command *command, uint64_t number);

/* The hello of instance `instance` (all bytes that value), as a command to change and as done. */
struct command raw_hello_command(uint8_t instance, uint32_t slot);
bool raw_hello(struct raw *raw, uint8_t instance, uint32_t slot); /* sent, and welcomed */

/* Wait for the next frame.  `frame` borrows from the connection until the next call. */
enum raw_saw raw_next(struct raw *raw, struct frame *frame, int timeout_ms);
/* Wait for a reply of one answer to `opcode`, number `number`. */
bool raw_answer(struct raw *raw, uint16_t opcode, uint64_t number, struct answer *answer,
		int timeout_ms);
/* Skip replies until the goodbye and the end of the stream.  The goodbye's status; -1: closed
 * without one; -2: neither within the time; -3: bytes after it or broken ones. */
int raw_goodbye(struct raw *raw, int timeout_ms);

/* Commands.  `key`: a number made into a version 8 key. */
struct wire_id raw_key(uint64_t number);
struct command raw_ping(uint64_t nonce);
struct command raw_get(uint64_t customer);
struct command raw_create(uint64_t key, uint64_t customer);
struct command raw_points(uint16_t opcode, uint64_t key, uint64_t customer, int64_t points);

#endif
