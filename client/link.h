/* link.h -- a connection to the server: a socket and the protocol core that speaks on it.
 *
 * Thread rule: one thread at a time.
 */
#ifndef CRMDB_CLIENT_LINK_H
#define CRMDB_CLIENT_LINK_H
#include "client/exchange.h"
#include "client/uri.h"

struct link {
	struct exchange exchange;
	int fd;    /* -1: none */
	bool deaf; /* the server takes no more bytes; what it said last is still read */
};

void link_init(struct link *link);
/* Drop the connection. */
void link_close(struct link *link);
/* Drop the connection and give the memory back. */
void link_free(struct link *link);
bool link_is_open(const struct link *link);

/* Connect and shake hands by `deadline_us`; an earlier connection is dropped.  If not CRM_OK, the
 * link is closed, and a server was reached unless the status is UNREACHABLE. */
crm_status link_open(struct link *link, const struct uri *uri,
		     const struct exchange_identity *identity, int64_t deadline_us,
		     crm_error *error);

/* Send what is queued and take what comes, until a reply is whole, or a frame of
 * a feed is there (exchange.follows).  A deadline in the past: what
 * can be done without waiting.
 *   CRM_OK    *reply is set; borrowed until the next call on the link
 *   TIMEOUT   none by the deadline; the connection lives
 *   else      the connection has ended for this reason; the link is closed (link_error) */
crm_status link_next(struct link *link, int64_t deadline_us, struct exchange_reply *reply);

/* Send what can be sent without waiting. */
void link_flush(struct link *link);

/* Say why the connection has ended. */
crm_status link_error(const struct link *link, crm_error *error);

#endif
