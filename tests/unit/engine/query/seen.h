/* seen.h -- a customer as a question must see it: copied out of the rows at one moment, derived
 * values worked out anew from orders and texts (naive.h).
 */
#ifndef CRMDB_TESTS_ENGINE_QUERY_SEEN_H
#define CRMDB_TESTS_ENGINE_QUERY_SEEN_H
#include "protocol/common/date.h"
#include "server/engine/attributes.h"
#include "tests/support/naive.h"

struct seen {
	const struct engine *engine; /* for words and names, which never change */
	uint32_t row;
	int32_t today;
	uint64_t id, profile;
	int64_t points, spend, spend12, before, largest, created;
	uint32_t orders, orders12, events, birthday_care, consents;
	int32_t first, last, previous, until; /* ROWS_NO_DAY: none */
	unsigned tier, stage, band;
	uint64_t known[PERSON_holidays + 1]; /* attributes as they are stored */
};

static inline int64_t seen_months(const struct engine *engine, uint32_t row, int32_t last,
				  uint32_t *orders)
{
	uint32_t cell = rows_hot(&engine->rows, row)->months;
	int64_t spend = 0;
	for (*orders = 0; cell != 0; cell = months_at(&engine->months, cell)->older) {
		const struct months_cell *at = months_at(&engine->months, cell);
		bool inside = at->month <= last && at->month > last - 12;
		spend += inside ? at->spend : 0;
		*orders += inside ? at->orders : 0;
	}
	return spend;
}

static inline unsigned seen_band(const struct seen *seen)
{
	const struct programme *rules = &seen->engine->programme;
	if (seen->orders == 0 || seen->today <= seen->first + rules->potential_days)
		return 0;
	return seen->spend12 >= rules->band_high ? 3 : seen->spend12 >= rules->band_middle ? 2 : 1;
}

static inline struct seen seen_of(const struct engine *engine, uint32_t row)
{
	const struct rows *rows = &engine->rows;
	const struct rows_hot *hot = rows_hot(rows, row);
	int32_t month = date_month_of_day(engine->today);
	struct seen seen = {.engine = engine,
			    .row = row,
			    .today = engine->today,
			    .id = rows_id(rows, row),
			    .profile = hot->profile,
			    .points = *rows_points(rows, row),
			    .spend = *rows_spend(rows, row),
			    .largest = hot->largest,
			    .created = hot->created_us / (INT64_C(86400) * 1000000),
			    .orders = *rows_orders(rows, row),
			    .events = hot->events,
			    .birthday_care = *rows_birthday_care(rows, row),
			    .consents = *rows_consents(rows, row),
			    .first = *rows_first_day(rows, row),
			    .last = *rows_last_day(rows, row),
			    .previous = *rows_previous_day(rows, row),
			    .until = hot->tier_until,
			    .tier = *rows_tier(rows, row),
			    .stage = *rows_stage(rows, row)};
	uint32_t ignored;
	seen.spend12 = seen_months(engine, row, month, &seen.orders12);
	seen.before = seen_months(engine, row, month - 12, &ignored);
	seen.band = seen_band(&seen);
	for (uint16_t field = PERSON_birth_date; field <= PERSON_holidays; field++)
		seen.known[field] = attributes_get(engine, row, field);
	return seen;
}

/* The n-th of names separated by commas, from 0. */
static inline struct wire_text seen_name(struct wire_text list, unsigned number)
{
	const char *at = list.bytes, *end = list.bytes + list.size;
	while (at < end && number > 0)
		number -= *at++ == ',';
	const char *comma = memchr(at, ',', (size_t)(end - at));
	return (struct wire_text){at, (uint32_t)((comma != NULL ? comma : end) - at)};
}

static inline struct naive_value seen_number(int64_t number, unsigned places)
{
	return (struct naive_value){.number = number, .places = places};
}

static inline struct naive_value seen_day(int32_t day)
{
	return (struct naive_value){.none = day == ROWS_NO_DAY, .number = day};
}

static inline struct naive_value seen_text(struct wire_text text, unsigned number)
{
	return (struct naive_value){.number = number, .text = text};
}

static inline struct wire_text seen_literal(const char *text)
{
	return (struct wire_text){text, text == NULL ? 0 : (uint32_t)strlen(text)};
}

/* A date, a word or tags. */
static inline struct naive_value seen_attribute(const struct seen *seen, const char *name)
{
	const struct person_field *field = person_field_named(name, strlen(name));
	uint64_t stored = seen->known[field->number];
	struct naive_value value = {.none = stored == 0, .number = (naive_number)stored};
	if (value.none)
		return value;
	if (field->kind == PERSON_KIND_DATE)
		value.number = (naive_number)stored - 25568;
	else if (field->kind == PERSON_KIND_TAGS)
		value.bits = stored;
	else if (field->kind == PERSON_KIND_GENDER)
		value.text = seen_literal(choice_name(CHOICE_gender, (unsigned)stored));
	else if (field->kind == PERSON_KIND_CHANNEL)
		value.text = seen_literal(choice_name(CHOICE_channel, (unsigned)stored));
	else
		value.text = words_text(&seen->engine->words, field->number, (uint32_t)stored);
	return value;
}

static inline struct wire_text seen_tag(void *context, uint32_t place, unsigned bit)
{
	static char text[48];
	const struct seen *seen = context;
	if (place != CATALOGUE_consents)
		return words_text(&seen->engine->words,
				  place == CATALOGUE_tags ? PERSON_tags : PERSON_holidays, bit + 1);
	snprintf(text, sizeof text, "%s:%s", choice_name(CHOICE_purpose, bit / 8 + 1),
		 choice_name(CHOICE_channel, bit % 8 + 1));
	return seen_literal(text);
}

static inline int seen_rank(void *context, struct wire_text tier)
{
	const struct seen *seen = context;
	for (unsigned i = 0; i < seen->engine->programme.tier_count; i++)
		if (naive_same(seen_name(seen->engine->genesis.tiers, i), tier))
			return (int)i;
	return -1;
}

#endif
