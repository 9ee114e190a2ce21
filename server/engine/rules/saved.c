/* saved.c -- saving, dropping, listing and asking saved segments.
 *
 * A saved condition names no other segment: the program of one that it names is put in its place
 * here (segments.h, G1).  What a refusal depends on is in the fields, words and segments there are:
 * every event applied.
 */
#include "server/engine/membership.h"
#include "server/engine/query/flips.h"
#include "server/engine/rules/rules.h"

#include <string.h>

#include "protocol/common/utf8.h"
#include "protocol/name.h"

static bool refuse(const struct engine *engine, struct decision *decision, enum error error,
		   struct error_words words)
{
	outcome_refuse(decision, error, 0, 0);
	if (words.word.size > LIMIT_WORD_BYTES)
		words.word.size = LIMIT_WORD_BYTES;
	if (utf8_is_valid(words.word.bytes, words.word.size)) /* it may have been cut */
		decision->answer.words = words;
	decision->saw = engine->applied;
	return false;
}

static bool too_large(const struct engine *engine, struct decision *decision, uint32_t size,
		      uint32_t most)
{
	refuse(engine, decision, ERROR_PREDICATE_TOO_LARGE, (struct error_words){{0}, {0}});
	decision->answer.detail = (struct error_detail){size, most};
	return false;
}

/* --- save --- */

/* The program with those of the segments it names, which there are, in their places; *uses are
 * their bits. */
static void expand(const struct engine *engine, struct wire_text program, struct wire_writer *w,
		   uint64_t *uses)
{
	const uint8_t *bytes = (const uint8_t *)program.bytes;
	struct wire_reader r = {bytes, bytes + program.size, false};
	struct predicate_step step;
	*uses = 0;
	for (const uint8_t *from = r.at; predicate_next(&r, &step); from = r.at) {
		const struct segment *segment = NULL;
		if (step.op == PREDICATE_SAVED)
			segment = segments_named(&engine->segments, step.name);
		if (segment == NULL) {
			wire_write_raw(w, from, (size_t)(r.at - from));
			continue;
		}
		wire_write_raw(w, segment->program.bytes, segment->program.size);
		*uses |= segments_bit(&engine->segments, segment);
	}
}

/* `bind`: bind_program for what was asked; bind_kept for that with the conditions it names, which
 * were right on the day they were saved. */
static bool can_be_bound(const struct engine *engine, const struct request *request,
			 struct wire_text program, struct decision *decision,
			 bool (*bind)(const struct engine *, struct wire_text, struct bound *,
				      struct bind_fault *))
{
	struct bound bound;
	struct bind_fault fault;
	if (bind(engine, program, &bound, &fault))
		return true;
	if (fault.words.near.bytes == fault.near) {
		memcpy(request->room, fault.near, sizeof fault.near);
		fault.words.near.bytes = (const char *)request->room;
	}
	refuse(engine, decision, fault.error, fault.words);
	decision->answer.detail = fault.detail;
	return false;
}

static bool can_be_named(const struct engine *engine, struct wire_text name,
			 struct decision *decision)
{
	const struct error_words words = {name, {0}};
	struct source source;
	if (!name_is_free(name.bytes, name.size))
		return refuse(engine, decision, ERROR_SEGMENT_NAME, words);
	if (segments_named(&engine->segments, name) != NULL ||
	    sources_find(engine, name, &source) || catalogue_find(name.bytes, name.size) >= 0)
		return refuse(engine, decision, ERROR_SEGMENT_EXISTS, words);
	return true;
}

static bool source_fits(const struct engine *engine, struct wire_text source,
			struct decision *decision)
{
	if (source.size > LIMIT_SEGMENT_SOURCE)
		return too_large(engine, decision, source.size, LIMIT_SEGMENT_SOURCE);
	if (utf8_is_valid(source.bytes, source.size) &&
	    (source.size == 0 || memchr(source.bytes, '\0', source.size) == NULL))
		return true;
	outcome_refuse(decision, ERROR_TEXT_INVALID, 0, 0);
	return false;
}

/* The program to be saved, in `w`; false: refused. */
static bool make_program(const struct engine *engine, const struct request *request,
			 struct decision *decision, struct wire_writer *w, uint64_t *uses)
{
	const struct msg_segment_save *m = &request->command->as.segment_save;
	const uint8_t *start = w->at;
	struct error_detail detail;
	enum error error = predicate_check(m->predicate, &detail);
	if (error != ERROR_OK) {
		outcome_refuse(decision, error, detail.a, detail.b);
		return false;
	}
	if (!can_be_bound(engine, request, m->predicate, decision, bind_program))
		return false;
	expand(engine, m->predicate, w, uses);
	if (w->failed)
		return too_large(engine, decision, LIMIT_PREDICATE_BYTES + 1,
				 LIMIT_PREDICATE_BYTES);
	struct wire_text program = {(const char *)start, (uint32_t)(w->at - start)};
	if (!can_be_bound(engine, request, program, decision, bind_kept))
		return false;
	uint32_t relative = flips_relative(program);
	return relative <= FLIPS_RELATIVE || too_large(engine, decision, relative, FLIPS_RELATIVE);
}

