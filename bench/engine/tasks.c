/* tasks.c -- see tasks.h: the table, and orders.
 *
 * To add a task: a function in the file of its kind, and a row here.
 */
#include "bench/engine/tasks.h"

#include <stdlib.h>

#include "bench/timing.h"

#define ORDERS 100000u

/* Orders of today by customers drawn at random: most of them move in the index. */
static double task_order(struct rig *rig)
{
	struct rig_command *commands = calloc(ORDERS, sizeof *commands);
	if (commands == NULL)
		return -1;
	for (uint32_t i = 0; i < ORDERS; i++) {
		uint64_t customer = 1 + random_below(&rig->random, rig->rows);
		uint64_t draw = random_below(&rig->random, POPULATION_AMOUNTS);
		rig_order(rig, customer, (struct population_order){RIG_TODAY, rig->amounts[draw]},
			  &commands[i]);
	}
	uint64_t from_ns = timing_spent_ns();
	bool fine = rig_write(rig, commands, ORDERS);
	double spent_ns = (double)(timing_spent_ns() - from_ns);
	free(commands);
	return fine ? spent_ns / ORDERS : -1;
}

const struct task tasks[TASKS] = {
    {"index: move one entry", 800, task_index_move},
    {"index: count one range", 700, task_index_count},
    {"order: decide, reserve, apply", 0, task_order},
    {"count: one cell, a range", 700, task_count_one},
    {"count: random sets, a range", 0, task_count_set},
    {"page: first 100 of one cell", 30000, task_page_one},
    {"page: first 100 of all cells", 30000, task_page_all},
    {"matrix", 5000, task_matrix},
    {"scan: a row of two columns", 0, task_scan},
    {"find: by phone, fingerprint too", 2000, task_find},
    {"order: no segment is saved", 0, task_saved_0},
    {"order: 1 saved segment", 0, task_saved_1},
    {"order: 8 saved segments", 0, task_saved_8},
    {"order: 64 saved segments", 0, task_saved_64},
    {"day: a customer looked at", 0, task_turn}, /* last: days have passed then */
};
