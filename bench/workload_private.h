/* workload_private.h -- the kinds of a workload, between workload.c and workload_*.c. */
#ifndef CRMDB_BENCH_WORKLOAD_PRIVATE_H
#define CRMDB_BENCH_WORKLOAD_PRIVATE_H
#include "bench/workload.h"

/* The answer in a frame that is judged. */
struct workload_answer {
	const struct workload_slot *slot;
	const crm_result *result;
	uint32_t index;
};

static inline const struct workload_pick *workload_pick_of(const struct workload_answer *answer)
{
	return &answer->slot->picks[answer->index];
}

/* A customer drawn at random, as uniform or zipf has it: customer - 1. */
uint32_t workload_item_draw(const struct workload *workload, struct random *random);

/* A failure of the load's own finding: the server said ok and something else.  `what` is a
 * sentence. */
void workload_wrong(const struct workload_answer *answer, const char *what,
		    struct workload_tally *tally);

/* Fill a slot from its start; slot->size says how many, 0: nothing left.
 * Judge an answer whose status is ok: count it as done, or call workload_wrong. */
void populate_fill(struct workload *workload, struct workload_slot *slot);
void populate_judge(const struct workload_answer *answer, struct workload_tally *tally);
void order_fill(struct workload *workload, struct random *random, struct workload_slot *slot);
void order_judge(const struct workload *workload, const struct workload_answer *answer,
		 struct workload_tally *tally);
void count_fill(const struct workload *workload, struct random *random, struct workload_slot *slot);
void count_judge(const struct workload *workload, const struct workload_answer *answer,
		 struct workload_tally *tally);
void page_fill(const struct workload *workload, struct random *random, struct workload_slot *slot);
void page_judge(const struct workload *workload, const struct workload_answer *answer,
		struct workload_tally *tally);
void people_fill(struct workload *workload, struct workload_slot *slot);
void people_judge(const struct workload_answer *answer,
		  struct workload_tally *tally); /* set, too */
void set_fill(const struct workload *workload, struct random *random, struct workload_slot *slot);
void traits_fill(struct workload *workload, struct workload_slot *slot);
void traits_judge(const struct workload_answer *answer, struct workload_tally *tally);
void profile_fill(const struct workload *workload, struct random *random,
		  struct workload_slot *slot);
void profile_judge(const struct workload_answer *answer, struct workload_tally *tally);
void find_fill(const struct workload *workload, struct random *random, struct workload_slot *slot);
void find_judge(const struct workload_answer *answer, struct workload_tally *tally);
void matrix_fill(struct workload_slot *slot);
void matrix_judge(const struct workload *workload, const struct workload_answer *answer,
		  struct workload_tally *tally);

#endif
