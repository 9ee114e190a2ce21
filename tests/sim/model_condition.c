/* model_condition.c -- see model_condition.h. */
#include "tests/sim/model_condition.h"

#include "tests/sim/fail.h"
#include "tests/sim/model_segments.h"
#include "tests/support/naive.h"

/* A customer at a number; id 0: nobody, whom only faults are asked of. */
struct asked_person {
	const struct model *model;
	uint64_t id, at;
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

/* A saved segment is what its condition was when it was saved, with the names there were then. */
static int in_saved(void *context, struct wire_text name);

static struct naive naive_of(struct asked_person *person)
{
	return (struct naive){.context = person,
			      .today = person->state.today,
			      .value = value_of,
			      .rank = rank,
			      .saved = in_saved};
}

static int in_saved(void *context, struct wire_text name)
{
	struct asked_person person = *(struct asked_person *)context;
	const struct model *model = person.model;
	const struct model_saved *segment = model_segment_named(model, name, person.at);
	if (segment == NULL || person.id == 0)
		return segment == NULL ? -1 : 0;
	person.at = segment->event; /* of names */
	struct naive naive = naive_of(&person);
	return naive_passes(&naive, model_segment_asked(model, segment)->predicate);
}

enum error model_condition_fault(const struct model *model, struct wire_text program, uint64_t at)
{
	struct asked_person person = {.model = model, .at = at};
	struct naive naive = naive_of(&person);
	naive.today = model_newest(model, at)->today;
	return naive_fault(&naive, program);
}

bool model_passes(const struct model *model, uint64_t customer, struct wire_text program,
		  uint64_t at)
{
	struct asked_person person = {.model = model, .id = customer, .at = at};
	person.state = model_person(model, customer, at);
	struct naive naive = naive_of(&person);
	return person.state.exists && person.state.erased == 0 && naive_passes(&naive, program);
}