void segment_save_decide(const struct engine *engine, const struct request *request,
			 struct decision *decision)
{
	const struct msg_segment_save *m = &request->command->as.segment_save;
	uint8_t *program = request->room + LIMIT_WORD_BYTES; /* before it: a fault's text */
	struct wire_writer w = {program, program + LIMIT_PREDICATE_BYTES, false};
	uint64_t uses;
	uint32_t number = segments_free_number(&engine->segments);
	if (!source_fits(engine, m->source, decision) ||
	    !make_program(engine, request, decision, &w, &uses) ||
	    !can_be_named(engine, m->name, decision))
		return;
	if (number == LIMIT_SEGMENTS) {
		outcome_refuse(decision, ERROR_SEGMENT_FULL, LIMIT_SEGMENTS, 0);
		decision->saw = engine->applied;
		return;
	}
	outcome_event(engine, request, decision, EVENT_segment_saved, EVENT_ROW_UNKNOWN);
	decision->event.customer = 0;
	decision->event.parts = PART_segment;
	decision->event.segment =
	    (struct part_segment){.number = number,
				  .name = m->name,
				  .program = {(const char *)program, (uint32_t)(w.at - program)},
				  .source = m->source,
				  .uses = uses};
}

/* --- drop --- */

/* NULL: refused. */
static const struct segment *known(const struct engine *engine, struct wire_text name,
				   struct decision *decision)
{
	const struct segment *segment = segments_named(&engine->segments, name);
	if (segment == NULL)
		refuse(engine, decision, ERROR_SEGMENT_UNKNOWN, (struct error_words){name, {0}});
	return segment;
}

void segment_drop_decide(const struct engine *engine, const struct request *request,
			 struct decision *decision)
{
	const struct msg_segment_drop *m = &request->command->as.segment_drop;
	const struct segments *segments = &engine->segments;
	const struct segment *segment = known(engine, m->name, decision);
	if (segment == NULL)
		return;
	for (uint32_t i = 0; i < LIMIT_SEGMENTS; i++)
		if (segments->all[i].uses & segments_bit(segments, segment)) {
			refuse(engine, decision, ERROR_SEGMENT_USED,
			       (struct error_words){m->name, segments->all[i].name});
			return;
		}
	outcome_event(engine, request, decision, EVENT_segment_dropped, EVENT_ROW_UNKNOWN);
	decision->event.customer = 0;
	decision->event.parts = PART_segment;
	decision->event.segment = (struct part_segment){
	    .number = segments_number(segments, segment), .name = segment->name};
}

/* --- list and test --- */

void segment_list_decide(const struct engine *engine, const struct request *request,
			 struct decision *decision)
{
	const struct segments *segments = &engine->segments;
	struct wire_writer w = {request->room, request->room + LIMIT_ANSWER_BYTES - 512, false};
	struct ans_segment_list *list = &decision->answer.as.segment_list;
	uint32_t count = 0, at = request->command->as.segment_list.from;
	outcome_answer(decision);
	for (; at < LIMIT_SEGMENTS; at++) {
		const struct segment *segment = &segments->all[at];
		struct wire_writer before = w;
		if (segment->room == NULL)
			continue;
		encode_rec_saved(&w, &(struct rec_saved){.name = segment->name,
							 .number = (uint8_t)at,
							 .event = segment->event,
							 .time_us = segment->time_us,
							 .building = segments->build >> at & 1,
							 .customers = segment->customers,
							 .source = segment->source});
		if (w.failed) {
			w = before;
			break;
		}
		count++;
	}
	list->segments = (struct wire_list){request->room, (uint32_t)(w.at - request->room), count};
	list->next = at < LIMIT_SEGMENTS ? (uint8_t)at : 0;
	decision->saw = engine->applied;
}

void segment_test_decide(const struct engine *engine, const struct request *request,
			 struct decision *decision)
{
	const struct msg_segment_test *m = &request->command->as.segment_test;
	const struct segment *segment;
	if (!outcome_named(decision, m->customer))
		return;
	segment = known(engine, m->name, decision);
	if (segment == NULL)
		return;
	uint32_t row = outcome_known(engine, decision, m->customer);
	if (decision->saw < segment->event)
		decision->saw = segment->event; /* a refusal, too, saw that there is one */
	if (row == EVENT_ROW_UNKNOWN)
		return;
	outcome_saw_day(engine, decision);
	outcome_answer(decision);
	decision->answer.as.segment_test.member =
	    (membership_bits(engine, row) & segments_bit(&engine->segments, segment)) != 0;
}
