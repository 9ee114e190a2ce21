/* words.h -- a statement as words, each with its place in the line.
 *
 *   points earn 42 +500 ref 'order 991'
 *   ^      ^    ^  ^    ^   ^
 */
#ifndef CRMDB_CLI_WORDS_H
#define CRMDB_CLI_WORDS_H
#include <stdbool.h>
#include <stddef.h>

#define WORDS_MAX 32u

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
};

/* What is wrong with a statement, and where in its line. */
struct complaint {
	char message[256];
	size_t at;
};

/* Split a line at blanks; '...' and "..." hold blanks together.  False: *complaint says why.
 * Freed by words_free in any case. */
bool words_split(struct words *words, const char *line, struct complaint *complaint);
/* Each argument is one word, whatever it holds. */
bool words_join(struct words *words, char *const *arguments, size_t count,
		struct complaint *complaint);
void words_free(struct words *words);

/* Letters of ASCII in small, whatever the locale. */
static inline char word_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}
/* Does the text start with `word`, in large letters or small?  And is it nothing else? */
bool word_starts(const char *text, const char *word, size_t size);
bool word_is(const char *text, const char *word);

__attribute__((format(printf, 3, 4))) bool complain(struct complaint *complaint, size_t at,
						    const char *format, ...);

#endif
