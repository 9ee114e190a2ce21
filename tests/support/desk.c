/* desk.c -- see desk.h. */
#include "tests/support/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/key.h"
#include "protocol/limits.h"
#include "server/app/recovery.h"
#include "server/engine/programme.h"

#define NOW_US INT64_C(1767225600000000)

/* --- the world as the core sees it --- */

static int64_t now_us(void *context)
{
	struct desk *desk = context;
	desk->now_us += desk->tick_us;
	return desk->now_us;
}

static void submit_job(void *context, enum lane lane, void (*work)(void *), void (*done)(void *),
		       void *job)
{
	struct desk *desk = context;
	struct job *place = desk->job.work == NULL ? &desk->job : &desk->later;
	assert_null(place->work);
	assert_true(place == &desk->job || desk->job.lane != lane);
	*place = (struct job){lane, work, done, job};
	desk->jobs++;
}

static struct job take_job(struct desk *desk)
{
	struct job job = desk->job;
	desk->job = desk->later;
	desk->later = (struct job){0};
	return job;
}

static uint32_t clients(void *context)
{
	(void)context;
	return 1;
}

static void out_send(void *conn, const void *bytes, size_t size)
{
	struct peer *peer = conn;
	if (peer->closing || peer->closed)
		return;
	assert_true(size <= PEER_BYTES - peer->out_size);
	memcpy(peer->out + peer->out_size, bytes, size);
	peer->out_size += size;
}

static size_t out_unsent(const void *conn)
{
	const struct peer *peer = conn;
	return peer->out_size - peer->taken;
}

static void out_close_after_send(void *conn)
{
	((struct peer *)conn)->closing = true;
}

static void out_close_now(void *conn)
{
	((struct peer *)conn)->closed = true;
}

static void out_pause(void *conn)
{
	((struct peer *)conn)->paused = true;
}

static void out_resume(void *conn)
{
	((struct peer *)conn)->paused = false;
}

static void out_deadline(void *conn, uint32_t ms)
{
	((struct peer *)conn)->deadline_ms = ms;
}

static void advanced(void *context)
{
	(void)context;
}

static void failed(void *context, const struct failure *failure)
{
	struct desk *desk = context;
	if (!desk->may_fail)
		fail_msg("the store failed: %s", failure->text);
	desk->failed = true;
}

static void *allocate(void *context, size_t size)
{
	struct desk *desk = context;
	return desk->no_memory ? NULL : desk->system.allocate(desk->system.context, size);
}

static void release(void *context, void *block, size_t size)
{
	struct desk *desk = context;
	desk->system.release(desk->system.context, block, size);
}

/* --- desk --- */

/* `day` -1: by the clock. */
static void make_genesis(struct desk *desk, int32_t day)
{
	uint8_t tiers[PROGRAMME_TIERS_BYTES];
	struct event event = {.number = 1,
			      .time_us = NOW_US,
			      .type = EVENT_genesis,
			      .parts = PART_genesis | PART_programme,
			      .row = EVENT_ROW_UNKNOWN};
	programme_default(2, tiers, &event.programme);
	event.genesis.database = desk->core.identity.database;
	event.genesis.hash_seed = desk->core.identity.seed;
	event.genesis.clock_fixed = day >= 0;
	event.genesis.clock_day = day >= 0 ? day : 0;
	core_record(&desk->core, &event);
	desk_settle(desk);
}

static void open_people(struct desk *desk)
{
	struct failure failure;
	desk->people = people_memory_open(desk->people_disk);
	assert_non_null(desk->people);
	struct registry_source source = {.people = desk->people,
					 .seal = {{7}},
					 .erase_within_us = INT64_C(3600) * 1000000,
					 .engine = desk->engine};
	desk->core.registry = registry_open(&source, &failure);
	assert_non_null(desk->core.registry);
}

/* From what is durable, or from nothing. */
static void start(struct desk *desk, int32_t day)
{
	static const struct wire_out out = {out_send,      out_unsent, out_close_after_send,
					    out_close_now, out_pause,  out_resume,
					    out_deadline};
	struct env env = {now_us, submit_job, failed, clients, desk};
	struct store_listener listener = {advanced, failed, desk};
	struct memory memory = {allocate, release, desk};
	struct failure failure;
	desk->store = store_memory_open(desk->disk, &listener);
	assert_non_null(desk->store);
	desk->memory = memory_system_open(0, &desk->system);
	desk->engine = engine_new(&memory);
	assert_non_null(desk->engine);
	assert_true(recovery_replay(desk->store, desk->engine, 0, &failure));
	assert_true(core_open(&desk->core, &env, &out, desk->engine, desk->store));
	if (engine_applied(desk->engine) == 0)
		make_genesis(desk, day);
	open_people(desk);
}

