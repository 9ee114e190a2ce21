/* verify_people.c -- see verify_people.h. */
#include "server/app/verify_people.h"

#include <inttypes.h>
#include <stdio.h>

#include "server/app/dossier.h"
#include "server/store/people_lmdb.h"

struct tally {
	const struct engine *engine;
	struct seal seal;
	bool stopped; /* nothing may be under way */
	uint64_t documents, identities;
};

/* Its identities lead to its customer. */
static bool check_identities(struct tally *tally, const struct people_document *document,
			     struct failure *failure)
{
	struct wire_text text = {(const char *)document->bytes, document->size};
	uint8_t records[PERSON_IDENTITIES * IDENTITY_RECORD_BYTES];
	uint32_t size = dossier_identities(&tally->seal, text, records);
	for (uint32_t at = 0; at < size; at += IDENTITY_RECORD_BYTES, tally->identities++)
		if (engine_holder(tally->engine, records + at) != document->customer)
			return failure_set(failure, EXIT_DAMAGE,
					   "people.mdb: an identity of customer %" PRIu64
					   " does not lead to it",
					   document->customer);
	return true;
}

static bool check_document(void *context, const struct people_document *document,
			   struct failure *failure)
{
	struct tally *tally = context;
	struct engine_person person = engine_person(tally->engine, document->customer);
	struct wire_text text = {(const char *)document->bytes, document->size};
	if (dossier_count(text) < 0)
		return failure_set(failure, EXIT_DAMAGE,
				   "people.mdb: what is kept of customer %" PRIu64
				   " as version %" PRIu64 " is no profile",
				   document->customer, document->version);
	if (person.profile == document->version) {
		tally->documents++;
		return check_identities(tally, document, failure);
	}
	return !tally->stopped ||
	       failure_set(failure, EXIT_DAMAGE,
			   "people.mdb holds version %" PRIu64 " of customer %" PRIu64
			   ", the log names %" PRIu64,
			   document->version, document->customer, person.profile);
}

static bool compare(const struct tally *tally, struct failure *failure)
{
	struct engine_stats stats;
	engine_stats(tally->engine, &stats);
	if (!tally->stopped ||
	    (tally->documents == stats.profiles && tally->identities == stats.identities))
		return true;
	return failure_set(failure, EXIT_DAMAGE,
			   "people.mdb holds %" PRIu64 " profiles with %" PRIu64
			   " identities, the log names %" PRIu64 " with %" PRIu64,
			   tally->documents, tally->identities, stats.profiles, stats.identities);
}

bool verify_people(const struct options *options, const struct store_identity *identity,
		   const struct engine *engine, struct failure *failure)
{
	struct tally tally = {.engine = engine, .stopped = identity->stopped};
	struct people_lmdb_options people_options = {
	    .directory = options->verify,
	    .database = identity->database,
	    .seed = identity->seed,
	    .newest_version = engine_newest_profile(engine),
	    .read_only = true,
	};
	if (people_options.newest_version == 0)
		return true; /* nothing of it was named yet */
	struct people *people = people_lmdb_open(&people_options, &tally.seal, failure);
	if (people == NULL)
		return false;
	bool fine =
	    people_walk(people, check_document, &tally, failure) && compare(&tally, failure);
	people_free(people);
	return fine;
}
