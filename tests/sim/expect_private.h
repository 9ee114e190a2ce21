/* expect_private.h -- one expectation in the making, for expect.c, expect_care.c, expect_days.c,
 * expect_fields.c, expect_orders.c, expect_people.c, expect_queries.c, expect_saved.c and
 * expect_sets.c only. */
#ifndef CRMDB_TESTS_SIM_EXPECT_PRIVATE_H
#define CRMDB_TESTS_SIM_EXPECT_PRIVATE_H
#include "tests/sim/expect.h"

struct expect {
	const struct judge *judge;
	const struct intent *intent;
	const struct command *command;
	uint64_t at; /* the number the answer claims */
	struct answer *answer;
	uint8_t *entries; /* EXPECT_ENTRY_BYTES for the records of a list */
};

void expect_refuse(struct expect *expect, enum error error, int64_t a, int64_t b);
void expect_accept(struct expect *expect);
/* The rules allow it, so there would be an event, and that is not here: only memory is an excuse.
 */
void expect_no_excuse(struct expect *expect);

/* True: the customer is erased, and the answer is settled. */
bool expect_erased(struct expect *expect, const struct person_state *person);

/* expect_care.c */
bool expect_is_care(uint16_t opcode); /* about one customer */
void expect_care(struct expect *expect, const struct person_state *person);
void expect_care_event(struct expect *expect, const struct event *event);
void expect_care_entry(const struct expect *expect, const struct event *event,
		       struct rec_entry *entry);
void expect_due(struct expect *expect);
void expect_attributes(struct expect *expect, uint64_t customer); /* of a profile */

/* expect_days.c */
void expect_advance(struct expect *expect);
void expect_info_days(struct expect *expect);
/* What a day or an order made of tier and stage. */
void expect_standing_entry(const struct expect *expect, const struct event *event,
			   struct rec_entry *entry);

/* expect_fields.c */
void expect_field(struct expect *expect);
void expect_field_event(struct expect *expect, const struct event *event);
/* True: a value of an added field is wrong, and the answer is settled. */
bool expect_values(struct expect *expect, const struct wire_list *fields);
/* Those of a profile, behind its attributes. */
void expect_added(const struct expect *expect, uint64_t customer, struct wire_writer *w,
		  uint32_t *count);

/* expect_orders.c */
void expect_order(struct expect *expect, const struct person_state *person);
void expect_order_event(struct expect *expect, const struct event *event);
void expect_order_entry(const struct expect *expect, const struct event *event,
			struct rec_entry *entry);

/* expect_people.c */
bool expect_is_person(uint16_t opcode); /* about one customer */
void expect_person(struct expect *expect, const struct person_state *person);
void expect_person_event(struct expect *expect, const struct event *event);
void expect_find(struct expect *expect);

/* expect_saved.c: a question with a condition; saved segments, false: it is something else */
void expect_query(struct expect *expect);
bool expect_saved(struct expect *expect);
void expect_membership_entry(const struct event *event, struct rec_entry *entry);
void expect_saved_event(struct expect *expect, const struct event *event);

/* expect_sets.c */
void expect_count(struct expect *expect);
void expect_page(struct expect *expect);
void expect_walk(struct expect *expect);
void expect_matrix(struct expect *expect);
#define EXPECT_CELLS (STANDING_TIERS * STANDING_STAGES)
/* The matrix as of number `at`. */
void expect_cells(const struct expect *expect, uint64_t at, struct rec_cell cells[EXPECT_CELLS]);
/* A set of bits below `count`; all is every one of them.  False: refused. */
bool expect_set(struct expect *expect, uint16_t *set, uint32_t count, enum error error);

/* expect_trend.c */
void expect_matrix_on(struct expect *expect);
void expect_trend(struct expect *expect);

#endif
