/* signals.c -- TERM and INT ask for a stop; PIPE is ignored (libuv 1.44 writes without
 * MSG_NOSIGNAL, and a peer that left is an error of its connection, not of the process). */
#include "server/net/net_private.h"

#include <signal.h>

static void on_signal(uv_signal_t *signal_handle, int number)
{
	struct net *net = signal_handle->data;
	(void)number;
	net->handlers.stop_asked(net->handlers.context, ++net->signals.times);
}

static bool watch(struct net *net, uv_signal_t *signal_handle, int number)
{
	if (uv_signal_init(&net->loop, signal_handle) != 0)
		return false;
	signal_handle->data = net;
	uv_unref((uv_handle_t *)signal_handle);
	return uv_signal_start(signal_handle, on_signal, number) == 0;
}

bool signals_open(struct net *net)
{
	signal(SIGPIPE, SIG_IGN);
	return watch(net, &net->signals.term, SIGTERM) &&
	       watch(net, &net->signals.interrupt, SIGINT);
}
