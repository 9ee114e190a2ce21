/* keys.h -- fresh timed keys, by the server's clock.
 *
 * The time of a key is the server's time in its last hello plus what has passed here since, so that
 * a wrong clock on this machine makes no key too new or too old.
 */
#ifndef CRMDB_CLIENT_KEYS_H
#define CRMDB_CLIENT_KEYS_H
#include <stdbool.h>
#include <stdint.h>

#include "protocol/wire.h"

/* How to get from clock_now_us to the server's time. */
struct keys {
	int64_t server_ahead_us;
};

/* The first of a run of keys; key_next makes the next ones, all different.  False: the system has
 * no random bytes. */
bool keys_begin(const struct keys *keys, struct wire_id *key);
void keys_next(struct wire_id *key);

#endif
