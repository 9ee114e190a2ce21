/* verify.h -- fold a directory's log in a process of its own, and check everything. */
#ifndef CRMDB_APP_VERIFY_H
#define CRMDB_APP_VERIFY_H
#include "server/app/options.h"

/* Fold options->verify from event 1 up to options->until (0: all), changing nothing; a server may
 * run on the directory meanwhile.  Prints `verified N events, digest HEX` on stdout. */
bool verify_run(const struct options *options, struct failure *failure);

#endif
