/* condition.c -- build conditions step by step; see crmdb/query.h.
 *
 * The program is written as it goes on the wire.  A step that cannot be added leaves the condition
 * as it was and is remembered, so that callers need not look at every return value.
 */
#include "client/condition.h"

#include <stdio.h>
#include <stdlib.h>

#include "client/batch.h"
#include "client/error.h"
#include "protocol/query/query.h"

static const char bad_argument[] = "a step of the condition has an argument that is not valid";
static const char no_room[] =
    "the condition is over 16,384 bytes; ask in parts, or save a segment and name it";

crm_condition *crm_condition_new(void)
{
	crm_condition *condition = malloc(sizeof *condition);
	if (condition != NULL)
		crm_condition_clear(condition);
	return condition;
}

void crm_condition_free(crm_condition *condition)
{
	free(condition);
}

void crm_condition_clear(crm_condition *condition)
{
	uint8_t *program = condition->program;
	condition->to = (struct wire_writer){program, program + sizeof condition->program, false};
	condition->fault = CRM_OK;
	condition->why = NULL;
}

/* --- steps --- */

static int refuse(crm_condition *condition, crm_status status, const char *why)
{
	if (condition != NULL && condition->fault == CRM_OK) {
		condition->fault = status;
		condition->why = why;
	}
	return -1;
}

/* At most one byte over what a name or value can have, which is refused. */
static struct wire_text text_of(const char *text)
{
	if (text == NULL)
		return (struct wire_text){NULL, UINT8_MAX + 1};
	return (struct wire_text){text, (uint32_t)strnlen(text, UINT8_MAX + 1)};
}

static bool is_too_long(struct wire_text text)
{
	return text.size > UINT8_MAX;
}

/* A step and its values, or nothing. */
static int add(crm_condition *condition, const struct predicate_step *step,
	       const struct predicate_value *values)
{
	bool wrong = condition == NULL || is_too_long(step->name);
	for (uint32_t i = 0; values != NULL && i < step->count; i++)
		wrong = wrong || is_too_long(values[i].text);
	if (wrong)
		return refuse(condition, ERROR_BAD_ARGUMENT, bad_argument);
	struct wire_writer to = condition->to;
	predicate_write(&to, step);
	for (uint32_t i = 0; values != NULL && i < step->count; i++)
		predicate_write_value(&to, &values[i]);
	if (to.failed)
		return refuse(condition, ERROR_BAD_ARGUMENT, no_room);
	condition->to = to;
	return 0;
}

static int add_test(crm_condition *condition, const char *field,
		    enum predicate_comparison comparison, const struct predicate_value *values,
		    uint32_t count)
{
	struct predicate_step step = {.op = PREDICATE_TEST,
				      .comparison = comparison,
				      .count = (uint16_t)count,
				      .name = text_of(field)};
	return add(condition, &step, values);
}

/* A test with one value. */
static int compare(crm_condition *condition, const char *field, int comparison,
		   struct predicate_value value)
{
	if ((comparison < CRM_EQUAL || comparison > CRM_AT_LEAST) && comparison != CRM_HAS)
		return refuse(condition, ERROR_BAD_ARGUMENT, bad_argument);
	return add_test(condition, field, (enum predicate_comparison)comparison, &value, 1);
}

static_assert((int)CRM_EQUAL == (int)COMPARE_EQUAL && (int)CRM_AT_LEAST == (int)COMPARE_AT_LEAST &&
		  (int)CRM_HAS == (int)COMPARE_HAS,
	      "the numbers of crmdb/query.h are those of the wire");

static struct predicate_value decimal(int64_t value, unsigned places)
{
	return (struct predicate_value){
	    .kind = VALUE_DECIMAL, .number = value, .detail = (uint8_t)places};
}

static struct predicate_value date(int32_t day)
{
	return (struct predicate_value){.kind = VALUE_DATE, .number = day};
}

static bool is_unit(char unit)
{
	return unit != '\0' && strchr("dwmy", unit) != NULL;
}

static struct predicate_value from_today(int32_t count, char unit)
{
	return (struct predicate_value){
	    .kind = VALUE_FROM, .number = count, .detail = (uint8_t)unit};
}

int crm_condition_all(crm_condition *condition)
{
	return add(condition, &(struct predicate_step){.op = PREDICATE_ALL}, NULL);
}

int crm_condition_text(crm_condition *condition, const char *field, int comparison,
		       const char *text)
{
	return compare(condition, field, comparison,
		       (struct predicate_value){.kind = VALUE_TEXT, .text = text_of(text)});
}

int crm_condition_number(crm_condition *condition, const char *field, int comparison, int64_t value,
			 unsigned places)
{
	if (places > UINT8_MAX)
		return refuse(condition, ERROR_BAD_ARGUMENT, bad_argument);
	return compare(condition, field, comparison, decimal(value, places));
}

int crm_condition_date(crm_condition *condition, const char *field, int comparison, int32_t day)
{
	return compare(condition, field, comparison, date(day));
}

int crm_condition_from_today(crm_condition *condition, const char *field, int comparison,
			     int32_t count, char unit)
{
	if (!is_unit(unit))
		return refuse(condition, ERROR_BAD_ARGUMENT, bad_argument);
	return compare(condition, field, comparison, from_today(count, unit));
}

