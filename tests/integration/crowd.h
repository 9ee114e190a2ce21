/* crowd.h -- what happens to the customers of the test follower: processes that write, and one that
 * turns the programme's day, until they are told to stop.
 *
 *   writer   orders, points, profiles, values of added fields, consents; now and then an erasure
 *   day      advance, day by day
 */
#ifndef CRMDB_TESTS_CROWD_H
#define CRMDB_TESTS_CROWD_H
#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#define CROWD_WRITERS 2u
#define CROWD_FIRST_DAY 10408 /* 1998-07-01 */

struct crowd {
	const char *uri;
	uint64_t seed;
	uint64_t customers; /* 1 .. customers */
	struct {
		_Atomic int stop;
		_Atomic uint64_t batches, days;
	} * shared;
	pid_t pids[CROWD_WRITERS + 1];
};

/* All customers, a part of them with a day of birth and orders of the last weeks; the added fields
 * shoe_size and sports. */
void crowd_make(struct crowd *crowd);
void crowd_start(struct crowd *crowd);
void crowd_stop(struct crowd *crowd);

#endif
