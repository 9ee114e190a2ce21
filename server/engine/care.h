/* care.h -- greetings: for which day of which year, and was it done?
 *
 *   birthday       month and day of birth_date; 29 February is 28 February in other years
 *   anniversary    likewise of the attribute
 *   holiday        one the customer keeps; its date is the application's
 *
 * Once a year: the year is that of the day greeted for, not of the greeting, so that a birthday of
 * 1 January may be greeted for in December.
 */
#ifndef CRMDB_ENGINE_CARE_H
#define CRMDB_ENGINE_CARE_H
#include "protocol/choices.h"
#include "server/engine/attributes.h"

struct care_kind {
	unsigned kind;    /* enum care */
	uint32_t holiday; /* code, of kind holiday; 0 else */
};

/* Has the customer a day, or the holiday, to be greeted for? */
bool care_applies(const struct engine *engine, uint32_t row, struct care_kind kind);

/* The customer's day of this kind (not a holiday) in a year, since 1970-01-01. */
int32_t care_day(const struct engine *engine, uint32_t row, struct care_kind kind, int32_t year);

/* The year whose such day is nearest to `today`; of a holiday the year of `today`. */
int32_t care_year(const struct engine *engine, uint32_t row, struct care_kind kind, int32_t today);

/* The last year greeted for; 0: none. */
uint32_t care_done(const struct engine *engine, uint32_t row, struct care_kind kind);
void care_note(struct engine *engine, uint32_t row, struct care_kind kind, uint32_t year);

#endif
