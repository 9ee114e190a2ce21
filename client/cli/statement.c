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
#include "client/cli/match.h"
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

static bool parse_day(struct parser *parser)
{
	const char *word = peek(parser);
	if (word == NULL)
		return missing(parser, "the day");
	if (!date_parse(word, strlen(word), &parser->statement->day))
		return complain(parser->complaint, place(parser),
				"the day must be one such as 1998-06-30, not \"%s\"", word);
	if (parser->statement->day < 0)
		return complain(parser->complaint, place(parser), "days begin at 1970-01-01");
	parser->next++;
	return true;
}

static bool parse_no_points(struct parser *parser)
{
	parser->statement->no_points = true;
	return true;
}

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
	*statement = (struct statement){.day = CRM_TODAY};
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

bool statement_bind(struct statement *statement, const struct words *words,
		    const struct facts *facts, struct complaint *complaint)
{
	struct query_names names = facts_names(facts);
	if (statement->amount_text != NULL)
		return bind_amount(statement, facts, complaint);
	return !statement->is_query ||
	       query_parse(&statement->query, words->line, words->size, &names, complaint);
}

/* --- to the library --- */

bool statement_writes(const struct statement *statement)
{
	return opcode_access(statement->verb->opcode) == ACCESS_WRITE;
}

static int add_order(const struct statement *statement, crm_batch *batch)
{
	return crm_batch_order(batch, &(crm_order){.customer = statement->customer,
						   .id = statement->ref,
						   .day = statement->day,
						   .amount = statement->amount,
						   .items = statement->items,
						   .no_points = statement->no_points});
}

static int add_count(const struct query *query, crm_batch *batch)
{
	if (query->kind == QUERY_COUNT_BY)
		return crm_batch_matrix(batch);
	return crm_batch_segment_count(
	    batch, &(crm_segment){query->tiers, query->stages, query->from, query->to});
}

static crm_person person_of(const struct statement *statement)
{
	return (crm_person){statement->customer, statement->fields, statement->field_count, 0};
}

int statement_add(const struct statement *statement, crm_batch *batch)
{
	uint64_t customer = statement->customer;
	crm_person person = person_of(statement);
	switch (statement->verb->opcode) {
	case OP_ping:
		return crm_batch_ping(batch, 1);
	case OP_info:
		return crm_batch_info(batch);
	case OP_customer_create:
		return crm_batch_customer_create(batch, customer, statement->ref);
	case OP_customer_get:
		return crm_batch_customer_get(batch, customer);
	case OP_customer_put:
		return crm_batch_customer_put(batch, &person, statement->ref);
	case OP_customer_set:
		return crm_batch_customer_set(batch, &person, statement->ref);
	case OP_customer_erase:
		return crm_batch_customer_erase(batch, customer, statement->ref);
	case OP_customer_find:
		return crm_batch_customer_find(batch, person.fields[0].field,
					       person.fields[0].value);
	case OP_customer_profile:
		return crm_batch_customer_profile(batch, customer);
	case OP_points_earn:
		return crm_batch_points_earn(batch, customer, statement->points, statement->ref);
	case OP_points_redeem:
		return crm_batch_points_redeem(batch, customer, statement->points, statement->ref);
	case OP_points_adjust:
		return crm_batch_points_adjust(batch, customer, statement->points, statement->ref);
	case OP_history:
		return crm_batch_history(batch, customer, statement->from, statement->limit);
	case OP_order:
		return add_order(statement, batch);
	case OP_segment_count:
		return add_count(&statement->query, batch);
	case OP_matrix:
		return crm_batch_matrix(batch);
	case OP_advance:
		return crm_batch_advance(batch, statement->day);
	default:
		return -1;
	}
}
