/* tasks_question.c -- see tasks.h.
 *
 * Each question is another one, drawn before its time is taken, so that the caches hold what they
 * would hold under mixed questions.
 */
#include <stdlib.h>

#include "bench/engine/tasks.h"
#include "bench/timing.h"
#include "server/base/ensure.h"
#include "server/engine/state.h"

#define QUESTIONS 20000u
#define PAGES 2000u
#define PAGE 100u

/* Draws one question; customer in `row` was drawn at random. */
typedef void question_draw(struct rig *rig, uint32_t row, struct command *out);

static double questions_ask(struct rig *rig, question_draw *draw, uint32_t count)
{
	struct command *commands = calloc(count, sizeof *commands);
	if (commands == NULL)
		return -1;
	for (uint32_t i = 0; i < count; i++)
		draw(rig, (uint32_t)random_below(&rig->random, rig->rows), &commands[i]);
	uint64_t from_ns = timing_spent_ns();
	rig_ask(rig, commands, count);
	double spent_ns = (double)(timing_spent_ns() - from_ns);
	free(commands);
	return spent_ns / count;
}

static int64_t spend_draw(struct rig *rig)
{
	uint32_t row = (uint32_t)random_below(&rig->random, rig->rows);
	return *rows_spend(&rig->engine->rows, row);
}

/* A random set of the lowest `count` bits, not empty. */
static uint16_t set_draw(struct rig *rig, unsigned count)
{
	return (uint16_t)(1 + random_below(&rig->random, (1u << count) - 1));
}

static void draw_count_one(struct rig *rig, uint32_t row, struct command *out)
{
	const struct rows *rows = &rig->engine->rows;
	int64_t from = *rows_spend(rows, row);
	out->opcode = OP_segment_count;
	out->as.segment_count =
	    (struct msg_segment_count){.tiers = (uint16_t)(1u << *rows_tier(rows, row)),
				       .stages = (uint16_t)(1u << *rows_stage(rows, row)),
				       .from = from,
				       .to = from + spend_draw(rig)};
}

static void draw_count_set(struct rig *rig, uint32_t row, struct command *out)
{
	draw_count_one(rig, row, out);
	out->as.segment_count.tiers = set_draw(rig, rig->engine->programme.tier_count);
	out->as.segment_count.stages = set_draw(rig, STAGE_COUNT);
}

/* The richest of the cell, from the spend of the customer drawn downwards. */
static void draw_page_one(struct rig *rig, uint32_t row, struct command *out)
{
	const struct rows *rows = &rig->engine->rows;
	out->opcode = OP_segment_page;
	out->as.segment_page =
	    (struct msg_segment_page){.tiers = (uint16_t)(1u << *rows_tier(rows, row)),
				      .stages = (uint16_t)(1u << *rows_stage(rows, row)),
				      .from = 0,
				      .to = *rows_spend(rows, row),
				      .descending = 1,
				      .limit = PAGE};
}

static void draw_page_all(struct rig *rig, uint32_t row, struct command *out)
{
	draw_page_one(rig, row, out);
	out->as.segment_page.tiers = out->as.segment_page.stages = UINT16_MAX;
}

static void draw_matrix(struct rig *rig, uint32_t row, struct command *out)
{
	(void)rig;
	(void)row;
	out->opcode = OP_matrix;
}

double task_count_one(struct rig *rig)
{
	return questions_ask(rig, draw_count_one, QUESTIONS);
}

double task_count_set(struct rig *rig)
{
	return questions_ask(rig, draw_count_set, QUESTIONS);
}

double task_page_one(struct rig *rig)
{
	return questions_ask(rig, draw_page_one, PAGES);
}

double task_page_all(struct rig *rig)
{
	return questions_ask(rig, draw_page_all, PAGES);
}

double task_matrix(struct rig *rig)
{
	return questions_ask(rig, draw_matrix, QUESTIONS);
}

/* Spend of 12 months of those with 4 orders or more in them: what a filter without index costs. */
static int64_t range_scan(const struct rows_range *range, uint32_t count)
{
	int64_t sum = 0;
	for (uint32_t i = 0; i < count; i++)
		sum += range->orders12[i] >= 4 ? range->spend12[i] : 0;
	return sum;
}

double task_scan(struct rig *rig)
{
	const struct rows *rows = &rig->engine->rows;
	int64_t sum = 0;
	uint64_t from_ns = timing_spent_ns();
	for (uint32_t row = 0; row < rows->count; row += ROWS_RANGE) {
		uint32_t left = rows->count - row;
		sum += range_scan(rows_at(rows, row), left < ROWS_RANGE ? left : ROWS_RANGE);
	}
	double spent_ns = (double)(timing_spent_ns() - from_ns);
	ENSURE(sum > 0); /* somebody is loyal */
	return spent_ns / rows->count;
}
