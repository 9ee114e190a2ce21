/* people_start.c -- see people_start.h. */
#include "server/app/people_start.h"

#include "server/store/people_lmdb.h"

struct registry *people_start(const struct options *options, const struct store *store,
			      const struct engine *engine, struct failure *failure)
{
	struct store_identity identity;
	store_identity(store, &identity);
	struct people_lmdb_options people = {
	    .directory = options->data,
	    .database = identity.database,
	    .seed = identity.seed,
	    .newest_version = engine_newest_profile(engine),
	};
	struct registry_source source = {
	    .erase_within_us = (int64_t)options->erase_within * 1000000,
	    .engine = engine,
	};
	source.people = people_lmdb_open(&people, &source.seal, failure);
	if (source.people == NULL)
		return NULL;
	struct registry *registry = registry_open(&source, failure);
	if (registry == NULL)
		people_free(source.people);
	return registry;
}
