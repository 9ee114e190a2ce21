/* verify_people.h -- people.mdb against the log. */
#ifndef CRMDB_APP_VERIFY_PEOPLE_H
#define CRMDB_APP_VERIFY_PEOPLE_H
#include "server/app/options.h"
#include "server/engine/engine.h"
#include "server/store/store.h"

/* Read every document of options->verify.  After a clean stop (`identity`) they must be exactly
 * those that the rows name, and their identities those that the engine knows, one by one. */
bool verify_people(const struct options *options, const struct store_identity *identity,
		   const struct engine *engine, struct failure *failure);

#endif