int crm_condition_within(crm_condition *condition, const char *field, int32_t count, char unit)
{
	struct predicate_value value = from_today(count, unit);
	if (!is_unit(unit))
		return refuse(condition, ERROR_BAD_ARGUMENT, bad_argument);
	return add_test(condition, field, COMPARE_WITHIN, &value, 1);
}

/* --- lists and ranges --- */

int crm_condition_in_texts(crm_condition *condition, const char *field, const char *const *texts,
			   uint32_t count)
{
	struct predicate_value values[LIMIT_PREDICATE_VALUES];
	if (texts == NULL || count == 0 || count > LIMIT_PREDICATE_VALUES)
		return refuse(condition, ERROR_BAD_ARGUMENT, bad_argument);
	for (uint32_t i = 0; i < count; i++)
		values[i] = (struct predicate_value){.kind = VALUE_TEXT, .text = text_of(texts[i])};
	return add_test(condition, field, COMPARE_IN, values, count);
}

int crm_condition_in_numbers(crm_condition *condition, const char *field, const int64_t *numbers,
			     uint32_t count)
{
	struct predicate_value values[LIMIT_PREDICATE_VALUES];
	if (numbers == NULL || count == 0 || count > LIMIT_PREDICATE_VALUES)
		return refuse(condition, ERROR_BAD_ARGUMENT, bad_argument);
	for (uint32_t i = 0; i < count; i++)
		values[i] = decimal(numbers[i], 0);
	return add_test(condition, field, COMPARE_IN, values, count);
}

int crm_condition_between(crm_condition *condition, const char *field, int64_t low, int64_t high,
			  unsigned places)
{
	struct predicate_value values[2] = {decimal(low, places), decimal(high, places)};
	if (places > UINT8_MAX)
		return refuse(condition, ERROR_BAD_ARGUMENT, bad_argument);
	return add_test(condition, field, COMPARE_BETWEEN, values, 2);
}

int crm_condition_between_dates(crm_condition *condition, const char *field, int32_t first,
				int32_t last)
{
	struct predicate_value values[2] = {date(first), date(last)};
	return add_test(condition, field, COMPARE_BETWEEN, values, 2);
}

int crm_condition_null(crm_condition *condition, const char *field)
{
	return add_test(condition, field, COMPARE_IS_NULL, NULL, 0);
}

int crm_condition_saved(crm_condition *condition, const char *name)
{
	return add(condition,
		   &(struct predicate_step){.op = PREDICATE_SAVED, .name = text_of(name)}, NULL);
}

/* --- joints --- */

static int join(crm_condition *condition, enum predicate_op op, unsigned count)
{
	if (count < 2 || count > UINT8_MAX)
		return refuse(condition, ERROR_BAD_ARGUMENT, bad_argument);
	return add(condition, &(struct predicate_step){.op = op, .count = (uint16_t)count}, NULL);
}

int crm_condition_not(crm_condition *condition)
{
	return add(condition, &(struct predicate_step){.op = PREDICATE_NOT}, NULL);
}

int crm_condition_and(crm_condition *condition, unsigned count)
{
	return join(condition, PREDICATE_AND, count);
}

int crm_condition_or(crm_condition *condition, unsigned count)
{
	return join(condition, PREDICATE_OR, count);
}

crm_status crm_condition_parse(crm_condition *condition, const char *text, crm_error *error)
{
	uint8_t room[LIMIT_PREDICATE_BYTES];
	struct complaint complaint;
	struct wire_text program;
	error_clear(error);
	if (condition == NULL || text == NULL)
		return error_say(error, ERROR_BAD_ARGUMENT, "no %s was given",
				 text == NULL ? "text" : "condition");
	struct query_source source = {text, strlen(text), 0, room};
	if (!query_parse_condition(&program, &source, &complaint))
		return error_text(error, complaint.message, (uint32_t)complaint.at + 1);
	struct wire_writer to = condition->to;
	wire_write_raw(&to, program.bytes, program.size);
	if (to.failed)
		return error_say(error, ERROR_BAD_ARGUMENT, "%s", no_room);
	condition->to = to;
	return CRM_OK;
}

/* --- use --- */

bool condition_program(const crm_condition *condition, crm_batch *batch, struct wire_text *program)
{
	static const char all[] = {PREDICATE_ALL};
	struct error_detail detail;
	char why[sizeof batch->fault_text];
	*program = (struct wire_text){all, sizeof all};
	if (condition == NULL)
		return true;
	*program = (struct wire_text){(const char *)condition->program,
				      (uint32_t)(condition->to.at - condition->program)};
	if (condition->fault != CRM_OK) {
		batch_refuse(batch, condition->fault, condition->why);
		return false;
	}
	enum error broken = predicate_check(*program, &detail);
	if (broken == ERROR_OK)
		return true;
	if (broken == ERROR_PREDICATE_BROKEN)
		snprintf(why, sizeof why, "the steps of the condition are not joined into one");
	else
		error_format((uint16_t)broken, detail, why, sizeof why);
	batch_refuse_text(batch, (crm_status)broken, why, 0);
	return false;
}
