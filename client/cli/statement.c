/* statement.c -- parse one statement by the table of verbs.def; see statement.h.
 *
 *   words of the verb | operands, in order | clauses: a word and its value, in any order
 *
 * What the numbers mean is the server's to judge; here they only have to be numbers.  A question is
 * parsed twice: first for its grammar, so that a slip is told without a server, then by its names.
 *
 * To add an operand or a clause: a letter in verbs.def, its text in verbs.c, and its row in
 * `operands` or `clauses`.
 */
#include "client/cli/statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/cli/assign.h"
#include "client/cli/choose.h"
#include "client/cli/match.h"
#include "client/cli/tail.h"
#include "protocol/common/date.h"
#include "protocol/common/money.h"
#include "protocol/common/number.h"
#include "protocol/common/suggest.h"
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

static bool parse_items(struct parser *parser)
{
	uint64_t items;
	if (!parse_unsigned(parser, "the number of items", UINT32_MAX, &items))
		return false;
	parser->statement->items = (uint32_t)items;
	return true;
}

static bool parse_date(struct parser *parser, int32_t *day)
{
	const char *word = peek(parser);
	if (word == NULL)
		return missing(parser, "the day");
	if (!date_parse(word, strlen(word), day))
		return complain(parser->complaint, place(parser),
				"the day must be one such as 1998-06-30, not \"%s\"", word);
	if (*day < 0)
		return complain(parser->complaint, place(parser), "days begin at 1970-01-01");
	parser->next++;
	return true;
}

static bool parse_day(struct parser *parser)
{
	return parse_date(parser, &parser->statement->day);
}

static bool parse_first(struct parser *parser)
{
	return parse_date(parser, &parser->statement->first);
}

static bool parse_last(struct parser *parser)
{
	return parse_date(parser, &parser->statement->last);
}

static bool parse_no_points(struct parser *parser)
{
	parser->statement->no_points = true;
	return true;
}

/* --- consents and care --- */

static bool parse_choice(struct parser *parser, enum choice_list list, const char *what,
			 const char **name)
{
	if (peek(parser) == NULL)
		return missing(parser, what);
	*name = choose_name(list, &parser->words->word[parser->next], parser->complaint);
	if (*name != NULL)
		parser->next++;
	return *name != NULL;
}

static bool parse_note(struct parser *parser, const char *what, const char **text)
{
	const char *word = peek(parser);
	if (word == NULL)
		return missing(parser, what);
	if (!utf8_is_valid(word, strlen(word)))
		return complain(parser->complaint, place(parser), "%s is not UTF-8 text", what);
	if (strlen(word) == 0 || strlen(word) > LIMIT_NOTE_BYTES)
		return complain(parser->complaint, place(parser),
				"%s has 1 to %u bytes, this one %zu", what, LIMIT_NOTE_BYTES,
				strlen(word));
	*text = word;
	parser->next++;
	return true;
}

static bool parse_policy(struct parser *parser)
{
	return parse_note(parser, "the policy", &parser->statement->policy);
}

static bool parse_source(struct parser *parser)
{
	return parse_note(parser, "the source", &parser->statement->source);
}

static bool parse_channel(struct parser *parser)
{
	return parse_choice(parser, CHOICE_channel, "a channel", &parser->statement->channel);
}

static bool parse_purpose(struct parser *parser)
{
	return parse_choice(parser, CHOICE_purpose, "a purpose", &parser->statement->purpose);
}

/* One of two words, or which was meant. */
static bool parse_given(struct parser *parser)
{
	static const char *const words[] = {"given", "withdrawn"};
	const char *word = peek(parser);
	if (word == NULL)
		return missing(parser, "given or withdrawn");
	for (size_t i = 0; i < 2; i++) {
		if (word_is(word, words[i])) {
			parser->statement->granted = i == 0;
			parser->next++;
			return true;
		}
		if (suggest_is_near(word, words[i]))
			return complain(parser->complaint, place(parser),
					"a consent is not \"%s\"; did you mean \"%s\"?", word,
					words[i]);
	}
	return complain(parser->complaint, place(parser),
			"a consent is given or withdrawn, not \"%s\"", word);
}

static bool parse_consent(struct parser *parser)
{
	return parse_purpose(parser) && parse_channel(parser) && parse_given(parser);
}

static bool parse_care(struct parser *parser)
{
	struct statement *statement = parser->statement;
	if (!parse_choice(parser, CHOICE_care, "what to greet for", &statement->care))
		return false;
	return !word_is(statement->care, "holiday") ||
	       parse_note(parser, "the name of the holiday", &statement->holiday);
}

static bool parse_for(struct parser *parser)
{
	if (!parse_purpose(parser))
		return false;
	if (peek(parser) == NULL || !word_is(peek(parser), "by"))
		return complain(parser->complaint, place(parser),
				"\"by\" and a channel are missing here");
	parser->next++;
	return parse_channel(parser);
}

static bool parse_year(struct parser *parser)
{
	uint64_t year;
	if (!parse_unsigned(parser, "the year", UINT16_MAX, &year))
		return false;
	if (year == 0)
		return complain(parser->complaint, parser->words->word[parser->next - 1].at,
				"there is no year 0");
	parser->statement->year = (uint16_t)year;
	return true;
}

static bool parse_after(struct parser *parser)
{
	return parse_unsigned(parser, "the number to go on after", UINT64_MAX,
			      &parser->statement->from);
}

