/* draw.h -- what a client asks for next, drawn from the seed. */
#ifndef CRMDB_TESTS_SIM_DRAW_H
#define CRMDB_TESTS_SIM_DRAW_H
#include "tests/sim/intents.h"

struct world;
struct client;

/* A new intent, or an older one that may be sent again now. */
struct intent *draw_intent(struct world *world, struct client *client);
/* Commands in a frame. */
uint32_t draw_batch(struct world *world);

#endif
