/* world.h -- everything of one run: a seed makes one history of crashes, cuts and commands. */
#ifndef CRMDB_TESTS_SIM_WORLD_H
#define CRMDB_TESTS_SIM_WORLD_H
#include "tests/sim/client.h"
#include "tests/sim/judge.h"
#include "tests/sim/line.h"
#include "tests/sim/machine.h"

#define WORLD_CLIENTS 8u

/* What kind of run this is. */
struct knobs {
	uint32_t clients, max_clients;
	uint32_t customers;
	uint32_t strangers; /* ids that an order may create */
	uint32_t crowded;   /* per mille of orders that one of them places today */
	uint32_t advances;  /* per mille of commands */
	uint32_t people;    /* per mille of commands that would be another */
	uint32_t care;      /* likewise */
	uint32_t fields;    /* likewise */
	uint32_t erase;     /* per mille of those about people */
	uint32_t segments;  /* per mille of commands that would be another: saved ones */
	uint32_t batch;     /* usual most commands in a frame */
	uint32_t giant;     /* per mille of frames that hold thousands */
	uint32_t depth;     /* frames under way for each client, up to CLIENT_FLIGHTS */
	uint32_t memory_fails;
	uint32_t huge; /* per mille of orders that fill a spend to the brim */
};

/* What happened, to see that it happens at all. */
struct tally {
	uint64_t crashes, stops, cuts, spoils, deadlines, pauses, jobs;
	uint64_t sent, answers, repeated, refused, goodbyes, fenced, events, frames;
	uint64_t puts, erased, found, unknown, taken, gone; /* about people; refused */
	uint64_t struck, unsettled;                         /* by a script; starts */
	uint64_t sets, consents, greetings, profiles;       /* answered well */
	uint64_t fields;                                    /* added, renamed and dropped */
	uint64_t orders, upgrades, moves, questions;        /* of tier, of stage, about sets */
	uint64_t segments, drops, members, tests, built;    /* saved segments */
	uint64_t days, turned, kept, saved, fallen;         /* begun; changed customers; tiers */
	uint64_t slices, half_days; /* left in the middle of a day; starts in one */
};

struct world {
	uint64_t seed, step;
	struct dice dice;
	struct clock clock;
	struct knobs knobs;
	struct machine machine;
	struct intents intents;
	struct model model;
	struct question_names questions;
	struct line *lines;
	struct client clients[WORLD_CLIENTS];
	struct tally tally;
};

/* Run one history and judge it; fails the process if anything is wrong. */
void world_run(struct world *world, uint64_t seed, uint64_t steps);

#endif
