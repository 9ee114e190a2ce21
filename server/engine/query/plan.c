/* plan.c -- see plan.h.
 *
 * Cells that were left equal intervals are put together again, so that tier >= gold and spend >= x
 * is one range of the index and not fourteen.
 */
#include "server/engine/query/plan.h"

#include <string.h>

#include "server/base/mutant.h"

/* Nodes times cells a plan is made for: 3 ms at the worst.  A condition of more is scanned; with
 * four tiers none has more. */
#define PLAN_WORK 8192u
#define PLAN_AS_COMMAND 4u  /* of them cost as much as a command */
#define BOUND_AS_COMMAND 2u /* intervals, or nodes, that were bound do */
#define PIECES 8u           /* intervals of spend in a cell; more are taken together */

/* Spend that passes in one cell. */
struct reach {
	struct interval items[PIECES];
	uint32_t count;
};

struct truth {
	struct reach sure, maybe;
};

struct cell {
	uint8_t tier, stage;
};

static const struct reach nobody = {.count = 0};
static const struct reach everybody = {.items = {{INT64_MIN, INT64_MAX}}, .count = 1};

static struct intervals view(const struct reach *reach)
{
	return (struct intervals){(struct interval *)(uintptr_t)reach->items, reach->count, PIECES};
}

/* L1: where there is no room for all intervals, more may pass, and fewer surely do. */
typedef bool combine_fn(const struct intervals *a, const struct intervals *b,
			struct intervals *out);

static struct reach join(const struct reach *a, const struct reach *b, combine_fn *combine,
			 bool sure)
{
	struct reach out;
	struct intervals x = view(a), y = view(b), z = {out.items, 0, PIECES};
	if (!combine(&x, &y, &z))
		return sure ? nobody : everybody;
	out.count = z.count;
	return out;
}

static struct reach without(const struct reach *a, bool sure)
{
	struct reach out = *a;
	struct intervals set = view(&out);
	if (!intervals_invert(&set, everybody.items[0]))
		return sure ? nobody : everybody;
	out.count = set.count;
	return out;
}

static struct truth always(bool passes)
{
	const struct reach *reach = passes ? &everybody : &nobody;
	return (struct truth){*reach, *reach};
}

static struct truth truth_of_spend(const struct bound_node *leaf)
{
	struct truth out = {nobody, everybody};
	if (leaf->set.count > PIECES)
		return out;
	memcpy(out.sure.items, leaf->set.items, leaf->set.count * sizeof out.sure.items[0]);
	out.sure.count = leaf->set.count;
	out.maybe = out.sure;
	return out;
}

static struct truth truth_of_leaf(const struct bound_node *leaf, struct cell cell)
{
	if (leaf->op == BOUND_IN && leaf->set.count == 0)
		return always(false);
	if (leaf->op == BOUND_IN && leaf->source.place == CATALOGUE_tier)
		return always(intervals_have(&leaf->set, cell.tier));
	if (leaf->op == BOUND_IN && leaf->source.place == CATALOGUE_stage)
		return always(intervals_have(&leaf->set, cell.stage));
	if (leaf->op == BOUND_IN && leaf->source.place == CATALOGUE_spend)
		return truth_of_spend(leaf);
	return (struct truth){nobody, everybody};
}

static struct truth truth_of(const struct bound *bound, uint16_t at, struct cell cell);

static struct truth truth_of_joint(const struct bound *bound, const struct bound_node *node,
				   struct cell cell)
{
	bool both = node->op == BOUND_AND;
	struct truth out = truth_of(bound, node->first, cell);
	for (uint16_t at = bound->nodes[node->first].next; at != 0; at = bound->nodes[at].next) {
		if (out.maybe.count == 0 && both)
			break; /* nobody: the others cannot help */
		struct truth next = truth_of(bound, at, cell);
		combine_fn *combine = both ? intervals_both : intervals_either;
		out.sure = join(&out.sure, &next.sure, combine, true);
		out.maybe = join(&out.maybe, &next.maybe, combine, false);
	}
	return out;
}

static struct truth truth_of(const struct bound *bound, uint16_t at, struct cell cell)
{
	const struct bound_node *node = &bound->nodes[at];
	struct truth inner;
	switch (node->op) {
	case BOUND_ALL:
		return always(true);
	case BOUND_IN:
	case BOUND_BITS:
	case BOUND_SAVED:
		break;
	case BOUND_NOT:
		inner = truth_of(bound, node->first, cell);
		return (struct truth){without(&inner.maybe, true), without(&inner.sure, false)};
	case BOUND_AND:
	case BOUND_OR:
		return truth_of_joint(bound, node, cell);
	}
	return truth_of_leaf(node, cell);
}

/* --- from cells to ranges --- */

static bool same(const struct reach *a, const struct reach *b)
{
	struct intervals x = view(a), y = view(b);
	return intervals_equal(&x, &y);
}

