/* seen_fields.h -- a value for each field of the catalogue, of a customer that was copied. */
#ifndef CRMDB_TESTS_ENGINE_QUERY_SEEN_FIELDS_H
#define CRMDB_TESTS_ENGINE_QUERY_SEEN_FIELDS_H
#include "protocol/cell.h"
#include "tests/unit/engine/query/seen.h"

static inline struct naive_value seen_value(void *context, uint32_t place)
{
	static const char bands[] = "potential,low,middle,high";
	const struct seen *seen = context;
	const struct part_genesis *genesis = &seen->engine->genesis;
	const unsigned digits = (unsigned)genesis->currency_digits;
	switch (place) {
	case CATALOGUE_id:
		return (struct naive_value){.number = (naive_number)seen->id};
	case CATALOGUE_tier:
		return seen_text(seen_name(genesis->tiers, seen->tier), seen->tier);
	case CATALOGUE_stage:
		return seen_text(seen_name(genesis->stages, seen->stage), seen->stage);
	case CATALOGUE_band:
		return seen_text(seen_name(seen_literal(bands), seen->band), seen->band);
	case CATALOGUE_spend:
		return seen_number(seen->spend, digits);
	case CATALOGUE_spend12:
		return seen_number(seen->spend12, digits);
	case CATALOGUE_spend12_before:
		return seen_number(seen->before, digits);
	case CATALOGUE_largest_order:
		return (struct naive_value){
		    .none = seen->orders == 0, .number = seen->largest, .places = digits};
	case CATALOGUE_points:
		return seen_number(seen->points, 0);
	case CATALOGUE_orders:
		return seen_number(seen->orders, 0);
	case CATALOGUE_orders12:
		return seen_number(seen->orders12, 0);
	case CATALOGUE_first_order:
		return seen_day(seen->first);
	case CATALOGUE_last_order:
		return seen_day(seen->last);
	case CATALOGUE_previous_order:
		return seen_day(seen->previous);
	case CATALOGUE_gap:
		return (struct naive_value){.none = seen->previous == ROWS_NO_DAY,
					    .number = seen->last - seen->previous};
	case CATALOGUE_created:
		return seen_number(seen->created, 0);
	case CATALOGUE_events:
		return seen_number(seen->events, 0);
	case CATALOGUE_tier_until:
		return seen_day(seen->until);
	case CATALOGUE_birthday:
		return seen_attribute(seen, "birth_date");
	case CATALOGUE_consents:
		return (struct naive_value){.none = seen->consents == 0, .bits = seen->consents};
	case CATALOGUE_birthday_care:
		return (struct naive_value){.none = seen->birthday_care == 0,
					    .number = seen->birthday_care};
	default:
		return seen_attribute(seen, catalogue_fields[place].name);
	}
}

/* The cell must be that of the customer; text of the profile is left out by the engine. */
static inline void seen_expect_cell(struct seen *seen, uint32_t place, const struct cell *cell)
{
	enum field_kind kind = catalogue_fields[place].kind;
	struct naive_value value = {.none = true};
	if (kind != FIELD_KIND_text)
		value = seen_value(seen, place);
	if (value.none) {
		assert_int_equal(cell->form, CELL_NULL);
	} else if (kind == FIELD_KIND_tags) {
		char text[4096] = "";
		size_t size = 0;
		for (unsigned bit = 0; bit < 64; bit++) {
			if ((value.bits >> bit & 1) == 0)
				continue;
			struct wire_text tag = seen_tag(seen, place, bit);
			size += (size_t)snprintf(text + size, sizeof text - size, "%s%.*s",
						 size == 0 ? "" : ",", (int)tag.size, tag.bytes);
		}
		assert_int_equal(cell->form, CELL_TEXT);
		assert_int_equal(cell->text.size, size);
		assert_memory_equal(cell->text.bytes, text, size);
	} else if (kind == FIELD_KIND_choice || kind == FIELD_KIND_tier) {
		assert_int_equal(cell->form, CELL_TEXT);
		assert_int_equal(cell->text.size, value.text.size);
		assert_memory_equal(cell->text.bytes, value.text.bytes, value.text.size);
	} else {
		assert_int_equal(cell->form, CELL_NUMBER);
		assert_true(cell->number == (int64_t)value.number);
	}
}

#endif
