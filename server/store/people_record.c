/* people_record.c -- see people_record.h. */
#include "server/store/people_record.h"

#include <inttypes.h>

#include "server/base/ensure.h"
#include "server/base/hash.h"

#define FORMAT_VERSION 1u
#define FLAG_WANTS_REWRITE 1u

static void put_big(uint8_t *bytes, uint64_t word)
{
	for (unsigned i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(word >> (56 - 8 * i));
}

static uint64_t get_big(const uint8_t *bytes)
{
	uint64_t word = 0;
	for (unsigned i = 0; i < 8; i++)
		word = word << 8 | bytes[i];
	return word;
}

void people_key_write(struct people_key key, uint8_t bytes[PEOPLE_KEY_BYTES])
{
	put_big(bytes, key.customer);
	put_big(bytes + 8, key.version);
}

struct people_key people_key_read(const uint8_t bytes[PEOPLE_KEY_BYTES])
{
	return (struct people_key){get_big(bytes), get_big(bytes + 8)};
}

uint64_t people_checksum(enum people_database table, struct people_key key, struct wire_text value,
			 uint64_t seed)
{
	uint8_t place[1 + PEOPLE_KEY_BYTES] = {(uint8_t)table};
	people_key_write(key, place + 1);
	return hash_bytes(value.bytes, value.size, hash_bytes(place, sizeof place, seed));
}

bool people_record_sound(enum people_database table, struct people_key key, struct wire_text value,
			 uint64_t seed)
{
	uint64_t stored;
	if (value.size < PEOPLE_CHECKSUM_BYTES)
		return false;
	memcpy(&stored, value.bytes, sizeof stored);
	struct wire_text rest = {value.bytes + PEOPLE_CHECKSUM_BYTES,
				 value.size - PEOPLE_CHECKSUM_BYTES};
	return people_checksum(table, key, rest, seed) == stored;
}

static uint64_t facts_checksum(const uint8_t *bytes, uint64_t seed)
{
	struct wire_text value = {(const char *)bytes, PEOPLE_FACTS_BYTES - PEOPLE_CHECKSUM_BYTES};
	return people_checksum(PEOPLE_FACTS, (struct people_key){0, 0}, value, seed);
}

void people_facts_write(const struct people_facts *facts, uint64_t seed,
			uint8_t bytes[PEOPLE_FACTS_BYTES])
{
	uint8_t room[PEOPLE_FACTS_BYTES] = {0};
	struct wire_writer w = {room, room + sizeof room, false};
	wire_write_u32(&w, FORMAT_VERSION);
	wire_write_u32(&w, facts->wants_rewrite ? FLAG_WANTS_REWRITE : 0);
	wire_write_u64(&w, facts->transaction);
	wire_write_id(&w, facts->database);
	wire_write_u64(&w, facts->secret);
	wire_write_u64(&w, facts->last_version);
	wire_write_u64(&w, facts_checksum(room, seed));
	ENSURE(!w.failed && w.at == w.end);
	memcpy(bytes, room, sizeof room);
}

bool people_facts_read(struct people_facts *facts, const uint8_t bytes[PEOPLE_FACTS_BYTES],
		       struct wire_id database, uint64_t seed, struct failure *failure)
{
	struct wire_reader r = {bytes, bytes + PEOPLE_FACTS_BYTES, false};
	uint32_t format = wire_read_u32(&r);
	facts->wants_rewrite = wire_read_u32(&r) == FLAG_WANTS_REWRITE;
	facts->transaction = wire_read_u64(&r);
	facts->database = wire_read_id(&r);
	facts->secret = wire_read_u64(&r);
	facts->last_version = wire_read_u64(&r);
	if (!wire_id_equal(facts->database, database))
		return failure_set(failure, EXIT_DAMAGE,
				   "it belongs to another database; put back the one of this "
				   "directory");
	if (format != FORMAT_VERSION)
		return failure_set(failure, EXIT_DAMAGE,
				   "format version %" PRIu32 ", this server reads version %u; "
				   "carry the data across with export and import",
				   format, FORMAT_VERSION);
	if (wire_read_u64(&r) != facts_checksum(bytes, seed))
		return failure_set(failure, EXIT_DAMAGE,
				   "what it says of itself does not match its checksum");
	return true;
}
