/* statement.c -- parse one statement by the table of verbs.def; see statement.h.
 *
 *   words of the verb | operands, in order | clauses: a word and its value, in any order
 *
 * What the numbers mean is the server's to judge; here they only have to be numbers.  A question is
 * the whole line, and parsed by protocol/query.
 *
 * To add an operand or a clause: a letter in verbs.def, its text in verbs.c, and its row in
 * `operands` or `clauses`.
 */
#include "client/cli/statement_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/cli/assign.h"
#include "client/cli/match.h"
#include "protocol/common/date.h"
#include "protocol/common/money.h"
#include "protocol/common/number.h"
#include "protocol/common/suggest.h"
#include "protocol/common/utf8.h"
#include "protocol/limits.h"
#include "protocol/messages.h"

/* Where the next word is, or would be. */
size_t statement_place(const struct statement_parser *parser)
{
	const struct words *words = parser->words;
	return parser->next < words->count ? words->word[parser->next].at : words->size;
}

const char *statement_peek(const struct statement_parser *parser)
{
	const struct words *words = parser->words;
	return parser->next < words->count ? words->word[parser->next].text : NULL;
}

/* --- operands and clauses --- */

bool statement_missing(const struct statement_parser *parser, const char *what)
{
	char syntax[128];
	verb_format(parser->statement->verb, syntax, sizeof syntax);
	return complain(parser->complaint, statement_place(parser), "%s is missing here: %s", what,
			syntax);
}

bool statement_parse_unsigned(struct statement_parser *parser, const char *what, uint64_t max,
			      uint64_t *value)
{
	const char *word = statement_peek(parser);
	if (word == NULL)
		return statement_missing(parser, what);
	switch (number_unsigned(word, max, value)) {
	case NUMBER_NOT:
		return complain(parser->complaint, statement_place(parser),
				"%s must be a whole number, not \"%s\"", what, word);
	case NUMBER_TOO_LARGE:
		return complain(parser->complaint, statement_place(parser),
				"%s is at most %" PRIu64, what, max);
	case NUMBER_FINE:
		break;
	}
	parser->next++;
	return true;
}

static bool parse_points(struct statement_parser *parser)
{
	const char *word = statement_peek(parser);
	if (word == NULL)
		return statement_missing(parser, "a number of points");
	switch (number_signed(word, &parser->statement->points)) {
	case NUMBER_NOT:
		return complain(parser->complaint, statement_place(parser),
				"points must be a whole number, not \"%s\"", word);
	case NUMBER_TOO_LARGE:
		return complain(parser->complaint, statement_place(parser),
				"points are from %" PRId64 " to %" PRId64, INT64_MIN, INT64_MAX);
	case NUMBER_FINE:
		break;
	}
	parser->next++;
	return true;
}

static bool parse_ref(struct statement_parser *parser)
{
	const char *word = statement_peek(parser);
	size_t size = word == NULL ? 0 : strlen(word);
	if (word == NULL)
		return statement_missing(parser, "the text of the ref");
	if (!utf8_is_valid(word, size))
		return complain(parser->complaint, statement_place(parser),
				"the ref is not UTF-8 text");
	if (size == 0 || size > LIMIT_REF_BYTES)
		return complain(parser->complaint, statement_place(parser),
				"a ref has 1 to %u bytes, this one %zu", LIMIT_REF_BYTES, size);
	parser->statement->ref = word;
	parser->next++;
	return true;
}

static bool parse_limit(struct statement_parser *parser)
{
	uint64_t limit;
	if (!statement_parse_unsigned(parser, "the limit", UINT32_MAX, &limit))
		return false;
	parser->statement->limit = (uint32_t)limit;
	return true;
}

static bool parse_from(struct statement_parser *parser)
{
	return statement_parse_unsigned(parser, "the event", UINT64_MAX, &parser->statement->from);
}

static bool parse_items(struct statement_parser *parser)
{
	uint64_t items;
	if (!statement_parse_unsigned(parser, "the number of items", UINT32_MAX, &items))
		return false;
	parser->statement->items = (uint32_t)items;
	return true;
}

static bool parse_date(struct statement_parser *parser, int32_t *day)
{
	const char *word = statement_peek(parser);
	if (word == NULL)
		return statement_missing(parser, "the day");
	if (!date_parse(word, strlen(word), day))
		return complain(parser->complaint, statement_place(parser),
				"the day must be one such as 1998-06-30, not \"%s\"", word);
	if (*day < 0)
		return complain(parser->complaint, statement_place(parser),
				"days begin at 1970-01-01");
	parser->next++;
	return true;
}

