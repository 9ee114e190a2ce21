/* net.c -- the loop: its turns, its wake-ups, its end.
 *
 *   timers      deadline
 *   prepare     is there work left?  then idle runs and the poll does not wait
 *   poll        accept, input, written, jobs done, woken, stop_asked
 *   check       input offered again -> turn_ended -> output flushed
 *   closing     closed
 *
 *   T1  turn_ended follows every event of its turn and precedes the turn's writes.
 *   T2  Whatever is left over after check (output collected in `closed`, a conn_resume made in
 *       turn_ended, net_again) makes the next poll return at once.
 *   T3  uv_async_send before libuv 1.53 first reads a flag without ordering, so what the other
 *       thread wrote could be seen too late; a full fence stands before it, and the loop looks at
 *       the state, never at the number of calls.
 *   T4  The async handle lives until net_free, so that threads may still wake a net that stopped.
 */
#include <stdlib.h>

#include "server/net/net_private.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FENCE_BY_EXCHANGE 1
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define FENCE_BY_EXCHANGE 1
#endif

/* The thread sanitizer knows no fences; there an atomic exchange stands in for it. */
static void fence(struct net *net)
{
#ifdef FENCE_BY_EXCHANGE
	(void)atomic_fetch_add(&net->fenced, 1);
#else
	(void)net;
	atomic_thread_fence(memory_order_seq_cst);
#endif
}

void net_poke(struct net *net)
{
	fence(net); /* T3 */
	uv_async_send(&net->async);
}

void net_wake(struct net *net)
{
	atomic_store(&net->wake_asked, true);
	net_poke(net);
}

static void on_async(uv_async_t *async)
{
	struct net *net = async->data;
	jobs_collect(net->jobs);
	if (atomic_exchange(&net->wake_asked, false) && !net->finished)
		net->handlers.woken(net->handlers.context);
}

static void on_idle(uv_idle_t *idle)
{
	(void)idle; /* being active is its whole work */
}

static void on_prepare(uv_prepare_t *prepare)
{
	struct net *net = prepare->data;
	if (net->again || !list_is_empty(&net->dirty) || !list_is_empty(&net->offers))
		uv_idle_start(&net->idle, on_idle); /* T2 */
	else
		uv_idle_stop(&net->idle);
}

/* Only the connections that are in the list now: a handler may resume again. */
static void offer_again(struct net *net)
{
	struct link offers;
	list_init(&offers);
	list_move(&net->offers, &offers);
	while (!list_is_empty(&offers)) {
		struct conn *conn = CONN_OF(offers.next, offer);
		list_remove(&conn->offer);
		conn_offer(conn);
	}
}

static void flush(struct net *net)
{
	while (!list_is_empty(&net->dirty)) {
		struct conn *conn = CONN_OF(net->dirty.next, dirty);
		list_remove(&conn->dirty);
		conn_output_flush(conn);
	}
}

static void on_check(uv_check_t *check)
{
	struct net *net = check->data;
	net->again = false;
	offer_again(net);
	net->handlers.turn_ended(net->handlers.context); /* T1 */
	flush(net);
}

static void on_later(uv_timer_t *timer)
{
	struct net *net = timer->data;
	net->again = true;
}

void net_again(struct net *net)
{
	net->again = true;
}

void net_again_in(struct net *net, uint32_t ms)
{
	if (net->finished)
		return;
	if (!uv_is_active((uv_handle_t *)&net->later) || uv_timer_get_due_in(&net->later) > ms)
		uv_timer_start(&net->later, on_later, ms, 0);
}

uint16_t net_port(const struct net *net)
{
	return net->port;
}

uint32_t net_clients(const struct net *net)
{
	return net->roster.count;
}

int64_t net_monotonic_ms(const struct net *net)
{
	return (int64_t)uv_now(&net->loop);
}

static bool open_loop(struct net *net)
{
	uv_prepare_init(&net->loop, &net->prepare);
	uv_check_init(&net->loop, &net->check);
	uv_idle_init(&net->loop, &net->idle);
	uv_timer_init(&net->loop, &net->later);
	roster_open(net);
	net->prepare.data = net;
	net->check.data = net;
	net->later.data = net;
	net->async.data = net;
	uv_prepare_start(&net->prepare, on_prepare);
	uv_check_start(&net->check, on_check);
	if (uv_async_init(&net->loop, &net->async, on_async) != 0)
		return false;
	uv_unref((uv_handle_t *)&net->async);
	return signals_open(net) && (net->jobs = jobs_open(net)) != NULL;
}

static bool open_listeners(struct net *net, const struct net_options *options,
			   struct failure *failure)
{
	if (options->host && !listener_open_tcp(net, options->host, options->port, failure))
		return false;
	return !options->unix_path || listener_open_unix(net, options->unix_path, failure);
}

struct net *net_open(const struct net_options *options, const struct net_handlers *handlers,
		     struct failure *failure)
{
	struct net *net = calloc(1, sizeof *net);
	if (!net || uv_loop_init(&net->loop) != 0) {
		failure_set(failure, EXIT_LISTEN,
			    "cannot make an event loop: no memory or no "
			    "file descriptors left");
		free(net);
		return NULL;
	}
	ENSURE(options->input_bytes > 0);
	net->handlers = *handlers;
	net->max_clients = options->max_clients;
	net->input_bytes = options->input_bytes;
	net->tcp.fd = -1;
	net->local.fd = -1;
	list_init(&net->dirty);
	list_init(&net->offers);
	if (!open_loop(net))
		failure_set(failure, EXIT_LISTEN,
			    "cannot start the event loop: no threads or no "
			    "file descriptors left");
	else if (open_listeners(net, options, failure))
		return net;
	net_free(net);
	return NULL;
}

void net_stop_listening(struct net *net)
{
	listener_close(&net->tcp);
	listener_close(&net->local);
}

void net_stop(struct net *net)
{
	net->stopping = true;
	uv_stop(&net->loop);
}

/* Until no handle is left that keeps the loop alive, whatever net_stop said. */
static void run_out(struct net *net)
{
	while (uv_run(&net->loop, UV_RUN_DEFAULT) != 0)
		continue;
}

/* Everything but the async and signal handles (T4) ends; all callbacks still due are made. */
static void finish(struct net *net)
{
	if (net->finished)
		return;
	net->finished = true;
	net_stop_listening(net);
	uv_prepare_stop(&net->prepare);
	uv_check_stop(&net->check);
	uv_idle_stop(&net->idle);
	uv_timer_stop(&net->later);
	if (net->jobs)
		jobs_finish(net->jobs);
	flush(net);
	for (uint32_t i = 0; i < net->roster.count; i++)
		conn_close(net->roster.seats[i].conn);
	run_out(net);
	ENSURE(net->roster.count == 0);
	if (net->jobs)
		jobs_finish(net->jobs); /* what `closed` submitted */
}

void net_run(struct net *net)
{
	while (!net->stopping)
		uv_run(&net->loop, UV_RUN_DEFAULT);
	finish(net);
}

static void close_handle(uv_handle_t *handle, void *context)
{
	(void)context;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void net_free(struct net *net)
{
	if (!net)
		return;
	finish(net);
	uv_walk(&net->loop, close_handle, NULL);
	run_out(net);
	ENSURE(uv_loop_close(&net->loop) == 0);
	if (net->jobs)
		jobs_free(net->jobs);
	free(net->roster.seats);
	free(net);
}