static void open_with(struct desk *desk, int32_t day)
{
	*desk = (struct desk){.now_us = NOW_US};
	desk->disk = store_memory_disk_new((struct wire_id){{1}}, 7);
	desk->people_disk = people_memory_disk_new();
	assert_true(desk->disk != NULL && desk->people_disk != NULL);
	start(desk, day);
}

void desk_open(struct desk *desk)
{
	open_with(desk, -1);
}

void desk_open_on(struct desk *desk, int32_t day)
{
	open_with(desk, day);
}

static void end(struct desk *desk)
{
	while (desk->core.sessions != NULL) /* only after a test that failed */
		session_closed(desk->core.sessions);
	registry_free(desk->core.registry);
	core_close(&desk->core);
	engine_free(desk->engine);
	memory_system_close(desk->memory);
}

void desk_close(struct desk *desk)
{
	desk_jobs(desk);
	store_free(desk->store);
	end(desk);
	store_memory_disk_free(desk->disk);
	people_memory_disk_free(desk->people_disk);
}

void desk_crash(struct desk *desk, size_t torn_bytes)
{
	while (desk->job.work != NULL) { /* never begun: those who asked are told, to be freed */
		struct job job = take_job(desk);
		job.done(job.job);
	}
	store_memory_crash(desk->store, torn_bytes);
	end(desk);
	desk->failed = desk->may_fail = false;
	start(desk, -1);
}

void desk_restart(struct desk *desk)
{
	desk_crash(desk, 0);
}

void desk_settle(struct desk *desk)
{
	core_turn_ended(&desk->core);
	while (store_memory_flush(desk->store)) {
		core_advanced(&desk->core);
		core_turn_ended(&desk->core);
	}
}

void desk_fold(struct desk *desk)
{
	desk_settle(desk);
	while (store_memory_log(desk->store))
		continue;
	core_advanced(&desk->core);
}

void desk_work(struct desk *desk)
{
	struct job job = take_job(desk);
	assert_non_null(job.work);
	job.work(job.job);
	job.done(job.job);
}

void desk_jobs(struct desk *desk)
{
	while (desk->job.work != NULL)
		desk_work(desk);
}

/* --- peers --- */

void peer_open(struct desk *desk, struct peer *peer)
{
	*peer = (struct peer){.in = malloc(PEER_BYTES), .out = malloc(PEER_BYTES)};
	assert_non_null(peer->in);
	assert_non_null(peer->out);
	peer->session = session_open(&desk->core, peer, false);
}

void peer_close(struct peer *peer)
{
	if (peer->session != NULL)
		session_closed(peer->session);
	free(peer->in);
	free(peer->out);
}

void peer_input(struct peer *peer, const void *bytes, size_t size)
{
	assert_true(size <= PEER_BYTES - peer->in_size);
	if (size > 0)
		memcpy(peer->in + peer->in_size, bytes, size);
	peer->in_size += size;
	if (peer->paused)
		return;
	size_t used = session_input(peer->session, peer->in, peer->in_size);
	assert_true(used <= peer->in_size);
	peer->in_size -= used;
	memmove(peer->in, peer->in + used, peer->in_size);
}

static void send_kind(struct peer *peer, enum frame_kind kind, const struct command *commands,
		      uint16_t count, uint64_t number)
{
	static uint8_t bytes[LIMIT_FRAME_BYTES];
	struct wire_writer w = {bytes + FRAME_HEAD_BYTES,
				bytes + sizeof bytes - FRAME_TRAILER_BYTES, false};
	for (uint16_t i = 0; i < count; i++)
		command_encode(&w, &commands[i]);
	assert_false(w.failed);
	uint32_t body = (uint32_t)(w.at - bytes) - FRAME_HEAD_BYTES;
	peer_input(peer, bytes,
		   frame_seal(bytes, body, &(struct frame_label){kind, 0, count, number}));
}

