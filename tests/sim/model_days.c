/* model_days.c -- see model_days.h.
 *
 * There is no queue of who is due: at the beginning of each day everybody is looked at.
 */
#include "tests/sim/model_days.h"

#include <inttypes.h>
#include <stdlib.h>

#include "tests/sim/fail.h"
#include "tests/sim/model_segments.h"

#define STEP_RUNNING 3
#define STEP_START 31
#define CAUSE_CLOCK 1
#define CAUSE_ADVANCE 2
#define CAUSE_KEPT 3
#define CAUSE_FELL 4

/* --- what a day changes --- */

/* The keep-test: on the day after the last day of the tier, and once more when grace is over. */
static bool test_tier(const struct model *model, const struct person_state *person,
		      struct flip *flip)
{
	const struct standing_rules *rules = &model->rules;
	const struct standing *standing = &person->standing;
	int32_t late = person->today - standing->tier_until - 1; /* days */
	if (standing->tier == 0 || standing->tier_until < 0 || rules->fall == 0)
		return false;
	bool kept = standing_keeps(standing->tier, person->eve12);
	bool over = late == rules->grace_days;
	if (!over && (late != 0 || !kept))
		return false;
	flip->metric = person->eve12;
	flip->cause = kept ? CAUSE_KEPT : CAUSE_FELL;
	flip->tier_to =
	    kept ? standing->tier : standing_fallen(rules, standing->tier, person->eve12);
	flip->until = flip->tier_to == 0 ? -1 : standing_until(rules, person->today - 1);
	return true;
}

bool model_flip(const struct model *model, const struct person_state *person, struct flip *flip)
{
	const struct standing *standing = &person->standing;
	*flip = (struct flip){.tier_to = standing->tier, .until = standing->tier_until};
	flip->tier = test_tier(model, person, flip);
	flip->stage_to = standing_stage(&model->rules, standing, person->today);
	flip->stage = flip->stage_to != standing->stage;
	return person->exists && person->erased == 0 && (flip->tier || flip->stage);
}

bool model_flip_moves(const struct person_state *person, const struct flip *flip)
{
	return flip->stage || flip->tier_to != person->standing.tier;
}

void model_all_turned(const struct model *model, uint64_t at)
{
	struct flip flip;
	for (uint32_t i = 0; i < model->people_count; i++) {
		uint64_t customer = model->people[i].id;
		struct person_state person = model_person(model, customer, at);
		if (model_flip(model, &person, &flip))
			fail_now("day %d has not turned at event %" PRIu64 ": customer %" PRIu64
				 " of tier %u to day %d is in stage %u",
				 person.today, at > model->last ? model->last : at, customer,
				 person.standing.tier, person.standing.tier_until,
				 person.standing.stage);
	}
}

/* --- who turns it --- */

static int32_t highest(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* The latest day to which an advance may have been found valid; -1: none. */
static int32_t by_advance(const struct model *model)
{
	int32_t latest = -1, end = MODEL_LAST_DAY;
	if (!model->by_hand)
		end = model_calendar_day(&model->calendar, model->high_us);
	for (uint32_t i = 0; i < model->asked_count; i++)
		if (model->asked[i] <= end)
			latest = highest(latest, model->asked[i]);
	return latest;
}

/* The server is at most at `base`: what is more than a step from there is not believed. */
void model_look(struct model *model, int64_t wall_us, bool start)
{
	int32_t day = model_calendar_day(&model->calendar, wall_us);
	if (wall_us > model->high_us)
		model->high_us = wall_us;
	if (start) {
		model->by_clock = model->today;
		model->asked_count = 0;
	}
	int32_t base = highest(model->by_clock, by_advance(model));
	if (!model->by_hand && day - base <= (start ? STEP_START : STEP_RUNNING))
		model->by_clock = highest(model->by_clock, day);
}

void model_ask_day(struct model *model, int64_t day)
{
	if (day <= model->today || day > MODEL_LAST_DAY)
		return;
	for (uint32_t i = 0; i < model->asked_count; i++)
		if (model->asked[i] == day)
			return;
	if (model->asked_count == model->asked_capacity) {
		model->asked_capacity = model->asked_capacity == 0 ? 64 : 2 * model->asked_capacity;
		model->asked = realloc(model->asked, model->asked_capacity * sizeof *model->asked);
		if (model->asked == NULL)
			fail_now("the simulation is out of memory");
	}
	model->asked[model->asked_count++] = (int32_t)day;
}

void model_begin_day(struct model *model, const struct event *event)
{
	int64_t day = event->day.day;
	if (event->parts != PART_day || event->flags != 0 || event->customer != 0 ||
	    event->actor != 0 || event->previous != 0 || day != model->today + 1)
		fail_now("event %" PRIu64 " begins day %" PRId64 " of customer %" PRIu64
			 " after day %d",
			 event->number, day, event->customer, model->today);
	if (model_fact(model, event->number - 1)->event.type != EVENT_day_closed)
		fail_now("event %" PRIu64 " begins a day, and none was closed", event->number);
	model_all_turned(model, event->number - 1); /* D1 */
	model_segments_settled(model);
	bool clock = event->day.cause == CAUSE_CLOCK && day <= model->by_clock;
	bool advance = event->day.cause == CAUSE_ADVANCE && day <= by_advance(model);
	if (!clock && !advance) /* D2 */
		fail_now("event %" PRIu64 " begins day %" PRId64 " by cause %" PRIu64
			 ", but the clock is believed up to day %d, and day %d was asked for",
			 event->number, day, event->day.cause, model->by_clock, by_advance(model));
}

/* --- the event --- */

static bool tells(const struct event *event, const struct person_state *before,
		  const struct flip *flip)
{
	const struct part_tier *tier = &event->tier;
	const struct standing *standing = &before->standing;
	uint32_t parts = (flip->tier ? PART_tier : 0) | (flip->stage ? PART_stage : 0);
	if (event->parts != parts || event->flags != 0 || event->actor != 0 ||
	    event->previous != before->last)
		return false;
	if (flip->tier && (tier->from != standing->tier || tier->to != flip->tier_to ||
			   tier->cause != flip->cause || tier->metric != flip->metric ||
			   tier->until != flip->until || tier->rules != 1))
		return false;
	return !flip->stage ||
	       (event->stage.from == standing->stage && event->stage.to == flip->stage_to);
}

struct standing model_turn(const struct model *model, const struct event *event,
			   const struct person_state *before)
{
	struct flip flip;
	struct standing after = before->standing;
	if (!model_flip(model, before, &flip))
		fail_now("event %" PRIu64 " turns customer %" PRIu64
			 ", whom day %d does not change",
			 event->number, event->customer, before->today);
	if (!tells(event, before, &flip))
		fail_now("event %" PRIu64 " (parts %x, tier %" PRIu64 " to %" PRIu64
			 " until %" PRId64 ", stage %" PRIu64 " to %" PRIu64
			 ") is not what day %d changes of customer %" PRIu64
			 ": tier %u to %u until %d, stage %u to %u",
			 event->number, event->parts, event->tier.from, event->tier.to,
			 event->tier.until, event->stage.from, event->stage.to, before->today,
			 event->customer, after.tier, flip.tier_to, flip.until, after.stage,
			 flip.stage_to);
	after.tier = flip.tier_to;
	after.tier_until = flip.until;
	after.stage = flip.stage_to;
	return after;
}
