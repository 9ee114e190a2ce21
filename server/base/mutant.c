/* mutant.c -- chooses the deliberate fault of a BUILD=mutants process; empty in other builds. */
#include "server/base/mutant.h"

#ifdef CRMDB_MUTANTS
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum mutant mutant_chosen;

static const char *const names[] = {
#define MUTANT_ROW(name, doc) #name,
#include "server/base/mutants.def"
};

__attribute__((constructor)) static void choose(void)
{
	const char *wanted = getenv("CRMDB_MUTANT");
	if (wanted == NULL)
		return;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], wanted) == 0) {
			mutant_chosen = (enum mutant)i;
			return;
		}
	fprintf(stderr, "CRMDB_MUTANT: no mutant \"%s\"\n", wanted);
	abort();
}
#endif
