/* errors.c -- the table of errors.def, and the one place that turns a status into a sentence.
 *
 * To add an error: a row in errors.def, at its place in the precedence, with a new number.
 */
#include "protocol/errors.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/common/date.h"
#include "protocol/limits.h"
#include "protocol/person.h"

const struct error_info error_infos[] = {
#define ERROR(name, number, class, sentence, hint)                                                 \
	{ERROR_##name, #name, ERROR_CLASS_##class, sentence, hint},
#include "protocol/errors.def"
};
const size_t error_info_count = sizeof error_infos / sizeof error_infos[0];

const struct error_info *error_info(uint16_t number)
{
	static const struct error_info unknown = {
	    ERROR_BAD_REPLY, "UNKNOWN_STATUS", ERROR_CLASS_UNKNOWN,
	    "the server answered with a status this library does not know",
	    "use a client library of the server's version"};
	for (size_t i = 0; i < error_info_count; i++)
		if ((uint16_t)error_infos[i].error == number)
			return &error_infos[i];
	return &unknown;
}

/* "phone", by its number in people.def; `word` is the name of an added one. */
static void field_format(int64_t number, const struct wire_text *word, char *name, size_t size)
{
	switch (number) {
#define PERSON(name_, number_, kind, limit, many, doc)                                             \
	case number_:                                                                              \
		snprintf(name, size, "%s", #name_);                                                \
		return;
#include "protocol/people.def"
	default:
		if (number >= (int64_t)PERSON_ADDED && word->size > 0)
			snprintf(name, size, "%.*s", (int)word->size, word->bytes);
		else
			snprintf(name, size, "field %" PRId64, number);
	}
}

/* What a sentence is filled in with. */
struct filling {
	const struct error_detail *detail;
	const struct error_words *words;
};

/* "{a}" at `at`: its length, and its value as text in `digits`.  0: no placeholder here. */
static size_t placeholder(const char *at, const struct filling *filling, char *digits, size_t size)
{
	if (at[0] != '{' || (at[1] != 'a' && at[1] != 'b'))
		return 0;
	int64_t value = at[1] == 'a' ? filling->detail->a : filling->detail->b;
	if (at[2] == '}') {
		snprintf(digits, size, "%" PRId64, value);
		return 3;
	}
	if (strncmp(at + 2, ":u}", 3) == 0) {
		snprintf(digits, size, "%" PRIu64, (uint64_t)value);
		return 5;
	}
	if (strncmp(at + 2, ":field}", 7) == 0) {
		field_format(value, &filling->words->word, digits, size);
		return 9;
	}
	if (strncmp(at + 2, ":day}", 5) != 0)
		return 0;
	if (value >= DATE_DAY_MIN && value <= DATE_DAY_MAX)
		date_format((int32_t)value, digits);
	else
		snprintf(digits, size, "%" PRId64 " (days)", value);
	return 7;
}

/* "{word}" or "{near}" at `at`: its length, and what stands for it.  0: none here. */
static size_t word_at(const char *at, const struct error_words *words, char *out, size_t size)
{
	const struct wire_text *word = &words->word, *near = &words->near;
	if (strncmp(at, "{word}", 6) == 0) {
		snprintf(out, size, "%.*s", (int)word->size,
			 word->bytes == NULL ? "" : word->bytes);
		return 6;
	}
	if (strncmp(at, "{near}", 6) != 0)
		return 0;
	snprintf(out, size, "%.*s", (int)near->size, near->bytes == NULL ? "" : near->bytes);
	return 6;
}

size_t error_format_words(uint16_t number, const struct error_detail *detail,
			  const struct error_words *words, char *text, size_t size)
{
	const char *at = error_info(number)->sentence;
	const struct filling filling = {detail, words};
	size_t length = 0;
	if (size == 0)
		return 0;
	while (*at != '\0' && length + 1 < size) {
		char filled[LIMIT_WORD_BYTES + 1];
		size_t skip = placeholder(at, &filling, filled, sizeof filled);
		if (skip == 0)
			skip = word_at(at, words, filled, sizeof filled);
		if (skip == 0) {
			text[length++] = *at++;
			continue;
		}
		for (const char *c = filled; *c != '\0' && length + 1 < size; c++)
			text[length++] = *c;
		at += skip;
	}
	text[length] = '\0';
	return length;
}

size_t error_format(uint16_t number, struct error_detail detail, char *text, size_t size)
{
	return error_format_words(number, &detail, &(struct error_words){{0}, {0}}, text, size);
}
