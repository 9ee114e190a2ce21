/* check.h -- the parts of engine_check, one file for each kind of structure. */
#ifndef CRMDB_ENGINE_CHECK_H
#define CRMDB_ENGINE_CHECK_H
#include "server/engine/state.h"

#define DAMAGED(failure, ...) failure_set(failure, EXIT_DAMAGE, __VA_ARGS__)

/* check_sets.c */
bool check_purchases(const struct engine *engine, struct failure *failure);
bool check_census(const struct engine *engine, struct failure *failure);
bool check_people(const struct engine *engine, struct failure *failure);
/* check_attributes.c */
bool check_attributes(const struct engine *engine, struct failure *failure);
/* check_added.c */
bool check_added(const struct engine *engine, struct failure *failure);
/* check_history.c */
bool check_history(const struct engine *engine, struct failure *failure);
/* check_segments.c */
bool check_segments(const struct engine *engine, struct failure *failure);
/* check_days.c */
bool check_days(const struct engine *engine, struct failure *failure);

#endif
