/* digest.c -- one number for the logical state.
 *
 * Rows and keys are hashed one by one and summed, so that neither row order nor the layout of a
 * table counts.  A key counts while it is live, whether or not a dead one is still in its slot.
 * What is hashed are whole words, so no padding is.
 */
#include "server/base/hash.h"
#include "server/engine/days.h"
#include "server/engine/membership.h"

/* The months that count on the state's day; where their cells are does not. */
static uint64_t digest_months(const struct engine *engine, uint32_t cell)
{
	int32_t now = engine->month;
	uint64_t sum = 0;
	for (; cell != 0; cell = months_at(&engine->months, cell)->older) {
		const struct months_cell *month = months_at(&engine->months, cell);
		const uint64_t words[] = {month->month, (uint64_t)month->spend, month->orders};
		if (months_is_kept(month->month, now))
			sum += hash_bytes(words, sizeof words, 0);
	}
	return sum;
}

static uint64_t digest_row(const struct engine *engine, uint32_t row)
{
	const struct rows_hot *hot = rows_hot(&engine->rows, row);
	struct months_sum window = days_window(engine, row); /* the effective one */
	const uint64_t words[] = {
	    rows_id(&engine->rows, row),
	    hot->last_event,
	    hot->created_event,
	    (uint64_t)hot->created_us,
	    (uint64_t)hot->largest,
	    hot->events,
	    hot->tier_until,
	    hot->profile,
	    hot->erased,
	    digest_months(engine, hot->months),
	    (uint64_t)window.spend,
	    window.orders,
	    membership_bits(engine, row),
#define WINDOW(type, name, doc)
#define BITS(type, name, doc)
#define FIELD(type, name, doc) (uint64_t) * rows_##name(&engine->rows, row),
#include "server/engine/fields.def"
	};
	return hash_bytes(words, sizeof words, 0);
}

static uint64_t digest_rows(const struct engine *engine)
{
	uint64_t sum = 0;
	for (uint32_t row = 0; row < engine->rows.count; row++)
		sum += digest_row(engine, row);
	return sum;
}

/* Fields that few have; where their slots are does not count. */
static uint64_t digest_sparse(const struct engine *engine)
{
	uint64_t sum = 0, cursor = 0;
	const struct sparse_slot *slot;
	while ((slot = sparse_next(&engine->sparse, &cursor)) != NULL)
		if (slot->value != 0)
			sum += hash_bytes(slot, sizeof *slot, 0);
	return sum;
}

static uint64_t digest_words(const struct engine *engine)
{
	uint64_t hash = 0;
	uint16_t field = 0;
	while ((field = words_next_field(&engine->words, field)) != 0) {
		uint32_t count = words_count(&engine->words, field);
		for (uint32_t code = 1; code <= count; code++) {
			struct wire_text text = words_text(&engine->words, field, code);
			hash = hash_bytes(text.bytes, text.size, hash + field);
		}
	}
	return hash;
}

/* Which there are, what they were called, and who has what of them; where a range of a column is
 * not made does not count.
 */
static uint64_t digest_added(const struct engine *engine)
{
	const struct added *added = &engine->added;
	uint64_t sum = added->last;
	for (uint32_t i = 0; i < added->count; i++) {
		const struct added_field *field = &added->fields[i];
		const uint64_t words[] = {field->number, field->kind, field->places, field->dropped,
					  field->valued};
		sum = hash_bytes(field->name.bytes, field->name.size,
				 hash_bytes(words, sizeof words, sum));
		for (uint32_t row = 0; !field->dropped && row < engine->rows.count; row++) {
			const uint64_t cell[] = {rows_id(&engine->rows, row), field->number,
						 added_get(added, row, field->number)};
			sum += cell[2] == 0 ? 0 : hash_bytes(cell, sizeof cell, 0);
		}
	}
	for (uint32_t i = 0; i < added->name_count; i++)
		sum = hash_bytes(added->names[i].letters, added->names[i].size,
				 sum + added->names[i].number);
	return sum;
}

static uint64_t digest_segments(const struct engine *engine)
{
	const struct segments *segments = &engine->segments;
	uint64_t hash = segments->last + segments->next;
	for (uint32_t i = 0; i < LIMIT_SEGMENTS; i++) {
		const struct segment *s = &segments->all[i];
		if (s->room == NULL)
			continue;
		const uint64_t words[] = {i, s->event, (uint64_t)s->time_us, s->uses, s->moved};
		hash = hash_bytes(words, sizeof words, hash);
		hash = hash_bytes(s->name.bytes, s->name.size, hash);
		hash = hash_bytes(s->program.bytes, s->program.size, hash);
		hash = hash_bytes(s->source.bytes, s->source.size, hash);
	}
	return hash;
}

static uint64_t digest_keys(const struct engine *engine, uint64_t *live)
{
	uint64_t sum = 0, cursor = 0;
	const struct keys_slot *slot;
	while ((slot = keys_next(&engine->keys, &cursor)) != NULL) {
		if (!keys_live(&engine->keys, &slot->key))
			continue;
		sum += hash_bytes(slot, sizeof *slot, 0);
		*live += 1;
	}
	return sum;
}

static uint64_t digest_identities(const struct engine *engine)
{
	uint64_t sum = 0, cursor = 0;
	const struct identities_slot *slot;
	while ((slot = identities_next(&engine->identities, &cursor)) != NULL) {
		if (slot->holder == IDENTITY_FREED)
			continue;
		uint64_t id = rows_id(&engine->rows, slot->holder - 1);
		sum += hash_bytes(slot->fingerprint, sizeof slot->fingerprint, id);
	}
	return sum;
}

#define HALVES(sum) (uint64_t)(sum), (uint64_t)((sum) >> 64)

uint64_t engine_digest(const struct engine *engine)
{
	const struct engine_totals *totals = &engine->totals;
	uint64_t live = 0;
	uint64_t keys = digest_keys(engine, &live);
	const uint64_t words[] = {
	    engine->applied,
	    (uint64_t)engine->time_us,
	    engine->rows.count,
	    digest_rows(engine),
	    live,
	    keys,
	    HALVES(totals->balance),
	    HALVES(totals->issued),
	    HALVES(totals->spent),
	    HALVES(totals->up),
	    HALVES(totals->down),
	    HALVES(totals->spend),
	    totals->orders,
	    HALVES(totals->erased),
	    totals->gone,
	    totals->profiles,
	    engine->identities.live,
	    digest_identities(engine),
	    engine->identity_freed,
	    engine->newest_profile,
	    (uint64_t)engine->today,
	    engine->days,
	    engine->day_event,
	    digest_sparse(engine),
	    digest_words(engine),
	    digest_added(engine),
	    engine->history.digest,
	    digest_segments(engine),
	    hash_bytes(engine->genesis_bytes, engine->genesis_size, 0),
	};
	return hash_bytes(words, sizeof words, 0);
}
