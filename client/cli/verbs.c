/* verbs.c -- see verbs.h. */
#include "client/cli/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/describe.h"
#include "protocol/limits.h"
#include "protocol/messages.h"

const struct verb verbs[] = {
#define VERB(message, words, operands, clauses) {OP_##message, words, operands, clauses},
#include "client/cli/verbs.def"
};
const size_t verb_count = sizeof verbs / sizeof verbs[0];

static const char *letter_text(char letter)
{
	switch (letter) {
	case 'c':
		return " ID";
	case 'p':
		return " POINTS";
	case 'r':
		return " [ref TEXT]";
	case 'l':
		return " [limit N]";
	default:
		return " [from EVENT]";
	}
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

char *verbs_help(void)
{
	char *text = NULL, syntax[128];
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL)
		return NULL;
	fputs("Commands, as words or as one string:\n\n", out);
	for (size_t i = 0; i < verb_count; i++) {
		const struct message_info *message = message_info(verbs[i].opcode);
		verb_format(&verbs[i], syntax, sizeof syntax);
		fprintf(out, "  %s\n        %s\n", syntax, message->doc);
	}
	fprintf(out, "\nhistory lists limit N (%u, at most %u) events at a time.\n",
		LIMIT_HISTORY_PAGE_DEFAULT, LIMIT_HISTORY_PAGE);
	fputs("Numbers may be written 1_000 or +500.  A ref is a text of up to 64 bytes,\n"
	      "such as an order number: repeating a command with it gives the first answer\n"
	      "again.  JSON writes numbers above 2^53 as text; errors are text on standard\n"
	      "error in every format.  Without --uri the server is the one of CRMDB_URI, or\n"
	      "crmdb://127.0.0.1:7878.\n"
	      "\nExit status: 0 fine, 1 refused, 2 usage, 3 unreachable, late or unknown.",
	      out);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
