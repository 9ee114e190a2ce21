/* verbs.h -- the commands of verbs.def as a table. */
#ifndef CRMDB_CLI_VERBS_H
#define CRMDB_CLI_VERBS_H
#include <stddef.h>
#include <stdint.h>

struct verb {
	uint16_t opcode;
	const char *words;    /* "points earn" */
	const char *operands; /* letters of verbs.def */
	const char *clauses;
	const char *doc; /* "": that of the message */
};

extern const struct verb verbs[];
extern const size_t verb_count;

/* "points earn ID POINTS [ref TEXT]", cut to `size`. */
void verb_format(const struct verb *verb, char *text, size_t size);

/* The list of commands for --help.  Owned by the caller; freed by free().  NULL: out of memory. */
char *verbs_help(void);

#endif
