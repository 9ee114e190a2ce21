/* main.c -- crmdb-server: read the options, then serve or verify. */
#include <stdio.h>
#include <string.h>

#include "server/app/options.h"
#include "server/app/server.h"
#include "server/app/verify.h"
#include "server/base/log.h"

static bool set_log_level(const char *name, struct failure *failure)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	for (int i = 0; i < 4; i++)
		if (strcmp(name, names[i]) == 0) {
			log_set_level((enum log_level)i);
			return true;
		}
	return failure_set(failure, EXIT_USAGE,
			   "--log-level: \"%s\" is not debug, info, warn or error", name);
}

int main(int argc, char **argv)
{
	struct options options;
	struct failure failure = {.code = EXIT_USAGE};
	bool fine = options_read(argc, argv, &options, &failure) &&
		    set_log_level(options.log_level, &failure) &&
		    (options.verify != NULL ? verify_run(&options, &failure)
					    : server_run(&options, &failure));
	if (fine)
		return EXIT_FINE;
	fprintf(stderr, "crmdb-server: %s\n", failure.text);
	return (int)failure.code;
}
