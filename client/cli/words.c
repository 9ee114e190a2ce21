/* words.c -- see words.h. */
#include "client/cli/words.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/common/ascii.h"

static bool begin(struct words *words, size_t size, struct complaint *complaint)
{
	*words = (struct words){.line = calloc(1, size + 1), .store = calloc(1, 2 * size + 1)};
	if (words->line == NULL || words->store == NULL)
		return complain(complaint, 0, "out of memory");
	return true;
}

static void add_word(struct words *words, const char *text, size_t at)
{
	if (words->count < WORDS_MAX) {
		words->word[words->count++] = (struct word){text, at};
		return;
	}
	if (!words->cut)
		words->cut_at = at;
	words->cut = true;
}

/* How many bytes the `name=` in front of a quote has; 0: none there. */
static size_t assignment_size(const char *text)
{
	size_t size = 0;
	while (ascii_is_letter(text[size]) || text[size] == '_')
		size++;
	return size > 0 && text[size] == '=' && (text[size + 1] == '\'' || text[size + 1] == '"')
		   ? size + 1
		   : 0;
}

bool words_split(struct words *words, const char *line, struct complaint *complaint)
{
	size_t size = strlen(line), i = 0;
	if (!begin(words, size, complaint))
		return false;
	memcpy(words->line, line, size);
	words->size = size;
	char *to = words->store;
	for (;;) {
		while (ascii_is_blank(line[i]))
			i++;
		if (line[i] == '\0')
			return true;
		size_t at = i;
		add_word(words, to, at);
		if (assignment_size(line + i) > 0) { /* FIELD= stays before the quote */
			size_t head = assignment_size(line + i);
			memcpy(to, line + i, head);
			to += head;
			i += head;
		}
		char quote = line[i] == '\'' || line[i] == '"' ? line[i++] : '\0';
		while (line[i] != '\0' &&
		       (quote != '\0' ? line[i] != quote : !ascii_is_blank(line[i])))
			*to++ = line[i++];
		*to++ = '\0';
		if (quote != '\0' && line[i++] == '\0')
			return complain(complaint, at, "the text has no closing %c", quote);
	}
}

bool words_join(struct words *words, char *const *arguments, size_t count,
		struct complaint *complaint)
{
	size_t size = 0;
	for (size_t i = 0; i < count; i++)
		size += strlen(arguments[i]) + 1;
	if (!begin(words, size, complaint))
		return false;
	char *to = words->store;
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(arguments[i]);
		if (i > 0)
			words->line[words->size++] = ' ';
		add_word(words, to, words->size);
		memcpy(words->line + words->size, arguments[i], length);
		memcpy(to, arguments[i], length);
		words->size += length;
		to += length;
		*to++ = '\0';
	}
	return true;
}

bool word_is(const char *text, const char *word)
{
	return ascii_same(text, word, strlen(word) + 1);
}

void words_free(struct words *words)
{
	free(words->line);
	free(words->store);
}
