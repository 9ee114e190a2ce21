/* bind.c -- see bind.h.
 *
 * One pass over the steps with a stack of roots; children are linked in the order of their cost, so
 * that a conjunction reads its narrowest column first and the others only where something is left.
 */
#include "server/engine/query/bind.h"

#include <stdio.h>
#include <string.h>

#define COST_COMPUTED 40u
#define COST_INTERVALS 4u /* beyond one, a leaf takes as long as reading more */

bool bind_refuse(struct bind_fault *fault, enum error error, uint16_t at, struct wire_text word)
{
	fault->error = error;
	fault->detail = (struct error_detail){at, 0};
	fault->words = (struct error_words){word, {0}};
	if (word.size > LIMIT_WORD_BYTES)
		fault->words.word.size = LIMIT_WORD_BYTES;
	return false;
}

/* near = what this makes of `with`. */
static void phrase(struct bind_fault *fault, const char *before, struct wire_text with,
		   const char *after)
{
	int size = snprintf(fault->near, sizeof fault->near, "%s%.*s%s", before, (int)with.size,
			    with.bytes, after);
	if (size > 0 && (size_t)size < sizeof fault->near)
		fault->words.near = (struct wire_text){fault->near, (uint32_t)size};
}

void bind_suggest(struct bind_fault *fault, struct wire_text near)
{
	if (near.size > 0)
		phrase(fault, "; did you mean \"", near, "\"?");
}

static bool no_field(struct binder *binder, const struct predicate_step *step)
{
	int place = catalogue_find(step->name.bytes, step->name.size);
	if (place >= 0) {
		bind_refuse(binder->fault, ERROR_QUERY_TEST, step->at, step->name);
		phrase(binder->fault, "; it can only be shown", (struct wire_text){"", 0}, "");
		return false;
	}
	bind_refuse(binder->fault, ERROR_QUERY_FIELD, step->at, step->name);
	bind_suggest(binder->fault, sources_near(binder->engine, step->name));
	return false;
}

static uint16_t cost_of(const struct bound_node *leaf)
{
	uint32_t cost = leaf->source.offset == SOURCE_COMPUTED ? COST_COMPUTED : leaf->source.width;
	if (leaf->op == BOUND_IN && leaf->set.count > 1)
		cost += COST_INTERVALS;
	return (uint16_t)cost;
}

static bool bind_leaf(struct binder *binder, const struct predicate_step *step,
		      struct bound_node *node)
{
	if (!sources_find(binder->engine, step->name, &node->source))
		return no_field(binder, step);
	node->op = BOUND_IN;
	if (!bind_test(binder, step, node))
		return false;
	node->cost = cost_of(node);
	return true;
}

/* Put `child` among the children of `node`, cheapest first; of equal cost as they came. */
static void adopt(struct bound *bound, struct bound_node *node, uint16_t child)
{
	uint16_t *link = &node->first;
	while (*link != 0 && bound->nodes[*link].cost <= bound->nodes[child].cost)
		link = &bound->nodes[*link].next;
	bound->nodes[child].next = *link;
	*link = child;
}

struct stack {
	uint16_t nodes[LIMIT_PREDICATE_STEPS];
	uint32_t size;
};

static void bind_joint(struct bound *bound, const struct predicate_step *step,
		       struct bound_node *node, struct stack *stack)
{
	uint32_t cost = 0;
	node->op = step->op == PREDICATE_NOT   ? BOUND_NOT
		   : step->op == PREDICATE_AND ? BOUND_AND
					       : BOUND_OR;
	stack->size -= step->count;
	for (uint32_t i = 0; i < step->count; i++) {
		uint16_t child = stack->nodes[stack->size + i];
		cost += bound->nodes[child].cost;
		adopt(bound, node, child);
	}
	node->cost = (uint16_t)(cost + 1 > UINT16_MAX ? UINT16_MAX : cost + 1);
}

static bool bind_step(struct binder *binder, const struct predicate_step *step,
		      struct bound_node *node, struct stack *stack)
{
	switch (step->op) {
	case PREDICATE_ALL:
		node->op = BOUND_ALL;
		return true;
	case PREDICATE_TEST:
		return bind_leaf(binder, step, node);
	case PREDICATE_SAVED:
		return bind_refuse(binder->fault, ERROR_SEGMENT_UNKNOWN, step->at, step->name);
	case PREDICATE_NOT:
	case PREDICATE_AND:
	case PREDICATE_OR:
		bind_joint(binder->bound, step, node, stack);
		return true;
	}
	return false;
}

bool bind_program(const struct engine *engine, struct wire_text program, struct bound *out,
		  struct bind_fault *fault)
{
	const uint8_t *bytes = (const uint8_t *)program.bytes;
	struct wire_reader r = {bytes, bytes + program.size, false};
	struct binder binder = {engine, out, fault};
	struct predicate_step step;
	struct stack stack = {.size = 0};
	fault->words = (struct error_words){{0}, {0}};
	fault->error = predicate_check(program, &fault->detail);
	if (fault->error != ERROR_OK)
		return false;
	out->used = 0;
	out->count = 0;
	out->saved = false;
	out->today = engine->today;
	while (predicate_next(&r, &step)) {
		uint16_t at = ++out->count;
		struct bound_node *node = &out->nodes[at];
		*node = (struct bound_node){.cost = 1};
		if (!bind_step(&binder, &step, node, &stack))
			return false;
		stack.nodes[stack.size++] = at;
	}
	ENSURE(stack.size == 1); /* predicate_check */
	out->root = stack.nodes[0];
	return true;
}
