/* model_care.h -- attributes, consents and greetings as the naive model has them: worked out from
 * the intents of a customer's events, one after the other, each time anew.
 */
#ifndef CRMDB_TESTS_SIM_MODEL_CARE_H
#define CRMDB_TESTS_SIM_MODEL_CARE_H
#include "tests/sim/model.h"

#define CARE_TEXT_BYTES 16u
#define CARE_TEXTS 8u

struct care_texts {
	char text[CARE_TEXTS][CARE_TEXT_BYTES];
	uint32_t count;
};

/* What draw_care.c gives values to; the field numbers are those of people.def. */
struct care_state {
	struct care_texts birth_date, region, tags, holidays;
	uint32_t consents;
	struct {
		char name[CARE_TEXT_BYTES]; /* "" is the birthday */
		uint32_t year;
	} greeted[CARE_TEXTS];
	uint32_t greeted_count;
};

struct care_state model_care(const struct model *model, uint64_t customer, uint64_t at);

/* The year of the last greeting of this kind; 0: none. */
uint32_t model_greeted(const struct care_state *state, const struct msg_customer_care *m);
/* The customer's birthday in a year, since 1970-01-01. */
int32_t model_birthday(const struct care_state *state, int32_t year);

/* What stands against a consent or greeting of a customer that is there; ERROR_OK: nothing. */
enum error model_care_fault(const struct care_state *state, const struct command *command,
			    int32_t today, struct error_detail *detail);
/* Is that the event a consent or greeting makes? */
bool model_care_follows(const struct care_state *before, const struct event *event,
			const struct command *command, int32_t today);

/* Texts a field has ever had, in the order they came. */
struct care_texts model_words(const struct model *model, uint16_t field, uint64_t at);

bool care_has(const struct care_texts *texts, struct wire_text text);

#endif
