/* predicate.c -- see predicate.h.
 *
 * Bounded by construction: one pass, a stack that is only counted, no recursion.
 */
#include "protocol/predicate.h"

#define TEXT_MOST UINT8_MAX

static struct wire_text read_name(struct wire_reader *r)
{
	uint32_t size = wire_read_u8(r);
	const uint8_t *bytes = wire_take(r, size);
	return bytes == NULL ? (struct wire_text){0}
			     : (struct wire_text){(const char *)bytes, size};
}

static void write_name(struct wire_writer *w, struct wire_text name)
{
	if (name.size > TEXT_MOST) {
		w->failed = true;
		return;
	}
	wire_write_u8(w, (uint8_t)name.size);
	wire_write_raw(w, name.bytes, name.size);
}

bool predicate_next_value(struct wire_reader *r, struct predicate_value *value)
{
	*value = (struct predicate_value){.at = wire_read_u16(r)};
	uint8_t kind = wire_read_u8(r);
	value->kind = (enum predicate_value_kind)kind;
	switch (kind) {
	case VALUE_DECIMAL:
	case VALUE_FROM:
		value->number = wire_read_i64(r);
		value->detail = wire_read_u8(r);
		break;
	case VALUE_DATE:
		value->number = wire_read_i64(r);
		break;
	case VALUE_TEXT:
		value->text = read_name(r);
		break;
	default:
		r->failed = true;
	}
	return !r->failed;
}

void predicate_write_value(struct wire_writer *w, const struct predicate_value *value)
{
	wire_write_u16(w, value->at);
	wire_write_u8(w, (uint8_t)value->kind);
	if (value->kind == VALUE_TEXT) {
		write_name(w, value->text);
		return;
	}
	wire_write_i64(w, value->number);
	if (value->kind != VALUE_DATE)
		wire_write_u8(w, value->detail);
}

static bool takes(enum predicate_comparison comparison, uint16_t count)
{
	switch (comparison) {
	case COMPARE_IN:
	case COMPARE_NOT_IN:
		return count >= 1;
	case COMPARE_BETWEEN:
	case COMPARE_NOT_BETWEEN:
		return count == 2;
	case COMPARE_IS_NULL:
	case COMPARE_IS_NOT_NULL:
		return count == 0;
	default:
		return comparison >= COMPARE_EQUAL && comparison <= COMPARE_HAS && count == 1;
	}
}

static void read_test(struct wire_reader *r, struct predicate_step *step)
{
	struct predicate_value value;
	step->at = wire_read_u16(r);
	step->comparison = (enum predicate_comparison)wire_read_u8(r);
	step->count = wire_read_u16(r);
	step->name = read_name(r);
	step->values.at = r->at;
	if (!takes(step->comparison, step->count))
		r->failed = true;
	for (uint16_t i = 0; i < step->count && !r->failed; i++)
		predicate_next_value(r, &value);
	step->values.end = r->at;
}

bool predicate_next(struct wire_reader *r, struct predicate_step *step)
{
	*step = (struct predicate_step){0};
	if (r->failed || r->at == r->end)
		return false;
	uint8_t op = wire_read_u8(r);
	step->op = (enum predicate_op)op;
	switch (op) {
	case PREDICATE_ALL:
		break;
	case PREDICATE_TEST:
		read_test(r, step);
		break;
	case PREDICATE_SAVED:
		step->at = wire_read_u16(r);
		step->name = read_name(r);
		break;
	case PREDICATE_NOT:
		step->count = 1;
		break;
	case PREDICATE_AND:
	case PREDICATE_OR:
		step->count = wire_read_u8(r);
		r->failed = r->failed || step->count < 2;
		break;
	default:
		r->failed = true;
	}
	return !r->failed;
}

void predicate_write(struct wire_writer *w, const struct predicate_step *step)
{
	wire_write_u8(w, (uint8_t)step->op);
	switch (step->op) {
	case PREDICATE_TEST:
		wire_write_u16(w, step->at);
		wire_write_u8(w, (uint8_t)step->comparison);
		wire_write_u16(w, step->count);
		write_name(w, step->name);
		break;
	case PREDICATE_SAVED:
		wire_write_u16(w, step->at);
		write_name(w, step->name);
		break;
	case PREDICATE_AND:
	case PREDICATE_OR:
		wire_write_u8(w, (uint8_t)step->count);
		break;
	case PREDICATE_ALL:
	case PREDICATE_NOT:
		break;
	}
}

static enum error too_large(struct error_detail *detail, uint32_t a, uint32_t b)
{
	*detail = (struct error_detail){a, b};
	return ERROR_PREDICATE_TOO_LARGE;
}

/* How deep each step on the stack is nested. */
struct stack {
	uint8_t depth[LIMIT_PREDICATE_STEPS];
	uint32_t size;
};

/* False: it takes more steps than there are. */
static bool take(struct stack *stack, const struct predicate_step *step)
{
	uint32_t taken = step->op >= PREDICATE_NOT ? step->count : 0;
	uint8_t depth = 0;
	if (taken > stack->size)
		return false;
	for (uint32_t i = stack->size - taken; i < stack->size; i++)
		depth = stack->depth[i] > depth ? stack->depth[i] : depth;
	stack->size -= taken;
	stack->depth[stack->size++] = (uint8_t)(depth + 1);
	return true;
}

enum error predicate_check(struct wire_text program, struct error_detail *detail)
{
	const uint8_t *bytes = (const uint8_t *)program.bytes;
	struct wire_reader r = {bytes, bytes + program.size, false};
	struct predicate_step step;
	struct stack stack = {.size = 0};
	uint32_t steps = 0, values = 0, at = 0;
	if (program.size > LIMIT_PREDICATE_BYTES)
		return too_large(detail, program.size, LIMIT_PREDICATE_BYTES);
	*detail = (struct error_detail){0, program.size};
	for (; predicate_next(&r, &step); at = (uint32_t)(r.at - bytes)) {
		detail->a = at;
		values += step.op == PREDICATE_TEST ? step.count : 0;
		if (++steps > LIMIT_PREDICATE_STEPS)
			return too_large(detail, steps, LIMIT_PREDICATE_STEPS);
		if (values > LIMIT_PREDICATE_VALUES)
			return too_large(detail, values, LIMIT_PREDICATE_VALUES);
		if (!take(&stack, &step))
			return ERROR_PREDICATE_BROKEN;
		if (stack.depth[stack.size - 1] > LIMIT_PREDICATE_DEPTH)
			return too_large(detail, stack.depth[stack.size - 1],
					 LIMIT_PREDICATE_DEPTH);
	}
	detail->a = at;
	return r.failed || stack.size != 1 ? ERROR_PREDICATE_BROKEN : ERROR_OK;
}
