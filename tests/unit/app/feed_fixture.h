/* feed_fixture.h -- a peer that follows the events of a desk and checks each frame, and one that
 * makes events. */
#ifndef CRMDB_TESTS_UNIT_APP_FEED_FIXTURE_H
#define CRMDB_TESTS_UNIT_APP_FEED_FIXTURE_H
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "server/app/feed.h"
#include "server/base/limits.h"
#include "tests/support/desk.h"

/* A peer that follows, and what it knows. */
struct follower {
	struct peer peer;
	uint64_t next;     /* event that must come */
	uint64_t complete; /* the feed is complete up to it */
	uint32_t frames, entries;
	bool filtered; /* numbers may be left out */
	struct rec_entry last;
};

static inline int open_all(void **state)
{
	struct desk *desk = malloc(sizeof *desk);
	assert_non_null(desk);
	desk_open(desk);
	*state = desk;
	return 0;
}

static inline int close_all(void **state)
{
	desk_close(*state);
	free(*state);
	return 0;
}

static inline struct command subscription(uint64_t from)
{
	struct command command = {.opcode = OP_subscribe};
	command.as.subscribe.from = from;
	return command;
}

static inline struct answer ask(struct peer *peer, const struct command *command)
{
	peer_send(peer, command, 1, 7);
	return peer_answer(peer, 7, command->opcode);
}

static inline void follow_with(struct desk *desk, struct follower *follower,
			       const struct command *command)
{
	memset(follower, 0, sizeof *follower);
	peer_open(desk, &follower->peer);
	peer_greet(&follower->peer, 0);
	struct answer answer = ask(&follower->peer, command);
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(answer.as.subscribe.durable, commit_durable(desk->core.commit));
	assert_int_equal(answer.as.subscribe.oldest, 1);
	follower->next = answer.as.subscribe.from;
	follower->complete = follower->next - 1;
}

static inline void follow(struct desk *desk, struct follower *follower, uint64_t from)
{
	struct command command = subscription(from);
	follow_with(desk, follower, &command);
}

/* F1, F2: of a frame of the feed. */
static inline void take_frame(struct desk *desk, struct follower *follower)
{
	struct frame frame = peer_frame(&follower->peer);
	struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
	assert_int_equal(frame.kind, FRAME_FEED);
	assert_true(frame.size <= LIMIT_REPLY_BYTES);
	for (uint16_t i = 0; i < frame.count; i++) {
		assert_true(decode_rec_entry(&r, &follower->last));
		uint64_t number = follower->last.event;
		assert_true(follower->filtered ? number >= follower->next
					       : number == follower->next);
		assert_true(number <= frame.number);
		follower->next = number + 1;
		follower->entries++;
	}
	assert_true(r.at == r.end);
	assert_true(frame.number >= follower->complete);
	assert_true(frame.number <= commit_durable(desk->core.commit));
	follower->complete = frame.number;
	follower->frames++;
}

static inline void take_frames(struct desk *desk, struct follower *follower)
{
	while (!peer_silent(&follower->peer))
		take_frame(desk, follower);
}

/* Turns and jobs until nothing moves. */
static inline void run_out(struct desk *desk, struct follower *follower)
{
	bool more = true;
	while (more) {
		uint32_t frames = follower->frames;
		more = core_turn_ended(&desk->core);
		more = more || desk->job.work != NULL;
		desk_jobs(desk);
		take_frames(desk, follower);
		more = more || follower->frames > frames; /* now there is room */
	}
}

/* `count` events of customer 5 in one frame. */
static inline void earn(struct desk *desk, struct peer *writer, uint32_t count)
{
	static struct command commands[LIMIT_TURN_COMMANDS];
	for (uint32_t i = 0; i < count; i++)
		commands[i] = desk_earn(desk, 5, 1);
	peer_send(writer, commands, (uint16_t)count, 2);
}

static inline void begin(struct desk *desk, struct peer *writer)
{
	struct command create = desk_create(desk, 5);
	peer_open(desk, writer);
	peer_greet(writer, 1);
	peer_send(writer, &create, 1, 1);
	desk_settle(desk);
	peer_frame(writer);
}

static inline void end(struct peer *writer, struct follower *follower)
{
	peer_close(writer);
	peer_close(&follower->peer);
}

/* Refused so, and the connection follows nothing. */
static inline void expect_refused(struct desk *desk, const struct command *command,
				  enum error error, struct error_detail detail)
{
	struct peer peer;
	struct command ping = desk_ping(1);
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	struct answer answer = ask(&peer, command);
	assert_int_equal(answer.status, error);
	assert_int_equal(answer.detail.a, detail.a);
	assert_int_equal(answer.detail.b, detail.b);
	desk_settle(desk);
	assert_true(peer_silent(&peer));
	assert_int_equal(ask(&peer, &ping).status, ERROR_OK); /* and follows nothing */
	peer_close(&peer);
}

#endif
