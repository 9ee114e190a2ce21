/* sources_names.c -- values by their names, and names like those that were said; see sources.h. */
#include "server/engine/attributes.h"
#include "server/engine/query/sources.h"

#include <stdio.h>
#include <string.h>

#include "protocol/choices.h"
#include "protocol/common/ascii.h"
#include "protocol/common/suggest.h"

/* Names of a list separated by commas, from number `first`. */
struct names {
	const char *list;
	size_t size;
	int64_t first;
};

static struct wire_text next_name(struct names *names)
{
	const char *comma = memchr(names->list, ',', names->size);
	size_t size = comma == NULL ? names->size : (size_t)(comma - names->list);
	struct wire_text name = {names->list, (uint32_t)size};
	size_t step = comma == NULL ? size : size + 1;
	names->list += step;
	names->size -= step;
	return name;
}

/* Remember the name most like `text`. */
static void consider(struct wire_text name, struct wire_text text, size_t *best,
		     struct wire_text *near)
{
	char typed[32], meant[32];
	if (name.size >= sizeof meant || text.size >= sizeof typed || text.size == 0 ||
	    memchr(text.bytes, '\0', text.size) != NULL)
		return;
	memcpy(typed, text.bytes, text.size);
	memcpy(meant, name.bytes, name.size);
	typed[text.size] = meant[name.size] = '\0';
	size_t distance = suggest_distance(typed, meant);
	if (!suggest_is_near(typed, meant) || distance == 0 || distance >= *best)
		return;
	*best = distance;
	*near = name;
}

struct wire_text sources_near(const struct engine *engine, struct wire_text name)
{
	struct wire_text near = {0};
	size_t best = SIZE_MAX;
	for (uint32_t i = 0; i < CATALOGUE_COUNT; i++)
		consider((struct wire_text){catalogue_fields[i].name,
					    (uint32_t)strlen(catalogue_fields[i].name)},
			 name, &best, &near);
	for (uint32_t i = 0; i < added_count(engine); i++)
		if (!added_at(engine, i)->dropped)
			consider(added_at(engine, i)->name, name, &best, &near);
	return near;
}

struct wire_text sources_near_saved(const struct engine *engine, struct wire_text name)
{
	struct wire_text near = {0};
	size_t best = SIZE_MAX;
	for (unsigned i = 0; i < LIMIT_SEGMENTS; i++)
		if (engine->segments.live >> i & 1)
			consider(engine->segments.all[i].name, name, &best, &near);
	return near;
}

static bool same(struct wire_text a, struct wire_text b)
{
	return a.size == b.size && ascii_same(a.bytes, b.bytes, a.size);
}

static int64_t named_in(struct names names, struct wire_text text, struct wire_text *near)
{
	size_t best = SIZE_MAX;
	for (int64_t number = names.first; names.size > 0; number++) {
		struct wire_text name = next_name(&names);
		if (same(name, text))
			return number;
		consider(name, text, &best, near);
	}
	return SOURCE_NULL;
}

static int64_t chosen(enum choice_list list, struct wire_text text, struct wire_text *near)
{
	size_t best = SIZE_MAX;
	unsigned number = choice_number(list, text.bytes, text.size);
	for (unsigned i = 1; number == 0 && i <= CHANNELS_MOST; i++) {
		const char *name = choice_name(list, i);
		if (name != NULL)
			consider((struct wire_text){name, (uint32_t)strlen(name)}, text, &best,
				 near);
	}
	return number == 0 ? SOURCE_NULL : number;
}

#define WORDS_CONSIDERED 256u /* of many words only the first can be suggested */

static int64_t worded(const struct engine *engine, uint16_t field, struct wire_text text,
		      struct wire_text *near)
{
	uint32_t code = words_find(&engine->words, field, text);
	uint32_t count = words_count(&engine->words, field);
	size_t best = SIZE_MAX;
	for (uint32_t i = 1; code == 0 && i <= count && i <= WORDS_CONSIDERED; i++)
		consider(words_text(&engine->words, field, i), text, &best, near);
	return code == 0 ? SOURCE_NULL : code;
}

