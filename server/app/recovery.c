/* recovery.c -- see recovery.h. */
#include "server/app/recovery.h"

#include <inttypes.h>

struct fold {
	struct engine *engine;
	uint64_t until;
};

static bool fold_event(void *context, uint64_t number, const uint8_t *bytes, uint32_t size,
		       struct failure *failure)
{
	struct fold *fold = context;
	struct event event;
	if (fold->until != 0 && number > fold->until)
		return true;
	if (number != engine_applied(fold->engine) + 1)
		return failure_set(failure, EXIT_DAMAGE,
				   "event %" PRIu64 " follows event %" PRIu64
				   ": events are missing from the log",
				   number, engine_applied(fold->engine));
	if (!event_decode(bytes, size, number, &event) ||
	    (number == 1) != (event.type == EVENT_genesis) ||
	    (number == 1 && !engine_understands(&event)))
		return failure_set(failure, EXIT_DAMAGE,
				   "event %" PRIu64 " cannot be understood: was it written by a "
				   "newer version?",
				   number);
	if (engine_reserve(fold->engine, 1) != ERROR_OK)
		return failure_set(
		    failure, EXIT_MEMORY,
		    "out of memory at event %" PRIu64 ": start with a higher --memory", number);
	engine_apply(fold->engine, &event);
	return true;
}

bool recovery_replay(struct store *store, struct engine *engine, uint64_t until,
		     struct failure *failure)
{
	struct fold fold = {engine, until};
	return store_replay(store, fold_event, &fold, failure);
}

bool recovery_compare(const struct store_identity *identity, const struct engine *engine,
		      struct failure *failure)
{
	uint64_t digest = engine_digest(engine);
	if (!identity->stopped || identity->stop_digest == digest)
		return true;
	return failure_set(failure, EXIT_DAMAGE,
			   "the state folded from the log has digest %016" PRIx64
			   ", but the last clean stop noted %016" PRIx64
			   ": run crmdb-server --verify on a copy",
			   digest, identity->stop_digest);
}
