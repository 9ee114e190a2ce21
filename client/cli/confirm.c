/* confirm.c -- see confirm.h. */
#include "client/cli/confirm.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool confirm_erase(uint64_t customer)
{
	char line[16];
	if (!isatty(STDIN_FILENO)) {
		fputs("crmdb-cli: erase asks first, and nobody can answer here: give --yes\n",
		      stderr);
		return false;
	}
	fprintf(stderr,
		"Erase customer %" PRIu64 " for ever: profile, identities and points?\n"
		"Type yes: ",
		customer);
	if (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "yes\n") == 0)
		return true;
	fputs("crmdb-cli: nothing was erased\n", stderr);
	return false;
}
