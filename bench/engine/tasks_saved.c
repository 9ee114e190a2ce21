/* tasks_saved.c -- see tasks.h: orders while segments are saved, settled in groups as large as a
 * busy turn of the loop makes them.
 *
 * The segments are of two tests each, on six fields; one in four asks for days from today.  What
 * they cost a customer who was touched is the difference to none.
 */
#include "bench/engine/dress.h"
#include "bench/engine/tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/timing.h"
#include "protocol/predicate.h"
#include "server/base/ensure.h"
#include "server/engine/settle.h"

#define ORDERS 96000u
#define GROUP 960u /* below SETTLE_MOST */

static struct wire_text text_of(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

static void write_test(struct wire_writer *w, const char *field, struct predicate_value value)
{
	enum predicate_comparison comparison =
	    value.kind == VALUE_FROM ? COMPARE_LESS : COMPARE_AT_LEAST;
	predicate_write(w, &(struct predicate_step){.op = PREDICATE_TEST,
						    .comparison = comparison,
						    .count = 1,
						    .name = text_of(field)});
	predicate_write_value(w, &value);
}

static struct wire_text program_of(uint32_t number, uint8_t *bytes, size_t size)
{
	static const char *const fields[] = {"spend", "spend12", "points", "orders12"};
	struct wire_writer w = {bytes, bytes + size, false};
	struct predicate_value amount = {.kind = VALUE_DECIMAL, .number = 10 * (number + 1)};
	struct predicate_value few = {.kind = VALUE_DECIMAL, .number = number % 8};
	struct predicate_value ago = {.kind = VALUE_FROM, .detail = 'd'};
	ago.number = -10 * (int64_t)(number + 1);
	write_test(&w, fields[number % 4], number % 4 == 3 ? few : amount);
	if (number % 4 == 1)
		write_test(&w, "last_order", ago);
	else
		write_test(&w, "orders", few);
	predicate_write(&w, &(struct predicate_step){.op = PREDICATE_AND, .count = 2});
	ENSURE(!w.failed);
	return (struct wire_text){(const char *)bytes, (uint32_t)(w.at - bytes)};
}

static struct wire_id key_of(struct rig *rig)
{
	struct rig_command order; /* for its key */
	rig_order(rig, 1, (struct population_order){RIG_TODAY, 0}, &order);
	return order.command.as.order.key;
}

/* Save or drop segment `number`. */
static bool change(struct rig *rig, uint32_t number, bool save)
{
	struct rig_command command;
	uint8_t program[256];
	int size = snprintf(command.id, sizeof command.id, "s%u", number);
	struct wire_text name = {command.id, (uint32_t)size};
	struct wire_id key = key_of(rig);
	command.command = (struct command){.opcode = save ? OP_segment_save : OP_segment_drop};
	if (save)
		command.command.as.segment_save = (struct msg_segment_save){
		    3, key, name, program_of(number, program, sizeof program), {"", 0}};
	else
		command.command.as.segment_drop = (struct msg_segment_drop){2, key, name};
	bool fine = rig_write(rig, &command, 1);
	while (engine_build(rig->engine, GROUP))
		;
	return fine;
}

static void settle(struct rig *rig)
{
	struct event *event = &rig->decision.event;
	while (engine_settle(rig->engine, 0, event))
		engine_apply(rig->engine, event);
}

static bool write_all(struct rig *rig, const struct rig_command *commands)
{
	bool fine = true;
	for (uint32_t at = 0; fine && at < ORDERS; at += GROUP) {
		fine = rig_write(rig, commands + at, GROUP);
		settle(rig);
	}
	return fine;
}

static double order_with(struct rig *rig, uint32_t segments)
{
	struct rig_command *commands = calloc(ORDERS, sizeof *commands);
	bool fine = commands != NULL;
	for (uint32_t i = 0; fine && i < segments; i++)
		fine = change(rig, i, true);
	for (uint32_t i = 0; fine && i < ORDERS; i++) {
		uint64_t customer = 1 + random_below(&rig->random, rig->rows);
		uint64_t draw = random_below(&rig->random, POPULATION_AMOUNTS);
		rig_order(rig, customer, (struct population_order){RIG_TODAY, rig->amounts[draw]},
			  &commands[i]);
	}
	uint64_t from_ns = timing_spent_ns();
	fine = fine && write_all(rig, commands);
	double spent_ns = (double)(timing_spent_ns() - from_ns);
	for (uint32_t i = 0; fine && i < segments; i++)
		fine = change(rig, i, false);
	free(commands);
	return fine ? spent_ns / ORDERS : -1;
}

double task_saved_0(struct rig *rig)
{
	return order_with(rig, 0);
}

double task_saved_1(struct rig *rig)
{
	return order_with(rig, 1);
}

double task_saved_8(struct rig *rig)
{
	return order_with(rig, 8);
}

double task_saved_64(struct rig *rig)
{
	return order_with(rig, 64);
}

double task_saved_count(struct rig *rig)
{
	if (!rig_dress(rig) || !change(rig, 0, true)) /* dressing would touch everybody */
		return -1;
	double spent_ns = task_asked(rig, "count @s0");
	return change(rig, 0, false) ? spent_ns : -1;
}
