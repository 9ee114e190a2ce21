/* lister_due.c -- whom to greet, as rows. */
#include "client/cli/lister.h"

static void fill(struct lister *lister, const void *item, struct cell *cells)
{
	static const crm_due nobody;
	const struct facts *facts = lister->facts;
	const crm_due *due = item == NULL ? &nobody : item;
	cells[0] = id_cell("customer", due->customer);
	cells[1] = day_cell("day", due->day);
	cells[2] = text_cell("tier", facts_tier(facts, due->tier));
	cells[3] = text_cell("stage", facts_stage(facts, due->stage));
	cells[4] = money_cell("spend", due->spend, facts->digits);
	cells[5] = cell_if(due->channel != NULL, text_cell("channel", due->channel));
}

const struct lister_kind lister_due = {"due", false, true, fill};
