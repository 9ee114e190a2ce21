/* workload_order.c -- orders: those of a whole population, and those of today. */
#include <inttypes.h>
#include <stdio.h>

#include "bench/workload_private.h"

#define ID_BYTES 48u

/* Customer number `item`, whole, behind what the slot has. */
static void customer_add(const struct workload *workload, uint64_t item, struct workload_slot *slot)
{
	struct population_order orders[POPULATION_ORDERS];
	uint32_t count = population_draw(&workload->population, item, orders);
	int64_t spend = 0;
	for (uint32_t i = 0; i < count; i++) {
		char id[ID_BYTES];
		snprintf(id, sizeof id, "b%" PRIu64 "-%" PRIu32, item + 1, i + 1);
		spend += orders[i].amount;
		slot->picks[slot->size++] = (struct workload_pick){
		    .item = (uint32_t)item, .amount = orders[i].amount, .spend = spend};
		crm_batch_order(slot->batch, &(crm_order){.customer = item + 1,
							  .id = id,
							  .day = orders[i].day,
							  .amount = orders[i].amount,
							  .items = 1,
							  .no_points = 1});
	}
	if (count > 0)
		return;
	slot->picks[slot->size++] = (struct workload_pick){.item = (uint32_t)item, .amount = -1};
	crm_batch_customer_create(slot->batch, item + 1, NULL);
}

void populate_fill(struct workload *workload, struct workload_slot *slot)
{
	slot->size = 0;
	while (slot->size < workload->batch) {
		uint64_t item = atomic_fetch_add(&workload->next, 1);
		if (item >= workload->customers)
			return;
		customer_add(workload, item, slot);
	}
}

void populate_judge(const struct workload_answer *answer, struct workload_tally *tally)
{
	const struct workload_pick *pick = workload_pick_of(answer);
	crm_placed placed = {.created = 1};
	bool prospect = pick->amount < 0;
	if (!prospect && (crm_result_order(answer->result, answer->index, &placed) != 0 ||
			  placed.spend != pick->spend)) {
		workload_wrong(answer, "an order of the population gave another spend", tally);
		return;
	}
	if (crm_result_repeated(answer->result, answer->index)) {
		tally->existed += prospect || placed.created;
		return;
	}
	tally->done++;
	tally->events++;
	tally->created += placed.created != 0;
	tally->orders += !prospect;
	tally->spend += prospect ? 0 : pick->amount;
}

void order_fill(struct workload *workload, struct random *random, struct workload_slot *slot)
{
	uint64_t number = atomic_fetch_add(&workload->next, slot->size);
	for (uint32_t i = 0; i < slot->size; i++) {
		char id[ID_BYTES];
		struct workload_pick *pick = &slot->picks[i];
		snprintf(id, sizeof id, "r%" PRIx64 "-%" PRIx64, workload->run, ++number);
		pick->item = workload_item_draw(workload, random);
		pick->amount = workload->amounts[random_below(random, POPULATION_AMOUNTS)];
		crm_batch_order(slot->batch, &(crm_order){.customer = (uint64_t)pick->item + 1,
							  .id = id,
							  .day = CRM_TODAY,
							  .amount = pick->amount,
							  .items = 1});
	}
}

void order_judge(const struct workload *workload, const struct workload_answer *answer,
		 struct workload_tally *tally)
{
	const struct workload_pick *pick = workload_pick_of(answer);
	crm_placed placed;
	if (crm_result_order(answer->result, answer->index, &placed) != 0 ||
	    crm_result_repeated(answer->result, answer->index) || placed.spend < pick->amount ||
	    placed.orders == 0 || placed.day != workload->population.today ||
	    placed.tier < placed.tier_before || placed.points_after < placed.points_before) {
		workload_wrong(answer, "an order was acknowledged as what it cannot be", tally);
		return;
	}
	int64_t points = placed.points_after - placed.points_before;
	tally->done++;
	tally->events++;
	tally->created += placed.created != 0;
	tally->orders++;
	tally->spend += pick->amount;
	tally->points += points;
	ledger_add(workload->ledger, pick->item, points);
}
