/* pool.h -- the pool's threads as a bag: jobs are worked on, and later done, in any order. */
#ifndef CRMDB_TESTS_SIM_POOL_H
#define CRMDB_TESTS_SIM_POOL_H
#include "tests/sim/dice.h"

#define POOL_JOBS 64u

struct pool_job {
	void (*work)(void *job);
	void (*done)(void *job);
	void *job;
	bool worked;
};

/* Zero it to begin. */
struct pool {
	struct pool_job jobs[POOL_JOBS];
	uint32_t count;
	uint64_t total;
};

void pool_submit(struct pool *pool, const struct pool_job *job);
/* Work on one job, or call `done` of one that was worked on.  False: there is none. */
bool pool_step(struct pool *pool, struct dice *dice);
/* The process is gone: no job is worked on any more, each lets go of what it holds. */
void pool_abandon(struct pool *pool);

#endif
