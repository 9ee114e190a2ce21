/* draw_private.h -- pieces of a command in the making, for draw.c, draw_care.c, draw_days.c,
 * draw_fields.c, draw_orders.c, draw_people.c, draw_queries.c, draw_saved.c and draw_sets.c
 * only. */
#ifndef CRMDB_TESTS_SIM_DRAW_PRIVATE_H
#define CRMDB_TESTS_SIM_DRAW_PRIVATE_H
#include "tests/sim/draw.h"
#include "tests/sim/world.h"

#define DRAW_STRANGER 100u /* ids from here on belong to nobody until an order creates them */

uint64_t draw_customer(struct world *world);
struct wire_id draw_key(struct world *world, uint16_t opcode);

/* Fields of a put or set in the making. */
struct draw_fields {
	struct wire_writer w;
	struct wire_list list;
};

/* draw_care.c: a set of attributes, a consent or a greeting; a profile or a due list; attributes
 * for a put or set */
void draw_care(struct world *world, struct command *command);
void draw_care_read(struct world *world, struct command *command);
void draw_attributes(struct world *world, struct draw_fields *fields);

/* draw_days.c */
void draw_advance(struct world *world, struct msg_advance *m);
void draw_day_question(struct world *world, struct command *command);

/* draw_fields.c: a field added, renamed or dropped; values of one for a put or set */
void draw_field(struct world *world, struct command *command);
void draw_added(struct world *world, struct draw_fields *fields);

/* draw_orders.c */
void draw_order(struct world *world, struct command *command);

/* draw_people.c: a put, set or erasure, a find or a profile */
void draw_people(struct world *world, struct command *command);

/* draw_queries.c: a question with a condition, whose program lives until the next is drawn */
void draw_query(struct world *world, struct command *command);
struct wire_text draw_condition(struct world *world, unsigned depth);

/* draw_saved.c: something about saved segments; a name that one may have */
void draw_saved(struct world *world, struct command *command);
struct wire_text draw_saved_name(struct world *world);

/* draw_sets.c: one of the questions about sets */
void draw_question(struct world *world, const struct client *client, struct command *command);

#endif
