/* desk_people.h -- commands about people for a desk, and what its people.mdb holds. */
#ifndef CRMDB_TESTS_SUPPORT_DESK_PEOPLE_H
#define CRMDB_TESTS_SUPPORT_DESK_PEOPLE_H
#include "tests/support/desk.h"
#include "tests/support/fields.h"

/* `fields` as fields_parse reads them; the command borrows room that is used again after 16. */
struct command desk_put(struct desk *desk, uint64_t customer, const char *fields);
struct command desk_set(struct desk *desk, uint64_t customer, const char *fields);
struct command desk_erase(struct desk *desk, uint64_t customer);
struct command desk_find(const char *field); /* "phone=+8613800138000" */
struct command desk_profile(uint64_t customer);

/* All jobs that wait, and those they lead to; then everything is durable and released. */
void desk_run(struct desk *desk, struct peer *peer);
/* Let a second pass, so that what is owed is settled. */
void desk_settle_people(struct desk *desk);

/* "7: phone=+8613800138000,name=Zoe" for each document by customer, a line each; then "pending" for
 * each unsettled version.  Into text[size]; returns it. */
const char *desk_people(struct desk *desk, char *text, size_t size);

/* Each row's version has its document, nothing else is there, nothing is pending, and the engine's
 * own checks hold. */
void desk_check_people(struct desk *desk);

#endif
