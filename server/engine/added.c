/* added.c -- see added.h.
 *
 * What an event can need is one range for each field, so for n events at most n of a field, and
 * never more than its column lacks.  Spares are kept by width: cells are 1, 2 or 8 bytes.
 */
#include "server/engine/added.h"

#include <string.h>

#include "protocol/common/ascii.h"
#include "server/base/ensure.h"
#include "server/base/mutant.h"
#include "server/engine/state.h"

#define MIN_CAPACITY 16u

struct added_spare {
	struct added_spare *next;
};

static const size_t width_bytes[ADDED_WIDTHS] = {1, 2, 8};

static unsigned width_of(const struct added_field *field)
{
	if (field->kind == FIELD_KIND_date)
		return 1;
	return added_is_numeric(field->kind) || field->kind == FIELD_KIND_tags ? 2 : 0;
}

static size_t range_bytes(unsigned width)
{
	return width_bytes[width] * ROWS_RANGE;
}

void added_open(struct added *added, const struct memory *memory)
{
	*added = (struct added){.memory = memory};
}

static void release_column(struct added *added, struct added_field *field)
{
	const struct memory *memory = added->memory;
	for (uint32_t i = 0; i < field->capacity; i++)
		if (field->ranges[i] != NULL)
			memory->release(memory->context, field->ranges[i],
					range_bytes(width_of(field)));
	if (field->capacity > 0)
		memory->release(memory->context, field->ranges,
				field->capacity * sizeof field->ranges[0]);
	field->ranges = NULL;
	field->capacity = field->made = 0;
	field->valued = 0;
}

void added_close(struct added *added)
{
	for (uint32_t i = 0; i < added->count; i++)
		release_column(added, &added->fields[i]);
	for (unsigned width = 0; width < ADDED_WIDTHS; width++)
		while (added->spares[width] != NULL) {
			struct added_spare *spare = added->spares[width];
			added->spares[width] = spare->next;
			added->memory->release(added->memory->context, spare, range_bytes(width));
		}
}

/* --- room --- */

/* Pointers for this many ranges. */
static bool widen(struct added *added, struct added_field *field, uint32_t ranges)
{
	const struct memory *memory = added->memory;
	uint32_t capacity = field->capacity == 0 ? MIN_CAPACITY : field->capacity;
	if (ranges <= field->capacity)
		return true;
	while (capacity < ranges)
		capacity *= 2;
	void **wider = memory->allocate(memory->context, capacity * sizeof wider[0]);
	if (wider == NULL)
		return false;
	if (field->capacity > 0) {
		memcpy(wider, field->ranges, field->capacity * sizeof wider[0]);
		memory->release(memory->context, field->ranges, field->capacity * sizeof wider[0]);
	}
	field->ranges = wider;
	field->capacity = capacity;
	return true;
}

static bool fill(struct added *added, unsigned width, uint64_t wanted)
{
	while (added->spare_count[width] < wanted) {
		struct added_spare *spare =
		    added->memory->allocate(added->memory->context, range_bytes(width));
		if (spare == NULL)
			return false;
		spare->next = added->spares[width];
		added->spares[width] = spare;
		added->spare_count[width]++;
	}
	return true;
}

bool added_reserve(struct added *added, uint32_t rows, uint64_t events)
{
	uint64_t wanted[ADDED_WIDTHS] = {0};
	uint32_t ranges = (uint32_t)((rows + events + ROWS_RANGE - 1) / ROWS_RANGE);
	for (uint32_t i = 0; i < added->count; i++) {
		struct added_field *field = &added->fields[i];
		if (field->dropped)
			continue;
		if (!widen(added, field, ranges))
			return false;
		uint32_t lacking = ranges - field->made;
		wanted[width_of(field)] += events < lacking ? events : lacking;
	}
	for (unsigned width = 0; width < ADDED_WIDTHS; width++)
		if (!fill(added, width, wanted[width]))
			return false;
	return true;
}

/* --- the table --- */

static struct added_field *live(struct added *added, uint16_t number)
{
	ENSURE(number >= ADDED_FIRST && number - ADDED_FIRST < added->count);
	struct added_field *field = &added->fields[number - ADDED_FIRST];
	ENSURE(!field->dropped);
	return field;
}

uint16_t added_owner(const struct added *added, struct wire_text name)
{
	for (uint32_t i = 0; i < added->name_count; i++) {
		const struct added_name *had = &added->names[i];
		if (had->size == name.size && ascii_same(had->letters, name.bytes, name.size))
			return had->number;
	}
	return 0;
}

/* D1 */
static void take_name(struct added *added, uint16_t number, struct wire_text name)
{
	uint16_t owner = added_owner(added, name);
	ENSURE(owner == 0 || owner == number);
	if (owner != 0)
		return;
	ENSURE(added->name_count < LIMIT_FIELD_NAMES);
	struct added_name *taken = &added->names[added->name_count++];
	*taken = (struct added_name){.number = number, .size = (uint8_t)name.size};
	memcpy(taken->letters, name.bytes, name.size);
}

