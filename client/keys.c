/* keys.c -- see keys.h, and protocol/key.h for the form of a key.
 *
 *    0            6   8    9            12              16
 *   +------------+---+----+------------+---------------+
 *   | unix ms    | 7.. | v | random     | random, + 1   |
 *   +------------+---+----+------------+---------------+
 *
 * One draw of random bytes serves a whole batch: its last four count up from a random start (RFC
 * 9562, 6.2, method 2), so the keys of a batch differ for sure, and those of two batches of one
 * millisecond by their 74 random bits.
 */
#include "client/keys.h"

#include "client/clock.h"
#include "client/random.h"
#include "protocol/key.h"

bool keys_begin(const struct keys *keys, struct wire_id *key)
{
	uint8_t random[10];
	int64_t now_us = clock_now_us() + keys->server_ahead_us;
	if (!random_fill(random, sizeof random))
		return false;
	*key = key_timed(now_us > 0 ? (uint64_t)now_us / 1000 : 0, random);
	return true;
}

void keys_next(struct wire_id *key)
{
	uint32_t count;
	memcpy(&count, key->bytes + 12, sizeof count);
	count++;
	memcpy(key->bytes + 12, &count, sizeof count);
}
