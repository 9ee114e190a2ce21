/* questions_fixture.h -- a desk with a crowd whose judging takes several turns of the loop.
 *
 * A crowd of 70,000 takes several slices; the clock moves at each look, so a turn has room for one.
 */
#ifndef CRMDB_TESTS_APP_QUESTIONS_FIXTURE_H
#define CRMDB_TESTS_APP_QUESTIONS_FIXTURE_H
#include <stdlib.h>

#include "protocol/limits.h"
#include "server/base/limits.h"
#include "tests/support/desk.h"
#include "tests/support/program.h"

#define FIRST 10408 /* 1998-07-01, set by hand */
#define CROWD 70000u
#define FRAME 10000u
#define TICK_US 400
static struct program points, everybody, orders;

static inline void loop(struct desk *desk)
{
	while (core_turn_ended(&desk->core))
		continue;
	desk_settle(desk);
}

/* The loop turns and sessions go on until nothing moves. */
static inline void settle(struct desk *desk, struct peer **peers, uint32_t count)
{
	for (uint32_t round = 0; round < 60; round++) {
		loop(desk);
		for (uint32_t i = 0; i < count; i++)
			peer_input(peers[i], NULL, 0);
	}
	loop(desk);
}

static inline void settle_one(struct desk *desk, struct peer *peer)
{
	settle(desk, &peer, 1);
}

static inline uint64_t customers(const struct desk *desk)
{
	struct engine_stats stats;
	engine_stats(desk->engine, &stats);
	return stats.customers;
}

static inline void crowd(struct desk *desk)
{
	static struct command creates[FRAME];
	struct peer peer;
	peer_open(desk, &peer);
	peer_greet(&peer, 0);
	for (uint64_t customer = 1; customer <= CROWD;) {
		for (uint32_t i = 0; i < FRAME; i++)
			creates[i] = desk_create(desk, customer++);
		peer_send(&peer, creates, FRAME, customer);
		settle_one(desk, &peer);
		peer.taken = peer.out_size = 0; /* or the rest would wait */
	}
	peer_close(&peer);
	assert_int_equal(customers(desk), CROWD);
}

static inline int open_all(void **state)
{
	struct desk *desk = malloc(sizeof *desk);
	assert_non_null(desk);
	desk_open_on(desk, FIRST);
	crowd(desk);
	desk->tick_us = TICK_US;
	program_open(&points); /* has to be scanned */
	program_test(&points, "points", COMPARE_AT_LEAST, 1);
	program_decimal(&points, 0, 0);
	program_open(&everybody); /* the index knows */
	program_all(&everybody);
	program_open(&orders); /* nobody, and the scan finds that out */
	program_test(&orders, "orders", COMPARE_GREATER, 1);
	program_decimal(&orders, 1000000, 0);
	*state = desk;
	return 0;
}

static inline int close_all(void **state)
{
	desk_close(*state);
	free(*state);
	return 0;
}
static inline struct command count_of(const struct program *program)
{
	struct command command = {.opcode = OP_query_count};
	command.as.query_count.predicate = program_text(program);
	return command;
}

static inline struct command stream_of(const struct program *program)
{
	struct command command = {.opcode = OP_query_stream};
	command.as.query_stream.predicate = program_text(program);
	return command;
}

static inline struct command next_of(uint32_t stream)
{
	struct command command = {.opcode = OP_stream_next};
	command.as.stream_next.stream = stream;
	return command;
}

static inline void send(struct desk *desk, struct peer *peer, const struct command *command)
{
	peer_open(desk, peer);
	peer_greet(peer, 0);
	peer_send(peer, command, 1, 1);
}

/* Another session's write, durable. */
static inline void write_between(struct desk *desk, const struct command *command)
{
	struct peer peer;
	send(desk, &peer, command);
	for (commit_submit(desk->core.commit); store_memory_flush(desk->store);)
		core_advanced(&desk->core);
	peer_close(&peer);
}

static inline struct answer ask(struct desk *desk, struct peer *peer, const struct command *command)
{
	static uint64_t number = 1000;
	peer_send(peer, command, 1, ++number);
	settle_one(desk, peer);
	return peer_answer(peer, number, command->opcode);
}

/* Customers of a stream, to its end. */
static inline uint64_t read_all(struct desk *desk, struct peer *peer, uint32_t stream)
{
	struct command next = next_of(stream);
	struct answer answer;
	uint64_t rows = 0;
	do {
		answer = ask(desk, peer, &next);
		assert_int_equal(answer.status, ERROR_OK);
		rows += answer.as.stream_next.rows.count;
	} while (answer.as.stream_next.more != 0);
	return rows;
}

static inline void expect_nothing_runs(const struct desk *desk)
{
	assert_int_equal(desk->core.questions.count, 0);
	assert_null(desk->core.questions.running);
	assert_null(desk->core.questions.first);
}

#endif
