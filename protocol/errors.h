/* errors.h -- the status numbers of errors.def, their class and their sentences. */
#ifndef CRMDB_PROTOCOL_ERRORS_H
#define CRMDB_PROTOCOL_ERRORS_H
#include <stddef.h>
#include <stdint.h>

#include "protocol/wire_types.h"

enum error {
#define ERROR(name, number, class, sentence, hint) ERROR_##name = number,
#include "protocol/errors.def"
};

enum error_class {
	ERROR_CLASS_OK,
	ERROR_CLASS_REFUSED,
	ERROR_CLASS_RETRY,
	ERROR_CLASS_UNKNOWN,
	ERROR_CLASS_LOCAL,
};

/* The integers a sentence names {a} and {b} ({a:u}: shown without sign, {a:day}: as a date,
 * {a:field}: by the name of people.def). */
struct error_detail {
	int64_t a, b;
};

/* The texts a sentence names {word} and {near}: what was said, and what might have been meant. */
struct error_words {
	struct wire_text word, near;
};

struct error_info {
	enum error error;
	const char *name; /* "NOT_FOUND" */
	enum error_class class;
	const char *sentence;
	const char *hint;
};

/* Every error, in order of precedence.  Static; never freed. */
extern const struct error_info error_infos[];
extern const size_t error_info_count;

/* Never NULL: an unknown number (a newer peer's) gets an entry that says so, class UNKNOWN. */
const struct error_info *error_info(uint16_t number);

/* Write the sentence with its integers filled in, cut to `size` and NUL-terminated.  Returns the
 * length written. */
size_t error_format(uint16_t number, struct error_detail detail, char *text, size_t size);

/* ... and its texts. */
size_t error_format_words(uint16_t number, const struct error_detail *detail,
			  const struct error_words *words, char *text, size_t size);

#endif
