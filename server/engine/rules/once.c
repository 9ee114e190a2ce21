/* once.c -- exactly once: what a write's key says before any other rule is asked.
 *
 *   O1  A bound key is recognised before its age is judged: a repeat is answered as long as the
 *       binding is known.
 *   O2  A timed key that is not live in memory is too old here: both are measured against a clock
 *       that never goes back, so no key is forgotten while it could still be applied.
 */
#include "server/engine/rules/rules.h"

#include "protocol/key.h"
#include "protocol/limits.h"
#include "server/base/mutant.h"

/* The event `key` is bound to, from memory or else from evidence; 0: none. */
static struct evidence binding(const struct engine *engine, const struct request *request,
			       const struct wire_id *key)
{
	const struct keys_slot *slot = keys_find(&engine->keys, key);
	if (slot != NULL)
		return (struct evidence){slot->event, slot->content};
	return request->evidence != NULL ? *request->evidence : (struct evidence){0, 0};
}

static void decide_bound(struct decision *decision, struct evidence bound, uint64_t content)
{
	decision->saw = bound.event; /* I3 */
	if (bound.content == content) {
		decision->verdict = VERDICT_REPEAT;
		decision->past = bound.event;
	} else {
		outcome_refuse(decision, ERROR_EXISTS_DIFFERENT, (int64_t)bound.event, 0);
	}
}

/* False: the key's time is outside what the server takes, and the decision says so. */
static bool timely(struct decision *decision, const struct wire_id *key, int64_t time_us)
{
	int64_t age_ms = time_us / 1000 - (int64_t)key_unix_ms(*key);
	if (age_ms < -KEY_AHEAD_MS)
		outcome_refuse(decision, ERROR_KEY_TOO_NEW, -age_ms, KEY_AHEAD_MS);
	else if (age_ms > KEY_WINDOW_MS)
		outcome_refuse(decision, ERROR_KEY_TOO_OLD, age_ms, KEY_WINDOW_MS); /* O2 */
	else
		return true;
	return false;
}

bool once_admits(const struct engine *engine, const struct request *request,
		 struct decision *decision)
{
	const struct wire_id *key = command_key(request->command);
	unsigned version = key_version(*key);
	if (version != 7 && version != 8) {
		outcome_refuse(decision, ERROR_KEY_INVALID, version, 0);
		return false;
	}
	uint64_t content =
	    request->content != 0 ? request->content : command_content(request->command);
	struct evidence bound = binding(engine, request, key);
	if (bound.event != 0 && !MUTANT(doubled_repeat)) {
		decide_bound(decision, bound, content); /* O1 */
		return false;
	}
	if (version == 7 && !timely(decision, key, outcome_time(engine, request)))
		return false;
	decision->event.flags = EVENT_KEYED;
	decision->event.key = *key;
	decision->event.content = content;
	return true;
}