static bool parse_day(struct statement_parser *parser)
{
	return parse_date(parser, &parser->statement->day);
}

static bool parse_first(struct statement_parser *parser)
{
	return parse_date(parser, &parser->statement->first);
}

static bool parse_last(struct statement_parser *parser)
{
	return parse_date(parser, &parser->statement->last);
}

static bool parse_no_points(struct statement_parser *parser)
{
	parser->statement->no_points = true;
	return true;
}

/* --- tables --- */

static bool parse_after(struct statement_parser *parser)
{
	return statement_parse_unsigned(parser, "the number to go on after", UINT64_MAX,
					&parser->statement->from);
}

static const struct clause {
	char letter;
	const char *word;
	bool (*parse)(struct statement_parser *parser);
} clauses[] = {
    {'r', "ref", parse_ref},
    {'o', "ref", parse_ref},
    {'l', "limit", parse_limit},
    {'f', "from", parse_from},
    {'d', "on", parse_day},
    {'i', "items", parse_items},
    {'w', "no-points", parse_no_points},
    {'P', "policy", care_parse_policy},
    {'S', "source", care_parse_source},
    {'b', "by", care_parse_channel},
    {'Y', "year", care_parse_year},
    {'F', "from", parse_first},
    {'T', "to", parse_last},
    {'x', "for", care_parse_for},
    {'A', "after", parse_after},
    {'D', "places", define_parse_places},
    {'V', "values", define_parse_values},
    {'E', "kinds", define_parse_kinds},
    {'G', "segment", define_parse_segment},
    {'R', "tier", trend_parse_tier},
    {'H', "stage", trend_parse_stage},
};
#define CLAUSE_COUNT (sizeof clauses / sizeof clauses[0])

static bool is_allowed(const struct statement_parser *parser, size_t clause)
{
	return strchr(parser->statement->verb->clauses, clauses[clause].letter) != NULL;
}

static bool no_clause(const struct statement_parser *parser, const char *word)
{
	for (size_t i = 0; i < CLAUSE_COUNT; i++)
		if (is_allowed(parser, i) && suggest_is_near(word, clauses[i].word))
			return complain(parser->complaint, statement_place(parser),
					"\"%s\" has no place here; did you mean \"%s\"?", word,
					clauses[i].word);
	return complain(parser->complaint, statement_place(parser), "\"%s\" has no place here",
			word);
}

/* A clause may come once: `seen` has a bit for each. */
static bool parse_clause(struct statement_parser *parser, unsigned *seen)
{
	const char *word = statement_peek(parser);
	for (size_t i = 0; i < CLAUSE_COUNT; i++) {
		if (!word_is(word, clauses[i].word) || !is_allowed(parser, i))
			continue;
		if ((*seen & (1u << i)) != 0)
			return complain(parser->complaint, statement_place(parser),
					"\"%s\" comes twice", word);
		*seen |= 1u << i;
		parser->next++;
		return clauses[i].parse(parser);
	}
	return no_clause(parser, word);
}

static bool parse_clauses(struct statement_parser *parser)
{
	const struct statement *statement = parser->statement;
	unsigned seen = 0;
	while (parser->next < parser->words->count)
		if (!parse_clause(parser, &seen))
			return false;
	if (strchr(statement->verb->clauses, 'o') != NULL && statement->ref == NULL)
		return statement_missing(parser, "the order's id");
	return true;
}

static bool parse_customer(struct statement_parser *parser)
{
	return statement_parse_unsigned(parser, "a customer's id", UINT64_MAX,
					&parser->statement->customer);
}

/* How many decimal places it may have is not known yet. */
static bool parse_amount(struct statement_parser *parser)
{
	const char *word = statement_peek(parser);
	int64_t minor;
	if (word == NULL)
		return statement_missing(parser, "an amount");
	if (money_parse(word, strlen(word), MONEY_DIGITS_MAX, &minor) == MONEY_NOT)
		return complain(parser->complaint, statement_place(parser),
				"an amount must be a number such as 119.90, not \"%s\"", word);
	parser->statement->amount_text = word;
	parser->statement->amount_at = statement_place(parser);
	parser->next++;
	return true;
}

/* A question is the whole line. */
static bool parse_question(struct statement_parser *parser)
{
	const struct words *words = parser->words;
	parser->statement->is_query = true;
	parser->next = words->count;
	struct query_source source = {words->line, words->size, 0, parser->statement->room};
	return query_parse(&parser->statement->query, &source, parser->complaint);
}

