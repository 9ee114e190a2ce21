/* matrix.c -- see matrix.h. */
#include "client/cli/matrix.h"

static void add(int64_t *sum, int64_t value)
{
	if (__builtin_add_overflow(*sum, value, sum))
		*sum = value < 0 ? INT64_MIN : INT64_MAX;
}

static void add_cell(struct matrix *matrix, const crm_cell *cell)
{
	const int64_t figures[MATRIX_FIGURES] = {
	    cell->customers > INT64_MAX ? INT64_MAX : (int64_t)cell->customers, cell->spend,
	    cell->points};
	const unsigned tiers[2] = {cell->tier, MATRIX_TOTAL};
	const unsigned stages[2] = {cell->stage, MATRIX_TOTAL};
	for (unsigned t = 0; t < 2; t++)
		for (unsigned s = 0; s < 2; s++)
			for (unsigned f = 0; f < MATRIX_FIGURES; f++)
				add(&matrix->sums[tiers[t]][stages[s]][f], figures[f]);
}

bool matrix_read(struct matrix *matrix, const crm_result *result, uint32_t index)
{
	int size = crm_result_cells_size(result, index);
	crm_cell cell;
	*matrix = (struct matrix){0};
	for (int i = 0; i < size; i++) {
		if (crm_result_cell(result, index, (uint32_t)i, &cell) != 0 ||
		    cell.tier >= FACTS_NAMES || cell.stage >= FACTS_NAMES)
			return false;
		add_cell(matrix, &cell);
	}
	return size >= 0;
}
