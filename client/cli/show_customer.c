/* show_customer.c -- one customer, and what an order did to one. */
#include <inttypes.h>
#include <string.h>

#include "client/cli/show_private.h"

bool show_customer(const struct shown *shown)
{
	const struct facts *facts = shown->facts;
	unsigned digits = facts->digits;
	crm_customer customer;
	if (crm_result_customer(shown->result, 0, &customer) != 0)
		return false;
	bool kept = customer.tier_until != -1;
	struct cell cells[] = {
	    id_cell("customer", customer.customer),
	    text_cell("tier", facts_tier(facts, customer.tier)),
	    cell_if(kept, day_cell("tier_until", customer.tier_until)),
	    text_cell("stage", facts_stage(facts, customer.stage)),
	    text_cell("band", customer.band),
	    money_cell("spend", customer.spend, digits),
	    money_cell("spend12", customer.spend12, digits),
	    money_cell("spend12_before", customer.spend12_before, digits),
	    money_cell("largest", customer.largest, digits),
	    number_cell("points", CELL_NUMBER, customer.points),
	    count_cell("orders", customer.orders),
	    count_cell("orders12", customer.orders12),
	    day_cell("first_day", customer.first_day),
	    day_cell("last_day", customer.last_day),
	    day_cell("previous_day", customer.previous_day),
	    number_cell("created", CELL_TIME, customer.created_us),
	    id_cell("event", customer.event),
	    count_cell("events", customer.events),
	};
	return show_row(shown, cells, sizeof cells / sizeof cells[0], true);
}

static bool order_row(const struct shown *shown, const crm_placed *placed)
{
	const struct statement *statement = shown->statement;
	const struct facts *facts = shown->facts;
	struct cell cells[] = {
	    text_cell("order", statement->ref),
	    id_cell("customer", statement->customer),
	    day_cell("day", placed->day),
	    money_cell("amount", statement->amount, facts->digits),
	    money_cell("spend", placed->spend, facts->digits),
	    count_cell("orders", placed->orders),
	    number_cell("points_before", CELL_NUMBER, placed->points_before),
	    number_cell("points", CELL_NUMBER, placed->points_after),
	    text_cell("tier_before", facts_tier(facts, placed->tier_before)),
	    text_cell("tier", facts_tier(facts, placed->tier)),
	    text_cell("stage_before", facts_stage(facts, placed->stage_before)),
	    text_cell("stage", facts_stage(facts, placed->stage)),
	    flag_cell("created", placed->created != 0),
	    id_cell("event", placed->event),
	    flag_cell("repeated", crm_result_repeated(shown->result, 0) != 0),
	};
	return show_row(shown, cells, sizeof cells / sizeof cells[0], false);
}

/* " · tier none → bronze", or only what it is. */
static void say_change(const struct shown *shown, const char *what, const char *before,
		       const char *after)
{
	fprintf(shown->out, "%s%s ", show_dot(shown->screen), what);
	if (strcmp(before, after) != 0)
		fprintf(shown->out, "%s %s ", before, show_arrow(shown->screen));
	fputs(after, shown->out);
}

bool show_order(const struct shown *shown)
{
	const struct statement *statement = shown->statement;
	const struct facts *facts = shown->facts;
	const char *dot = show_dot(shown->screen);
	crm_placed placed;
	char money[CELL_TEXT_BYTES], day[CELL_TEXT_BYTES], before[CELL_TEXT_BYTES];
	char after[CELL_TEXT_BYTES];
	if (crm_result_order(shown->result, 0, &placed) != 0)
		return false;
	if (shown->format != SHOW_TABLE)
		return order_row(shown, &placed);
	struct cell day_of = day_cell("day", placed.day);
	fputs("order ", shown->out);
	screen_write(shown->screen, shown->out, statement->ref, strlen(statement->ref));
	fprintf(shown->out, "%s%s on %s", dot,
		cell_group_money(statement->amount, facts->digits, money),
		cell_format(&day_of, day));
	if (placed.created != 0)
		fprintf(shown->out, "%snew customer %" PRIu64, dot, statement->customer);
	fprintf(shown->out, "%sspend %s", dot,
		cell_group_money(placed.spend, facts->digits, money));
	say_change(shown, "points", cell_group_digits(placed.points_before, before),
		   cell_group_digits(placed.points_after, after));
	say_change(shown, "tier", facts_tier(facts, placed.tier_before),
		   facts_tier(facts, placed.tier));
	say_change(shown, "stage", facts_stage(facts, placed.stage_before),
		   facts_stage(facts, placed.stage));
	show_end_sentence(shown, placed.event);
	return true;
}
