/* import_person.c -- see import_person.h.
 *
 *   id and fields --import_fields--> assignments --hash--> ref
 *
 *   Q1  The ref of a row follows from what is sent: which columns it came from, in which order, and
 *       the rest of the file play no part, but for a customer that comes several times with
 *       different content (import_turns.h): the last row is then what stays.
 *   Q2  Nothing can be learnt from a ref about whom it is of, without the salt of the database: the
 *       key made of it stands in the log, where an erasure does not come.
 */
#include "client/cli/import_person.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "client/cli/import_added.h"
#include "client/cli/import_cell.h"

#define HASH_BYTES crypto_generichash_BYTES_MIN

static_assert(HASH_BYTES == 16, "a ref shows 128 bits");
static_assert(IMPORT_SALT_BYTES >= crypto_generichash_KEYBYTES_MIN, "the salt is a key of BLAKE2b");

/* Q1, Q2: the ref; customers-<32 hex digits>, and -1 in a second turn. */
static enum import_verdict make_ref(struct import_person *self, const struct wire_list *list)
{
	crypto_generichash_state state;
	uint8_t hash[HASH_BYTES], customer[8];
	uint64_t turn, low = 0;
	int at = snprintf(self->ref, sizeof self->ref, "%s-", self->rules.space);
	for (unsigned i = 0; i < sizeof customer; i++)
		customer[i] = (uint8_t)(self->person.customer >> (8 * i));
	crypto_generichash_init(&state, self->rules.salt, IMPORT_SALT_BYTES, sizeof hash);
	crypto_generichash_update(&state, customer, sizeof customer);
	crypto_generichash_update(&state, list->bytes, list->size);
	crypto_generichash_final(&state, hash, sizeof hash);
	for (unsigned i = 0; i < sizeof hash; i++)
		at += snprintf(self->ref + at, sizeof self->ref - (size_t)at, "%02x", hash[i]);
	memcpy(&low, hash, sizeof low);
	if (!import_turns_take(&self->turns, self->person.customer, low, &turn))
		return IMPORT_NO_MEMORY;
	if (turn > 0)
		snprintf(self->ref + at, sizeof self->ref - (size_t)at, "-%" PRIu64, turn);
	return IMPORT_FINE;
}

/* The next identity of a list.  False: there is none. */
static bool next_identity(struct wire_reader *r, uint16_t *field, struct import_hash *hash)
{
	struct rec_assignment record;
	char normal[IDENTITY_BYTES];
	size_t size = 0;
	while (size == 0) {
		if (r->at >= r->end || !decode_rec_assignment(r, &record))
			return false;
		size = person_normal(person_field(record.field), record.value, normal);
	}
	XXH128_hash_t bits = XXH3_128bits_withSeed(normal, size, record.field);
	*field = record.field;
	*hash = (struct import_hash){bits.low64, bits.high64};
	return true;
}

/* Without a server: an identity is the first customer's of the file who has it. */
static enum import_verdict claim(struct import_person *self, const struct wire_list *list,
				 struct import_reason *why)
{
	struct wire_reader r = {list->bytes, list->bytes + list->size, false}, again = r;
	uint64_t customer = self->person.customer;
	struct import_hash hash;
	struct import_reason at;
	uint16_t field;
	while (next_identity(&r, &field, &hash)) {
		uint64_t owner = import_count_owner(&self->owners, hash);
		if (owner == 0 || owner == customer)
			continue;
		import_fields_place(self->rules.fields.map, ERROR_IDENTITY_TAKEN, field, &at);
		import_because(why, "%.150sa row before has it: customer %" PRIu64, at.text, owner);
		return IMPORT_REJECTED;
	}
	while (next_identity(&again, &field, &hash))
		if (!import_count_claim(&self->owners, hash, customer))
			return IMPORT_NO_MEMORY;
	return IMPORT_FINE;
}

static bool read_row(struct import_person *self, const struct rows_split *row,
		     struct import_reason *why)
{
	const struct import_person_rules *rules = &self->rules;
	struct import_cell id = {import_person_schema.name(&import_person_schema, 0),
				 import_map_column(rules->fields.map, 0), NULL, why};
	if (rules->cells != 0 && row->count != rules->cells)
		return import_because(why, "the row has %zu cells, the header %zu", row->count,
				      rules->cells);
	return import_cell_find(&id, row) && import_cell_customer(&id, &self->person.customer) &&
	       import_fields_read(&self->fields, &rules->fields, row, why);
}

static enum import_verdict read_person(void *context, const struct rows_split *row,
				       struct import_reason *why)
{
	struct import_person *self = context;
	self->person =
	    (crm_person){.fields = self->fields.list, .create = self->rules.mode == IMPORT_UPSERT};
	if (!read_row(self, row, why))
		return IMPORT_REJECTED;
	self->person.count = self->fields.count;
	struct wire_list list = import_fields_encoded(&self->fields);
	enum import_verdict verdict = self->rules.alone ? claim(self, &list, why) : IMPORT_FINE;
	return verdict == IMPORT_FINE ? make_ref(self, &list) : verdict;
}

static void add(const void *context, crm_batch *batch)
{
	const struct import_person *self = context;
	const struct import_added *added = self->rules.fields.map->schema->added;
	if (self->rules.mode == IMPORT_PUT)
		crm_batch_customer_put(batch, &self->person, self->ref);
	else
		crm_batch_customer_set(batch, &self->person, self->ref);
	if (added != NULL)
		names_put(added->names, added->count, batch);
}

static void place(const void *context, enum error error, int64_t field, struct import_reason *out)
{
	const struct import_person *self = context;
	import_fields_place(self->rules.fields.map, error, field, out);
}

const struct import_kind import_person_kind = {read_person, add, place};

void import_person_free(struct import_person *person)
{
	import_turns_free(&person->turns);
	import_count_free(&person->owners);
}
