/* attributes.h -- what is known of a customer beside purchases: dates, words, tags, choices.
 *
 *   kind              stored, 0 is none
 *   DATE              days from 1899-12-31: 1 is 1900-01-01
 *   WORD              code of its text (words.h)
 *   TAGS              a bit for each code
 *   GENDER, CHANNEL   number of choices.def
 *   NUMBER, BOOLEAN   of fields added at run time alone, as added.h says
 *
 * They are facts like points: told by events, with the value before and after, in records of the
 * part `attributes`:
 *
 *   | field u8 | before varint | after varint |
 *
 * and texts that a field had never had come before them, in the part `words`:
 *
 *   | field u8 | code varint | size u8 | text |
 */
#ifndef CRMDB_ENGINE_ATTRIBUTES_H
#define CRMDB_ENGINE_ATTRIBUTES_H
#include "protocol/choices.h"
#include "server/engine/state.h"

#define ATTRIBUTES_BYTES 1664u        /* records of all attributes, 64 added ones among them */
#define ATTRIBUTES_WORDS_BYTES 17664u /* records of all words an event can bring: 256 */

/* How the values of a field are read, kept and shown. */
enum attribute_form {
	ATTRIBUTE_DATE,
	ATTRIBUTE_GENDER,
	ATTRIBUTE_CHANNEL,
	ATTRIBUTE_WORD,
	ATTRIBUTE_TAGS,
	ATTRIBUTE_NUMBER,
	ATTRIBUTE_BOOLEAN
};
struct attribute {
	uint16_t number;
	enum attribute_form form;
	unsigned places; /* of a number; of an amount the currency's */
	uint32_t words;  /* texts it can ever have */
};
/* Those of people.def, then the added ones that are live, by number: start with *place 0.  False:
 * there are no more. */
bool attributes_next(const struct engine *engine, uint32_t *place, struct attribute *out);
/* An added field that is live, as an attribute. */
struct attribute attributes_added(const struct engine *engine, const struct added_field *field);

/* The stored value of an attribute; of EVENT_ROW_UNKNOWN none. */
uint64_t attributes_get(const struct engine *engine, uint32_t row, uint16_t field);

/* What a command changes, into records; texts borrow `room` (ATTRIBUTES_ROOM bytes). */
#define ATTRIBUTES_ROOM (ATTRIBUTES_BYTES + ATTRIBUTES_WORDS_BYTES)
struct attributes_change {
	const struct wire_list *fields; /* of the command; passed person_check */
	bool replace;                   /* attributes that are not named go */
	uint32_t row;                   /* EVENT_ROW_UNKNOWN: a new customer */
	uint8_t *room;
};
/* The values of added fields in a command that passed person_check: are there such fields, and can
 * they have them?  ERROR_OK, or why not, with *detail: the field's number first. */
enum error attributes_check(const struct engine *engine, const struct wire_list *fields,
			    struct error_detail *detail);
/* Fills in parts words and attributes of the event, where there is something.  ERROR_OK, or
 * ERROR_WORDS_FULL or ERROR_ATTRIBUTES_TOO_LARGE with *detail. */
enum error attributes_decide(const struct engine *engine, const struct attributes_change *change,
			     struct event *event, struct error_detail *detail);

/* Apply both parts.  Cannot fail: decide made them, or a checksum proved the log. */
void attributes_apply_words(struct engine *engine, struct wire_text list);
void attributes_apply(struct engine *engine, struct wire_text list, uint32_t row);
/* Nothing is known any more; consents and greetings are not either. */
void attributes_erase(struct engine *engine, uint32_t row);

/* Records `assignment` of all attributes of a row; returns how many. */
uint32_t attributes_list(const struct engine *engine, uint32_t row, struct wire_writer *w);

/* Where column `consents` keeps it; 0: there is no such purpose or channel. */
static inline uint32_t consent_bit(uint64_t purpose, uint64_t channel)
{
	if (purpose - 1 >= PURPOSES_MOST || channel - 1 >= CHANNELS_MOST)
		return 0;
	return UINT32_C(1) << (8 * (purpose - 1) + channel - 1);
}

/* Stored date as days since 1970-01-01. */
static inline int32_t attributes_day(uint64_t stored)
{
	return (int32_t)stored + PERSON_DAY_MIN - 1;
}

/* Field numbers in sparse.h of what is no attribute of people.def. */
#define SPARSE_ANNIVERSARY_CARE 0x100u /* year greeted for */
#define SPARSE_HOLIDAY_CARE 0x200u     /* + code of the holiday: year greeted for */

#endif
