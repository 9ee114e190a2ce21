/* socket.c -- bound and listening sockets, or one sentence that says why not.
 *
 * Options every connection needs are set on the listening TCP socket, since Linux hands them on to
 * accepted ones: no system calls per connection.
 *
 *   S1  A socket file is replaced only when connecting to it is refused, that is when nobody
 * listens on it.  A file of another kind is never touched.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/net/net_private.h"

#define BACKLOG 1024
#define KEEP_IDLE_S 60        /* quiet for so long: ask whether the peer is there */
#define KEEP_EVERY_S 10       /* and again */
#define KEEP_TRIES 3          /* then it is gone */
#define PEER_TIMEOUT_MS 30000 /* sent bytes nobody confirms: the peer is gone */

static void set_option(int fd, int level, int option, int value)
{
	(void)setsockopt(fd, level, option, &value, sizeof value); /* an aid, not a need */
}

static void set_tcp_options(int fd)
{
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE_S);
	set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEP_EVERY_S);
	set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEP_TRIES);
	set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, PEER_TIMEOUT_MS);
}

static int open_socket(int family)
{
	return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Keeps errno. */
static int close_failed(int fd)
{
	int error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return -1;
}

static int bind_address(int family, const struct sockaddr *address, socklen_t size)
{
	int fd = open_socket(family);
	if (fd < 0)
		return -1;
	if (family != AF_UNIX) {
		set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
		set_tcp_options(fd);
	}
	if (bind(fd, address, size) != 0 || listen(fd, BACKLOG) != 0)
		return close_failed(fd);
	return fd;
}

static const char *advice(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "; another process listens there: stop it or choose another port";
	case EADDRNOTAVAIL:
		return "; no interface of this machine has that address";
	case EACCES:
		return "; ports below 1024 need a privilege: choose a higher one";
	default:
		return "";
	}
}

int socket_listen_tcp(const char *host, uint16_t port, struct failure *failure)
{
	struct addrinfo hints = {
	    .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
	struct addrinfo *found = NULL;
	char service[8];
	if (strcmp(host, "localhost") == 0)
		host = "127.0.0.1"; /* RFC 6761: also where no /etc/hosts says so */
	snprintf(service, sizeof service, "%u", (unsigned)port);
	int status = getaddrinfo(host, service, &hints, &found);
	if (status != 0) {
		failure_set(failure, EXIT_LISTEN,
			    "cannot listen on \"%s\": %s; give an address of "
			    "this machine",
			    host, gai_strerror(status));
		return -1;
	}
	int fd = bind_address(found->ai_family, found->ai_addr, found->ai_addrlen);
	int error = errno;
	freeaddrinfo(found);
	if (fd < 0)
		failure_set(failure, EXIT_LISTEN, "cannot listen on %s port %u: %s%s", host,
			    (unsigned)port, strerror(error), advice(error));
	return fd;
}

uint16_t socket_port(int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t size = sizeof address;
	if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
		return 0;
	if (address.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
	return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static int refuse_path(struct failure *failure, const char *path, const char *why)
{
	failure_set(failure, EXIT_LISTEN, "cannot listen on %s: %s", path, why);
	return -1;
}

/* Whether nobody listens on the socket file.  False: *why. */
static bool is_stale(const struct sockaddr_un *address, const char **why)
{
	struct stat status;
	if (lstat(address->sun_path, &status) == 0 && !S_ISSOCK(status.st_mode)) {
		*why = "a file that is no socket is there: remove it or choose another path";
		return false;
	}
	int fd = open_socket(AF_UNIX);
	if (fd < 0) {
		*why = strerror(errno);
		return false;
	}
	int connected = connect(fd, (const struct sockaddr *)address, sizeof *address);
	int error = errno;
	close(fd);
	if (connected == 0 || error == EAGAIN)
		*why = "another process listens there: stop it or choose another path";
	else
		*why = strerror(error);
	return connected != 0 && (error == ECONNREFUSED || error == ENOENT);
}

int socket_listen_unix(const char *path, struct failure *failure)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct sockaddr *any = (const struct sockaddr *)&address;
	size_t size = strlen(path);
	const char *why = NULL;
	if (size == 0 || size >= sizeof address.sun_path)
		return refuse_path(failure, path, "a socket path has 1 to 107 bytes");
	memcpy(address.sun_path, path, size + 1);
	int fd = bind_address(AF_UNIX, any, sizeof address);
	if (fd < 0 && errno == EADDRINUSE) {
		if (!is_stale(&address, &why))
			return refuse_path(failure, path, why);
		unlink(path); /* S1 */
		fd = bind_address(AF_UNIX, any, sizeof address);
	}
	if (fd < 0)
		return refuse_path(failure, path, strerror(errno));
	return fd;
}
