/* line.c -- see line.h. */
#include "tests/sim/line.h"

#include <stdlib.h>

#include "protocol/limits.h"
#include "tests/sim/fail.h"
#include "tests/sim/world.h"

#define HOLD_STEPS 400u

/* --- what the session does to its connection --- */

static void out_send(void *conn, const void *bytes, size_t size)
{
	struct line *line = conn;
	machine_check_reply(&line->world->machine, bytes, size);
	if (!line->broken && !line->closing)
		bytes_add(&line->to_client, bytes, size);
}

static size_t out_unsent(const void *conn)
{
	const struct line *line = conn;
	return bytes_size(&line->to_client);
}

static void out_close_after_send(void *conn)
{
	struct line *line = conn;
	line->closing = true;
}

/* Of the bytes collected some may be out already. */
static void out_close_now(void *conn)
{
	struct line *line = conn;
	uint32_t size = (uint32_t)bytes_size(&line->to_client);
	bytes_cut(&line->to_client, dice_below(&line->world->dice, size + 1));
	line->closing = true;
}

static void out_pause(void *conn)
{
	struct line *line = conn;
	line->paused = true;
	line->world->tally.pauses++;
}

static void out_resume(void *conn)
{
	struct line *line = conn;
	line->paused = false;
	line->offer = true;
}

static void out_deadline(void *conn, uint32_t ms)
{
	struct line *line = conn;
	line->deadline_us = ms == 0 ? 0 : line->world->clock.steady_us + ms * UINT64_C(1000);
}

const struct wire_out line_out = {out_send,  out_unsent, out_close_after_send, out_close_now,
				  out_pause, out_resume, out_deadline};

/* --- life --- */

struct line *line_open(struct world *world, struct client *client)
{
	struct line *line = calloc(1, sizeof *line);
	if (line == NULL)
		fail_now("the simulation is out of memory");
	line->world = world;
	line->client = client;
	line->next = world->lines;
	world->lines = line;
	return line;
}

static void free_line(struct line *line)
{
	bytes_clear(&line->to_server);
	bytes_clear(&line->input);
	bytes_clear(&line->to_client);
	free(line);
}

static void close_server_side(struct line *line)
{
	if (line->session != NULL) {
		session_closed(line->session);
		line->world->machine.clients--;
	}
	line->session = NULL;
	line->server_gone = true;
	bytes_cut(&line->to_server, 0);
}

void line_sweep(struct world *world)
{
	struct line **at = &world->lines;
	while (*at != NULL) {
		struct line *line = *at;
		if (line->server_gone && line->client == NULL) {
			*at = line->next;
			free_line(line);
		} else {
			at = &line->next;
		}
	}
}

/* Cut a queue anywhere; half of the time not at all. */
static void cut(struct world *world, struct bytes *bytes)
{
	if (dice_chance(&world->dice, 500))
		bytes_cut(bytes, dice_below(&world->dice, (uint32_t)bytes_size(bytes) + 1));
}

void line_close_all(struct world *world)
{
	for (struct line *line = world->lines; line != NULL; line = line->next) {
		close_server_side(line);
		line->broken = true;
		cut(world, &line->to_client);
	}
}

void line_free_all(struct world *world)
{
	while (world->lines != NULL) {
		struct line *line = world->lines;
		world->lines = line->next;
		free_line(line);
	}
}

/* --- steps --- */

/* A slow network: the server hears of it later than of a newer connection. */
static bool held(const struct line *line, bool all)
{
	return !all && line->world->step < line->held_until;
}

static void hold(struct line *line)
{
	struct dice *dice = &line->world->dice;
	if (dice_chance(dice, 500))
		line->held_until = line->world->step + dice_below(dice, HOLD_STEPS);
}

void line_accept(struct line *line)
{
	struct machine *machine = &line->world->machine;
	if (line->accepted || line->server_gone)
		return;
	line->accepted = true;
	bool surplus = ++machine->clients > line->world->knobs.max_clients;
	line->session = session_open(&machine->core, line, surplus);
	if (line->session == NULL) {
		machine->clients--;
		line->server_gone = true;
	}
}

static size_t draw_size(struct line *line, size_t size, bool all)
{
	struct dice *dice = &line->world->dice;
	if (all || size == 0 || dice_chance(dice, 600))
		return size;
	if (dice_chance(dice, 200))
		return 1;
	return 1 + dice_below(dice, (uint32_t)size);
}

void line_deliver(struct line *line, bool all)
{
	if (line->session == NULL || line->paused || held(line, all))
		return;
	size_t room = LIMIT_FRAME_BYTES - bytes_size(&line->input);
	size_t size = draw_size(line, bytes_size(&line->to_server), all);
	if (size > room)
		size = room;
	bytes_move(&line->to_server, &line->input, size);
	if ((size == 0 && !line->offer) || bytes_size(&line->input) == 0)
		return;
	line->offer = false;
	size_t used =
	    session_input(line->session, bytes_at(&line->input), bytes_size(&line->input));
	if (used > bytes_size(&line->input))
		fail_now("a session consumed %zu bytes of %zu", used, bytes_size(&line->input));
	bytes_drop(&line->input, used);
}

void line_receive(struct line *line, bool all)
{
	struct client *client = line->client;
	if (client == NULL)
		return;
	size_t size = draw_size(line, bytes_size(&line->to_client), all);
	if (size > 0) {
		bytes_add(&client->received, bytes_at(&line->to_client), size);
		bytes_drop(&line->to_client, size);
		client_receive(line->world, client);
	} else if (line->broken || line->server_gone) {
		client_lost(line->world, client);
	}
}

void line_end(struct line *line, bool all)
{
	bool known = line->broken || line->closing || line->client == NULL;
	if (line->server_gone || !known || held(line, all))
		return;
	if (!line->accepted) {
		line->server_gone = true;
		return;
	}
	if (all || bytes_size(&line->to_server) == 0 || dice_chance(&line->world->dice, 200))
		close_server_side(line);
}

void line_break(struct line *line)
{
	cut(line->world, &line->to_server);
	cut(line->world, &line->to_client);
	line->broken = true;
	hold(line);
}

void line_let_go(struct line *line)
{
	cut(line->world, &line->to_server);
	bytes_cut(&line->to_client, 0);
	line->broken = true;
	line->client = NULL;
	hold(line);
}

void line_spoil(struct line *line)
{
	uint32_t size = (uint32_t)bytes_size(&line->to_server);
	if (size == 0)
		return;
	uint32_t bit = dice_below(&line->world->dice, 8 * size);
	bytes_at(&line->to_server)[bit / 8] ^= (uint8_t)(1u << bit % 8);
	line->spoiled = true;
}

void line_expire(struct line *line)
{
	if (line->session == NULL || line->deadline_us == 0 ||
	    line->deadline_us > line->world->clock.steady_us)
		return;
	line->deadline_us = 0;
	line->world->tally.deadlines++;
	session_deadline(line->session);
}
