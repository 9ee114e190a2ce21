/* histogram.h -- counts of durations in log-linear buckets.
 *
 *   value (ns)   0 .. 127    128 .. 255   256 .. 511   512 .. 1023      ...
 *   bucket width    1            1            2            4        doubles each row
 *
 * Every row of 128 buckets covers one power of two, so a value is known to 1/128 (0.8 %).
 * A histogram belongs to one thread at a time.  All zero is an empty histogram.
 */
#ifndef CRMDB_BENCH_HISTOGRAM_H
#define CRMDB_BENCH_HISTOGRAM_H
#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_ROW_BITS 7u    /* 128 buckets a power of two */
#define HISTOGRAM_VALUE_BITS 40u /* longer than 2^40 ns (18 min) counts as that */
#define HISTOGRAM_ROWS (HISTOGRAM_VALUE_BITS - HISTOGRAM_ROW_BITS + 1u)
#define HISTOGRAM_BUCKETS (HISTOGRAM_ROWS << HISTOGRAM_ROW_BITS)

struct histogram {
	uint64_t total;   /* values recorded */
	uint64_t sum_ns;  /* exact */
	uint64_t most_ns; /* largest value, exact */
	uint64_t counts[HISTOGRAM_BUCKETS];
};

void histogram_record(struct histogram *histogram, uint64_t value_ns);

/* Add every value of `other`. */
void histogram_merge(struct histogram *histogram, const struct histogram *other);

/* The smallest duration that `percent` (0 to 100) of the values do not exceed, rounded up to the
 * end of its bucket (at most 1/128 more) but never above the largest value.  0 when empty. */
uint64_t histogram_percentile(const struct histogram *histogram, double percent);

/* Arithmetic mean in nanoseconds; 0 when empty. */
double histogram_mean(const struct histogram *histogram);

/* The bucket a value falls into, and the largest value of a bucket (for tests). */
size_t histogram_bucket(uint64_t value_ns);
uint64_t histogram_bucket_end(size_t bucket);

#endif
