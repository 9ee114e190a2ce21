/* words.c -- see words.h.  Texts are never moved: they lie in blocks, one after the other. */
#include "server/engine/words.h"

#include "server/base/hash.h"

#define BLOCK_BYTES (64u << 10)
#define MIN_CAPACITY 16u
#define TEXT_MOST 64u /* bytes: limits in people.def */

struct slot {
	uint8_t key[16]; /* W2 */
	uint32_t code;
	uint32_t spare;
};

static inline uint64_t hash(const void *key, uint64_t seed)
{
	uint64_t word;
	memcpy(&word, key, sizeof word);
	return word ^ seed;
}

static inline bool keep(const void *slot, void *context)
{
	(void)slot, (void)context;
	return true;
}

/* field 64.. --> 0.., field 128.. --> WORDS_OWN.. */
static inline uint32_t place_of(uint16_t field)
{
	uint32_t place =
	    field < PERSON_ADDED ? field - WORDS_FIRST : field - PERSON_ADDED + WORDS_OWN;
	ENSURE(place < WORDS_FIELDS);
	return place;
}

#define KIND ((struct run_kind){16, sizeof(struct slot), hash, keep})

void words_open(struct words *words, const struct memory *memory)
{
	*words = (struct words){.memory = memory};
	table_open(&words->table, memory);
	words->made = WORDS_OWN;
	for (size_t i = 0; i < person_field_count; i++)
		if (person_fields[i].kind == PERSON_KIND_WORD ||
		    person_fields[i].kind == PERSON_KIND_TAGS)
			words->fields[person_fields[i].number - WORDS_FIRST].used = true;
}

void words_close(struct words *words)
{
	const struct memory *memory = words->memory;
	table_close(&words->table, sizeof(struct slot));
	for (uint32_t i = 0; i < WORDS_FIELDS; i++)
		if (words->fields[i].capacity > 0)
			memory->release(memory->context, words->fields[i].texts,
					words->fields[i].capacity * sizeof(struct words_text));
	for (uint32_t i = 0; i < words->blocks_made; i++)
		memory->release(memory->context, words->blocks[i], BLOCK_BYTES);
	if (words->capacity > 0)
		memory->release(memory->context, words->blocks,
				words->capacity * sizeof words->blocks[0]);
}

/* A larger array with the same start; *capacity is its new one.  NULL: out of memory. */
static void *widen(const struct memory *memory, void *old, uint32_t *capacity, size_t element)
{
	uint32_t wider = *capacity == 0 ? MIN_CAPACITY : *capacity * 2;
	void *array = memory->allocate(memory->context, wider * element);
	if (array == NULL)
		return NULL;
	if (*capacity > 0) {
		memcpy(array, old, *capacity * element);
		memory->release(memory->context, old, *capacity * element);
	}
	*capacity = wider;
	return array;
}

static bool reserve_field(const struct memory *memory, struct words_field *field, uint64_t more)
{
	while (field->capacity < WORDS_MOST && field->capacity - field->count < more) {
		void *wider = widen(memory, field->texts, &field->capacity, sizeof field->texts[0]);
		if (wider == NULL)
			return false;
		field->texts = wider;
	}
	return true;
}

static bool add_block(struct words *words)
{
	const struct memory *memory = words->memory;
	if (words->blocks_made == words->capacity) {
		void *wider =
		    widen(memory, words->blocks, &words->capacity, sizeof words->blocks[0]);
		if (wider == NULL)
			return false;
		words->blocks = wider;
	}
	char *block = memory->allocate(memory->context, BLOCK_BYTES);
	if (block == NULL)
		return false;
	words->blocks[words->blocks_made++] = block;
	return true;
}

