/* value.c -- values, by their form alone: what a field makes of one is the server's to judge.
 *
 *   '...' "..."      TEXT           1_000.50 10k 2.5m    DECIMAL: mantissa and places
 *   2026-11-22       DATE           -90d +2w -6m -1y     FROM today
 *   anything else    TEXT           within 90d           FROM, whose sign P3 gives a meaning
 */
#include "protocol/common/ascii.h"
#include "protocol/common/date.h"
#include "protocol/query/parser.h"

#define PLACES_MAX 18u
#define THOUSAND 3u /* digits */
#define MILLION 6u
#define SPAN_MAX 1000000 /* of any unit: over all days there are */

enum verdict {
	FINE,
	NOT, /* of another form */
	TOO_LARGE,
};

struct decimal {
	uint64_t mantissa;
	unsigned places;
	bool large;
};

static void add_digit(struct decimal *decimal, unsigned digit)
{
	decimal->large = decimal->large || decimal->mantissa > (UINT64_MAX - digit) / 10;
	decimal->mantissa = decimal->mantissa * 10 + digit;
}

/* Digits with single _ between them.  How many bytes; 0: there are none. */
static size_t take_digits(const char *text, size_t size, struct decimal *decimal)
{
	size_t at = 0;
	while (at < size && ascii_is_digit(text[at])) {
		add_digit(decimal, (unsigned)(text[at++] - '0'));
		if (at + 1 < size && text[at] == '_' && ascii_is_digit(text[at + 1]))
			at++;
	}
	return at;
}

/* Digits with a point among them. */
static size_t take_number(const char *text, size_t size, struct decimal *decimal)
{
	size_t whole = take_digits(text, size, decimal), at = whole + 1;
	if (whole == 0 || at >= size || text[whole] != '.' || !ascii_is_digit(text[at]))
		return whole;
	size_t part = take_digits(text + at, size - at, decimal);
	for (size_t i = at; i < at + part; i++)
		decimal->places += text[i] != '_';
	return at + part;
}

static unsigned shift_of(char letter)
{
	switch (ascii_lower(letter)) {
	case 'k':
		return THOUSAND;
	case 'm':
		return MILLION;
	default:
		return 0;
	}
}

static enum verdict read_decimal(const char *text, size_t size, struct predicate_value *value)
{
	struct decimal decimal = {0, 0, false};
	bool negative = size > 0 && text[0] == '-';
	size_t at = negative || (size > 0 && text[0] == '+');
	at += take_number(text + at, size - at, &decimal);
	if (at == 0 || !ascii_is_digit(text[at - 1]))
		return NOT;
	unsigned shift = at + 1 == size ? shift_of(text[at]) : 0;
	if (at + (shift > 0) != size)
		return NOT;
	for (; shift > 0 && decimal.places > 0; shift--)
		decimal.places--;
	for (; shift > 0; shift--)
		add_digit(&decimal, 0);
	if (decimal.large || decimal.places > PLACES_MAX ||
	    decimal.mantissa > (uint64_t)INT64_MAX + negative)
		return TOO_LARGE;
	value->kind = VALUE_DECIMAL;
	value->number = negative ? (int64_t)(0 - decimal.mantissa) : (int64_t)decimal.mantissa;
	value->detail = (uint8_t)decimal.places;
	return FINE;
}

static bool is_unit(char letter)
{
	char lower = ascii_lower(letter);
	return lower == 'd' || lower == 'w' || lower == 'm' || lower == 'y';
}

/* 90d, with or without a sign: without one it is positive. */
static enum verdict read_span(const char *text, size_t size, struct predicate_value *value)
{
	struct decimal decimal = {0, 0, false};
	size_t at = size > 0 && (text[0] == '-' || text[0] == '+');
	size_t digits = take_digits(text + at, size - at, &decimal);
	if (digits == 0 || at + digits + 1 != size || !is_unit(text[size - 1]))
		return NOT;
	if (decimal.large || decimal.mantissa > SPAN_MAX)
		return TOO_LARGE;
	value->kind = VALUE_FROM;
	value->number = text[0] == '-' ? -(int64_t)decimal.mantissa : (int64_t)decimal.mantissa;
	value->detail = (uint8_t)ascii_lower(text[size - 1]);
	return FINE;
}

/* Of the form of a date, whether the calendar has it or not. */
static bool is_date(const char *text, size_t size)
{
	static const char form[] = "dddd-dd-dd";
	for (size_t i = 0; i < size && i < sizeof form - 1; i++)
		if (form[i] == 'd' ? !ascii_is_digit(text[i]) : text[i] != '-')
			return false;
	return size == sizeof form - 1;
}

static bool too_large(const struct parser *parser, const struct token *token)
{
	return complain(parser->complaint, token->at, "the number %.*s has too many digits",
			token_shown(token), token->text);
}

static bool take_text(struct parser *parser, const struct token *token,
		      struct predicate_value *value)
{
	if (token->size > UINT8_MAX)
		return complain(parser->complaint, token->at,
				"a value has at most %u bytes, this one %zu", UINT8_MAX,
				token->size);
	value->kind = VALUE_TEXT;
	value->text = parser_text(token);
	return true;
}

static bool take_date(struct parser *parser, const struct token *token,
		      struct predicate_value *value)
{
	int32_t day;
	if (!date_parse(token->text, token->size, &day))
		return complain(parser->complaint, token->at, "the calendar has no day %.*s",
				token_shown(token), token->text);
	value->kind = VALUE_DATE;
	value->number = day;
	return true;
}

/* A word or number without quotes. */
static bool take_run(struct parser *parser, const struct token *token,
		     struct predicate_value *value)
{
	const char *text = token->text;
	bool signs = text[0] == '-' || text[0] == '+';
	if (is_date(text, token->size))
		return take_date(parser, token, value);
	enum verdict verdict = signs ? read_span(text, token->size, value) : NOT;
	if (verdict == NOT)
		verdict = read_decimal(text, token->size, value);
	if (verdict == TOO_LARGE)
		return too_large(parser, token);
	if (verdict == FINE)
		return true;
	if (!signs && read_span(text, token->size, value) != NOT)
		return complain(parser->complaint, token->at,
				"a time from today has a sign: -%.*s was before it, +%.*s will be",
				token_shown(token), text, token_shown(token), text);
	return take_text(parser, token, value);
}

bool value_parse(struct parser *parser, struct predicate_value *value)
{
	struct token token = parser->now;
	*value = (struct predicate_value){.at = emit_at(&token)};
	if (parser_sees(parser, "null"))
		return complain(parser->complaint, token.at,
				"\"null\" is no value; use is null or is not null");
	if ((token.kind != TOKEN_WORD && token.kind != TOKEN_NUMBER && token.kind != TOKEN_TEXT) ||
	    token_is_reserved(&token))
		return parser_lacks(parser, "a value", NULL);
	parser_advance(parser);
	return token.kind == TOKEN_TEXT ? take_text(parser, &token, value)
					: take_run(parser, &token, value);
}

bool value_parse_duration(struct parser *parser, struct predicate_value *value)
{
	struct token token = parser->now;
	*value = (struct predicate_value){.at = emit_at(&token)};
	enum verdict verdict =
	    token.kind == TOKEN_NUMBER ? read_span(token.text, token.size, value) : NOT;
	if (verdict == NOT)
		return parser_lacks(parser, "a duration such as 90d, 2w, 6m or 1y", NULL);
	if (verdict == TOO_LARGE)
		return too_large(parser, &token);
	if (token.text[0] != '+' && value->number > 0) /* P3 */
		value->number = -value->number;
	parser_advance(parser);
	return true;
}
