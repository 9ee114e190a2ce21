/* verify.c -- see verify.h. */
#include "server/app/verify.h"

#include <inttypes.h>
#include <stdio.h>

#include "server/app/recovery.h"
#include "server/app/verify_people.h"
#include "server/store/store_lmdb.h"

static void ignore(void *context)
{
	(void)context;
}

static void ignore_failure(void *context, const struct failure *failure)
{
	(void)context;
	(void)failure;
}

static bool fold(struct store *store, struct engine *engine, const struct options *options,
		 struct failure *failure)
{
	struct store_identity identity;
	if (!recovery_replay(store, engine, options->until, failure))
		return false;
	/* Before the index, too: with it memberships that a day left out are found to be due, and
	 * a log cut at any event may have customers who are not settled yet. */
	if (options->until == 0 && !engine_check(engine, failure))
		return false;
	if (engine_index(engine) != ERROR_OK)
		return failure_set(failure, EXIT_MEMORY, "not enough memory for the spend index");
	if (!engine_check(engine, failure))
		return false;
	if (options->until != 0 && engine_applied(engine) != options->until)
		return failure_set(failure, EXIT_USAGE,
				   "the log ends at event %" PRIu64 ", before --until %" PRIu64,
				   engine_applied(engine), options->until);
	store_identity(store, &identity);
	if (options->until == 0 && !verify_people(options, &identity, engine, failure))
		return false;
	printf("verified %" PRIu64 " events, digest %016" PRIx64 "\n", engine_applied(engine),
	       engine_digest(engine));
	if (options->until == 0 && !identity.stopped)
		fprintf(stderr,
			"crmdb-server: %s was not stopped cleanly, or is being served: what is "
			"still in its journal is not counted, the next start brings it in\n",
			options->verify);
	return true;
}

bool verify_run(const struct options *options, struct failure *failure)
{
	struct store_lmdb_options store_options = {.directory = options->verify,
						   .log_file_bytes = options->log_file_bytes,
						   .read_only = true};
	struct store_listener listener = {ignore, ignore_failure, NULL};
	struct memory memory;
	struct memory_system *system = memory_system_open(0, &memory);
	struct engine *engine = system != NULL ? engine_new(&memory) : NULL;
	struct store *store =
	    engine != NULL ? store_lmdb_open(&store_options, &listener, failure) : NULL;
	bool fine = false;
	if (engine == NULL)
		failure_set(failure, EXIT_MEMORY, "not enough memory to start");
	if (store != NULL) {
		fine = fold(store, engine, options, failure);
		store_free(store);
	}
	if (engine != NULL)
		engine_free(engine);
	if (system != NULL)
		memory_system_close(system);
	return fine;
}
