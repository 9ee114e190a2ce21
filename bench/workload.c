/* workload.c -- see workload.h: points and single customers, and which kind does what.
 *
 * Filling and judging run beside the server on the same cores, so they cost little; a pick
 * remembers what was asked for the judgement.  Orders are in workload_order.c, questions about sets
 * in workload_question.c.
 *
 *   W1  Every answer is checked: status, and that it is what was asked.
 *   W2  What the ledger and the tally count was acknowledged.
 */
#include "bench/workload.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/workload_private.h"
#include "protocol/errors.h"

#define POINTS_BITS 7u /* an earn is 1 to 128 points */

bool workload_slot_new(const struct workload *workload, struct workload_slot *slot)
{
	/* A frame of the population ends with the customer that fills it. */
	uint32_t room = workload->batch + (workload->kind == WORK_POPULATE ? POPULATION_ORDERS : 0);
	slot->batch = crm_batch_new();
	slot->picks = calloc(room, sizeof *slot->picks);
	slot->size = 0;
	return slot->batch != NULL && slot->picks != NULL;
}

void workload_slot_free(struct workload_slot *slot)
{
	crm_batch_free(slot->batch);
	free(slot->picks);
}

uint32_t workload_item_draw(const struct workload *workload, struct random *random)
{
	if (workload->zipf != NULL)
		return (uint32_t)zipf_scatter(zipf_draw(workload->zipf, random),
					      workload->customers);
	return (uint32_t)random_below(random, workload->customers);
}

static void earn_add(const struct workload *workload, struct workload_slot *slot,
		     const struct workload_pick *pick, uint64_t tag)
{
	char ref[64];
	const char *text = NULL;
	if (workload->refs) {
		snprintf(ref, sizeof ref, "bench-%" PRIx64 "-%" PRIx64, workload->run, tag);
		text = ref;
	}
	crm_batch_points_earn(slot->batch, (uint64_t)pick->item + 1, pick->points, text);
}

static void fill_earn(const struct workload *workload, struct random *random,
		      struct workload_slot *slot)
{
	for (uint32_t i = 0; i < slot->size; i++) {
		struct workload_pick *pick = &slot->picks[i];
		pick->points = 1 + (uint32_t)(random_next(random) >> (64 - POINTS_BITS));
		pick->item = workload_item_draw(workload, random);
		earn_add(workload, slot, pick, random->state);
	}
}

static void fill_get(const struct workload *workload, struct random *random,
		     struct workload_slot *slot)
{
	for (uint32_t i = 0; i < slot->size; i++) {
		slot->picks[i].item = workload_item_draw(workload, random);
		crm_batch_customer_get(slot->batch, (uint64_t)slot->picks[i].item + 1);
	}
}

static void fill_next(struct workload *workload, struct workload_slot *slot)
{
	uint64_t from = atomic_fetch_add(&workload->next, workload->batch);
	slot->size = 0;
	while (slot->size < workload->batch && from + slot->size < workload->customers) {
		uint64_t item = from + slot->size;
		slot->picks[slot->size++].item = (uint32_t)item;
		if (workload->kind == WORK_CREATE)
			crm_batch_customer_create(slot->batch, item + 1, NULL);
		else
			crm_batch_customer_get(slot->batch, item + 1);
	}
}

bool workload_fill(struct workload *workload, struct random *random, struct workload_slot *slot)
{
	crm_batch_clear(slot->batch);
	slot->size = workload->batch;
	switch (workload->kind) {
	case WORK_CREATE:
	case WORK_SWEEP:
		fill_next(workload, slot);
		break;
	case WORK_POPULATE:
		populate_fill(workload, slot);
		break;
	case WORK_EARN:
		fill_earn(workload, random, slot);
		break;
	case WORK_GET:
		fill_get(workload, random, slot);
		break;
	case WORK_ORDER:
		order_fill(workload, random, slot);
		break;
	case WORK_COUNT:
		count_fill(workload, random, slot);
		break;
	case WORK_PAGE:
		page_fill(workload, random, slot);
		break;
	case WORK_MATRIX:
		matrix_fill(slot);
		break;
	case WORK_PEOPLE:
		people_fill(workload, slot);
		break;
	case WORK_TRAITS:
		traits_fill(workload, slot);
		break;
	case WORK_PROFILE:
		profile_fill(workload, random, slot);
		break;
	case WORK_FIND:
		find_fill(workload, random, slot);
		break;
	case WORK_SET:
		set_fill(workload, random, slot);
		break;
	}
	return slot->size > 0;
}