static bool parse_kinds(struct parser *parser)
{
	if (peek(parser) == NULL)
		return missing(parser, "a type of event");
	return tail_parse_kinds(&parser->words->word[parser->next++], &parser->statement->kinds,
				parser->complaint);
}

static bool parse_segment(struct parser *parser)
{
	return parse_note(parser, "the segment", &parser->statement->segment);
}

/* --- tables --- */

static const struct clause {
	char letter;
	const char *word;
	bool (*parse)(struct parser *parser);
} clauses[] = {
    {'r', "ref", parse_ref},
    {'o', "ref", parse_ref},
    {'l', "limit", parse_limit},
    {'f', "from", parse_from},
    {'d', "on", parse_day},
    {'i', "items", parse_items},
    {'w', "no-points", parse_no_points},
    {'P', "policy", parse_policy},
    {'S', "source", parse_source},
    {'b', "by", parse_channel},
    {'Y', "year", parse_year},
    {'F', "from", parse_first},
    {'T', "to", parse_last},
    {'x', "for", parse_for},
    {'A', "after", parse_after},
    {'K', "kinds", parse_kinds},
    {'G', "segment", parse_segment},
};
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

static bool parse_clauses(struct parser *parser)
{
	const struct statement *statement = parser->statement;
	unsigned seen = 0;
	while (parser->next < parser->words->count)
		if (!parse_clause(parser, &seen))
			return false;
	if (strchr(statement->verb->clauses, 'o') != NULL && statement->ref == NULL)
		return missing(parser, "the order's id");
	return true;
}

static bool parse_customer(struct parser *parser)
{
	return parse_unsigned(parser, "a customer's id", UINT64_MAX, &parser->statement->customer);
}

/* How many decimal places it may have is not known yet. */
static bool parse_amount(struct parser *parser)
{
	const char *word = peek(parser);
	int64_t minor;
	if (word == NULL)
		return missing(parser, "an amount");
	if (money_parse(word, strlen(word), MONEY_DIGITS_MAX, &minor) == MONEY_NOT)
		return complain(parser->complaint, place(parser),
				"an amount must be a number such as 119.90, not \"%s\"", word);
	parser->statement->amount_text = word;
	parser->statement->amount_at = place(parser);
	parser->next++;
	return true;
}

/* A question is the whole line. */
static bool parse_question(struct parser *parser)
{
	const struct words *words = parser->words;
	parser->statement->is_query = true;
	parser->next = words->count;
	return query_parse(&parser->statement->query, words->line, words->size, NULL,
			   parser->complaint);
}

/* One assignment or more, up to the first word that is none. */
static bool parse_fields(struct parser *parser)
{
	const struct words *words = parser->words;
	struct statement *statement = parser->statement;
	for (; parser->next < words->count && assign_is(&words->word[parser->next]); parser->next++)
		if (!assign_parse(&words->word[parser->next],
				  &statement->fields[statement->field_count++], parser->complaint))
			return false;
	return statement->field_count > 0 || missing(parser, "a field");
}

static bool parse_identity(struct parser *parser)
{
	const struct words *words = parser->words;
	crm_assignment *field = &parser->statement->fields[0];
	if (peek(parser) == NULL)
		return missing(parser, "a field");
	const struct word *word = &words->word[parser->next];
	field->field = assign_field(word, strlen(word->text), parser->complaint);
	if (field->field == NULL)
		return false;
	parser->next++;
	field->value = peek(parser);
	if (field->value == NULL)
		return missing(parser, "the value to look for");
	parser->next++;
	return true;
}

static const struct operand {
	char letter;
	bool (*parse)(struct parser *parser);
} operands[] = {
    {'c', parse_customer}, {'p', parse_points},   {'a', parse_amount}, {'t', parse_day},
    {'s', parse_question}, {'n', parse_question}, {'v', parse_fields}, {'y', parse_identity},
    {'u', parse_consent},  {'k', parse_care},
};

static bool parse_operand(struct parser *parser, char letter)
{
	for (size_t i = 0; i < sizeof operands / sizeof operands[0]; i++)
		if (operands[i].letter == letter)
			return operands[i].parse(parser);
	return complain(parser->complaint, place(parser), "operand %c of verbs.def", letter);
}

bool statement_parse(struct statement *statement, const struct words *words,
		     struct complaint *complaint)
{
	struct parser parser = {words, 0, statement, complaint};
	*statement =
	    (struct statement){.day = CRM_TODAY, .first = DAY_NOT_SAID, .last = DAY_NOT_SAID};
	statement->verb = match_verb(words, &parser.next, complaint);
	if (statement->verb == NULL)
		return false;
	for (const char *letter = statement->verb->operands; *letter != '\0'; letter++)
		if (!parse_operand(&parser, *letter))
			return false;
	return parse_clauses(&parser);
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

/* A due list is of the programme's day, or of one day. */
static void bind_days(struct statement *statement, const struct facts *facts)
{
	if (statement->first == DAY_NOT_SAID)
		statement->first = facts->server.today;
	if (statement->last == DAY_NOT_SAID)
		statement->last = statement->first;
}

bool statement_bind(struct statement *statement, const struct words *words,
		    const struct facts *facts, struct complaint *complaint)
{
	struct query_names names = facts_names(facts);
	bind_days(statement, facts);
	if (statement->amount_text != NULL)
		return bind_amount(statement, facts, complaint);
	return !statement->is_query ||
	       query_parse(&statement->query, words->line, words->size, &names, complaint);
}
