/* members.h -- customers as the records of a list; included only inside server/engine. */
#ifndef CRMDB_ENGINE_QUERY_MEMBERS_H
#define CRMDB_ENGINE_QUERY_MEMBERS_H
#include "server/engine/state.h"

/* A list under construction in request->room. */
struct members {
	struct wire_writer w;
	uint8_t *bytes;
	uint32_t count;
};

/* Bring nearer what members_add will read of a row. */
void members_prefetch(const struct engine *engine, uint32_t row);

struct members members_begin(uint8_t *room);
void members_add(struct members *members, const struct engine *engine, uint32_t row);
struct wire_list members_end(const struct members *members);

#endif