void workload_wrong(const struct workload_answer *answer, const char *what,
		    struct workload_tally *tally)
{
	tally->failed++;
	if (tally->first.code != CRM_OK)
		return;
	tally->first.code = ERROR_BAD_REPLY;
	tally->first.batch_index = answer->index;
	snprintf(tally->first.message, sizeof tally->first.message, "%s", what);
}

/* What was there before is fine while customers are made, whoever made it. */
static void judge_refusal(const struct workload *workload, const struct workload_answer *answer,
			  struct workload_tally *tally)
{
	crm_status status = crm_result_status(answer->result, answer->index);
	if ((workload->kind == WORK_CREATE || workload->kind == WORK_POPULATE) &&
	    status == ERROR_EXISTS) {
		tally->existed++;
		return;
	}
	tally->failed++;
	if (tally->first.code == CRM_OK)
		crm_result_error(answer->result, answer->index, &tally->first);
}

static void judge_create(struct workload_tally *tally)
{
	tally->done++;
	tally->created++;
	tally->events++;
}

static void judge_earn(const struct workload *workload, const struct workload_answer *answer,
		       struct workload_tally *tally)
{
	const struct workload_pick *pick = workload_pick_of(answer);
	crm_points points;
	if (crm_result_points(answer->result, answer->index, &points) != 0 ||
	    points.after - points.before != (int64_t)pick->points) { /* W1 */
		workload_wrong(answer, "an earn was acknowledged with another change", tally);
		return;
	}
	tally->done++;
	tally->events++;
	tally->points += pick->points; /* W2 */
	ledger_add(workload->ledger, pick->item, pick->points);
}

static void judge_read(const struct workload *workload, const struct workload_answer *answer,
		       struct workload_tally *tally)
{
	const struct workload_pick *pick = workload_pick_of(answer);
	crm_customer customer;
	if (crm_result_customer(answer->result, answer->index, &customer) != 0 ||
	    customer.customer != (uint64_t)pick->item + 1) { /* W1 */
		workload_wrong(answer, "a get was answered with another customer", tally);
		return;
	}
	tally->done++;
	if (workload->kind != WORK_SWEEP)
		return;
	tally->points += customer.points;
	ledger_compare(workload->ledger, pick->item, customer.points);
}

static void judge_one(const struct workload *workload, const struct workload_answer *answer,
		      struct workload_tally *tally)
{
	switch (workload->kind) {
	case WORK_CREATE:
		judge_create(tally);
		break;
	case WORK_POPULATE:
		populate_judge(answer, tally);
		break;
	case WORK_EARN:
		judge_earn(workload, answer, tally);
		break;
	case WORK_SWEEP:
	case WORK_GET:
		judge_read(workload, answer, tally);
		break;
	case WORK_ORDER:
		order_judge(workload, answer, tally);
		break;
	case WORK_COUNT:
		count_judge(workload, answer, tally);
		break;
	case WORK_PAGE:
		page_judge(workload, answer, tally);
		break;
	case WORK_MATRIX:
		matrix_judge(workload, answer, tally);
		break;
	case WORK_PEOPLE:
	case WORK_SET:
		people_judge(answer, tally);
		break;
	case WORK_TRAITS:
		traits_judge(answer, tally);
		break;
	case WORK_PROFILE:
		profile_judge(answer, tally);
		break;
	case WORK_FIND:
		find_judge(answer, tally);
		break;
	}
}

void workload_judge(const struct workload *workload, const struct workload_slot *slot,
		    const crm_result *result, struct workload_tally *tally)
{
	struct workload_answer answer = {slot, result, 0};
	for (; answer.index < slot->size; answer.index++)
		if (crm_result_status(result, answer.index) == CRM_OK)
			judge_one(workload, &answer, tally);
		else
			judge_refusal(workload, &answer, tally);
}

void workload_tally_merge(struct workload_tally *tally, const struct workload_tally *other)
{
	tally->done += other->done;
	tally->existed += other->existed;
	tally->created += other->created;
	tally->failed += other->failed;
	tally->events += other->events;
	tally->orders += other->orders;
	tally->spend += other->spend;
	tally->points += other->points;
	if (tally->first.code == CRM_OK)
		tally->first = other->first;
}
