/* matrix.h -- customers, spend and points of every tier and stage, and their sums. */
#ifndef CRMDB_CLI_MATRIX_H
#define CRMDB_CLI_MATRIX_H
#include <stdbool.h>

#include "client/cli/facts.h"

#define MATRIX_TOTAL FACTS_NAMES /* row or column: the sum of all */
#define MATRIX_SIDE (FACTS_NAMES + 1u)

enum matrix_figure {
	MATRIX_CUSTOMERS,
	MATRIX_SPEND, /* minor units */
	MATRIX_POINTS,
	MATRIX_FIGURES,
};

/* Sums are cut at what fits. */
struct matrix {
	int64_t sums[MATRIX_SIDE][MATRIX_SIDE][MATRIX_FIGURES]; /* tier, stage */
};

/* The answer of operation `index`.  False: it has none. */
bool matrix_read(struct matrix *matrix, const crm_result *result, uint32_t index);

#endif
