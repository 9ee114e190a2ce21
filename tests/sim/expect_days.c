/* expect_days.c -- answers about the programme's day, and what a history tells of its turns. */
#include <inttypes.h>

#include "tests/sim/expect_private.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_days.h"

/* Days the clock may have shown since the question was sent. */
static int32_t earliest_day(const struct expect *expect)
{
	return model_calendar_day(&expect->judge->model->calendar,
				  expect->intent->sent_us - expect->judge->back_us);
}

static int32_t latest_day(const struct expect *expect)
{
	return model_calendar_day(&expect->judge->model->calendar, expect->judge->high_us);
}

/* The clock's day that a refusal names is the server's affair when it is possible. */
static int64_t clock_day(const struct expect *expect)
{
	int64_t named = expect->answer->detail.b;
	if (expect->judge->model->by_hand)
		return MODEL_LAST_DAY;
	if (expect->answer->status == ERROR_DAY_AHEAD && named >= earliest_day(expect) &&
	    named <= latest_day(expect))
		return named;
	return expect->answer->status == ERROR_DAY_AHEAD ? earliest_day(expect)
							 : latest_day(expect);
}

/* Answered when the day has turned.  A day that has passed meanwhile was asked for in time. */
void expect_advance(struct expect *expect)
{
	const struct model *model = expect->judge->model;
	const struct fact *fact = model_newest(model, expect->at);
	int64_t day = expect->command->as.advance.day, end = clock_day(expect);
	bool in_time = expect->answer->status == ERROR_OK && day >= expect->intent->sent_today;
	if (day < fact->today && !in_time) {
		expect_refuse(expect, ERROR_DAY_BACKWARD, day, fact->today);
	} else if (day > end && day != fact->today) {
		expect_refuse(expect, ERROR_DAY_AHEAD, day, end);
	} else if (day > fact->today) {
		fail_now("an advance to day %" PRId64 " is answered at event %" PRIu64 " of day %d",
			 day, expect->at, fact->today);
	} else {
		expect_accept(expect);
		model_all_turned(model, expect->at);
		expect->answer->as.advance = (struct ans_advance){fact->today, fact->day_event};
	}
}

/* When the day has turned, nobody is left whom it changes. */
void expect_info_days(struct expect *expect)
{
	struct ans_info *info = &expect->answer->as.info;
	const struct model *model = expect->judge->model;
	info->today = model_newest(model, expect->at)->today;
	if (info->day_state == 0)
		model_all_turned(model, expect->at);
	if (info->day_state > (model->by_hand ? 1 : 2))
		info->day_state = 0;
	if (model->by_hand)
		info->clock_day = info->today;
	else if (info->clock_day > latest_day(expect))
		info->clock_day = latest_day(expect);
}

void expect_standing_entry(const struct expect *expect, const struct event *event,
			   struct rec_entry *entry)
{
	struct standing before = model_before(expect->judge->model, event);
	const struct standing *after = &model_fact(expect->judge->model, event->number)->standing;
	if ((event->parts & PART_tier) != 0) {
		entry->told |= 4;
		entry->tier_before = before.tier;
		entry->tier = after->tier;
		entry->tier_until = after->tier_until;
		entry->tier_cause = (uint8_t)event->tier.cause; /* judged with the event */
		entry->tier_metric = event->tier.metric;
	}
	if ((event->parts & PART_stage) != 0) {
		entry->told |= 8;
		entry->stage_before = before.stage;
		entry->stage = after->stage;
	}
}