/* One assignment or more, up to the first word that is none. */
static bool parse_fields(struct statement_parser *parser)
{
	const struct words *words = parser->words;
	struct statement *statement = parser->statement;
	for (; parser->next < words->count && assign_is(&words->word[parser->next]); parser->next++)
		if (!assign_parse(words, &words->word[parser->next],
				  &statement->fields[statement->field_count++], parser->complaint))
			return false;
	return statement->field_count > 0 || statement_missing(parser, "a field");
}

static bool parse_identity(struct statement_parser *parser)
{
	const struct words *words = parser->words;
	crm_assignment *field = &parser->statement->fields[0];
	if (statement_peek(parser) == NULL)
		return statement_missing(parser, "a field");
	const struct word *word = &words->word[parser->next];
	field->field = assign_field(word, strlen(word->text), parser->complaint);
	if (field->field == NULL)
		return false;
	parser->next++;
	field->value = statement_peek(parser);
	if (field->value == NULL)
		return statement_missing(parser, "the value to look for");
	parser->next++;
	return true;
}

static const struct operand {
	char letter;
	bool (*parse)(struct statement_parser *parser);
} operands[] = {
    {'c', parse_customer},
    {'p', parse_points},
    {'a', parse_amount},
    {'t', parse_day},
    {'s', parse_question},
    {'n', parse_question},
    {'q', parse_question},
    {'m', parse_question},
    {'e', parse_question},
    {'z', parse_question},
    {'N', define_parse_name},
    {'C', define_parse_condition},
    {'I', define_parse_in_segment},
    {'O', define_parse_new_name},
    {'K', define_parse_kind},
    {'v', parse_fields},
    {'y', parse_identity},
    {'u', care_parse_consent},
    {'k', care_parse_care},
};

static bool parse_operand(struct statement_parser *parser, char letter)
{
	for (size_t i = 0; i < sizeof operands / sizeof operands[0]; i++)
		if (operands[i].letter == letter)
			return operands[i].parse(parser);
	return complain(parser->complaint, statement_place(parser), "operand %c of verbs.def",
			letter);
}

/* A line of more words than can be kept is a question, or nothing. */
static bool all_words(const struct statement_parser *parser)
{
	const struct statement *statement = parser->statement;
	if (!parser->words->cut || statement->is_query || statement->condition != NULL)
		return true;
	return complain(parser->complaint, parser->words->cut_at,
			"this command has at most %u words", WORDS_MAX);
}

bool statement_parse(struct statement *statement, const struct words *words,
		     struct complaint *complaint)
{
	struct statement_parser parser = {words, 0, statement, complaint};
	*statement =
	    (struct statement){.day = CRM_TODAY, .first = DAY_NOT_SAID, .last = DAY_NOT_SAID};
	statement->verb = match_verb(words, &parser.next, complaint);
	if (statement->verb == NULL)
		return false;
	for (const char *letter = statement->verb->operands; *letter != '\0'; letter++)
		if (!parse_operand(&parser, *letter))
			return false;
	return parse_clauses(&parser) && all_words(&parser);
}

/* --- by one server --- */
static bool bind_amount(struct statement *statement, const struct facts *facts,
			struct complaint *complaint)
{
	const char *text = statement->amount_text;
	size_t at = statement->amount_at;
	switch (money_parse(text, strlen(text), facts->digits, &statement->amount)) {
	case MONEY_FINE:
		return true;
	case MONEY_TOO_FINE:
		return complain(complaint, at, "%s has %u decimal places; %s has more",
				facts->server.currency, facts->digits, text);
	case MONEY_TOO_LARGE:
		return complain(complaint, at, "the amount %s is too large", text);
	case MONEY_NOT:
		break;
	}
	return complain(complaint, at, "an amount must be a number, not \"%s\"", text);
}

/* A due list is of the programme's day, or of one day; a trend of all that were recorded. */
static void bind_days(struct statement *statement, const struct facts *facts)
{
	if (statement->verb->opcode == OP_trend)
		return;
	if (statement->first == DAY_NOT_SAID)
		statement->first = facts->server.today;
	if (statement->last == DAY_NOT_SAID)
		statement->last = statement->first;
}

bool statement_bind(struct statement *statement, const struct facts *facts,
		    struct complaint *complaint)
{
	bind_days(statement, facts);
	if (!trend_bind(statement, facts, complaint))
		return false;
	return statement->amount_text == NULL || bind_amount(statement, facts, complaint);
}
