/* identities.h -- keyed fingerprint of an identity -> the row of the one customer who has it.
 *
 *   record   | field u8 | fingerprint 12 |     in events, as they are added and removed
 *   slot     | fingerprint 12 | holder 4 |     four to a cache line
 *
 * The engine never sees a phone or a name: the fingerprint is made in app, over the field's number
 * and the text in its normal form, keyed with the database's secret (base/seal.h).
 */
#ifndef CRMDB_ENGINE_IDENTITIES_H
#define CRMDB_ENGINE_IDENTITIES_H
#include "server/engine/event.h"
#include "server/engine/index/table.h"

struct identities {
	struct table table;
	uint64_t dead; /* slots of the table that nobody holds any more */
	uint64_t live; /* identities that somebody has */
};

struct identities_slot {
	uint8_t fingerprint[IDENTITY_FINGERPRINT_BYTES];
	uint32_t holder; /* row + 1; IDENTITY_FREED: nobody any more */
};

#define IDENTITY_FREED UINT32_MAX

/* All zero but for the memory; the seed is set before the first insertion. */
void identities_open(struct identities *identities, const struct memory *memory);
void identities_close(struct identities *identities);

/* Room for what `events` more events can add.  False: out of memory, nothing changed. */
bool identities_reserve(struct identities *identities, uint64_t events);

/* The row that has it, or EVENT_ROW_UNKNOWN. */
uint32_t identities_find(const struct identities *identities, const uint8_t *fingerprint);

/* Cannot fail: nobody has it, and room was reserved. */
void identities_add(struct identities *identities, const uint8_t *fingerprint, uint32_t row);
/* Cannot fail: `row` has it. */
void identities_remove(struct identities *identities, const uint8_t *fingerprint, uint32_t row);

/* Every slot in no order, freed ones included: start with *cursor 0; NULL at the end. */
const struct identities_slot *identities_next(const struct identities *identities,
					      uint64_t *cursor);

/* Record `at` of a text of records; NULL: there is none. */
static inline const uint8_t *identity_record(struct wire_text records, uint32_t at)
{
	uint32_t from = at * IDENTITY_RECORD_BYTES;
	return from + IDENTITY_RECORD_BYTES <= records.size ? (const uint8_t *)records.bytes + from
							    : NULL;
}

#endif
