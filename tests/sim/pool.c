/* pool.c -- see pool.h. */
#include "tests/sim/pool.h"

#include "tests/sim/fail.h"

void pool_submit(struct pool *pool, const struct pool_job *job)
{
	if (pool->count == POOL_JOBS)
		fail_now("more than %u jobs at once: a session may have one", POOL_JOBS);
	pool->jobs[pool->count++] = *job;
	pool->total++;
}

static struct pool_job take(struct pool *pool, uint32_t at)
{
	struct pool_job job = pool->jobs[at];
	pool->jobs[at] = pool->jobs[--pool->count];
	return job;
}

bool pool_step(struct pool *pool, struct dice *dice)
{
	if (pool->count == 0)
		return false;
	uint32_t at = dice_below(dice, pool->count);
	struct pool_job *job = &pool->jobs[at];
	if (!job->worked) {
		job->work(job->job);
		job->worked = true;
		return true;
	}
	struct pool_job done = take(pool, at);
	done.done(done.job);
	return true;
}

void pool_abandon(struct pool *pool)
{
	while (pool->count > 0) {
		struct pool_job job = take(pool, 0);
		job.done(job.job);
	}
}
