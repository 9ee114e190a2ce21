/* fake_server.c -- see fake_server.h.
 *
 * One thread accepts, one serves each connection; the lock covers model, plan and counts.  As in a
 * real server a new hello of the same instance and slot ends the older connection first: what it
 * had not executed is dropped.
 */
#include "tests/support/fake_server.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/frame.h"
#include "protocol/limits.h"

#define BUFFER_BYTES (2 * LIMIT_FRAME_BYTES)

static void send_all(const struct fake_connection *connection, const uint8_t *bytes, size_t size)
{
	while (size > 0) {
		ssize_t sent = send(connection->fd, bytes, size, MSG_NOSIGNAL);
		if (sent <= 0)
			return;
		bytes += sent;
		size -= (size_t)sent;
	}
}

static void send_one(struct fake_connection *connection, enum frame_kind kind,
		     const struct answer *answer)
{
	uint8_t frame[2048];
	struct wire_writer w = {frame + FRAME_HEAD_BYTES, frame + sizeof frame - 8, false};
	answer_encode(&w, answer);
	uint32_t body = (uint32_t)(w.at - frame) - FRAME_HEAD_BYTES;
	send_all(connection, frame, frame_seal(frame, body, &(struct frame_label){kind, 0, 1, 0}));
}

static void say_goodbye(struct fake_connection *connection, int status)
{
	struct answer answer = {.opcode = OP_hello, .status = (uint16_t)status};
	send_one(connection, FRAME_GOODBYE, &answer);
}

/* --- hello --- */

static void fence(struct fake *fake, const struct fake_connection *newer)
{
	for (unsigned i = 0; i < fake->connected; i++) {
		struct fake_connection *older = &fake->connections[i];
		if (older == newer || !older->greeted || older->slot != newer->slot ||
		    memcmp(older->instance, newer->instance, 16) != 0)
			continue;
		older->fenced = true;
		if (older->fd >= 0)
			shutdown(older->fd, SHUT_RDWR);
	}
	pthread_cond_broadcast(&fake->changed);
}

/* False: the connection is to end. */
static bool greet(struct fake_connection *connection, const struct frame *frame)
{
	struct fake *fake = connection->fake;
	struct wire_reader r = {frame->body, frame->body + frame->body_size, false};
	struct command command;
	struct error_detail detail;
	struct answer answer = {.opcode = OP_hello};
	struct ans_hello *hello = &answer.as.hello;
	if (frame->kind != FRAME_HELLO || command_decode(&r, &command, &detail) != ERROR_OK)
		return false;
	pthread_mutex_lock(&fake->lock);
	bool refused = fake->hello_times > 0 && fake->hello_times-- > 0;
	if (!refused) {
		memcpy(connection->instance, command.as.hello.instance.bytes, 16);
		connection->slot = command.as.hello.slot;
		connection->greeted = true;
		fence(fake, connection);
	}
	*hello = (struct ans_hello){.version = PROTOCOL_VERSION,
				    .incarnation = 7,
				    .time_us = INT64_C(1700000000000000),
				    .frame_bytes = fake->frame_bytes,
				    .frame_commands = fake->frame_commands,
				    .currency = {"EUR", 3},
				    .zone = {"UTC", 3},
				    .tiers = {"basic", 5},
				    .stages = {"prospect", 8}};
	memset(hello->database.bytes, fake->database, sizeof hello->database.bytes);
	pthread_mutex_unlock(&fake->lock);
	if (refused)
		say_goodbye(connection, fake->hello_status);
	else
		send_one(connection, FRAME_WELCOME, &answer);
	return !refused;
}

/* --- requests --- */

/* A reply under construction: bytes of one or more frames. */
struct reply {
	uint8_t *bytes;
	size_t size, part; /* where the part under construction begins */
	uint16_t count;
};

