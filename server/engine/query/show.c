/* show.c -- see show.h. */
#include "server/engine/query/show.h"

#include <string.h>

#include "protocol/cell.h"

/* The text up to a comma; *names moves behind it. */
static struct wire_text next(struct wire_text *names)
{
	const char *comma = memchr(names->bytes, ',', names->size);
	uint32_t size = comma == NULL ? names->size : (uint32_t)(comma - names->bytes);
	struct wire_text name = {names->bytes, size};
	uint32_t step = comma == NULL ? size : size + 1;
	names->bytes += step;
	names->size -= step;
	return name;
}

static bool find(const struct engine *engine, struct wire_text name, struct source *out)
{
	int place = catalogue_find(name.bytes, name.size);
	if (place < 0 || catalogue_fields[place].kind != FIELD_KIND_text)
		return sources_find(engine, name, out);
	*out = (struct source){
	    .name = {catalogue_fields[place].name, (uint32_t)strlen(catalogue_fields[place].name)},
	    .kind = FIELD_KIND_text,
	    .width = 8,
	    .offset = SOURCE_COMPUTED,
	    .place = (uint16_t)place};
	return true;
}

static bool is_shown(const struct show *show, const struct source *source)
{
	for (uint32_t i = 0; i < show->count; i++)
		if (show->columns[i].place == source->place)
			return true;
	return false;
}

bool show_parse(const struct engine *engine, struct wire_text names, struct show *out,
		struct bind_fault *fault)
{
	static const char usual[] = "tier,stage,spend,points";
	if (names.size == 0)
		names = (struct wire_text){usual, sizeof usual - 1};
	out->count = 0;
	out->profile = false;
	while (names.size > 0) {
		struct wire_text name = next(&names);
		struct source source;
		bool known = find(engine, name, &source);
		if (!known || out->count == LIMIT_QUERY_SHOWN || is_shown(out, &source)) {
			bind_refuse(fault, ERROR_QUERY_SHOW, 0, name);
			if (!known)
				bind_suggest(fault, sources_near(engine, name));
			return false;
		}
		out->columns[out->count++] = source;
		out->profile = out->profile || source.kind == FIELD_KIND_text;
	}
	return true;
}

void show_capture(const struct engine *engine, const struct show *show, uint32_t row, int32_t today,
		  uint64_t *values)
{
	for (uint32_t i = 0; i < show->count; i++)
		values[i] = show->columns[i].kind == FIELD_KIND_text
				? rows_hot(&engine->rows, row)->profile
				: sources_raw(engine, &show->columns[i], row, today);
}

static struct wire_text name_of(const struct engine *engine, const struct source *column)
{
	return column->offset == SOURCE_ADDED
		   ? added_at(engine, column->place - CATALOGUE_COUNT)->name
		   : column->name;
}

uint32_t show_columns(const struct engine *engine, const struct source *columns, uint32_t count,
		      struct wire_writer *w)
{
	for (uint32_t i = 0; i < count; i++) {
		struct rec_column record = {name_of(engine, &columns[i]), (uint8_t)columns[i].kind,
					    columns[i].places};
		encode_rec_column(w, &record);
	}
	return count;
}

/* Names separated by commas, behind their size. */
static void write_bits(const struct engine *engine, const struct source *source, uint64_t bits,
		       struct wire_writer *w)
{
	char room[SOURCE_BIT_BYTES];
	wire_write_u8(w, CELL_TEXT);
	uint8_t *size_at = w->at;
	wire_write_u32(w, 0);
	for (unsigned bit = 0; bits != 0; bit++, bits >>= 1) {
		if ((bits & 1) == 0)
			continue;
		struct wire_text name = sources_bit_text(engine, source, bit, room);
		if (w->at != size_at + sizeof(uint32_t))
			wire_write_u8(w, ',');
		wire_write_raw(w, name.bytes, name.size);
	}
	if (w->failed)
		return;
	uint32_t size = (uint32_t)(w->at - size_at) - (uint32_t)sizeof(uint32_t);
	memcpy(size_at, &size, sizeof size);
}

void show_cell(const struct engine *engine, const struct source *source, uint64_t raw,
	       struct wire_writer *w)
{
	int64_t value = source_value(source, raw);
	bool none = source_has_null(source) && value == SOURCE_NULL;
	switch (source->kind) {
	case FIELD_KIND_text:
		cell_write_null(w);
		return;
	case FIELD_KIND_tags:
		if (raw == 0)
			cell_write_null(w);
		else
			write_bits(engine, source, raw, w);
		return;
	case FIELD_KIND_choice:
	case FIELD_KIND_tier:
		if (none)
			cell_write_null(w);
		else
			cell_write_text(w, sources_text(engine, source, value));
		return;
	default:
		break;
	}
	if (none)
		cell_write_null(w);
	else
		cell_write_number(w, source->form == SOURCE_ID ? (int64_t)raw : value);
}
