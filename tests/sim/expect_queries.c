/* expect_queries.c -- answers of questions with a condition: asked of each customer as the model
 * has it at the number the answer claims.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "tests/sim/expect_private.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_days.h"
#include "tests/support/naive.h"

struct asked_person {
	const struct model *model;
	uint64_t id;
	struct person_state state;
};

static struct wire_text nth(const char *names, unsigned number)
{
	for (; number > 0; number--)
		names = strchr(names, ',') + 1;
	return (struct wire_text){names, (uint32_t)strcspn(names, ",")};
}

static const char tiers[] = "none,bronze,silver,gold,vip";
static const char stages[] = "prospect,new,active,loyal,at_risk,churned,won_back";
static const char bands[] = "potential,low,middle,high";

static int rank(void *context, struct wire_text tier)
{
	(void)context;
	for (unsigned i = 0; i < STANDING_TIERS; i++)
		if (naive_same(nth(tiers, i), tier))
			return (int)i;
	return -1;
}

static struct naive_value number(naive_number number, unsigned places)
{
	return (struct naive_value){.number = number, .places = places};
}

static struct naive_value day(int32_t day)
{
	return (struct naive_value){.none = day < 0, .number = day};
}

static struct naive_value text(const char *names, unsigned at)
{
	return (struct naive_value){.number = at, .text = nth(names, at)};
}

static struct naive_value value_of(void *context, uint32_t place)
{
	const struct asked_person *person = context;
	const struct standing *s = &person->state.standing;
	switch (place) {
	case CATALOGUE_id:
		return number((naive_number)person->id, 0);
	case CATALOGUE_tier:
		return text(tiers, s->tier);
	case CATALOGUE_stage:
		return text(stages, s->stage);
	case CATALOGUE_band:
		return text(bands, s->band);
	case CATALOGUE_spend:
		return number(s->spend, 2);
	case CATALOGUE_spend12:
		return number(s->spend12, 2);
	case CATALOGUE_spend12_before:
		return number(s->spend12_before, 2);
	case CATALOGUE_largest_order:
		return (struct naive_value){
		    .none = s->orders == 0, .number = s->largest, .places = 2};
	case CATALOGUE_points:
		return number(s->points, 0);
	case CATALOGUE_orders:
		return number(s->orders, 0);
	case CATALOGUE_orders12:
		return number(s->orders12, 0);
	case CATALOGUE_first_order:
		return day(s->first_day);
	case CATALOGUE_last_order:
		return day(s->last_day);
	case CATALOGUE_previous_order:
		return day(s->previous_day);
	case CATALOGUE_gap:
		return (struct naive_value){.none = s->previous_day < 0,
					    .number = s->last_day - s->previous_day};
	case CATALOGUE_created:
		return number(
		    model_calendar_day(&person->model->calendar, person->state.created_us), 0);
	case CATALOGUE_events:
		return number(person->state.events, 0);
	case CATALOGUE_tier_until:
		return day(s->tier_until);
	default:
		fail_now("a condition on %s", catalogue_fields[place].name);
	}
}

static void check_turned(const struct expect *expect, const struct asked_person *person)
{
	struct flip flip;
	if (model_flip(person->model, &person->state, &flip) &&
	    model_flip_moves(&person->state, &flip))
		fail_now("at event %" PRIu64 " customer %" PRIu64
			 " is asked for, and the day has yet to move it: %s",
			 expect->at, person->id, intents_describe(expect->intent));
}

void expect_query(struct expect *expect)
{
	const struct model *model = expect->judge->model;
	struct wire_text program = expect->command->as.query_count.predicate;
	struct asked_person person = {.model = model};
	struct naive naive = {&person, model_newest(model, expect->at)->today, value_of, NULL,
			      rank};
	uint64_t customers = 0;
	if (expect->judge->memory_fails && expect->answer->status == ERROR_OUT_OF_MEMORY)
		return;
	enum error fault = naive_fault(&naive, program);
	if (fault != ERROR_OK) {
		expect_refuse(expect, fault, 0, 0);
		return;
	}
	for (uint32_t i = 0; i < model->people_count; i++) {
		person.id = model->people[i].id;
		person.state = model_person(model, person.id, expect->at);
		if (!person.state.exists || person.state.erased != 0)
			continue;
		if (!naive_passes(&naive, program))
			continue;
		check_turned(expect, &person);
		customers++;
	}
	expect_accept(expect);
	expect->answer->as.query_count.customers = customers;
}
