/* model_segments.c -- see model_segments.h. */
#include "tests/sim/model_segments.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/limits.h"
#include "protocol/name.h"
#include "protocol/predicate.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_condition.h"

static bool is_live(const struct model_saved *segment, uint64_t at)
{
	return segment->event <= at && (segment->dropped == 0 || segment->dropped > at);
}

static bool same_name(struct wire_text a, struct wire_text b)
{
	return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

const struct msg_segment_save *model_segment_asked(const struct model *model,
						   const struct model_saved *segment)
{
	return &model_fact(model, segment->event)->intent->command.as.segment_save;
}

const struct model_saved *model_segment_named(const struct model *model, struct wire_text name,
					      uint64_t at)
{
	for (uint32_t i = 0; i < model->saved_count; i++) {
		const struct model_saved *segment = &model->saved[i];
		if (is_live(segment, at) &&
		    same_name(model_segment_asked(model, segment)->name, name))
			return segment;
	}
	return NULL;
}

const struct model_saved *model_segment_next(const struct model *model, uint8_t *bit, uint64_t at)
{
	for (; *bit < LIMIT_SEGMENTS; ++*bit)
		for (uint32_t i = 0; i < model->saved_count; i++)
			if (model->saved[i].bit == *bit && is_live(&model->saved[i], at))
				return &model->saved[i];
	return NULL;
}

uint64_t model_segment_count(const struct model *model, const struct model_saved *segment,
			     uint64_t at)
{
	struct wire_text program = model_segment_asked(model, segment)->predicate;
	uint64_t count = 0;
	for (uint32_t i = 0; i < model->people_count; i++)
		count += model_passes(model, model->people[i].id, program, at);
	return count;
}

/* --- saved and dropped --- */

/* Does the condition of this one name the other, by the name it had? */
static bool uses(const struct model *model, const struct model_saved *segment,
		 const struct model_saved *other)
{
	struct wire_text program = model_segment_asked(model, segment)->predicate;
	const uint8_t *bytes = (const uint8_t *)program.bytes;
	struct wire_reader r = {bytes, bytes + program.size, false};
	struct predicate_step step;
	while (predicate_next(&r, &step))
		if (step.op == PREDICATE_SAVED &&
		    model_segment_named(model, step.name, segment->event) == other)
			return true;
	return false;
}

enum error model_save_fault(const struct model *model, const struct msg_segment_save *m,
			    uint64_t at)
{
	enum error fault = model_condition_fault(model, m->predicate, at);
	if (fault != ERROR_OK)
		return fault;
	if (!name_is_free(m->name.bytes, m->name.size))
		return ERROR_SEGMENT_NAME;
	bool taken = catalogue_find(m->name.bytes, m->name.size) >= 0 ||
		     model_segment_named(model, m->name, at) != NULL;
	return taken ? ERROR_SEGMENT_EXISTS : ERROR_OK;
}

enum error model_drop_fault(const struct model *model, struct wire_text name, uint64_t at)
{
	const struct model_saved *segment = model_segment_named(model, name, at);
	if (segment == NULL)
		return ERROR_SEGMENT_UNKNOWN;
	for (uint32_t i = 0; i < model->saved_count; i++)
		if (is_live(&model->saved[i], at) && uses(model, &model->saved[i], segment))
			return ERROR_SEGMENT_USED;
	return ERROR_OK;
}

static void add(struct model *model, const struct event *event)
{
	uint8_t bit = (uint8_t)event->segment.number;
	const struct model_saved *other = model_segment_next(model, &bit, event->number - 1);
	if (event->segment.number >= LIMIT_SEGMENTS ||
	    (other != NULL && bit == event->segment.number))
		fail_now("event %" PRIu64 " saves a segment as number %" PRIu64 ", which has one",
			 event->number, event->segment.number);
	if (model->saved_count == model->saved_capacity) {
		model->saved_capacity = model->saved_capacity == 0 ? 8 : 2 * model->saved_capacity;
		model->saved = realloc(model->saved, model->saved_capacity * sizeof *model->saved);
		if (model->saved == NULL)
			fail_now("the simulation is out of memory");
	}
	model->saved[model->saved_count++] =
	    (struct model_saved){event->number, 0, (uint8_t)event->segment.number};
}

static void drop(struct model *model, const struct event *event, struct wire_text name)
{
	const struct model_saved *segment = model_segment_named(model, name, event->number - 1);
	if (segment->bit != event->segment.number)
		fail_now("event %" PRIu64 " drops segment number %" PRIu64 ", not %u",
			 event->number, event->segment.number, segment->bit);
	model->saved[segment - model->saved].dropped = event->number;
}

void model_segment_changes(struct model *model)
{
	struct fact *fact = &model->facts[model->last - 1];
	const struct event *event = &fact->event;
	const struct command *command = &fact->intent->command;
	bool saves = event->type == EVENT_segment_saved;
	struct wire_text name =
	    saves ? command->as.segment_save.name : command->as.segment_drop.name;
	enum error fault =
	    saves ? model_save_fault(model, &command->as.segment_save, event->number - 1)
		  : model_drop_fault(model, name, event->number - 1);
	if (command->opcode != (saves ? OP_segment_save : OP_segment_drop) || fault != ERROR_OK ||
	    event->parts != PART_segment || event->flags != EVENT_KEYED || event->customer != 0 ||
	    event->actor != 0 || event->previous != 0 || !same_name(event->segment.name, name))
		fail_now("event %" PRIu64 " (%s, parts %x) does not follow (%s): %s", event->number,
			 event_type_name(event->type), event->parts,
			 error_info((uint16_t)fault)->name,
			 intents_describe(fact->intent)); /* M1 */
	if (saves)
		add(model, event);
	else
		drop(model, event, name);
	fact->intent->event = event->number;
	fact->event.segment = (struct part_segment){.number = event->segment.number, .name = name};
}

/* --- members --- */

static struct person *find(const struct model *model, uint64_t customer)
{
	for (uint32_t i = 0; i < model->people_count; i++)
		if (model->people[i].id == customer)
			return &model->people[i];
	fail_now("customer %" PRIu64 " moves, and is not there", customer);
}

/* Is the customer said to be in the segment, by the events up to the last but `but`? */
static bool is_said(const struct model *model, const struct person *person,
		    const struct model_saved *segment, uint64_t before)
{
	uint64_t number = person->moved;
	while (number >= before)
		number = model_fact(model, number)->moved;
	if (model_person(model, person->id, before - 1).erased != 0)
		return false;
	if (number > segment->event)
		return (model_fact(model, number)->event.membership.after >> segment->bit & 1) != 0;
	return model_passes(model, person->id, model_segment_asked(model, segment)->predicate,
			    segment->event);
}

/* Bits of what was said before event `number`, and of what is so then. */
static struct part_membership bits_of(const struct model *model, const struct person *person,
				      uint64_t number)
{
	struct part_membership bits = {0, 0};
	const struct model_saved *segment;
	for (uint8_t bit = 0; (segment = model_segment_next(model, &bit, number - 1)) != NULL;
	     bit++) {
		struct wire_text program = model_segment_asked(model, segment)->predicate;
		bool said = is_said(model, person, segment, number),
		     is = model_passes(model, person->id, program, number - 1);
		bits.before |= (uint64_t)said << bit;
		bits.after |= (uint64_t)is << bit;
	}
	return bits;
}

void model_segment_moves(struct model *model, const struct person_state *before)
{
	struct fact *fact = &model->facts[model->last - 1];
	const struct event *event = &fact->event;
	struct person *person = find(model, event->customer);
	struct part_membership bits = bits_of(model, person, event->number);
	const struct part_membership *part = &event->membership;
	if (bits.before == bits.after || part->before != bits.before || part->after != bits.after ||
	    event->parts != PART_membership || event->flags != 0 || event->actor != 0 ||
	    event->previous != before->last || before->erased != 0)
		fail_now("event %" PRIu64 " takes customer %" PRIu64 " from segments %" PRIx64
			 " to %" PRIx64 ", but it was in %" PRIx64 " and is in %" PRIx64,
			 event->number, event->customer, part->before, part->after, bits.before,
			 bits.after); /* M2 */
	fact->moves = 1;
	fact->moved = person->moved;
	person->moved = event->number;
}

void model_segments_settled(const struct model *model)
{
	for (uint32_t i = 0; i < model->people_count; i++) {
		struct part_membership bits = bits_of(model, &model->people[i], model->last + 1);
		if (bits.before != bits.after) /* M3 */
			fail_now("at event %" PRIu64 " customer %" PRIu64
				 " is said to be in segments %" PRIx64 ", and is in %" PRIx64,
				 model->last, model->people[i].id, bits.before, bits.after);
	}
}

void model_segments_cut(struct model *model, uint64_t last)
{
	for (uint64_t number = model->last; number > last; number--) {
		const struct fact *fact = model_fact(model, number);
		if (fact->event.type == EVENT_membership)
			find(model, fact->event.customer)->moved = fact->moved;
	}
	while (model->saved_count > 0 && model->saved[model->saved_count - 1].event > last)
		model->saved_count--;
	for (uint32_t i = 0; i < model->saved_count; i++)
		if (model->saved[i].dropped > last)
			model->saved[i].dropped = 0;
}
