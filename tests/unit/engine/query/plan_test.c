/* plan_test.c -- the planner against the naive evaluator (L1), over random conditions on tier,
 * stage, spend and others, asked for every cell and for amounts at and beside each that is named.
 */
#include <time.h>

#include "server/engine/query/question_private.h"
#include "tests/support/draw_program.h"
#include "tests/unit/engine/query/crowd_life.h"
#include "tests/unit/engine/query/seen_fields.h"

#define AMOUNTS 12u

static struct crowd crowd;
static bool others; /* tests on other fields, too */

static uint64_t draw_roll(void *context, uint64_t sides)
{
	(void)context;
	return crowd_roll(&crowd, sides);
}

static uint32_t draw_field(void *context)
{
	static const uint32_t fields[] = {CATALOGUE_tier, CATALOGUE_stage, CATALOGUE_spend,
					  CATALOGUE_points};
	return fields[draw_roll(context, others ? 4 : 3)];
}

static bool draw_value(void *context, uint32_t place, struct predicate_value *value)
{
	const struct part_genesis *genesis = &crowd.kit->engine->genesis;
	*value = (struct predicate_value){.kind = VALUE_DECIMAL, .detail = 2};
	value->number = 5 * (int64_t)draw_roll(context, AMOUNTS);
	if (place == CATALOGUE_points)
		value->number *= 100;
	if (place == CATALOGUE_spend || place == CATALOGUE_points)
		return true;
	value->kind = VALUE_TEXT;
	value->text = place == CATALOGUE_tier
			  ? seen_name(genesis->tiers, (unsigned)draw_roll(context, 5))
			  : seen_name(genesis->stages, (unsigned)draw_roll(context, STAGE_COUNT));
	return true;
}

/* In how many ranges is it? */
static uint32_t ranges_with(const struct plan_ranges *plan, const struct seen *seen)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < plan->count; i++) {
		const struct spend_query *range = &plan->ranges[i];
		count += (range->tiers >> seen->tier & 1) != 0 &&
			 (range->stages >> seen->stage & 1) != 0 && seen->spend >= range->from &&
			 seen->spend <= range->to;
	}
	return count;
}

static bool in_hull(const struct plan_ranges *plan, const struct seen *seen)
{
	const struct spend_query *hull = &plan->hull;
	return (hull->tiers >> seen->tier & 1) != 0 && (hull->stages >> seen->stage & 1) != 0 &&
	       seen->spend >= hull->from && seen->spend <= hull->to;
}

static void expect_plan(const struct plan_ranges *plan, struct wire_text program)
{
	struct seen seen = {.engine = crowd.kit->engine};
	struct naive naive = {&seen, 0, seen_value, seen_tag, seen_rank, NULL};
	for (seen.tier = 0; seen.tier < 5; seen.tier++)
		for (seen.stage = 0; seen.stage < STAGE_COUNT; seen.stage++)
			for (seen.spend = -1; seen.spend <= 5 * (int64_t)AMOUNTS; seen.spend++) {
				seen.points = seen.spend;
				bool passes = naive_passes(&naive, program);
				uint32_t ranges = ranges_with(plan, &seen);
				assert_true(ranges <= 1); /* disjoint */
				assert_true(!passes || (ranges == 1 && in_hull(plan, &seen)));
				assert_true(!plan->exact || ranges == passes);
			}
}

static void test_plans(void **state)
{
	static struct bound bound;
	struct bind_fault fault;
	const struct draw_program draw = {NULL, draw_roll, draw_field, draw_value};
	uint32_t exact = 0, wide = 0;
	(void)state;
	crowd_open(&crowd, fixture_seed((uint64_t)time(NULL)), 10);
	for (int i = 0; i < 700; i++) {
		struct program program;
		struct plan_ranges plan;
		others = i % 3 == 0;
		program_open(&program);
		draw_program(&draw, &program, 1 + (unsigned)crowd_roll(&crowd, 4));
		struct wire_text text = program_text(&program);
		if (!bind_program(crowd.kit->engine, text, &bound, &fault)) {
			assert_int_equal(fault.error, ERROR_QUERY_REVERSED);
			continue;
		}
		plan_make(crowd.kit->engine, &bound, &plan);
		expect_plan(&plan, text);
		exact += plan.exact;
		wide += !others && !plan.exact;
	}
	print_message("%u exact, %u wider than they had to be\n", exact, wide);
	assert_true(exact > 150);
	crowd_close(&crowd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_plans)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
