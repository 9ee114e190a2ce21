/* workload.h -- what the load asks, and whether the answers are right.
 *
 *   create     customers 1 to N without orders, each once; those that exist already are fine
 *   populate   customers 1 to N with their orders of years (population.h), likewise
 *   sweep      reads each customer once and sums the points
 *   earn       credits 1 to 128 points to customers drawn at random
 *   get        reads customers drawn at random
 *   order      a purchase of today by customers drawn at random
 *   count      counts random sets of tiers and stages in a random range of spend
 *   page       lists the highest spenders of such sets
 *   matrix     reads the matrix of tiers and stages
 *   people     gives customers 1 to N a name and a phone, likewise
 *   traits     gives customers 1 to N birth dates, regions, consents and the like, likewise
 *   profile    reads profiles of customers drawn at random
 *   find       finds customers drawn at random by their phones
 *   set        changes the names of customers drawn at random
 *
 * A workload is shared by all lanes of a crew (the few members that change are atomic); slots and
 * tallies belong to one lane each.
 */
#ifndef CRMDB_BENCH_WORKLOAD_H
#define CRMDB_BENCH_WORKLOAD_H
#include <crmdb/crmdb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/ledger.h"
#include "bench/population.h"
#include "bench/zipf.h"

enum workload_kind {
	WORK_CREATE,
	WORK_POPULATE,
	WORK_SWEEP,
	WORK_EARN,
	WORK_GET,
	WORK_ORDER,
	WORK_COUNT,
	WORK_PAGE,
	WORK_MATRIX,
	WORK_PEOPLE,
	WORK_TRAITS,
	WORK_PROFILE,
	WORK_FIND,
	WORK_SET
};

struct workload {
	enum workload_kind kind;
	uint64_t customers;
	uint32_t batch;
	uint32_t limit;            /* page: customers of one */
	bool refs;                 /* make keys from texts */
	const struct zipf *zipf;   /* NULL: uniform; borrowed */
	struct ledger *ledger;     /* borrowed */
	uint64_t run;              /* number of this run, in the texts of refs and orders */
	atomic_uint_fast64_t next; /* create, populate, sweep: first customer not yet handed out,
				      from 0; order: the last order's number in this run */
	struct population population;
	const int64_t *amounts; /* POPULATION_AMOUNTS of them; borrowed */
	uint8_t tiers, stages;  /* of the programme, as many as there are */
	uint64_t held;          /* customers the server holds: what all cells add up to */
};

/* One command of a frame in flight, as far as its answer is checked against it. */
struct workload_pick {
	uint32_t item; /* customer - 1 */
	uint32_t points;
	int64_t amount;      /* of an order */
	int64_t spend;       /* populate: of the customer, after it */
	crm_segment segment; /* count, page */
};

/* One frame in flight. */
struct workload_slot {
	crm_batch *batch;
	struct workload_pick *picks;
	uint32_t size;
	uint64_t sent_ns;
};

/* What the answers said. */
struct workload_tally {
	uint64_t done;    /* commands that succeeded */
	uint64_t existed; /* create, populate: was there */
	uint64_t created; /* customers */
	uint64_t failed;  /* commands refused, or answered wrongly */
	uint64_t events;  /* written by what was done */
	uint64_t orders;  /* recorded */
	int64_t spend;    /* of them, minor units */
	int64_t points;   /* earned, or summed by a sweep */
	crm_error first;  /* the first failure */
};

/* Room for a slot's commands.  False: out of memory.  Freed by workload_slot_free. */
bool workload_slot_new(const struct workload *workload, struct workload_slot *slot);
void workload_slot_free(struct workload_slot *slot);

/* Fill the slot with the next frame's commands.  False: there is nothing left to ask. */
bool workload_fill(struct workload *workload, struct random *random, struct workload_slot *slot);

/* Check the answers to the slot's commands and count them. */
void workload_judge(const struct workload *workload, const struct workload_slot *slot,
		    const crm_result *result, struct workload_tally *tally);

void workload_tally_merge(struct workload_tally *tally, const struct workload_tally *other);

#endif
