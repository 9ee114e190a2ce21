/* watch.h -- a store between the server and store_memory: sees every group that is handed over. */
#ifndef CRMDB_TESTS_SIM_WATCH_H
#define CRMDB_TESTS_SIM_WATCH_H
#include "server/store/store.h"

struct watch {
	struct store store; /* what the server is given; first */
	struct store *inner;
	void (*submitted)(void *context, const struct group *group);
	void *context;
};

/* Owned by the caller, who keeps `inner` too: store_free does nothing here. */
void watch_open(struct watch *watch, struct store *inner,
		void (*submitted)(void *context, const struct group *group), void *context);

#endif
