/* zipf.h -- ranks drawn from a zipf distribution: rank k has probability (k + 1)^-theta / zeta.
 *
 * Immutable after zipf_init, so one struct serves all threads.
 */
#ifndef CRMDB_BENCH_ZIPF_H
#define CRMDB_BENCH_ZIPF_H
#include "bench/random.h"

struct zipf {
	uint64_t items;
	double theta; /* skew, 0 < theta < 1 */
	double zeta;  /* sum of k^-theta over k = 1 .. items */
	double alpha, eta, second;
};

/* `items` from 2 to 2^32 - 1; takes time in proportion to them (40 ms a million). */
void zipf_init(struct zipf *zipf, uint64_t items, double theta);

/* A rank in [0, items); 0 is the most frequent. */
uint64_t zipf_draw(const struct zipf *zipf, struct random *random);

/* Spread ranks over item numbers, so that the busy ones are not neighbours: one to one on
 * [0, items). */
uint64_t zipf_scatter(uint64_t rank, uint64_t items);

#endif
