/* socket.h -- reach a server: a connected, non-blocking socket. */
#ifndef CRMDB_CLIENT_SOCKET_H
#define CRMDB_CLIENT_SOCKET_H
#include <stdint.h>

#include "client/uri.h"

/* Connect by `deadline_us` (clock_now_us).  Owned by the caller; freed by close().  -1: *error is
 * UNREACHABLE and says why.  A host's name is looked up by the system, which keeps its own time. */
int socket_connect(const struct uri *uri, int64_t deadline_us, crm_error *error);

#endif
