/* statement.c -- parse one statement by the table of verbs.def; see statement.h.
 *
 *   words of the verb | operands, in order | clauses: a word and its value, in any order
 *
 * What the numbers mean is the server's to judge; here they only have to be numbers.
 * To add an operand or a clause: a letter in verbs.def, and its case in parse_operand or
 * parse_clause.
 */
#include "client/cli/statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/cli/number.h"
#include "client/cli/suggest.h"
#include "protocol/common/utf8.h"
#include "protocol/limits.h"
#include "protocol/messages.h"

struct parser {
	const struct words *words;
	size_t next; /* word */
	struct statement *statement;
	struct complaint *complaint;
};

/* Where the next word is, or would be. */
static size_t place(const struct parser *parser)
{
	const struct words *words = parser->words;
	return parser->next < words->count ? words->word[parser->next].at : words->size;
}

static const char *peek(const struct parser *parser)
{
	const struct words *words = parser->words;
	return parser->next < words->count ? words->word[parser->next].text : NULL;
}

/* --- the verb --- */

/* How many words a verb has, if the statement starts with them; else 0. */
static size_t match_verb(const struct words *words, const struct verb *verb)
{
	const char *at = verb->words;
	size_t count = 0;
	for (;; count++) {
		size_t length = strcspn(at, " ");
		if (length == 0)
			return count;
		if (count == words->count || strlen(words->word[count].text) != length ||
		    !word_starts(words->word[count].text, at, length))
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
		if (word_starts(word, verbs[i].words, length) && verbs[i].words[length] == ' ')
			return true;
	return false;
}

static bool no_verb(const struct parser *parser)
{
	const struct words *words = parser->words;
	char typed[64];
	if (words->count == 0)
		return complain(parser->complaint, 0, "a command is missing; see --help");
	if (words->count == 1 && starts_verb(words->word[0].text))
		return complain(parser->complaint, words->size,
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
		return complain(parser->complaint, at, "no command \"%s\"; see --help", typed);
	if (strchr(meant->words, ' ') == NULL)
		snprintf(typed, sizeof typed, "%s", words->word[0].text);
	return complain(parser->complaint, at, "no command \"%s\"; did you mean \"%s\"?", typed,
			meant->words);
}

static bool parse_verb(struct parser *parser)
{
	for (size_t i = 0; i < verb_count; i++) {
		parser->next = match_verb(parser->words, &verbs[i]);
		if (parser->next > 0) {
			parser->statement->verb = &verbs[i];
			return true;
		}
	}
	return no_verb(parser);
}

/* --- operands and clauses --- */

static bool missing(const struct parser *parser, const char *what)
{
	char syntax[128];
	verb_format(parser->statement->verb, syntax, sizeof syntax);
	return complain(parser->complaint, place(parser), "%s is missing here: %s", what, syntax);
}

/* A word with what it should be. */
static bool parse_unsigned(struct parser *parser, const char *what, uint64_t max, uint64_t *value)
{
	const char *word = peek(parser);
	if (word == NULL)
		return missing(parser, what);
	switch (number_unsigned(word, max, value)) {
	case NUMBER_NOT:
		return complain(parser->complaint, place(parser),
				"%s must be a whole number, not \"%s\"", what, word);
	case NUMBER_TOO_LARGE:
		return complain(parser->complaint, place(parser), "%s is at most %" PRIu64, what,
				max);
	case NUMBER_FINE:
		break;
	}
	parser->next++;
	return true;
}

static bool parse_points(struct parser *parser)
{
	const char *word = peek(parser);
	if (word == NULL)
		return missing(parser, "a number of points");
	switch (number_signed(word, &parser->statement->points)) {
	case NUMBER_NOT:
		return complain(parser->complaint, place(parser),
				"points must be a whole number, not \"%s\"", word);
	case NUMBER_TOO_LARGE:
		return complain(parser->complaint, place(parser),
				"points are from %" PRId64 " to %" PRId64, INT64_MIN, INT64_MAX);
	case NUMBER_FINE:
		break;
	}
	parser->next++;
	return true;
}

static bool parse_ref(struct parser *parser)
{
	const char *word = peek(parser);
	size_t size = word == NULL ? 0 : strlen(word);
	if (word == NULL)
		return missing(parser, "the text of the ref");
	if (!utf8_is_valid(word, size))
		return complain(parser->complaint, place(parser), "the ref is not UTF-8 text");
	if (size == 0 || size > LIMIT_REF_BYTES)
		return complain(parser->complaint, place(parser),
				"a ref has 1 to %u bytes, this one %zu", LIMIT_REF_BYTES, size);
	parser->statement->ref = word;
	parser->next++;
	return true;
}

static bool parse_limit(struct parser *parser)
{
	uint64_t limit;
	if (!parse_unsigned(parser, "the limit", UINT32_MAX, &limit))
		return false;
	parser->statement->limit = (uint32_t)limit;
	return true;
}

static bool parse_from(struct parser *parser)
{
	return parse_unsigned(parser, "the event", UINT64_MAX, &parser->statement->from);
}

static const struct clause {
	char letter;
	const char *word;
	bool (*parse)(struct parser *parser);
} clauses[] = {{'r', "ref", parse_ref}, {'l', "limit", parse_limit}, {'f', "from", parse_from}};
#define CLAUSE_COUNT (sizeof clauses / sizeof clauses[0])

static bool is_allowed(const struct parser *parser, size_t clause)
{
	return strchr(parser->statement->verb->clauses, clauses[clause].letter) != NULL;
}

static bool no_clause(const struct parser *parser, const char *word)
{
	for (size_t i = 0; i < CLAUSE_COUNT; i++)
		if (is_allowed(parser, i) && suggest_is_near(word, clauses[i].word))
			return complain(parser->complaint, place(parser),
					"\"%s\" has no place here; did you mean \"%s\"?", word,
					clauses[i].word);
	return complain(parser->complaint, place(parser), "\"%s\" has no place here", word);
}

/* A clause may come once: `seen` has a bit for each. */
static bool parse_clause(struct parser *parser, unsigned *seen)
{
	const char *word = peek(parser);
	for (size_t i = 0; i < CLAUSE_COUNT; i++) {
		if (!word_is(word, clauses[i].word) || !is_allowed(parser, i))
			continue;
		if ((*seen & (1u << i)) != 0)
			return complain(parser->complaint, place(parser), "\"%s\" comes twice",
					word);
		*seen |= 1u << i;
		parser->next++;
		return clauses[i].parse(parser);
	}
	return no_clause(parser, word);
}

static bool parse_operand(struct parser *parser, char letter)
{
	if (letter == 'p')
		return parse_points(parser);
	return parse_unsigned(parser, "a customer's id", UINT64_MAX, &parser->statement->customer);
}

bool statement_parse(struct statement *statement, const struct words *words,
		     struct complaint *complaint)
{
	struct parser parser = {words, 0, statement, complaint};
	unsigned seen = 0;
	*statement = (struct statement){0};
	if (!parse_verb(&parser))
		return false;
	for (const char *letter = statement->verb->operands; *letter != '\0'; letter++)
		if (!parse_operand(&parser, *letter))
			return false;
	while (parser.next < words->count)
		if (!parse_clause(&parser, &seen))
			return false;
	return true;
}

/* --- to the library --- */

bool statement_writes(const struct statement *statement)
{
	return opcode_access(statement->verb->opcode) == ACCESS_WRITE;
}

int statement_add(const struct statement *statement, crm_batch *batch)
{
	uint64_t customer = statement->customer;
	switch (statement->verb->opcode) {
	case OP_ping:
		return crm_batch_ping(batch, 1);
	case OP_info:
		return crm_batch_info(batch);
	case OP_customer_create:
		return crm_batch_customer_create(batch, customer, statement->ref);
	case OP_customer_get:
		return crm_batch_customer_get(batch, customer);
	case OP_points_earn:
		return crm_batch_points_earn(batch, customer, statement->points, statement->ref);
	case OP_points_redeem:
		return crm_batch_points_redeem(batch, customer, statement->points, statement->ref);
	case OP_points_adjust:
		return crm_batch_points_adjust(batch, customer, statement->points, statement->ref);
	case OP_history:
		return crm_batch_history(batch, customer, statement->from, statement->limit);
	default:
		return -1;
	}
}
