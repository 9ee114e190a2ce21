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

/* Four narrow fields: 9 and 13 bytes a row. */
#define NARROW "gender = female and region = north and last_order >= -365d and "
#define WINBACK "last_order between -180d and -90d and spend >= 300"
#define BIRTHDAY "birthday within 7d and consents has marketing:sms and tier >= silver"

const struct task tasks[TASKS] = {
    {"index: move one entry", 800, task_index_move, NULL},
    {"index: count one range", 700, task_index_count, NULL},
    {"order: decide, reserve, apply", 0, task_order, NULL},
    {"count: one cell, a range", 700, task_count_one, NULL},
    {"count: random sets, a range", 0, task_count_set, NULL},
    {"page: first 100 of one cell", 30000, task_page_one, NULL},
    {"page: first 100 of all cells", 30000, task_page_all, NULL},
    {"matrix", 5000, task_matrix, NULL},
    {"scan: a row of two columns", 0, task_scan, NULL},
    {"asked: one tier", 0, NULL, "count tier = gold"},
    {"asked: box", 10000, NULL, "count tier >= gold and spend >= {spend}"},
    {"asked: box of stages", 0, NULL,
     "count tier >= gold and stage in (active, loyal) and spend >= {spend}"},
    {"asked: page of churned", 30000, NULL,
     "segment stage = churned and spend <= {spend} order by spend desc limit 100"},
    {"asked: page of loyal", 30000, NULL, "segment stage = loyal order by spend desc limit 100"},
    {"asked: page by another field", 0, NULL,
     "segment tier >= silver order by points desc limit 100"},
    {"asked: 4 fields, 9 bytes", 0, NULL, "count " NARROW "consents has marketing:sms"},
    {"asked: 4 fields, 13 bytes", 0, NULL, "count " NARROW "spend12 >= 50"},
    {"asked: 4 fields, none selective", 0, NULL,
     "count gender in (female, male, other) and region != hills and birth_date >= 1950-01-01 "
     "and spend12 >= 0"},
    {"asked: win-back", 0, NULL, "count " WINBACK},
    {"asked: birthday", 0, NULL, "count " BIRTHDAY},
    {"asked: one of two", 0, NULL, "count region = delta or gender = other"},
    {"asked: groups, all", 0, NULL, "sum spend by tier, stage"},
    {"asked: groups of a region", 0, NULL, "sum spend by tier, stage where region = south"},
    {"asked: stream of all", 0, NULL, "stream all show tier,stage,spend,points"},
    {"find: by phone, fingerprint too", 2000, task_find, NULL},
    {"count: a saved segment", 1000, task_saved_count, NULL},
    {"order: no segment is saved", 0, task_saved_0, NULL},
    {"order: 1 saved segment", 0, task_saved_1, NULL},
    {"order: 8 saved segments", 0, task_saved_8, NULL},
    {"order: 64 saved segments", 0, task_saved_64, NULL},
    {"day: a customer looked at", 0, task_turn, NULL}, /* last: days have passed then */
};