static void seal_part(struct reply *reply, uint64_t number, bool last)
{
	uint8_t *at = reply->bytes + reply->part;
	uint32_t body = (uint32_t)(reply->size - reply->part) - FRAME_HEAD_BYTES;
	uint8_t flags = last ? 0 : (uint8_t)FRAME_MORE;
	reply->part +=
	    frame_seal(at, body, &(struct frame_label){FRAME_REPLY, flags, reply->count, number});
	reply->size = reply->part + FRAME_HEAD_BYTES;
	reply->count = 0;
}

static void add_answer(struct reply *reply, const struct answer *answer)
{
	uint8_t *at = reply->bytes + reply->size;
	struct wire_writer w = {at, at + LIMIT_ANSWER_BYTES, false};
	answer_encode(&w, answer);
	reply->size += (size_t)(w.at - at);
	reply->count++;
}

static void execute(struct fake *fake, const struct frame *frame, bool parts, struct reply *reply)
{
	struct wire_reader r = {frame->body, frame->body + frame->body_size, false};
	for (uint16_t i = 0; i < frame->count; i++) {
		struct command command;
		struct error_detail detail;
		struct answer answer = {0};
		if (command_decode(&r, &command, &detail) != ERROR_OK)
			return;
		fake_execute(&fake->model, &command, &answer);
		fake->repeats += (answer.flags & ANSWER_REPEATED) != 0;
		add_answer(reply, &answer);
		bool full = reply->size - reply->part > LIMIT_REPLY_BYTES - LIMIT_ANSWER_BYTES;
		if ((parts || full) && i + 1 < frame->count)
			seal_part(reply, frame->number, false);
	}
}

/* Send a reply as its plan says.  False: the connection is to end. */
static bool deliver(struct fake_connection *connection, const struct fake_plan *plan,
		    const struct reply *reply)
{
	switch (plan->fate) {
	case FATE_CLOSE_AFTER:
		return false;
	case FATE_CUT:
		send_all(connection, reply->bytes,
			 (size_t)plan->value < reply->part ? (size_t)plan->value : reply->part);
		return false;
	case FATE_DRIP:
		for (size_t i = 0; i < reply->part; i++)
			send_all(connection, reply->bytes + i, 1);
		return true;
	case FATE_GARBAGE:
		memset(reply->bytes, 0xee, reply->part);
		break;
	default:
		break;
	}
	send_all(connection, reply->bytes, reply->part);
	return true;
}

static bool answer_frame(struct fake_connection *connection, const struct frame *frame)
{
	struct fake *fake = connection->fake;
	struct reply reply = {.size = FRAME_HEAD_BYTES};
	pthread_mutex_lock(&fake->lock);
	struct fake_plan plan = fake->plan[fake->frames < FAKE_PLAN ? fake->frames : FAKE_PLAN - 1];
	fake->frames++;
	pthread_cond_broadcast(&fake->changed);
	while (plan.fate == FATE_HOLD && !fake->released && !connection->fenced && !fake->stopping)
		pthread_cond_wait(&fake->changed, &fake->lock);
	bool runs = !connection->fenced && !fake->stopping && plan.fate != FATE_CLOSE_BEFORE &&
		    plan.fate != FATE_GOODBYE;
	reply.bytes = runs ? malloc((size_t)frame->count * LIMIT_ANSWER_BYTES + 4096) : NULL;
	if (reply.bytes != NULL) {
		execute(fake, frame, plan.fate == FATE_PARTS, &reply);
		seal_part(&reply, frame->number + (plan.fate == FATE_NUMBER), true);
	}
	pthread_mutex_unlock(&fake->lock);
	bool lives = reply.bytes != NULL && deliver(connection, &plan, &reply);
	if (plan.fate == FATE_GOODBYE)
		say_goodbye(connection, plan.value);
	free(reply.bytes);
	return lives;
}

/* --- connections --- */

static bool take_frame(struct fake_connection *connection, const struct frame *frame)
{
	return connection->greeted ? answer_frame(connection, frame) : greet(connection, frame);
}

