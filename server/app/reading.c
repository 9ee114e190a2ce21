/* reading.c -- see reading.h.
 *
 * A page has 500 rows at most, a text 512 bytes: 16 columns of both are 4 MB, held while the answer
 * is made.
 */
#include "server/app/reading.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/common/utf8.h"
#include "protocol/limits.h"
#include "protocol/person.h"
#include "server/base/limits.h"

struct reading_text {
	uint32_t at, size; /* in reading->bytes */
};

struct reading {
	struct people *people;
	uint32_t rows, columns;
	uint16_t fields[LIMIT_QUERY_SHOWN]; /* of the columns: numbers of people.def */
	struct question_person who[LIMIT_MEMBERS_PAGE];
	bool found[LIMIT_MEMBERS_PAGE];
	struct reading_text *texts; /* of each row and column */
	struct wire_text *given;    /* the same, pointing into bytes */
	char *bytes;
	size_t used, capacity;
	uint64_t saw;
	enum error error;
	struct error_detail detail;
	uint8_t room[PEOPLE_DOCUMENT_BYTES];
};

struct reading *reading_new(const struct engine *engine, struct question *question,
			    struct people *people)
{
	struct reading *reading = calloc(1, sizeof *reading);
	if (reading == NULL)
		return NULL;
	reading->people = people;
	reading->columns = question_texts_wanted(question, reading->fields);
	reading->rows = question_people(engine, question, reading->who);
	size_t texts = (size_t)reading->rows * reading->columns + 1;
	reading->texts = calloc(texts, sizeof reading->texts[0]);
	reading->given = calloc(texts, sizeof reading->given[0]);
	if (reading->texts != NULL && reading->given != NULL)
		return reading;
	reading_free(reading);
	return NULL;
}

void reading_free(struct reading *reading)
{
	if (reading == NULL)
		return;
	free(reading->texts);
	free(reading->given);
	free(reading->bytes);
	free(reading);
}

/* --- the job --- */

/* A whole number of characters that is not too long. */
static uint32_t cut(struct wire_text text, uint32_t most)
{
	uint32_t size = text.size;
	if (size <= most)
		return size;
	for (size = most; size > 0 && ((unsigned char)text.bytes[size] & 0xc0) == 0x80;)
		size--;
	return size;
}

static bool add_bytes(struct reading *reading, const char *bytes, size_t size)
{
	if (reading->capacity - reading->used < size) {
		size_t capacity = 2 * reading->capacity + size + 4096;
		char *more = realloc(reading->bytes, capacity);
		if (more == NULL)
			return false;
		reading->bytes = more;
		reading->capacity = capacity;
	}
	memcpy(reading->bytes + reading->used, bytes, size);
	reading->used += size;
	return true;
}

/* All values of a field, separated by commas. */
static bool add_text(struct reading *reading, const struct wire_text *document, uint16_t field,
		     struct reading_text *text)
{
	const uint8_t *bytes = (const uint8_t *)document->bytes;
	struct wire_reader r = {bytes, bytes + document->size, false};
	struct rec_assignment record;
	*text = (struct reading_text){(uint32_t)reading->used, 0};
	while (r.at < r.end && decode_rec_assignment(&r, &record)) {
		uint32_t left = READING_TEXT_BYTES - text->size;
		if (record.field != field || left < 2)
			continue;
		uint32_t comma = text->size > 0 ? 1 : 0;
		uint32_t size = cut(record.value, left - comma);
		if ((comma > 0 && !add_bytes(reading, ",", 1)) ||
		    !add_bytes(reading, record.value.bytes, size))
			return false;
		text->size += comma + size;
	}
	return true;
}

static void read_row(struct reading *reading, uint32_t row)
{
	const struct question_person *who = &reading->who[row];
	struct people_record record = {reading->room, 0};
	enum people_read_result result =
	    people_read(reading->people, who->customer, who->version, &record);
	struct wire_text document = {(const char *)reading->room, record.size};
	reading->found[row] = result == PEOPLE_FOUND;
	if (result == PEOPLE_DAMAGED) {
		reading->error = ERROR_PROFILE_DAMAGED;
		reading->detail =
		    (struct error_detail){(int64_t)who->customer, (int64_t)who->version};
	}
	for (uint32_t i = 0; i < reading->columns && result == PEOPLE_FOUND; i++)
		if (!add_text(reading, &document, reading->fields[i],
			      &reading->texts[(size_t)row * reading->columns + i]))
			reading->error = ERROR_OUT_OF_MEMORY;
}

void reading_work(struct reading *reading)
{
	for (uint32_t row = 0; row < reading->rows && reading->error == ERROR_OK; row++)
		if (!reading->found[row] && reading->who[row].version != 0)
			read_row(reading, row);
}

/* --- after it --- */

bool reading_is_whole(struct reading *reading, const struct engine *engine)
{
	bool whole = true;
	for (uint32_t row = 0; row < reading->rows && reading->error == ERROR_OK; row++) {
		struct question_person *who = &reading->who[row];
		if (reading->found[row] || who->version == 0)
			continue;
		uint64_t now = engine_person(engine, who->customer).profile;
		reading->saw = engine_applied(engine); /* its version was replaced, or erased */
		whole = whole && (now == who->version || now == 0);
		who->version = now == who->version ? 0 : now; /* in force, and not there: none */
	}
	return whole;
}

uint64_t reading_saw(const struct reading *reading)
{
	return reading->saw;
}

void reading_give(const struct reading *reading, struct question *question)
{
	size_t texts = (size_t)reading->rows * reading->columns;
	for (size_t i = 0; i < texts; i++) {
		const struct reading_text *text = &reading->texts[i];
		reading->given[i] = (struct wire_text){
		    text->size == 0 ? NULL : reading->bytes + text->at, text->size};
	}
	question_give_texts(question, reading->given, reading->rows);
}

enum error reading_error(const struct reading *reading, struct error_detail *detail)
{
	*detail = reading->detail;
	return reading->error;
}
