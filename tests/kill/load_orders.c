/* load_orders.c -- orders of the load: their ids, their calls, their answers; see load.h. */
#include <stdio.h>

#include "client/crmdb/crmdb.h"
#include "tests/kill/load.h"
#include "tests/kill/record.h"

void load_order_id(unsigned client, uint32_t number, char *id)
{
	snprintf(id, 64, "client %u order %u", client, number);
}

void load_add_order(crm_batch *batch, const struct record *intent)
{
	char id[64];
	const struct record_purchase *purchase = &intent->purchase;
	load_order_id(intent->client, intent->number, id);
	crm_order order = {.customer = intent->customer,
			   .id = id,
			   .day = (int32_t)purchase->day,
			   .amount = purchase->amount,
			   .items = purchase->items,
			   .no_points = (int)purchase->no_points};
	crm_batch_order(batch, &order);
}

int load_placed(const crm_result *result, uint32_t index, struct record *answer)
{
	crm_placed placed;
	if (crm_result_order(result, index, &placed) != 0)
		return -1;
	answer->event = placed.event;
	answer->before = placed.points_before;
	answer->after = placed.points_after;
	answer->placed = (struct record_placed){.day = placed.day,
						.spend = placed.spend,
						.orders = placed.orders,
						.created = (uint8_t)placed.created,
						.tier_before = placed.tier_before,
						.tier = placed.tier,
						.stage_before = placed.stage_before,
						.stage = placed.stage};
	return 0;
}
