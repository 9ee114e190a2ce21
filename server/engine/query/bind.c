/* bind.c -- see bind.h.
 *
 * One pass over the steps with a stack of roots; children are linked in the order of their cost, so
 * that a conjunction reads its narrowest column first and the others only where something is left.
 */
#include "server/engine/query/bind.h"

#include <stdio.h>
#include <string.h>

#define COST_COMPUTED 40u
/* An interval beyond the first takes as long as reading more; beyond some they are searched. */
#define COST_INTERVAL 4u
#define COST_INTERVALS_MOST 48u

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
	uint32_t more = leaf->op == BOUND_IN && leaf->set.count > 1 ? leaf->set.count - 1 : 0;
	cost += COST_INTERVAL * (more < COST_INTERVALS_MOST ? more : COST_INTERVALS_MOST);
	return (uint16_t)cost;
}

static bool bind_leaf(struct binder *binder, const struct predicate_step *step,
		      struct bound_node *node)
{
	if (!binder->again && !sources_find(binder->engine, step->name, &node->source))
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

static bool bind_all(struct binder *binder, struct wire_text program, struct stack *stack);

/* A saved segment; by its condition, while its first members are still being found. */
static bool bind_saved(struct binder *binder, const struct predicate_step *step,
		       struct stack *stack)
{
	const struct segments *segments = &binder->engine->segments;
	const struct segment *segment = segments_named(segments, step->name);
	struct bound *bound = binder->bound;
	if (segment == NULL) {
		bind_refuse(binder->fault, ERROR_SEGMENT_UNKNOWN, step->at, step->name);
		bind_suggest(binder->fault, sources_near_saved(binder->engine, step->name));
		return false;
	}
	if (segments->build == segments_bit(segments, segment)) {
		struct binder inner = *binder;
		inner.lenient = true;
		bound->count--; /* its place is the first of the condition's */
		return bind_all(&inner, segment->program, stack);
	}
	struct bound_node *node = &bound->nodes[bound->count];
	node->op = BOUND_SAVED;
	node->source = sources_segments();
	node->mask = segments_bit(segments, segment);
	node->cost = cost_of(node);
	bound->saved = true;
	stack->nodes[stack->size++] = bound->count;
	return true;
}

static bool bind_step(struct binder *binder, const struct predicate_step *step,
		      struct bound_node *node, struct stack *stack)
{
	switch (step->op) {
	case PREDICATE_ALL:
		node->op = BOUND_ALL;
		break;
	case PREDICATE_TEST:
		if (!bind_leaf(binder, step, node))
			return false;
		break;
	case PREDICATE_SAVED:
		return bind_saved(binder, step, stack);
	case PREDICATE_NOT:
	case PREDICATE_AND:
	case PREDICATE_OR:
		bind_joint(binder->bound, step, node, stack);
		break;
	}
	stack->nodes[stack->size++] = binder->bound->count;
	return true;
}

/* The steps of a program that passed predicate_check, behind those bound already. */
static bool bind_all(struct binder *binder, struct wire_text program, struct stack *stack)
{
	const uint8_t *bytes = (const uint8_t *)program.bytes;
	struct wire_reader r = {bytes, bytes + program.size, false};
	struct bound *bound = binder->bound;
	struct predicate_step step;
	while (predicate_next(&r, &step)) {
		if (bound->count == LIMIT_PREDICATE_STEPS) {
			bind_refuse(binder->fault, ERROR_PREDICATE_TOO_LARGE, 0,
				    (struct wire_text){0});
			binder->fault->detail =
			    (struct error_detail){LIMIT_PREDICATE_STEPS + 1, LIMIT_PREDICATE_STEPS};
			return false;
		}
		struct bound_node *node = &bound->nodes[++bound->count];
		struct source source = {.width = 0};
		if (binder->again)
			source = node->source;
		*node = (struct bound_node){.cost = 1, .source = source};
		if (!bind_step(binder, &step, node, stack))
			return false;
	}
	return true;
}

static bool bind(struct binder *binder, struct wire_text program)
{
	struct bound *bound = binder->bound;
	struct stack stack = {.size = 0};
	bound->used = 0;
	bound->count = 0;
	bound->saved = false;
	bound->today = binder->engine->today;
	if (!bind_all(binder, program, &stack))
		return false;
	ENSURE(stack.size == 1); /* predicate_check */
	bound->root = stack.nodes[0];
	return true;
}

static bool bind_new(struct binder *binder, struct wire_text program)
{
	struct bind_fault *fault = binder->fault;
	fault->words = (struct error_words){{0}, {0}};
	fault->error = predicate_check(program, &fault->detail);
	return fault->error == ERROR_OK && bind(binder, program);
}

bool bind_program(const struct engine *engine, struct wire_text program, struct bound *out,
		  struct bind_fault *fault)
{
	struct binder binder = {.engine = engine, .bound = out, .fault = fault};
	return bind_new(&binder, program);
}

bool bind_kept(const struct engine *engine, struct wire_text program, struct bound *out,
	       struct bind_fault *fault)
{
	struct binder binder = {.engine = engine, .bound = out, .fault = fault, .lenient = true};
	return bind_new(&binder, program);
}

void bind_again(const struct engine *engine, struct wire_text program, struct bound *bound)
{
	struct bind_fault fault;
	struct binder binder = {
	    .engine = engine, .bound = bound, .fault = &fault, .again = true, .lenient = true};
	ENSURE(!bound->saved);
	ENSURE(bind(&binder, program)); /* B4 */
}
