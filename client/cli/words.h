/* words.h -- a statement as words, each with its place in the line.
 *
 *   points earn 42 +500 ref 'order 991'
 *   ^      ^    ^  ^    ^   ^
 */
#ifndef CRMDB_CLI_WORDS_H
#define CRMDB_CLI_WORDS_H
#include <stdbool.h>
#include <stddef.h>

#include "protocol/common/complaint.h"

#define WORDS_MAX 256u

struct word {
	const char *text; /* without quotes, NUL-terminated */
	size_t at;        /* byte in the line */
};

struct words {
	char *line; /* as it was typed, or as it would be */
	size_t size;
	char *store; /* the words' texts */
	struct word word[WORDS_MAX];
	size_t count;
	bool cut; /* there are more words, from this byte on */
	size_t cut_at;
};

/* Split a line at blanks; '...' and "..." hold blanks together, also behind `name=`.  False:
 * *complaint says why. Freed by words_free in any case. */
bool words_split(struct words *words, const char *line, struct complaint *complaint);
/* Each argument is one word, whatever it holds. */
bool words_join(struct words *words, char *const *arguments, size_t count,
		struct complaint *complaint);
void words_free(struct words *words);

/* Is the text this word, in large letters or small? */
bool word_is(const char *text, const char *word);

#endif
