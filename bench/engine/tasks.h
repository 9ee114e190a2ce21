/* tasks.h -- what is measured of a filled engine: one row each in tasks.c. */
#ifndef CRMDB_BENCH_ENGINE_TASKS_H
#define CRMDB_BENCH_ENGINE_TASKS_H
#include "bench/engine/rig.h"

struct task {
	const char *name; /* static */
	double goal_ns;   /* of one operation; 0: none is set */
	/* One repetition.  Returns nanoseconds an operation; negative: out of memory. */
	double (*run)(struct rig *rig);
	const char *asked; /* a question in words instead of `run`, or NULL; static */
};

#define TASKS 31u
extern const struct task tasks[TASKS];

/* tasks_index.c: the spend index by itself, on the engine's own entries. */
double task_index_move(struct rig *rig);
double task_index_count(struct rig *rig);
/* tasks_question.c: questions through engine_decide, as the server asks them. */
double task_count_one(struct rig *rig);
double task_count_set(struct rig *rig);
double task_page_one(struct rig *rig);
double task_page_all(struct rig *rig);
double task_matrix(struct rig *rig);
double task_scan(struct rig *rig);
/* tasks_asked.c: a question by any field, in words. */
double task_asked(struct rig *rig, const char *text);
/* tasks_people.c: a look-up among as many phones as there are customers. */
double task_find(struct rig *rig);
/* tasks_saved.c: orders, and memberships settled behind them. */
double task_saved_0(struct rig *rig);
double task_saved_1(struct rig *rig);
double task_saved_8(struct rig *rig);
double task_saved_64(struct rig *rig);
/* How many are in one. */
double task_saved_count(struct rig *rig);
/* tasks_days.c: a month of days, by the customers they look at. */
double task_turn(struct rig *rig);

#endif