static void set_name(struct added *added, struct added_field *field, struct wire_text name)
{
	ENSURE(name.size > 0 && name.size <= LIMIT_NAME_BYTES);
	take_name(added, field->number, name);
	memcpy(field->letters, name.bytes, name.size);
	field->name = (struct wire_text){field->letters, name.size};
}

void added_make(struct added *added, const struct added_field *field)
{
	ENSURE(added->count < LIMIT_FIELDS_ADDED);
	ENSURE(field->number == ADDED_FIRST + added->count); /* D1 */
	ENSURE(added_named(added, field->name) == NULL);
	struct added_field *made = &added->fields[added->count++];
	*made = (struct added_field){
	    .number = field->number, .kind = field->kind, .places = field->places};
	set_name(added, made, field->name);
}

void added_rename(struct added *added, uint16_t number, struct wire_text name)
{
	ENSURE(added_named(added, name) == NULL);
	set_name(added, live(added, number), name);
}

void added_drop(struct added *added, uint16_t number)
{
	struct added_field *field = live(added, number);
	if (!MUTANT(added_survives_drop))
		release_column(added, field);
	field->dropped = true;
}

const struct added_field *added_by_number(const struct added *added, uint16_t number)
{
	if (number < ADDED_FIRST || number - ADDED_FIRST >= added->count)
		return NULL;
	return &added->fields[number - ADDED_FIRST];
}

const struct added_field *added_named(const struct added *added, struct wire_text name)
{
	for (uint32_t i = 0; i < added->count; i++) {
		const struct added_field *field = &added->fields[i];
		if (!field->dropped && field->name.size == name.size &&
		    ascii_same(field->name.bytes, name.bytes, name.size))
			return field;
	}
	return NULL;
}

/* --- cells --- */

uint64_t added_get(const struct added *added, uint32_t row, uint16_t number)
{
	const struct added_field *field = added_by_number(added, number);
	uint32_t range = row / ROWS_RANGE, place = row % ROWS_RANGE;
	if (field == NULL || range >= field->capacity || field->ranges[range] == NULL)
		return 0;
	const void *cells = field->ranges[range];
	switch (width_of(field)) {
	case 0:
		return ((const uint8_t *)cells)[place];
	case 1:
		return ((const uint16_t *)cells)[place];
	default:
		return field->kind == FIELD_KIND_tags
			   ? ((const uint64_t *)cells)[place]
			   : added_from_number(((const int64_t *)cells)[place]);
	}
}

/* D2: the spares were reserved. */
static void *make_range(struct added *added, struct added_field *field, uint32_t range)
{
	unsigned width = width_of(field);
	struct added_spare *spare = added->spares[width];
	ENSURE(spare != NULL && range < field->capacity);
	added->spares[width] = spare->next;
	added->spare_count[width]--;
	spare->next = NULL; /* the rest of it is zero */
	int64_t *numbers = (int64_t *)(void *)spare;
	for (uint32_t i = 0; added_is_numeric(field->kind) && i < ROWS_RANGE; i++)
		numbers[i] = INT64_MIN;
	if (MUTANT(forgetful_range) && range > 0 && field->ranges[range - 1] != NULL)
		memset(field->ranges[range - 1], 0, width_bytes[width]);
	field->ranges[range] = spare;
	field->made++;
	return spare;
}

void added_set(struct added *added, uint32_t row, uint16_t number, uint64_t value)
{
	struct added_field *field = live(added, number);
	uint32_t range = row / ROWS_RANGE, place = row % ROWS_RANGE;
	uint64_t before = added_get(added, row, number);
	if (before == value)
		return;
	void *cells = range < field->capacity ? field->ranges[range] : NULL;
	if (cells == NULL)
		cells = make_range(added, field, range);
	if (width_of(field) == 0)
		((uint8_t *)cells)[place] = (uint8_t)value;
	else if (width_of(field) == 1)
		((uint16_t *)cells)[place] = (uint16_t)value;
	else if (field->kind == FIELD_KIND_tags)
		((uint64_t *)cells)[place] = value;
	else
		((int64_t *)cells)[place] = added_to_number(value);
	field->valued += (uint64_t)(value != 0) - (before != 0);
	ENSURE(added_get(added, row, number) == value);
}

/* --- of an engine --- */

uint32_t added_count(const struct engine *engine)
{
	return engine->added.count;
}

const struct added_field *added_at(const struct engine *engine, uint32_t place)
{
	ENSURE(place < engine->added.count);
	return &engine->added.fields[place];
}

const struct added_field *added_find(const struct engine *engine, struct wire_text name)
{
	return added_named(&engine->added, name);
}

const void *added_column(const struct engine *engine, const struct added_field *field,
			 uint32_t range)
{
	ENSURE(field->number - ADDED_FIRST < engine->added.count);
	return range < field->capacity ? field->ranges[range] : NULL;
}
