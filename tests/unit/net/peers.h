/* peers.h -- handlers that count, echo, and call what a test puts in their place.
 *
 * They run on the loop's thread, where cmocka's assertions may not be used: ENSURE stands in.
 */
#ifndef CRMDB_TESTS_NET_PEERS_H
#define CRMDB_TESTS_NET_PEERS_H
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "server/base/ensure.h"
#include "server/net/net.h"

struct peer {
	struct fixture *fixture;
	struct conn *conn;
	struct peer *next;
	unsigned depth, calls; /* of input */
};

struct fixture {
	struct net_options options;
	struct net *net;
	pthread_t thread;
	struct peer *peers; /* the loop's own */
	/* What a test may replace before fixture_start. */
	size_t (*input)(struct peer *peer, const uint8_t *bytes, size_t size);
	bool (*opened)(struct peer *peer); /* false: refuse */
	void (*deadline)(struct peer *peer);
	void (*closed)(struct peer *peer);
	void (*turn_ended)(struct fixture *fixture);
	/* fixture_do */
	void (*_Atomic action)(struct fixture *fixture);
	sem_t acted;
	/* Counts. */
	atomic_uint opens, surpluses, closes, deadlines, wakes, turns, stops;
	atomic_size_t bytes_in; /* largest input offered */
};

static inline size_t echo(struct peer *peer, const uint8_t *bytes, size_t size)
{
	conn_send(peer->conn, bytes, size);
	return size;
}

static inline void *on_opened(void *context, struct conn *conn)
{
	struct fixture *fixture = context;
	struct peer *peer = calloc(1, sizeof *peer);
	ENSURE(peer);
	*peer = (struct peer){.fixture = fixture, .conn = conn, .next = fixture->peers};
	fixture->surpluses += conn_is_surplus(conn);
	fixture->opens++;
	if (fixture->opened && !fixture->opened(peer)) {
		free(peer);
		return NULL;
	}
	fixture->peers = peer;
	return peer;
}

static inline size_t on_input(void *user, const uint8_t *bytes, size_t size)
{
	struct peer *peer = user;
	ENSURE(peer->depth == 0 && size > 0);
	peer->depth++;
	peer->calls++;
	if (size > peer->fixture->bytes_in)
		peer->fixture->bytes_in = size;
	size_t used = (peer->fixture->input ? peer->fixture->input : echo)(peer, bytes, size);
	peer->depth--;
	return used;
}

static inline void on_deadline(void *user)
{
	struct peer *peer = user;
	peer->fixture->deadlines++;
	if (peer->fixture->deadline)
		peer->fixture->deadline(peer);
}

static inline void on_closed(void *user)
{
	struct peer *peer = user, **link = &peer->fixture->peers;
	ENSURE(peer->depth == 0);
	while (*link != peer)
		link = &(*link)->next;
	*link = peer->next;
	if (peer->fixture->closed)
		peer->fixture->closed(peer);
	peer->fixture->closes++;
	free(peer);
}

static inline void on_woken(void *context)
{
	struct fixture *fixture = context;
	void (*action)(struct fixture *) = atomic_exchange(&fixture->action, NULL);
	fixture->wakes++;
	if (!action)
		return;
	action(fixture);
	sem_post(&fixture->acted);
}

static inline void on_turn_ended(void *context)
{
	struct fixture *fixture = context;
	fixture->turns++;
	if (fixture->turn_ended)
		fixture->turn_ended(fixture);
}

static inline void on_stop_asked(void *context, unsigned times)
{
	struct fixture *fixture = context;
	fixture->stops = times;
}

#endif
