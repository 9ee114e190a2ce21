/* expect_saved.c -- answers about saved segments, and of questions with a condition: each customer
 * is asked, as the model has it at the number the answer claims.
 */
#include <inttypes.h>

#include "tests/sim/expect_private.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_condition.h"
#include "tests/sim/model_days.h"
#include "tests/sim/model_segments.h"

static void check_turned(const struct expect *expect, uint64_t customer)
{
	const struct model *model = expect->judge->model;
	struct person_state state = model_person(model, customer, expect->at);
	struct flip flip;
	if (model_flip(model, &state, &flip) && model_flip_moves(&state, &flip))
		fail_now("at event %" PRIu64 " customer %" PRIu64
			 " is asked for, and the day has yet to move it: %s",
			 expect->at, customer, intents_describe(expect->intent));
}

/* There was no memory: said before the rules are looked at. */
static bool is_excused(const struct expect *expect)
{
	return expect->judge->memory_fails && expect->answer->status == ERROR_OUT_OF_MEMORY;
}

void expect_query(struct expect *expect)
{
	const struct model *model = expect->judge->model;
	struct wire_text program = expect->command->as.query_count.predicate;
	uint64_t customers = 0;
	if (is_excused(expect))
		return;
	enum error fault = model_condition_fault(model, program, expect->at);
	if (fault != ERROR_OK) {
		expect_refuse(expect, fault, 0, 0);
		return;
	}
	for (uint32_t i = 0; i < model->people_count; i++) {
		if (!model_passes(model, model->people[i].id, program, expect->at))
			continue;
		check_turned(expect, model->people[i].id);
		customers++;
	}
	expect_accept(expect);
	expect->answer->as.query_count.customers = customers;
}

/* How large a condition is with those it names is not the model's affair. */
static bool is_too_large(const struct expect *expect)
{
	return expect->answer->status == ERROR_PREDICATE_TOO_LARGE;
}

static void expect_save(struct expect *expect)
{
	enum error fault =
	    model_save_fault(expect->judge->model, &expect->command->as.segment_save, expect->at);
	if (is_excused(expect) || is_too_large(expect))
		return;
	if (fault != ERROR_OK)
		expect_refuse(expect, fault, 0, 0);
	else
		expect_no_excuse(expect);
}

static void expect_drop(struct expect *expect)
{
	enum error fault = model_drop_fault(expect->judge->model,
					    expect->command->as.segment_drop.name, expect->at);
	if (is_excused(expect))
		return;
	if (fault != ERROR_OK)
		expect_refuse(expect, fault, 0, 0);
	else
		expect_no_excuse(expect);
}

/* While its first members are found, how many those are so far is the server's affair. */
static void expect_list(struct expect *expect)
{
	const struct model *model = expect->judge->model;
	struct wire_list got = expect->answer->as.segment_list.segments;
	struct wire_reader r = {got.bytes, got.bytes + got.size, false};
	struct wire_writer w = {expect->entries, expect->entries + EXPECT_ENTRY_BYTES, false};
	const struct model_saved *segment;
	struct rec_saved shown = {0};
	uint32_t count = 0;
	bool ok = expect->answer->status == ERROR_OK;
	for (uint8_t bit = expect->command->as.segment_list.from;
	     (segment = model_segment_next(model, &bit, expect->at)) != NULL; bit++, count++) {
		if (!ok || !decode_rec_saved(&r, &shown))
			shown = (struct rec_saved){0};
		bool building = shown.building == 1 && shown.number == bit;
		uint64_t customers = model_segment_count(model, segment, expect->at);
		encode_rec_saved(
		    &w,
		    &(struct rec_saved){.name = model_segment_asked(model, segment)->name,
					.number = bit,
					.event = segment->event,
					.time_us = model_fact(model, segment->event)->event.time_us,
					.building = building,
					.customers = building ? shown.customers : customers});
	}
	expect_accept(expect);
	expect->answer->as.segment_list.segments =
	    (struct wire_list){expect->entries, (uint32_t)(w.at - expect->entries), count};
	expect->answer->as.segment_list.next = 0;
}

static void expect_test(struct expect *expect)
{
	const struct model *model = expect->judge->model;
	const struct msg_segment_test *m = &expect->command->as.segment_test;
	const struct model_saved *segment = model_segment_named(model, m->name, expect->at);
	struct person_state person = model_person(model, m->customer, expect->at);
	if (m->customer == 0)
		expect_refuse(expect, ERROR_ID_ZERO, 0, 0);
	else if (segment == NULL)
		expect_refuse(expect, ERROR_SEGMENT_UNKNOWN, 0, 0);
	else if (expect_erased(expect, &person))
		return;
	else if (!person.exists)
		expect_refuse(expect, ERROR_NOT_FOUND, (int64_t)m->customer, 0);
	else {
		struct wire_text program = model_segment_asked(model, segment)->predicate;
		check_turned(expect, m->customer);
		expect_accept(expect);
		expect->answer->as.segment_test.member =
		    model_passes(model, m->customer, program, expect->at);
	}
}

void expect_membership_entry(const struct event *event, struct rec_entry *entry)
{
	const struct part_membership *part = &event->membership;
	entry->entered = part->after & ~part->before;
	entry->left = part->before & ~part->after;
}

void expect_saved_event(struct expect *expect, const struct event *event)
{
	uint8_t number = (uint8_t)event->segment.number;
	if (event->type == EVENT_segment_saved)
		expect->answer->as.segment_save = (struct ans_segment_save){event->number, number};
	else
		expect->answer->as.segment_drop = (struct ans_segment_drop){event->number, number};
}

bool expect_saved(struct expect *expect)
{
	switch (expect->command->opcode) {
	case OP_segment_save:
		expect_save(expect);
		return true;
	case OP_segment_drop:
		expect_drop(expect);
		return true;
	case OP_segment_list:
		expect_list(expect);
		return true;
	case OP_segment_test:
		expect_test(expect);
		return true;
	default:
		return false;
	}
}
