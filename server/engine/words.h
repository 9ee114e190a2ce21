/* words.h -- the texts that a field of words or tags has ever had, as numbers.
 *
 *   field 69 (region)   1 "east"   2 "west"   3 ...        a column holds the code; 0 is none
 *   field 75 (tags)     1 "golf"   2 "vegan"  ... 64       a column holds bit code - 1
 *
 *   W1  A code is given out in order, by the event that first needs it, and never used again.
 *   W2  A text has one code in a field: it is found by XXH3-128 of field and text.
 */
#ifndef CRMDB_ENGINE_WORDS_H
#define CRMDB_ENGINE_WORDS_H
#include "protocol/limits.h"
#include "protocol/person.h"
#include "server/engine/index/table.h"

#define WORDS_FIRST 64u /* field number of the first attribute */
#define WORDS_OWN 16u   /* attributes of people.def there can be; added fields come behind */
#define WORDS_FIELDS (WORDS_OWN + LIMIT_FIELDS_ADDED)
#define WORDS_MOST 65535u
#define WORDS_TAGS 64u /* of a field of tags: bits of a column */

/* New texts one event can bring while no field was added: all values of all fields.  With added
 * ones, and of an added one, LIMIT_PROFILE_VALUES. */
enum {
#define WORDS_MANY_IDENTITY(many)
#define WORDS_MANY_PROFILE(many)
#define WORDS_MANY_DATE(many)
#define WORDS_MANY_GENDER(many)
#define WORDS_MANY_CHANNEL(many)
#define WORDS_MANY_WORD(many) (many) +
#define WORDS_MANY_TAGS(many) (many) +
#define PERSON(name, number, kind, limit, many, doc) WORDS_MANY_##kind(many)
	WORDS_OF_EVENT =
#include "protocol/people.def"
	    0
};

struct words_text {
	const char *bytes;
	uint32_t size;
};

struct words_field {
	struct words_text *texts; /* by code - 1 */
	uint32_t count, capacity;
	bool used; /* it can get texts */
};

struct words {
	const struct memory *memory; /* borrowed until words_close */
	struct table table;
	struct words_field fields[WORDS_FIELDS];
	uint32_t made; /* fields there are, used or not: the next one added is behind them */
	char **blocks; /* the texts, 64 KiB each */
	uint32_t blocks_made, capacity;
	uint32_t blocks_used; /* the last of them is being filled */
	uint32_t left;        /* bytes of that one */
};

void words_open(struct words *words, const struct memory *memory);
void words_close(struct words *words);

/* Room for what `events` more events can bring, up to one that adds a field.  False: out of memory.
 */
bool words_reserve(struct words *words, uint64_t events);

/* The next added field is there: it gets texts, or never will.  Cannot fail. */
void words_make_field(struct words *words, uint16_t field, bool used);
/* Can this field have texts?  Of any number. */
bool words_are_of(const struct words *words, uint16_t field);
/* It gets no more; those it had keep their codes.  Cannot fail. */
void words_retire(struct words *words, uint16_t field);

/* The code of a text; 0: it has none. */
uint32_t words_find(const struct words *words, uint16_t field, struct wire_text text);
/* The text of a code from 1 to words_count.  Borrowed until words_close. */
struct wire_text words_text(const struct words *words, uint16_t field, uint32_t code);
uint32_t words_count(const struct words *words, uint16_t field);

/* The field behind `field` that ever had texts, live or not; 0: there is none.  From 0: the first.
 */
uint16_t words_next_field(const struct words *words, uint16_t field);

/* Give a text without a code the next one.  Needs room reserved.  Cannot fail. */
uint32_t words_add(struct words *words, uint16_t field, struct wire_text text);

#endif
