/* roster.c -- every connection, and when each is due.
 *
 *   seats   | due, conn | due, conn | due, conn | ...     conn->place is the index
 *
 * One timer serves all: every TICK_MS it reads the dense array (24 bytes a connection: 10,000
 * are 240 KB, read in order) and calls those that are due.  No heap, no wheel: setting a
 * deadline is one store, and it is set twice per frame.
 *
 *   R1  Seats do not move while a sweep runs: a connection leaves in libuv's closing phase and
 *       comes in its poll phase, never in a timer.
 *
 * A hand goes round the seats, some each tick, and lets idle connections free their buffers.
 */
#include "server/net/net_private.h"

#include <stdlib.h>

#define ROSTER_START 64u

/* The share of this tick: each seat comes round once in TRIM_TICKS. */
static void trim_some(struct roster *roster)
{
	uint64_t count = roster->count, hand = roster->hand;
	for (uint64_t i = count * hand / TRIM_TICKS; i < count * (hand + 1) / TRIM_TICKS; i++)
		conn_trim(roster->seats[i].conn);
	roster->hand = (roster->hand + 1) % TRIM_TICKS;
}

static void on_tick(uv_timer_t *timer)
{
	struct net *net = timer->data;
	struct roster *roster = &net->roster;
	int64_t now = net_monotonic_ms(net);
	for (uint32_t i = 0; i < roster->count; i++) { /* R1 */
		struct seat *seat = &roster->seats[i];
		if (seat->writing)
			conn_output_watch(seat->conn);
		if (seat->due_ms == 0 || seat->due_ms > now)
			continue;
		seat->due_ms = 0;
		net->again = true; /* the poll that follows must not wait */
		conn_meet_deadline(seat->conn);
	}
	trim_some(roster);
}

void roster_open(struct net *net)
{
	uv_timer_init(&net->loop, &net->roster.tick);
	net->roster.tick.data = net;
}

bool roster_add(struct conn *conn)
{
	struct roster *roster = &conn->net->roster;
	if (roster->count == roster->capacity) {
		uint32_t capacity = roster->capacity ? roster->capacity * 2 : ROSTER_START;
		struct seat *seats = realloc(roster->seats, capacity * sizeof *seats);
		if (!seats)
			return false;
		roster->seats = seats;
		roster->capacity = capacity;
	}
	conn->place = roster->count;
	roster->seats[roster->count++] = (struct seat){.conn = conn};
	roster->surplus += conn->surplus;
	if (roster->count == 1)
		uv_timer_start(&roster->tick, on_tick, TICK_MS, TICK_MS);
	return true;
}

void roster_remove(struct conn *conn)
{
	struct roster *roster = &conn->net->roster;
	ENSURE(conn->place < roster->count && roster->seats[conn->place].conn == conn);
	roster->seats[conn->place] = roster->seats[--roster->count];
	roster->seats[conn->place].conn->place = conn->place;
	roster->surplus -= conn->surplus;
	if (roster->count == 0)
		uv_timer_stop(&roster->tick);
}
