/* server.h -- the whole server: recover, listen, serve, drain, stop. */
#ifndef CRMDB_APP_SERVER_H
#define CRMDB_APP_SERVER_H
#include "server/app/options.h"

/* Run until TERM or INT.  True after a clean stop; false with *failure otherwise.  A failed write
 * or flush ends the process at once with EXIT_STORAGE (I4). */
bool server_run(const struct options *options, struct failure *failure);

#endif