bool words_reserve(struct words *words, uint64_t events)
{
	static_assert(LIMIT_PROFILE_VALUES * TEXT_MOST < BLOCK_BYTES - TEXT_MOST &&
			  WORDS_OF_EVENT <= LIMIT_PROFILE_VALUES,
		      "one block takes an event's texts");
	const uint64_t dead = 0;
	/* Before a field is added only the event that adds one can bring more. */
	uint64_t texts = words->made > WORDS_OWN ? events * LIMIT_PROFILE_VALUES
						 : events * WORDS_OF_EVENT + LIMIT_PROFILE_VALUES;
	uint64_t blocks = 1 + texts * TEXT_MOST / (BLOCK_BYTES - TEXT_MOST);
	while (words->blocks_made - words->blocks_used < blocks)
		if (!add_block(words))
			return false;
	for (uint32_t i = 0; i < words->made; i++)
		if (words->fields[i].used &&
		    !reserve_field(words->memory, &words->fields[i], events * WORDS_TAGS))
			return false;
	if (words->made < WORDS_FIELDS &&
	    !reserve_field(words->memory, &words->fields[words->made], LIMIT_PROFILE_VALUES))
		return false; /* the next field's first values */
	return table_reserve(&words->table, KIND, texts, &dead, NULL);
}

void words_make_field(struct words *words, uint16_t field, bool used)
{
	ENSURE(place_of(field) == words->made);
	words->fields[words->made++].used = used;
}

bool words_are_of(const struct words *words, uint16_t field)
{
	bool own = field >= WORDS_FIRST && field < WORDS_FIRST + WORDS_OWN;
	bool added = field >= PERSON_ADDED && field < PERSON_ADDED + LIMIT_FIELDS_ADDED;
	return (own || added) && words->fields[place_of(field)].used;
}

void words_retire(struct words *words, uint16_t field)
{
	words->fields[place_of(field)].used = false;
}

static struct slot key_of(const struct words *words, uint16_t field, struct wire_text text)
{
	struct slot slot = {{0}, 0, 0};
	XXH128_hash_t hashed =
	    XXH3_128bits_withSeed(text.bytes, text.size, words->table.seed ^ field);
	memcpy(slot.key, &hashed, sizeof slot.key);
	slot.key[0] |= 1; /* zero is an empty slot */
	return slot;
}

uint32_t words_find(const struct words *words, uint16_t field, struct wire_text text)
{
	struct slot key = key_of(words, field, text);
	const struct slot *slot = table_find(&words->table, KIND, key.key);
	return slot == NULL ? 0 : slot->code;
}

uint32_t words_count(const struct words *words, uint16_t field)
{
	return words->fields[place_of(field)].count;
}

uint16_t words_next_field(const struct words *words, uint16_t field)
{
	uint32_t place = field == 0 ? 0 : place_of(field) + 1;
	while (place < words->made && words->fields[place].count == 0)
		place++;
	if (place == words->made)
		return 0;
	return (uint16_t)(place < WORDS_OWN ? place + WORDS_FIRST
					    : place - WORDS_OWN + PERSON_ADDED);
}

struct wire_text words_text(const struct words *words, uint16_t field, uint32_t code)
{
	ENSURE(code > 0 && code <= words_count(words, field));
	const struct words_text *text = &words->fields[place_of(field)].texts[code - 1];
	return (struct wire_text){text->bytes, text->size};
}

uint32_t words_add(struct words *words, uint16_t field, struct wire_text text)
{
	struct words_field *of = &words->fields[place_of(field)];
	struct slot key = key_of(words, field, text);
	ENSURE(of->count < of->capacity && text.size > 0 && text.size <= TEXT_MOST);
	struct slot *slot = table_put(&words->table, KIND, key.key, NULL);
	ENSURE(slot->code == 0);       /* W2 */
	if (words->left < text.size) { /* a text is never cut */
		ENSURE(words->blocks_used < words->blocks_made);
		words->blocks_used++;
		words->left = BLOCK_BYTES;
	}
	char *kept = words->blocks[words->blocks_used - 1] + BLOCK_BYTES - words->left;
	memcpy(kept, text.bytes, text.size);
	words->left -= text.size;
	of->texts[of->count++] = (struct words_text){kept, text.size};
	slot->code = of->count; /* W1 */
	return of->count;
}
