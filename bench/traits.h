/* traits.h -- what is known of the population's customers beside their orders.
 *
 * Deterministic as the population: customer `item` of a seed is always the same.  Seven of eight
 * have a day of birth, from 18 to 78 years ago; two of five agreed to messages, three to e-mail;
 * half of them live in two of eight regions.
 */
#ifndef CRMDB_BENCH_TRAITS_H
#define CRMDB_BENCH_TRAITS_H
#include <stdbool.h>

#include "bench/population.h"
#include "protocol/common/date.h"

#define TRAITS_FIELDS 4u

struct traits {
	int32_t birth_date;                   /* days since 1970-01-01; TRAITS_NO_DAY: not known */
	const char *gender, *region, *source; /* static; gender NULL: not known */
	bool sms, email;                      /* marketing is agreed to */
	char birth_text[DATE_TEXT_BYTES];     /* "1987-03-14" */
};
#define TRAITS_NO_DAY INT32_MIN

void traits_draw(const struct population *population, uint64_t item, struct traits *out);

/* A field of people.def and its value, borrowed from the traits. */
struct trait {
	const char *field, *value;
};
/* Those that are known; returns how many. */
uint32_t traits_list(const struct traits *traits, struct trait list[TRAITS_FIELDS]);

#endif
