/* knobs.h -- what kind of run a seed makes: clients, faults, calendar, rules, clock. */
#ifndef CRMDB_TESTS_SIM_KNOBS_H
#define CRMDB_TESTS_SIM_KNOBS_H
#include "tests/sim/world.h"

/* Sets knobs, clients, clock and what the model takes as given. */
void knobs_draw(struct world *world);

#endif
