/* sim.c -- the deterministic simulation: session, core and engine on a simulated clock, network,
 * pool and disk, against a naive model.
 *
 *   sim [--seed S] [--runs R] [--steps N]
 *
 * Each run takes the next seed; the same seed gives the same history.  SEED in the environment is
 * the first seed when --seed is not given.  A failure is one line with its seed:
 *
 *   sim --seed S --runs 1 --steps N        shows it again
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/base/log.h"
#include "tests/sim/world.h"

struct options {
	uint64_t seed, runs, steps;
};

static bool read_number(const char *text, uint64_t *number)
{
	char *end;
	if (text == NULL || *text < '0' || *text > '9')
		return false;
	*number = strtoull(text, &end, 10);
	return *end == '\0';
}

static bool read_options(int argc, char **argv, struct options *options)
{
	if (!read_number(getenv("SEED"), &options->seed))
		options->seed = (uint64_t)time(NULL);
	for (int i = 1; i < argc; i += 2) {
		uint64_t *number = strcmp(argv[i], "--seed") == 0    ? &options->seed
				   : strcmp(argv[i], "--runs") == 0  ? &options->runs
				   : strcmp(argv[i], "--steps") == 0 ? &options->steps
								     : NULL;
		if (number == NULL || i + 1 == argc || !read_number(argv[i + 1], number))
			return false;
	}
	return true;
}

static void add(struct tally *sum, const struct tally *tally)
{
	uint64_t *to = (uint64_t *)sum;
	const uint64_t *from = (const uint64_t *)tally;
	for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
		to[i] += from[i];
}

static void report(const struct options *options, const struct tally *sum)
{
	printf("events %" PRIu64 ", frames %" PRIu64 ", commands %" PRIu64 ", answers %" PRIu64
	       " (%" PRIu64 " repeated, %" PRIu64 " refused)\n",
	       sum->events, sum->frames, sum->sent, sum->answers, sum->repeated, sum->refused);
	printf("orders %" PRIu64 " (%" PRIu64 " lifted a tier, %" PRIu64
	       " moved a stage), questions about sets %" PRIu64 "\n",
	       sum->orders, sum->upgrades, sum->moves, sum->questions);
	printf("profiles put %" PRIu64 ", erased %" PRIu64 ", found %" PRIu64 " (nobody %" PRIu64
	       "), refused: taken %" PRIu64 ", erased before %" PRIu64
	       "; people.mdb crashed %" PRIu64 " times, found unsettled by %" PRIu64 " starts\n",
	       sum->puts, sum->erased, sum->found, sum->unknown, sum->taken, sum->gone, sum->struck,
	       sum->unsettled);
	printf("sets of fields %" PRIu64 ", fields added, renamed and dropped %" PRIu64
	       ", consents %" PRIu64 ", greetings %" PRIu64 ", profiles %" PRIu64 "\n",
	       sum->sets, sum->fields, sum->consents, sum->greetings, sum->profiles);
	printf("segments saved %" PRIu64 ", dropped %" PRIu64 ", entered or left %" PRIu64
	       ", tested %" PRIu64 " (turns with one still built: %" PRIu64 ")\n",
	       sum->segments, sum->drops, sum->members, sum->tests, sum->built);
	printf("days %" PRIu64 " (left half turned %" PRIu64 " times, found so by %" PRIu64
	       " starts), changed by a day %" PRIu64 " (tiers: %" PRIu64 " kept, %" PRIu64
	       " fell, %" PRIu64 " saved by an order)\n",
	       sum->days, sum->slices, sum->half_days, sum->turned, sum->kept, sum->fallen,
	       sum->saved);
	printf("crashes %" PRIu64 ", stops %" PRIu64 ", cuts %" PRIu64 ", spoilt %" PRIu64
	       ", deadlines %" PRIu64 ", pauses %" PRIu64 ", jobs %" PRIu64 ", goodbyes %" PRIu64
	       ", fenced %" PRIu64 "\n",
	       sum->crashes, sum->stops, sum->cuts, sum->spoils, sum->deadlines, sum->pauses,
	       sum->jobs, sum->goodbyes, sum->fenced);
	printf("ok - sim: %" PRIu64 " runs of %" PRIu64 " steps from seed %" PRIu64
	       ", nothing differs\n",
	       options->runs, options->steps, options->seed);
}

int main(int argc, char **argv)
{
	static struct world world;
	struct options options = {.runs = 100, .steps = 4000};
	struct tally sum = {0};
	if (!read_options(argc, argv, &options)) {
		fprintf(stderr, "usage: sim [--seed S] [--runs R] [--steps N]\n");
		return 2;
	}
	log_set_level(LOG_ERROR);
	printf("SEED=%" PRIu64 "\n", options.seed);
	fflush(stdout);
	for (uint64_t i = 0; i < options.runs; i++) {
		world_run(&world, options.seed + i, options.steps);
		add(&sum, &world.tally);
	}
	report(&options, &sum);
	return 0;
}
