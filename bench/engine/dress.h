/* dress.h -- gives the rig's customers what is known of them beside their orders (traits.h). */
#ifndef CRMDB_BENCH_ENGINE_DRESS_H
#define CRMDB_BENCH_ENGINE_DRESS_H
#include "bench/engine/rig.h"

/* By events as decide makes them: attributes, then consents.  Again: nothing.  False: out of
 * memory. */
bool rig_dress(struct rig *rig);

#endif