#define BAND(name, number, doc) #name ","
static const char bands[] =
#include "protocol/grades.def"
    ;

int64_t sources_named(const struct engine *engine, const struct source *source,
		      struct wire_text text, struct wire_text *near)
{
	const struct part_genesis *genesis = &engine->genesis;
	*near = (struct wire_text){0};
	if (source->kind == FIELD_KIND_boolean)
		return named_in((struct names){"false,true", 10, 0}, text, near);
	if (source->words != 0)
		return worded(engine, source->words, text, near);
	switch (source->place) {
	case CATALOGUE_tier:
		return named_in((struct names){genesis->tiers.bytes, genesis->tiers.size, 0}, text,
				near);
	case CATALOGUE_stage:
		return named_in((struct names){genesis->stages.bytes, genesis->stages.size, 0},
				text, near);
	case CATALOGUE_band:
		return named_in((struct names){bands, sizeof bands - 1, 0}, text, near);
	case CATALOGUE_gender:
		return chosen(CHOICE_gender, text, near);
	case CATALOGUE_preferred_channel:
		return chosen(CHOICE_channel, text, near);
	default:
		return SOURCE_NULL;
	}
}

/* "marketing:sms" */
static uint64_t consent_named(struct wire_text text)
{
	const char *colon = text.size == 0 ? NULL : memchr(text.bytes, ':', text.size);
	if (colon == NULL)
		return 0;
	size_t size = (size_t)(colon - text.bytes);
	return consent_bit(choice_number(CHOICE_purpose, text.bytes, size),
			   choice_number(CHOICE_channel, colon + 1, text.size - size - 1));
}

uint64_t sources_bit(const struct engine *engine, const struct source *source,
		     struct wire_text text)
{
	if (source->place == CATALOGUE_consents)
		return consent_named(text);
	uint32_t code = words_find(&engine->words, source->words, text);
	return code == 0 ? 0 : UINT64_C(1) << (code - 1);
}

/* --- names of numbers --- */

static struct wire_text at_in(struct names names, int64_t number)
{
	struct wire_text name = {0};
	for (int64_t i = names.first; i <= number && names.size > 0; i++)
		name = next_name(&names);
	return name;
}

static struct wire_text of_choice(enum choice_list list, int64_t number)
{
	const char *name = choice_name(list, (unsigned)number);
	ENSURE(name != NULL);
	return (struct wire_text){name, (uint32_t)strlen(name)};
}

struct wire_text sources_text(const struct engine *engine, const struct source *source,
			      int64_t value)
{
	const struct part_genesis *genesis = &engine->genesis;
	if (source->words != 0)
		return words_text(&engine->words, source->words, (uint32_t)value);
	switch (source->place) {
	case CATALOGUE_tier:
		return at_in((struct names){genesis->tiers.bytes, genesis->tiers.size, 0}, value);
	case CATALOGUE_stage:
		return at_in((struct names){genesis->stages.bytes, genesis->stages.size, 0}, value);
	case CATALOGUE_band:
		return at_in((struct names){bands, sizeof bands - 1, 0}, value);
	case CATALOGUE_gender:
		return of_choice(CHOICE_gender, value);
	default:
		return of_choice(CHOICE_channel, value);
	}
}

struct wire_text sources_bit_text(const struct engine *engine, const struct source *source,
				  unsigned bit, char *room)
{
	if (source->place != CATALOGUE_consents)
		return words_text(&engine->words, source->words, bit + 1);
	struct wire_text purpose = of_choice(CHOICE_purpose, bit / 8 + 1);
	struct wire_text channel = of_choice(CHOICE_channel, bit % 8 + 1);
	int size = snprintf(room, SOURCE_BIT_BYTES, "%s:%s", purpose.bytes, channel.bytes);
	return (struct wire_text){room, (uint32_t)size};
}
