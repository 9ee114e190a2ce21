/* model_history.h -- what a day's history must be: every customer, looked at. */
#ifndef CRMDB_TESTS_SIM_MODEL_HISTORY_H
#define CRMDB_TESTS_SIM_MODEL_HISTORY_H
#include "tests/sim/model.h"

/* Fails the run unless the next event may close the day it names, with what it says. */
void model_close_day(const struct model *model, const struct event *event);

#endif
