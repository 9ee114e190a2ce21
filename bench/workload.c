/* workload.c -- see workload.h.
 *
 * Filling and judging run beside the server on the same cores, so they cost little: one random
 * number gives customer and points, and a pick remembers both for the judgement.
 *
 *   W1  Every answer is checked: status, and that an earn moved the balance by what it asked.
 *   W2  What the ledger and the tally count was acknowledged.
 */
#include "bench/workload.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/errors.h"

#define POINTS_BITS 7u /* an earn is 1 to 128 points */

bool workload_slot_new(const struct workload *workload, struct workload_slot *slot)
{
	slot->batch = crm_batch_new();
	slot->picks = calloc(workload->batch, sizeof *slot->picks);
	slot->size = 0;
	return slot->batch != NULL && slot->picks != NULL;
}

void workload_slot_free(struct workload_slot *slot)
{
	crm_batch_free(slot->batch);
	free(slot->picks);
}

static struct workload_pick pick_draw(const struct workload *workload, struct random *random)
{
	uint64_t bits = random_next(random);
	uint32_t points = 1 + (uint32_t)(bits & ((1u << POINTS_BITS) - 1));
	uint64_t item = (bits >> 32) * workload->customers >> 32;
	if (workload->zipf != NULL)
		item = zipf_scatter(zipf_draw(workload->zipf, random), workload->customers);
	return (struct workload_pick){(uint32_t)item, points};
}

static void earn_add(const struct workload *workload, struct workload_slot *slot,
		     struct workload_pick pick, uint64_t tag)
{
	char ref[64];
	uint64_t customer = (uint64_t)pick.item + 1;
	const char *text = NULL;
	if (workload->refs) {
		snprintf(ref, sizeof ref, "bench-%" PRIx64 "-%" PRIx64, workload->run, tag);
		text = ref;
	}
	crm_batch_points_earn(slot->batch, customer, pick.points, text);
}

static void fill_drawn(const struct workload *workload, struct random *random,
		       struct workload_slot *slot)
{
	slot->size = workload->batch;
	for (uint32_t i = 0; i < slot->size; i++) {
		struct workload_pick pick = pick_draw(workload, random);
		slot->picks[i] = pick;
		if (workload->kind == WORK_EARN)
			earn_add(workload, slot, pick, random->state);
		else
			crm_batch_customer_get(slot->batch, (uint64_t)pick.item + 1);
	}
}

static bool fill_next(struct workload *workload, struct workload_slot *slot)
{
	uint64_t from = atomic_fetch_add(&workload->next, workload->batch);
	slot->size = 0;
	while (slot->size < workload->batch && from + slot->size < workload->customers) {
		uint64_t item = from + slot->size;
		slot->picks[slot->size++] = (struct workload_pick){(uint32_t)item, 0};
		if (workload->kind == WORK_CREATE)
			crm_batch_customer_create(slot->batch, item + 1, NULL);
		else
			crm_batch_customer_get(slot->batch, item + 1);
	}
	return slot->size > 0;
}

bool workload_fill(struct workload *workload, struct random *random, struct workload_slot *slot)
{
	crm_batch_clear(slot->batch);
	if (workload->kind == WORK_CREATE || workload->kind == WORK_SWEEP)
		return fill_next(workload, slot);
	fill_drawn(workload, random, slot);
	return true;
}

/* A failure of the load's own finding: the server said ok and something else. */
static void wrong_note(struct workload_tally *tally, uint32_t index, const char *what)
{
	tally->failed++;
	if (tally->first.code != CRM_OK)
		return;
	tally->first.code = ERROR_BAD_REPLY;
	tally->first.batch_index = index;
	snprintf(tally->first.message, sizeof tally->first.message, "%s", what);
}

static void refusal_note(struct workload_tally *tally, const crm_result *result, uint32_t index)
{
	tally->failed++;
	if (tally->first.code == CRM_OK)
		crm_result_error(result, index, &tally->first);
}

static void judge_earn(const struct workload *workload, struct workload_pick pick,
		       const crm_result *result, uint32_t index, struct workload_tally *tally)
{
	crm_points points;
	if (crm_result_points(result, index, &points) != 0 ||
	    points.after - points.before != (int64_t)pick.points) { /* W1 */
		wrong_note(tally, index, "an earn was acknowledged with another change");
		return;
	}
	tally->done++;
	tally->events++;
	tally->points += pick.points; /* W2 */
	ledger_add(workload->ledger, pick.item, pick.points);
}

static void judge_read(const struct workload *workload, struct workload_pick pick,
		       const crm_result *result, uint32_t index, struct workload_tally *tally)
{
	crm_customer customer;
	if (crm_result_customer(result, index, &customer) != 0 ||
	    customer.customer != (uint64_t)pick.item + 1) { /* W1 */
		wrong_note(tally, index, "a get was answered with another customer");
		return;
	}
	tally->done++;
	if (workload->kind != WORK_SWEEP)
		return;
	tally->points += customer.points;
	ledger_compare(workload->ledger, pick.item, customer.points);
}

void workload_judge(const struct workload *workload, const struct workload_slot *slot,
		    const crm_result *result, struct workload_tally *tally)
{
	for (uint32_t i = 0; i < slot->size; i++) {
		crm_status status = crm_result_status(result, i);
		if (workload->kind == WORK_CREATE && status == ERROR_EXISTS) {
			tally->existed++;
		} else if (status != CRM_OK) {
			refusal_note(tally, result, i);
		} else if (workload->kind == WORK_EARN) {
			judge_earn(workload, slot->picks[i], result, i, tally);
		} else if (workload->kind == WORK_CREATE) {
			tally->done++;
			tally->events++;
		} else {
			judge_read(workload, slot->picks[i], result, i, tally);
		}
	}
}

void workload_tally_merge(struct workload_tally *tally, const struct workload_tally *other)
{
	tally->done += other->done;
	tally->existed += other->existed;
	tally->failed += other->failed;
	tally->events += other->events;
	tally->points += other->points;
	if (tally->first.code == CRM_OK)
		tally->first = other->first;
}
