/* zipf.c -- see zipf.h.
 *
 * The sampler of Gray et al., Quickly Generating Billion-Record Synthetic Databases (1994), which
 * YCSB uses too: exact for the two most frequent ranks, close for the rest, one pow() a draw.
 * The scattering is a multiplication modulo the item count by a prime above it.
 */
#include "bench/zipf.h"

#include <math.h>

#define SCATTER_PRIME UINT64_C(4294967291) /* the largest prime below 2^32 */

static double zeta_sum(uint64_t items, double theta)
{
	double sum = 0;
	for (uint64_t k = items; k >= 1; k--) /* small terms first: no digits are lost */
		sum += pow((double)k, -theta);
	return sum;
}

void zipf_init(struct zipf *zipf, uint64_t items, double theta)
{
	double n = (double)items;
	zipf->items = items;
	zipf->theta = theta;
	zipf->zeta = zeta_sum(items, theta);
	zipf->alpha = 1.0 / (1.0 - theta);
	zipf->second = 1.0 + pow(0.5, theta);
	zipf->eta = (1.0 - pow(2.0 / n, 1.0 - theta)) / (1.0 - zipf->second / zipf->zeta);
}

uint64_t zipf_draw(const struct zipf *zipf, struct random *random)
{
	double u = random_unit(random);
	if (u * zipf->zeta < 1.0)
		return 0;
	if (u * zipf->zeta < zipf->second)
		return 1;
	double share = pow(zipf->eta * u - zipf->eta + 1.0, zipf->alpha);
	uint64_t rank = (uint64_t)((double)zipf->items * share);
	return rank < zipf->items ? rank : zipf->items - 1;
}

uint64_t zipf_scatter(uint64_t rank, uint64_t items)
{
	return rank * SCATTER_PRIME % items;
}
