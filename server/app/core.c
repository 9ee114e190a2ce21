/* core.c -- see core.h. */
#include "server/app/core.h"

#include <stdlib.h>

#include "protocol/limits.h"
#include "server/app/registry.h"
#include "server/app/session.h"
#include "server/app/session_private.h"
#include "server/base/ensure.h"
#include "server/base/limits.h"
#include "server/engine/settle.h"

#define BUILD_ROWS 4096u /* of a segment in a turn of the loop: about 0.2 ms */

bool core_open(struct core *core, const struct env *env, const struct wire_out *out,
	       struct engine *engine, struct store *store)
{
	*core = (struct core){.env = *env, .out = *out, .engine = engine, .store = store};
	store_identity(store, &core->identity);
	bool indexed = engine_index(engine) == ERROR_OK;
	core->scratch = malloc(LIMIT_REPLY_BYTES + LIMIT_ANSWER_BYTES);
	core->commit = commit_new(store, engine_applied(engine));
	core->turn = 1;
	core->started_us = env->now_us(env->context);
	bool limited = core_limit_questions(core, QUERY_MEMORY_BYTES);
	if (indexed && limited && core->scratch != NULL && core->commit != NULL) {
		days_open(&core->days, engine, core->commit, core->started_us);
		return true;
	}
	core_close(core);
	return false;
}

bool core_limit_questions(struct core *core, size_t bytes)
{
	struct memory memory;
	questions_close(&core->questions);
	memory_system_close(core->query_memory);
	core->query_memory = memory_system_open(bytes, &memory);
	if (core->query_memory != NULL)
		questions_open(&core->questions, core->engine, &memory, bytes);
	return core->query_memory != NULL;
}

void core_close(struct core *core)
{
	ENSURE(core->sessions == NULL);
	questions_close(&core->questions);
	memory_system_close(core->query_memory);
	commit_free(core->commit);
	free(core->scratch);
}

int64_t core_time_us(const struct core *core)
{
	struct engine_stats stats;
	int64_t now_us = core->env.now_us(core->env.context);
	engine_stats(core->engine, &stats);
	return now_us > stats.time_us ? now_us : stats.time_us;
}

void core_record(struct core *core, const struct event *event)
{
	ENSURE(commit_reserve(core->commit, 1, LIMIT_EVENT_BYTES));
	ENSURE(engine_reserve(core->engine, 1) == ERROR_OK);
	commit_add(core->commit, event, LIMIT_EVENT_BYTES); /* I2 */
	engine_apply(core->engine, event);                  /* I1 */
	commit_submit(core->commit);
	if (event->type == EVENT_genesis) /* now there is a calendar */
		days_open(&core->days, core->engine, core->commit, event->time_us);
}

void core_settle(struct core *core)
{
	if (engine_touched(core->engine) > 0)
		days_settle(&core->days, core->env.now_us(core->env.context));
}

void core_advanced(struct core *core)
{
	commit_refresh(core->commit);
}

bool core_turn_ended(struct core *core)
{
	bool more = false;
	core->turn++;
	core_settle(core);
	commit_submit(core->commit);
	struct days_clock clock = {core->env.now_us(core->env.context), core->commands};
	more = days_turn(&core->days, &clock);
	more = engine_build(core->engine, BUILD_ROWS) || more;
	if (core->registry != NULL)
		registry_turn(core->registry, &core->env, commit_durable(core->commit));
	more = questions_turn(&core->questions, &core->env) || more;
	for (struct session *session = core->busy, *next; session != NULL; session = next) {
		next = session->busy_older;
		more = session_turn_ended(session) || more;
	}
	return more;
}

void core_drain(struct core *core)
{
	core->draining = true;
	for (struct session *session = core->sessions; session != NULL;
	     session = session_next(session))
		session_mark_busy(session);
}

bool core_is_drained(const struct core *core)
{
	bool drained = commit_idle(core->commit);
	for (const struct session *session = core->sessions; session != NULL && drained;
	     session = session_next(session))
		drained = session_is_done(session);
	return drained;
}

uint32_t core_next_look_ms(const struct core *core)
{
	return days_next_look_ms(&core->days, core->env.now_us(core->env.context));
}

void core_info(struct core *core, struct answer *answer)
{
	static const char version[] = CRMDB_VERSION;
	struct ans_info *info = &answer->as.info;
	struct engine_stats stats;
	engine_stats(core->engine, &stats);
	answer->opcode = OP_info;
	answer->status = ERROR_OK;
	answer->flags = 0;
	*info = (struct ans_info){
	    .version = {version, sizeof version - 1},
	    .database = core->identity.database,
	    .incarnation = core->identity.incarnation,
	    .started_us = core->started_us,
	    .applied = stats.applied,
	    .durable = commit_durable(core->commit),
	    .logged = commit_logged(core->commit),
	    .customers = stats.customers,
	    .points = stats.points,
	    .keys = stats.keys,
	    .connections = core->env.clients(core->env.context),
	    .commands = core->commands,
	    .flushes = commit_flushes(core->commit),
	    .today = stats.today,
	    .orders = stats.orders,
	    .spend = stats.spend,
	};
	days_info(&core->days, info);
	if (core->memory_used != NULL)
		info->memory_bytes = core->memory_used(core->memory_context);
}
