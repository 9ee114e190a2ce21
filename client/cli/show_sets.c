/* show_sets.c -- how many customers: counts, plans, and the matrix of tiers and stages.
 *
 *   ┌───────────┬──────────┬─────┬────────┬───────┐
 *   │ customers │ prospect │ new │ active │ total │      one such table for people, and one each
 *   ├───────────┼──────────┼─────┼────────┼───────┤      for spend and points
 *   │ none      │      120 │  31 │     64 │   215 │
 *   │ total     │      120 │  31 │     64 │   215 │
 *   └───────────┴──────────┴─────┴────────┴───────┘
 *
 * Programs get one row for each tier and stage.
 */
#include <string.h>

#include "client/cli/commas.h"
#include "client/cli/json.h"
#include "client/cli/matrix.h"
#include "client/cli/show_private.h"
#include "client/cli/table.h"

/* Most cells of a sheet: each tier and stage, or a grid with its sums. */
#define CELLS_MAX (MATRIX_SIDE * (MATRIX_SIDE + 1u))

static bool show_list(const struct shown *shown, const char *name, const struct sheet *sheet)
{
	if (shown->format == SHOW_JSON)
		return json_print_list(shown->out, name, sheet);
	if (shown->format == SHOW_CSV)
		commas_print(shown->out, sheet);
	else
		table_print(shown->screen, shown->out, sheet);
	return true;
}

/* --- the matrix --- */

#define LIST_COLUMNS 5u

static bool print_cells(const struct shown *shown, const struct matrix *matrix)
{
	const struct facts *facts = shown->facts;
	struct cell cells[FACTS_NAMES * FACTS_NAMES * LIST_COLUMNS];
	struct cell *to = cells;
	for (unsigned t = 0; t < facts->tier_count; t++)
		for (unsigned s = 0; s < facts->stage_count; s++) {
			const int64_t *sums = matrix->sums[t][s];
			*to++ = text_cell("tier", facts_tier(facts, t));
			*to++ = text_cell("stage", facts_stage(facts, s));
			*to++ = number_cell("customers", CELL_NUMBER, sums[MATRIX_CUSTOMERS]);
			*to++ = money_cell("spend", sums[MATRIX_SPEND], facts->digits);
			*to++ = number_cell("points", CELL_NUMBER, sums[MATRIX_POINTS]);
		}
	size_t rows = (size_t)facts->tier_count * facts->stage_count;
	return show_list(shown, "cells", &(struct sheet){cells, LIST_COLUMNS, rows});
}

static struct cell figure_cell(const char *name, enum matrix_figure figure, int64_t value,
			       const struct facts *facts)
{
	if (figure == MATRIX_SPEND)
		return money_cell(name, value, facts->digits);
	return number_cell(name, CELL_NUMBER, value);
}

/* Row or column number `i` of `count` names: the last one is the total. */
static unsigned place(unsigned i, unsigned count)
{
	return i < count ? i : MATRIX_TOTAL;
}

static void print_grid(const struct shown *shown, const struct matrix *matrix,
		       enum matrix_figure figure)
{
	static const char *const names[] = {"customers", "spend", "points"};
	const struct facts *facts = shown->facts;
	unsigned tiers = facts->tier_count, stages = facts->stage_count;
	struct cell cells[CELLS_MAX];
	struct cell *to = cells;
	for (unsigned t = 0; t <= tiers; t++) {
		*to++ = text_cell(names[figure], t < tiers ? facts_tier(facts, t) : "total");
		for (unsigned s = 0; s <= stages; s++)
			*to++ = figure_cell(s < stages ? facts_stage(facts, s) : "total", figure,
					    matrix->sums[place(t, tiers)][place(s, stages)][figure],
					    facts);
	}
	table_print(shown->screen, shown->out, &(struct sheet){cells, stages + 2, tiers + 1});
}

bool show_matrix(const struct shown *shown)
{
	struct matrix matrix;
	if (!matrix_read(&matrix, shown->result, 0))
		return false;
	if (shown->format != SHOW_TABLE)
		return print_cells(shown, &matrix);
	for (unsigned figure = 0; figure < MATRIX_FIGURES; figure++)
		print_grid(shown, &matrix, figure);
	return true;
}

/* --- counts --- */

bool show_plan(const struct shown *shown)
{
	crm_plan plan;
	char estimate[CELL_TEXT_BYTES], judged[CELL_TEXT_BYTES];
	if (crm_result_plan(shown->result, 0, &plan) != 0)
		return false;
	struct cell cells[] = {text_cell("plan", plan.name), count_cell("estimate", plan.estimate),
			       count_cell("judged", plan.judged),
			       count_cell("engine_us", plan.engine_us)};
	const char *dot = show_dot(shown->screen);
	if (shown->format != SHOW_TABLE)
		return show_row(shown, cells, 4, false);
	fprintf(shown->out, "plan %s%sestimated %s%sjudged %s%sserver %u.%03u ms%s", plan.name, dot,
		cell_format(&cells[1], estimate), dot, cell_format(&cells[2], judged), dot,
		plan.engine_us / 1000, plan.engine_us % 1000, dot);
	show_round_trip(shown->out, shown->round_trip_us);
	fputc('\n', shown->out);
	return true;
}

bool show_count(const struct shown *shown)
{
	uint64_t customers;
	char text[CELL_TEXT_BYTES];
	if (crm_result_count(shown->result, 0, &customers) != 0)
		return false;
	struct cell cell = count_cell("customers", customers);
	if (shown->format != SHOW_TABLE)
		return show_row(shown, &cell, 1, false);
	fprintf(shown->out, "%s\n", cell_format(&cell, text));
	return true;
}
