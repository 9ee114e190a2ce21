/* block.h -- a run of events packed into one value of the log.
 *
 *   0       2           10                                                       size-8     size
 *   +-------+-----------+------------------------------------------------------+-------------+
 *   | count | base time | record | record | ...                                | checksum    |
 *   +-------+-----------+------------------------------------------------------+-------------+
 *     u16     i64 us      each: varint size, varint time since the record before   u64
 *                         (the first: since base, 0), then its bytes after the time
 *
 * The key is the number of the first event, 8 bytes big-endian.  The checksum is XXH3 of all
 * before it, seeded with the XXH3 of database id and key, itself seeded with the database's seed:
 * a block proves its bytes, its place and its database.
 */
#ifndef CRMDB_STORE_BLOCK_H
#define CRMDB_STORE_BLOCK_H
#include "protocol/wire.h"
#include "server/base/limits.h"

#define BLOCK_KEY_BYTES 8u
/* The largest: one event of LIMIT_EVENT_BYTES alone. */
#define BLOCK_MAX_BYTES (LIMIT_EVENT_BYTES + 64u)

struct block_realm {
	struct wire_id database;
	uint64_t seed;
};

void block_key(uint64_t number, uint8_t key[BLOCK_KEY_BYTES]);
uint64_t block_key_number(const uint8_t key[BLOCK_KEY_BYTES]);

/* A block being filled.  Zero-initialised; reused after block_finish. */
struct block_packer {
	uint8_t bytes[BLOCK_MAX_BYTES];
	uint32_t size, count;
	uint64_t first;
	int64_t time;
	bool alone; /* holds one event over LIMIT_BLOCK_EVENT_BYTES */
};

/* Add the record of event `number`, which follows the one before.  False: it does not fit, finish
 * the block first (an empty one takes any record). */
bool block_add(struct block_packer *packer, uint64_t number, const uint8_t *record, uint32_t size);
/* Seal the block: its size.  The next block_add starts afresh; bytes stay until then. */
uint32_t block_finish(struct block_packer *packer, const struct block_realm *realm);

/* A block being read.  Its bytes are borrowed. */
struct block_reader {
	struct wire_reader records;
	uint64_t next;
	uint32_t left;
	int64_t time;
};

/* Check the block under key `first` and start at its first event.  False: damaged. */
bool block_open(struct block_reader *reader, uint64_t first, struct wire_text value,
		const struct block_realm *realm);
/* Skip to event `number`, or to the next one, and unpack it into `bytes` (room for
 * LIMIT_EVENT_BYTES).  False: not in this block. */
bool block_seek(struct block_reader *reader, uint64_t number);
bool block_next(struct block_reader *reader, uint8_t *bytes, uint32_t *size);

#endif