static void *serve(void *context)
{
	struct fake_connection *connection = context;
	uint8_t *bytes = malloc(BUFFER_BYTES);
	size_t size = 0;
	bool lives = bytes != NULL;
	while (lives) {
		struct frame frame;
		struct frame_fault fault;
		while (lives &&
		       frame_next(bytes, size, LIMIT_FRAME_BYTES, &frame, &fault) == FRAME_READY) {
			lives = take_frame(connection, &frame);
			size -= frame.size;
			memmove(bytes, bytes + frame.size, size);
		}
		ssize_t got =
		    lives ? recv(connection->fd, bytes + size, BUFFER_BYTES - size, 0) : 0;
		lives = got > 0;
		size += lives ? (size_t)got : 0;
	}
	free(bytes);
	pthread_mutex_lock(&connection->fake->lock);
	close(connection->fd);
	connection->fd = -1;
	pthread_mutex_unlock(&connection->fake->lock);
	return NULL;
}

static void *accept_all(void *context)
{
	struct fake *fake = context;
	for (;;) {
		struct pollfd ready = {.fd = fake->listener, .events = POLLIN};
		poll(&ready, 1, 20);
		int fd = accept(fake->listener, NULL, NULL);
		pthread_mutex_lock(&fake->lock);
		bool stopping = fake->stopping;
		if (fd >= 0 && !stopping && fake->connected < FAKE_CONNECTIONS) {
			struct fake_connection *connection = &fake->connections[fake->connected++];
			*connection = (struct fake_connection){.fake = fake, .fd = fd};
			pthread_create(&connection->thread, NULL, serve, connection);
		} else if (fd >= 0) {
			close(fd);
		}
		pthread_mutex_unlock(&fake->lock);
		if (stopping)
			return NULL;
	}
}

/* --- the whole --- */

struct fake *fake_start(const char *directory)
{
	struct fake *fake = calloc(1, sizeof *fake);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (fake == NULL)
		abort();
	snprintf(fake->directory, sizeof fake->directory, "/tmp/crmdb-fake-XXXXXX");
	if (directory != NULL)
		snprintf(fake->directory, sizeof fake->directory, "%s", directory);
	if (directory != NULL ? mkdir(directory, 0700) != 0 : mkdtemp(fake->directory) == NULL)
		abort();
	snprintf(fake->path, sizeof fake->path, "%s/socket", fake->directory);
	snprintf(fake->uri, sizeof fake->uri, "unix://%s", fake->path);
	snprintf(address.sun_path, sizeof address.sun_path, "%s", fake->path);
	unlink(fake->path);
	fake->frame_bytes = LIMIT_FRAME_BYTES;
	fake->frame_commands = LIMIT_FRAME_COMMANDS;
	fake->database = 1;
	pthread_mutex_init(&fake->lock, NULL);
	pthread_cond_init(&fake->changed, NULL);
	fake->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (bind(fake->listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
	    listen(fake->listener, 64) != 0)
		abort();
	pthread_create(&fake->acceptor, NULL, accept_all, fake);
	return fake;
}

void fake_stop(struct fake *fake)
{
	pthread_mutex_lock(&fake->lock);
	fake->stopping = true;
	for (unsigned i = 0; i < fake->connected; i++)
		if (fake->connections[i].fd >= 0)
			shutdown(fake->connections[i].fd, SHUT_RDWR);
	pthread_cond_broadcast(&fake->changed);
	pthread_mutex_unlock(&fake->lock);
	pthread_join(fake->acceptor, NULL);
	for (unsigned i = 0; i < fake->connected; i++)
		pthread_join(fake->connections[i].thread, NULL);
	close(fake->listener);
	unlink(fake->path);
	rmdir(fake->directory);
	pthread_mutex_destroy(&fake->lock);
	pthread_cond_destroy(&fake->changed);
	free(fake);
}

void fake_release(struct fake *fake)
{
	pthread_mutex_lock(&fake->lock);
	fake->released = true;
	pthread_cond_broadcast(&fake->changed);
	pthread_mutex_unlock(&fake->lock);
}

void fake_wait_frames(struct fake *fake, unsigned count)
{
	pthread_mutex_lock(&fake->lock);
	while (fake->frames < count)
		pthread_cond_wait(&fake->changed, &fake->lock);
	pthread_mutex_unlock(&fake->lock);
}