void peer_send(struct peer *peer, const struct command *commands, uint16_t count, uint64_t number)
{
	send_kind(peer, FRAME_REQUEST, commands, count, number);
}

void peer_greet(struct peer *peer, uint32_t slot)
{
	struct command hello = {.opcode = OP_hello};
	hello.as.hello.magic = HELLO_MAGIC;
	hello.as.hello.version_min = hello.as.hello.version_max = PROTOCOL_VERSION;
	hello.as.hello.instance.bytes[0] = slot != 0;
	hello.as.hello.slot = slot;
	send_kind(peer, FRAME_HELLO, &hello, 1, 0);
	struct frame frame = peer_frame(peer);
	assert_int_equal(frame.kind, FRAME_WELCOME);
}

struct frame peer_frame(struct peer *peer)
{
	struct frame frame;
	struct frame_fault fault;
	assert_int_equal(frame_next(peer->out + peer->taken, peer->out_size - peer->taken,
				    LIMIT_REPLY_BYTES, &frame, &fault),
			 FRAME_READY);
	peer->taken += frame.size;
	return frame;
}

bool peer_silent(const struct peer *peer)
{
	return peer->taken == peer->out_size;
}

struct answer peer_answer(struct peer *peer, uint64_t number, uint16_t opcode)
{
	struct frame frame = peer_frame(peer);
	struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
	struct answer answer;
	assert_int_equal(frame.kind, FRAME_REPLY);
	assert_int_equal(frame.number, number);
	assert_int_equal(frame.flags, 0);
	assert_int_equal(frame.count, 1);
	assert_true(answer_decode(&r, opcode, &answer));
	return answer;
}

void peer_goodbye(struct peer *peer, enum error error)
{
	struct frame frame = peer_frame(peer);
	struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
	struct answer answer;
	assert_int_equal(frame.kind, FRAME_GOODBYE);
	assert_true(answer_decode(&r, 0, &answer));
	assert_int_equal(answer.status, error);
	assert_true(peer_silent(peer));
}

/* --- commands --- */

static struct wire_id next_key(struct desk *desk)
{
	uint8_t random[10] = {0};
	desk->keys++;
	memcpy(random + 4, &desk->keys, 6); /* clear of version and variant */
	return key_timed((uint64_t)NOW_US / 1000, random);
}

struct command desk_create(struct desk *desk, uint64_t customer)
{
	struct command command = {.opcode = OP_customer_create};
	command.as.customer_create.key = next_key(desk);
	command.as.customer_create.customer = customer;
	return command;
}

struct command desk_earn(struct desk *desk, uint64_t customer, int64_t points)
{
	struct command command = {.opcode = OP_points_earn};
	command.as.points_earn.key = next_key(desk);
	command.as.points_earn.customer = customer;
	command.as.points_earn.points = points;
	return command;
}

struct command desk_redeem(struct desk *desk, uint64_t customer, int64_t points)
{
	struct command command = desk_earn(desk, customer, points);
	command.opcode = OP_points_redeem;
	return command;
}

struct command desk_get(uint64_t customer)
{
	struct command command = {.opcode = OP_customer_get};
	command.as.customer_get.customer = customer;
	return command;
}

struct command desk_history(uint64_t customer)
{
	struct command command = {.opcode = OP_history};
	command.as.history.customer = customer;
	command.as.history.limit = LIMIT_HISTORY_PAGE;
	return command;
}

struct command desk_ping(uint64_t nonce)
{
	struct command command = {.opcode = OP_ping};
	command.as.ping.nonce = nonce;
	return command;
}

struct command desk_order(struct desk *desk, uint64_t customer, int64_t amount)
{
	static char ids[8][24];
	char *id = ids[++desk->keys % 8];
	struct command command = {.opcode = OP_order};
	snprintf(id, sizeof ids[0], "order %llu", (unsigned long long)desk->keys);
	command.as.order.customer = customer;
	command.as.order.order = (struct wire_text){id, (uint32_t)strlen(id)};
	command.as.order.key = key_from_ref(OP_order, id, strlen(id));
	command.as.order.day = ORDER_DAY_TODAY;
	command.as.order.amount = amount;
	return command;
}

struct command desk_count(uint16_t tiers)
{
	struct command command = {.opcode = OP_segment_count};
	command.as.segment_count =
	    (struct msg_segment_count){4, tiers, 0xffff, INT64_MIN, INT64_MAX};
	return command;
}
