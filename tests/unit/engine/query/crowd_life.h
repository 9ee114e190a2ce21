/* crowd_life.h -- a crowd begins and ends. */
#ifndef CRMDB_TESTS_ENGINE_QUERY_CROWD_LIFE_H
#define CRMDB_TESTS_ENGINE_QUERY_CROWD_LIFE_H
#include "tests/unit/engine/query/crowd.h"

/* Freed by crowd_close. */
static inline void crowd_open(struct crowd *crowd, uint64_t random, uint64_t customers)
{
	*crowd = (struct crowd){.random = random};
	crowd->kit = fixture_kit("2027-11-20");
	crowd->people = calloc(1, sizeof *crowd->people);
	assert_non_null(crowd->people);
	while (crowd->customers < customers) {
		crowd_create(crowd);
		if (crowd_roll(crowd, 2) == 0)
			crowd_set(crowd, crowd_id(crowd->customers - 1));
		if (crowd_roll(crowd, 3) == 0)
			crowd_order(crowd, crowd_id(crowd->customers - 1));
	}
}

static inline void crowd_close(struct crowd *crowd)
{
	fixture_kit_close(crowd->kit);
	fixture_people_free(crowd->people);
}

#endif
