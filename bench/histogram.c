/* histogram.c -- see histogram.h.
 *
 * Why log-linear: the range is 100 ns to minutes, percentiles want a constant relative error, and
 * recording must cost a few instructions.  Buckets are found by counting leading zeros.
 *
 *   H1  total is the sum of counts.
 *   H2  histogram_bucket_end(histogram_bucket(v)) is in [v, v + v / 128] for v < 2^40.
 */
#include "bench/histogram.h"

#include <math.h>

#define ROW (UINT64_C(1) << HISTOGRAM_ROW_BITS)
#define LARGEST ((UINT64_C(1) << HISTOGRAM_VALUE_BITS) - 1)

size_t histogram_bucket(uint64_t value_ns)
{
	if (value_ns < ROW)
		return (size_t)value_ns;
	if (value_ns > LARGEST)
		value_ns = LARGEST;
	unsigned top = 63u - (unsigned)__builtin_clzll(value_ns);
	unsigned shift = top - HISTOGRAM_ROW_BITS;
	return (size_t)(((uint64_t)shift + 1) * ROW + ((value_ns >> shift) - ROW));
}

uint64_t histogram_bucket_end(size_t bucket)
{
	uint64_t row = bucket >> HISTOGRAM_ROW_BITS;
	uint64_t place = bucket & (ROW - 1);
	if (row == 0)
		return place;
	return ((ROW + place + 1) << (row - 1)) - 1; /* H2 */
}

void histogram_record(struct histogram *histogram, uint64_t value_ns)
{
	histogram->counts[histogram_bucket(value_ns)]++;
	histogram->total++; /* H1 */
	histogram->sum_ns += value_ns;
	if (value_ns > histogram->most_ns)
		histogram->most_ns = value_ns;
}

void histogram_merge(struct histogram *histogram, const struct histogram *other)
{
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		histogram->counts[i] += other->counts[i];
	histogram->total += other->total; /* H1 */
	histogram->sum_ns += other->sum_ns;
	if (other->most_ns > histogram->most_ns)
		histogram->most_ns = other->most_ns;
}

uint64_t histogram_percentile(const struct histogram *histogram, double percent)
{
	uint64_t wanted = (uint64_t)ceil(percent / 100.0 * (double)histogram->total);
	uint64_t seen = 0;
	if (wanted == 0)
		wanted = 1;
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += histogram->counts[i];
		if (seen < wanted)
			continue;
		uint64_t end = histogram_bucket_end(i);
		return end < histogram->most_ns ? end : histogram->most_ns;
	}
	return histogram->most_ns;
}

double histogram_mean(const struct histogram *histogram)
{
	return histogram->total == 0 ? 0.0 : (double)histogram->sum_ns / (double)histogram->total;
}