/* Tiers and stages that were left the same intervals. */
struct block {
	uint16_t tiers;
	uint8_t stages;
	struct reach reach;
};

struct blocks {
	struct block items[SPEND_CELLS];
	uint32_t count;
};

/* The stages of one tier, each with those it has the same intervals as. */
static void add_tier(struct blocks *blocks, const struct reach *reaches, uint8_t tier)
{
	uint32_t from = blocks->count;
	for (uint8_t stage = 0; stage < SPEND_STAGES; stage++) {
		uint32_t at = from;
		if (reaches[stage].count == 0)
			continue;
		while (at < blocks->count && !same(&blocks->items[at].reach, &reaches[stage]))
			at++;
		if (at == blocks->count)
			blocks->items[blocks->count++] =
			    (struct block){(uint16_t)(1u << tier), 0, reaches[stage]};
		blocks->items[at].stages |= (uint8_t)(1u << stage);
	}
}

/* Blocks of other tiers with the same stages and intervals become one. */
static void join_tiers(struct blocks *blocks)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < blocks->count; i++) {
		uint32_t at = 0;
		while (at < kept && (blocks->items[at].stages != blocks->items[i].stages ||
				     !same(&blocks->items[at].reach, &blocks->items[i].reach)))
			at++;
		if (at < kept)
			blocks->items[at].tiers |= blocks->items[i].tiers;
		else
			blocks->items[kept++] = blocks->items[i];
	}
	blocks->count = kept;
}

static void add_range(struct plan_ranges *out, const struct spend_query *range)
{
	struct spend_query *hull = &out->hull;
	bool first = hull->tiers == 0;
	hull->from = first || range->from < hull->from ? range->from : hull->from;
	hull->to = first || range->to > hull->to ? range->to : hull->to;
	hull->tiers |= range->tiers;
	hull->stages |= range->stages;
	if (out->count < PLAN_RANGES)
		out->ranges[out->count] = *range;
	out->count++;
}

static void add_blocks(struct plan_ranges *out, const struct blocks *blocks)
{
	for (uint32_t i = 0; i < blocks->count; i++) {
		const struct block *block = &blocks->items[i];
		for (uint32_t at = 0; at < block->reach.count; at++) {
			const struct interval *spend = &block->reach.items[at];
			struct spend_query range = {block->tiers, block->stages, spend->low,
						    spend->high};
			add_range(out, &range);
		}
	}
	if (MUTANT(dropped_range) && out->count > 1)
		out->count--;
	if (out->count <= PLAN_RANGES)
		return;
	out->ranges[0] = out->hull; /* L1 */
	out->count = 1;
	out->exact = false;
}

/* Is there a test the index can help with? */
static bool helps(const struct bound *bound)
{
	for (uint16_t i = 1; i <= bound->count; i++) {
		const struct bound_node *node = &bound->nodes[i];
		if (node->op == BOUND_ALL || (node->op == BOUND_IN && node->set.count == 0))
			return true;
		if (node->op == BOUND_IN && (node->source.place == CATALOGUE_tier ||
					     node->source.place == CATALOGUE_stage ||
					     node->source.place == CATALOGUE_spend))
			return true;
	}
	return false;
}

void plan_make(const struct engine *engine, const struct bound *bound, struct plan_ranges *out)
{
	struct blocks blocks = {.count = 0};
	out->exact = true;
	out->count = 0;
	out->customers = 0;
	out->hull = (struct spend_query){0, 0, 0, 0};
	uint32_t cells = engine->programme.tier_count * SPEND_STAGES;
	out->cost = (bound->used + bound->count) / BOUND_AS_COMMAND;
	if (!helps(bound) || bound->count * cells > PLAN_WORK) {
		struct spend_query all = {(uint16_t)((1u << engine->programme.tier_count) - 1),
					  (1u << SPEND_STAGES) - 1, INT64_MIN, INT64_MAX};
		add_range(out, &all);
		out->exact = false;
		out->customers = engine->rows.count - engine->totals.gone;
		return;
	}
	out->cost += bound->count * cells / PLAN_AS_COMMAND;
	for (uint8_t tier = 0; tier < engine->programme.tier_count; tier++) {
		struct reach reaches[SPEND_STAGES];
		for (uint8_t stage = 0; stage < SPEND_STAGES; stage++) {
			struct truth truth =
			    truth_of(bound, bound->root, (struct cell){tier, stage});
			out->exact = out->exact && same(&truth.sure, &truth.maybe);
			reaches[stage] = truth.maybe;
		}
		add_tier(&blocks, reaches, tier);
	}
	join_tiers(&blocks);
	add_blocks(out, &blocks);
	for (uint32_t i = 0; i < out->count; i++)
		out->customers += spend_index_count(engine->census.index, &out->ranges[i]);
}
