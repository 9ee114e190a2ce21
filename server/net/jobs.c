/* jobs.c -- work off the loop, in lanes of their own threads.
 *
 *   loop: net_submit_job --> lane queue --> thread: work --> finished list --poke--> loop: done
 *
 * libuv's own pool is not used: it is one queue for everybody, so that four slow history pages
 * would hold up every key look-up behind them.
 *
 *   J1  A job is in one place: a lane's queue, a thread's hands, or the finished list.
 *   J2  The loop empties the finished list by its state, not by counting wake-ups.
 *   J3  jobs_finish loses nothing: threads finish their queues before they end, and what a `done`
 *       submits after that is run by the loop's thread.
 *
 * To add a lane: a name in enum net_lane (net.h) and a row of lane_threads.
 */
#include "server/net/net_private.h"

#include <stdlib.h>

#define LANES 3
#define THREADS_MOST 2

static const unsigned lane_threads[LANES] = {
    [NET_LANE_LOOKUP] = 1, [NET_LANE_HISTORY] = 2, [NET_LANE_PEOPLE] = 1};

struct job {
	struct job *next;
	net_job *work, *done;
	void *context;
};

struct queue {
	struct job *first, **end;
};

struct lane {
	struct jobs *jobs;
	uv_mutex_t mutex;
	uv_cond_t more;
	struct queue waiting;
	bool ending;
	unsigned threads; /* started */
	uv_thread_t thread[THREADS_MOST];
};

struct jobs {
	struct net *net;
	uv_mutex_t mutex; /* guards finished */
	struct queue finished;
	struct lane lanes[LANES];
};

static void queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->end = &queue->first;
}

static void queue_push(struct queue *queue, struct job *job)
{
	job->next = NULL;
	*queue->end = job;
	queue->end = &job->next;
}

static struct job *queue_pop(struct queue *queue)
{
	struct job *job = queue->first;
	if (job && !(queue->first = job->next))
		queue->end = &queue->first;
	return job;
}

/* The next job; NULL when the lane ends and nothing is left (J3). */
static struct job *lane_next(struct lane *lane)
{
	uv_mutex_lock(&lane->mutex);
	while (!lane->waiting.first && !lane->ending)
		uv_cond_wait(&lane->more, &lane->mutex);
	struct job *job = queue_pop(&lane->waiting);
	uv_mutex_unlock(&lane->mutex);
	return job;
}

static void lane_run(void *context)
{
	struct lane *lane = context;
	struct jobs *jobs = lane->jobs;
	for (struct job *job; (job = lane_next(lane));) {
		job->work(job->context);
		uv_mutex_lock(&jobs->mutex);
		queue_push(&jobs->finished, job);
		uv_mutex_unlock(&jobs->mutex);
		net_poke(jobs->net);
	}
}

static bool lane_start(struct lane *lane, unsigned threads)
{
	for (; lane->threads < threads; lane->threads++)
		if (uv_thread_create(&lane->thread[lane->threads], lane_run, lane) != 0)
			return false;
	return true;
}

struct jobs *jobs_open(struct net *net)
{
	struct jobs *jobs = calloc(1, sizeof *jobs);
	if (!jobs)
		return NULL;
	jobs->net = net;
	queue_init(&jobs->finished);
	ENSURE(uv_mutex_init(&jobs->mutex) == 0);
	for (unsigned i = 0; i < LANES; i++) {
		struct lane *lane = &jobs->lanes[i];
		lane->jobs = jobs;
		queue_init(&lane->waiting);
		ENSURE(uv_mutex_init(&lane->mutex) == 0 && uv_cond_init(&lane->more) == 0);
	}
	bool started = true;
	for (unsigned i = 0; i < LANES && started; i++)
		started = lane_start(&jobs->lanes[i], lane_threads[i]);
	if (started)
		return jobs;
	jobs_free(jobs);
	return NULL;
}

void net_submit_job(struct net *net, enum net_lane lane_name, net_job *work, net_job *done,
		    void *context)
{
	struct lane *lane = &net->jobs->lanes[lane_name];
	struct job *job = malloc(sizeof *job);
	ENSURE(job);
	*job = (struct job){.work = work, .done = done, .context = context};
	uv_mutex_lock(&lane->mutex);
	queue_push(&lane->waiting, job);
	uv_cond_signal(&lane->more);
	uv_mutex_unlock(&lane->mutex);
}

void jobs_collect(struct jobs *jobs)
{
	struct queue finished;
	queue_init(&finished);
	uv_mutex_lock(&jobs->mutex);
	if (jobs->finished.first) { /* J2 */
		finished = jobs->finished;
		queue_init(&jobs->finished);
	}
	uv_mutex_unlock(&jobs->mutex);
	while (finished.first) {
		struct job *job = finished.first;
		finished.first = job->next;
		job->done(job->context);
		free(job);
	}
}

static void lane_end(struct lane *lane)
{
	uv_mutex_lock(&lane->mutex);
	lane->ending = true;
	uv_cond_broadcast(&lane->more);
	uv_mutex_unlock(&lane->mutex);
	while (lane->threads > 0)
		uv_thread_join(&lane->thread[--lane->threads]);
}

/* One job left over after the threads ended, by hand.  False: none. */
static bool run_leftover(struct jobs *jobs)
{
	struct job *job = NULL;
	for (unsigned i = 0; i < LANES && !job; i++)
		job = queue_pop(&jobs->lanes[i].waiting);
	if (!job)
		return false;
	job->work(job->context);
	job->done(job->context);
	free(job);
	return true;
}

void jobs_finish(struct jobs *jobs)
{
	for (unsigned i = 0; i < LANES; i++)
		lane_end(&jobs->lanes[i]);
	jobs_collect(jobs);
	while (run_leftover(jobs)) /* J3 */
		continue;
}

void jobs_free(struct jobs *jobs)
{
	jobs_finish(jobs);
	for (unsigned i = 0; i < LANES; i++) {
		uv_mutex_destroy(&jobs->lanes[i].mutex);
		uv_cond_destroy(&jobs->lanes[i].more);
	}
	uv_mutex_destroy(&jobs->mutex);
	free(jobs);
}
