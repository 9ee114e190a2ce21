/* uri.h -- the address and the settings a client is opened with.
 *
 *   crmdb://host:port/?setting=value&...     host: a name, 127.0.0.1 or [::1]; port: 7878 if left
 * out unix:///path/to/socket?setting=value&...
 *
 *   timeout          each request        default 5s      times: 500us, 250ms, 5s, 2m; plain: ms
 *   connect_timeout  reaching the server default 2s
 *   pool             connections         default 4       1 to 256
 *   app              name in the server's list of clients, up to 64 bytes; default: the program's
 *
 * A setting given twice: the last one counts.  %XX stands for any byte in path and app.
 */
#ifndef CRMDB_CLIENT_URI_H
#define CRMDB_CLIENT_URI_H
#include <stdbool.h>

#include "client/crmdb/crmdb.h"
#include "protocol/limits.h"

#define URI_DEFAULT "crmdb://127.0.0.1:7878"
#define URI_PORT_DEFAULT 7878u
#define URI_HOST_BYTES 254u /* longest DNS name, with its NUL */
#define URI_PATH_BYTES 108u /* sun_path of a Unix socket, with its NUL */
#define URI_POOL_MAX 256u
#define URI_TIMEOUT_MAX_US (INT64_C(86400) * 1000000)

struct uri {
	char host[URI_HOST_BYTES]; /* empty: a Unix socket */
	uint16_t port;
	char path[URI_PATH_BYTES];
	int64_t timeout_us;
	int64_t connect_timeout_us;
	uint32_t pool;
	char app[LIMIT_APP_BYTES + 1];
};

/* CRM_OK, or BAD_URI with a sentence that names the part that is wrong.  NULL text: CRMDB_URI from
 * the environment, else URI_DEFAULT. */
crm_status uri_parse(struct uri *uri, const char *text, crm_error *error);

/* A time as settings have it, such as 5s.  False: it is none, zero, or over URI_TIMEOUT_MAX_US. */
bool uri_parse_time(const char *text, int64_t *us);

#endif
