/* verbs.c -- see verbs.h. */
#include "client/cli/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/choices.h"
#include "protocol/describe.h"
#include "protocol/limits.h"
#include "protocol/messages.h"
#include "protocol/person.h"

const struct verb verbs[] = {
#define VERB(message, words, operands, clauses, doc) {OP_##message, words, operands, clauses, doc},
#include "client/cli/verbs.def"
};
const size_t verb_count = sizeof verbs / sizeof verbs[0];

static const struct letter {
	char letter;
	const char *text;
} letters[] = {
    {'c', " ID"},
    {'p', " POINTS"},
    {'a', " AMOUNT"},
    {'t', " DATE"},
    {'v', " FIELD=VALUE ..."},
    {'y', " FIELD VALUE"},
    {'u', " PURPOSE CHANNEL given|withdrawn"},
    {'k', " CARE"},
    {'s', " COND|all [show ..] [order by ..] [limit N] [after CURSOR] [for ..]"},
    {'n', " COND|all, or count by FIELD[,FIELD] [where COND]"},
    {'z', " COND|all [show ..] [for ..]"},
    {'m', " FIELD [by FIELD[,FIELD]] [where COND]"},
    {'e', " P FIELD [by FIELD[,FIELD]] [where COND]"},
    {'q', " segment|count|sum|avg|... ..."},
    {'N', " NAME"},
    {'C', " as COND"},
    {'I', " in NAME"},
    {'O', " to NAME"},
    {'K', " KIND"},
    {'D', " [places N]"},
    {'V', " [values A,B]"},
    {'r', " [ref TEXT]"},
    {'o', " ref ORDER"},
    {'l', " [limit N]"},
    {'f', " [from EVENT]"},
    {'d', " [on DATE]"},
    {'i', " [items N]"},
    {'w', " [no-points]"},
    {'P', " [policy T]"},
    {'S', " [source T]"},
    {'b', " [by CHANNEL]"},
    {'Y', " [year N]"},
    {'F', " [from DATE]"},
    {'T', " [to DATE]"},
    {'E', " [kinds TYPE,TYPE]"},
    {'G', " [segment NAME]"},
    {'R', " [tier OP NAME]"},
    {'H', " [stage OP NAME]"},
    {'x', " [for PURPOSE by CHANNEL]"},
    {'A', " [after N]"},
};

static const char *letter_text(char letter)
{
	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if (letters[i].letter == letter)
			return letters[i].text;
	return " ?";
}

void verb_format(const struct verb *verb, char *text, size_t size)
{
	const char *parts[2] = {verb->operands, verb->clauses};
	size_t length = (size_t)snprintf(text, size, "%s", verb->words);
	for (int part = 0; part < 2; part++)
		for (const char *at = parts[part]; *at != '\0' && length < size; at++)
			length +=
			    (size_t)snprintf(text + length, size - length, "%s", letter_text(*at));
}

static const char help[] =
    "  import FILE ...\n"
    "        Take in orders or customers of a delimited file; see import --help.\n"
    "\nCOND is made of tests, `and', `or', `not' and parentheses:\n"
    "\n  FIELD = V    also !=, <, <=, > and >=    FIELD [not] in (V, V)\n"
    "  FIELD [not] between V and V              FIELD has V\n"
    "  FIELD within 90d, of a date: ago; within +2w: ahead; of birthday: ahead\n"
    "  FIELD is [not] null                      @NAME: in a saved segment\n"
    "\nV is a number or amount such as 1_000.50, 10k or 2.5m, a date such as\n"
    "2026-11-22 or -90d, +2w, -6m, -1y from today, a word, or 'a text'.\n"
    "\n  segment tier >= gold and not (stage = new or spend < 1.5k) limit 5\n"
    "  count birthday within 7d and consents has 'marketing:sms'\n"
    "  avg spend12 by tier, region where last_order >= -90d\n"
    "\nlist fields says which FIELDs there are and what V of each can be.  segment\n"
    "lists %u customers, or limit N, highest spend first, or order by FIELD [asc|\n"
    "desc], and says the CURSOR to go on behind them; segment all lists all in the\n"
    "order of their creation.  show FIELD, FIELD says what of each.  for PURPOSE by\n"
    "CHANNEL lists who consented.  KIND of a field is number, money, date,\n"
    "boolean, choice or tags.\n"
    "history lists limit N (%u, at most %u) events at a time.\n"
    "\nput, set and find: FIELD is one of\n"
    "%s.\n"
    "A field with several values is given several times; FIELD= clears it.  Phones\n"
    "begin with + and the country's code.  erase asks first, or takes --yes.\n"
    "\nPURPOSE is one of %s.\n"
    "CHANNEL is one of %s.\n"
    "CARE is birthday, anniversary, or holiday NAME, one the customer keeps.  care\n"
    "is for the year of the day nearest to today, or year N.  due is of today, or\n"
    "from DATE, or up to a DATE within a year; it lists %u customers, or limit N,\n"
    "and says the N to go on after.  T is a text of up to %u bytes: the policy\n"
    "that was shown, where consent was said.\n"
    "\ntrend tells each day that ended, and the one that runs: of all customers, of\n"
    "a tier by =, !=, <, <=, > or >=, of a stage by = or !=, or of those who were\n"
    "in a saved segment; matrix on DATE tells one such day whole.\n"
    "\nNumbers may be written 1_000 or +500.  A ref is a text of up to 64 bytes,\n"
    "such as an order number: repeating a command with it gives the first answer\n"
    "again.  A DATE is 1998-06-30; without one an order is of today.\n"
    "\nThe format table is for people.  json writes money, and numbers above 2^53,\n"
    "as text; csv is that of RFC 4180, with a line of names first.  Errors are text\n"
    "on standard error in every format.  Without --uri the server is the one of\n"
    "CRMDB_URI, or crmdb://127.0.0.1:7878.\n"
    "\nExit status: 0 fine, 1 refused, 2 usage, 3 unreachable, late or unknown.";

/* The names of all fields, in lines of up to 76 columns. */
static void list_fields(char *text, size_t size)
{
	size_t length = 0, column = 0;
	for (size_t i = 0; i < person_field_count && length < size; i++) {
		const char *name = person_fields[i].name;
		bool breaks = column + strlen(name) > 74;
		const char *before = i == 0 ? "" : breaks ? ",\n" : ", ";
		length += (size_t)snprintf(text + length, size - length, "%s%s", before, name);
		column = breaks ? strlen(name) : column + strlen(name) + 2;
	}
}

char *verbs_help(void)
{
	char *text = NULL, syntax[128], fields[512];
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL)
		return NULL;
	fputs("Commands, as words or as one string:\n\n", out);
	for (size_t i = 0; i < verb_count; i++) {
		const char *doc = verbs[i].doc;
		if (*doc == '\0')
			doc = message_info(verbs[i].opcode)->doc;
		verb_format(&verbs[i], syntax, sizeof syntax);
		fprintf(out, "  %s\n        %s\n", syntax, doc);
	}
	list_fields(fields, sizeof fields);
	fprintf(out, help, LIMIT_MEMBERS_PAGE_DEFAULT, LIMIT_HISTORY_PAGE_DEFAULT,
		LIMIT_HISTORY_PAGE, fields, choice_names(CHOICE_purpose),
		choice_names(CHOICE_channel), LIMIT_MEMBERS_PAGE_DEFAULT, LIMIT_NOTE_BYTES);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
