/* match.c -- see match.h. */
#include "client/cli/match.h"

#include <stdio.h>
#include <string.h>

#include "protocol/common/ascii.h"
#include "protocol/common/suggest.h"

/* How many words a verb has, if the statement starts with them; else 0. */
static size_t count_words(const struct words *words, const struct verb *verb)
{
	const char *at = verb->words;
	size_t count = 0;
	for (;; count++) {
		size_t length = strcspn(at, " ");
		if (length == 0)
			return count;
		if (count == words->count || strlen(words->word[count].text) != length ||
		    !ascii_same(words->word[count].text, at, length))
			return 0;
		at += length + (at[length] == ' ');
	}
}

static const struct verb *nearest_verb(const char *typed)
{
	const struct verb *best = NULL;
	for (size_t i = 0; i < verb_count; i++)
		if (suggest_is_near(typed, verbs[i].words) &&
		    (best == NULL || suggest_distance(typed, verbs[i].words) <
					 suggest_distance(typed, best->words)))
			best = &verbs[i];
	return best;
}

/* Is it the first word of a verb of several? */
static bool starts_verb(const char *word)
{
	size_t length = strlen(word);
	for (size_t i = 0; i < verb_count; i++)
		if (ascii_same(word, verbs[i].words, length) && verbs[i].words[length] == ' ')
			return true;
	return false;
}

static bool no_verb(const struct words *words, struct complaint *complaint)
{
	char typed[64];
	if (words->count == 0)
		return complain(complaint, 0, "a command is missing; see --help");
	if (words->count == 1 && starts_verb(words->word[0].text))
		return complain(complaint, words->size,
				"\"%s\" is only the beginning of a command; see --help",
				words->word[0].text);
	bool two = words->count > 1 && strchr(words->word[1].text, ' ') == NULL;
	snprintf(typed, sizeof typed, "%s%s%s", words->word[0].text, two ? " " : "",
		 two ? words->word[1].text : "");
	const struct verb *meant = nearest_verb(typed);
	bool first_is_fine = starts_verb(words->word[0].text);
	size_t at = first_is_fine && words->count > 1 ? words->word[1].at : words->word[0].at;
	if (meant == NULL && !first_is_fine) {
		snprintf(typed, sizeof typed, "%s", words->word[0].text);
		meant = nearest_verb(typed);
	}
	if (meant == NULL)
		return complain(complaint, at, "no command \"%s\"; see --help", typed);
	if (strchr(meant->words, ' ') == NULL)
		snprintf(typed, sizeof typed, "%s", words->word[0].text);
	return complain(complaint, at, "no command \"%s\"; did you mean \"%s\"?", typed,
			meant->words);
}

const struct verb *match_verb(const struct words *words, size_t *count, struct complaint *complaint)
{
	for (size_t i = 0; i < verb_count; i++) {
		*count = count_words(words, &verbs[i]);
		if (*count > 0)
			return &verbs[i];
	}
	no_verb(words, complaint);
	return NULL;
}
