/* people_record.h -- the bytes of people.mdb; pure.
 *
 *   key        | customer | version |                     u64 big-endian each: in order of both
 *   document   | checksum | the document's bytes |        u64
 *   pending    | checksum | flags |                       u64, u8: 1 = the event erases
 *   facts      | format | flags | transaction | database | secret | last version | checksum |
 *                u32      u32     u64           16 bytes   u64      u64            u64
 *
 * A checksum is XXH3 of the value, seeded with the XXH3 of the table's byte and the key, itself
 * seeded with the database's seed: a record proves its bytes, its place and its database.
 */
#ifndef CRMDB_STORE_PEOPLE_RECORD_H
#define CRMDB_STORE_PEOPLE_RECORD_H
#include "protocol/wire.h"
#include "server/base/failure.h"
#include "server/base/limits.h"

#define PEOPLE_KEY_BYTES 16u
#define PEOPLE_CHECKSUM_BYTES 8u
#define PEOPLE_PENDING_BYTES 9u
#define PEOPLE_FACTS_BYTES 56u

/* The databases of people.mdb, in the order of their names. */
enum people_database {
	PEOPLE_DOCUMENTS,
	PEOPLE_FACTS,
	PEOPLE_PENDINGS
};

struct people_key {
	uint64_t customer, version;
};

void people_key_write(struct people_key key, uint8_t bytes[PEOPLE_KEY_BYTES]);
struct people_key people_key_read(const uint8_t bytes[PEOPLE_KEY_BYTES]);

/* The checksum of a value of `size` bytes (its own left out) under `key`. */
uint64_t people_checksum(enum people_database table, struct people_key key, struct wire_text value,
			 uint64_t seed);
/* `size` bytes read back begin with their checksum, and it is right. */
bool people_record_sound(enum people_database table, struct people_key key, struct wire_text value,
			 uint64_t seed);

/* What the file says of itself. */
struct people_facts {
	uint64_t transaction; /* of LMDB, that wrote them: a meta page gone back in time is seen */
	struct wire_id database;
	uint64_t secret; /* seal_content of the database's id: the secret is the right one */
	uint64_t last_version;
	bool wants_rewrite;
};
void people_facts_write(const struct people_facts *facts, uint64_t seed,
			uint8_t bytes[PEOPLE_FACTS_BYTES]);
/* False: *failure says what they are instead of the facts of `database`. */
bool people_facts_read(struct people_facts *facts, const uint8_t bytes[PEOPLE_FACTS_BYTES],
		       struct wire_id database, uint64_t seed, struct failure *failure);

#endif
