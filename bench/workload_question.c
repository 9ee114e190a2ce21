/* workload_question.c -- questions about sets of customers.
 *
 * Nobody writes while they are asked, so what answers say of one another must hold: a wider
 * question counts no less, all cells add up to all customers.  That they are right is for the
 * audit, which asks some again and compares with a scan.
 */
#include "bench/workload_private.h"

static uint16_t set_draw(struct random *random, unsigned count)
{
	return (uint16_t)(1 + random_below(random, (UINT64_C(1) << count) - 1));
}

static int64_t amount_draw(const struct workload *workload, struct random *random)
{
	return workload->amounts[random_below(random, POPULATION_AMOUNTS)];
}

/* From narrow to wide: the width is an order's amount times 1 to 32. */
static crm_segment segment_draw(const struct workload *workload, struct random *random)
{
	int64_t from = amount_draw(workload, random);
	return (crm_segment){.tiers = set_draw(random, workload->tiers),
			     .stages = set_draw(random, workload->stages),
			     .from = from,
			     .to =
				 from + (amount_draw(workload, random) << random_below(random, 6))};
}

/* Every second question is the one before it, and wider. */
void count_fill(const struct workload *workload, struct random *random, struct workload_slot *slot)
{
	for (uint32_t i = 0; i < slot->size; i++) {
		crm_segment *segment = &slot->picks[i].segment;
		if (i % 2 == 0) {
			*segment = segment_draw(workload, random);
		} else {
			*segment = slot->picks[i - 1].segment;
			segment->from -= amount_draw(workload, random);
			segment->to += amount_draw(workload, random);
		}
		crm_batch_segment_count(slot->batch, segment);
	}
}

void count_judge(const struct workload *workload, const struct workload_answer *answer,
		 struct workload_tally *tally)
{
	uint64_t count = 0, narrower = 0;
	if (answer->index % 2 == 1)
		crm_result_count(answer->result, answer->index - 1, &narrower);
	if (crm_result_count(answer->result, answer->index, &count) != 0 ||
	    count > workload->held || count < narrower)
		workload_wrong(answer, "a count is more than all, or less than a narrower one",
			       tally);
	else
		tally->done++;
}

void page_fill(const struct workload *workload, struct random *random, struct workload_slot *slot)
{
	for (uint32_t i = 0; i < slot->size; i++) {
		crm_page page = {.descending = 1, .limit = workload->limit};
		page.segment = slot->picks[i].segment = segment_draw(workload, random);
		crm_batch_segment_page(slot->batch, &page);
	}
}

/* Does the member belong into the segment, and behind the one before it? */
static bool member_fits(const crm_segment *segment, const crm_member *before,
			const crm_member *member)
{
	return (segment->tiers >> member->tier & 1) != 0 &&
	       (segment->stages >> member->stage & 1) != 0 && member->spend >= segment->from &&
	       member->spend <= segment->to &&
	       (before == NULL || member->spend < before->spend ||
		(member->spend == before->spend && member->customer < before->customer));
}

static bool page_fits(const struct workload *workload, const struct workload_answer *answer)
{
	crm_member members[2];
	crm_cursor next;
	int size = crm_result_members_size(answer->result, answer->index);
	int more = crm_result_cursor(answer->result, answer->index, &next);
	if (size < 0 || size > (int)workload->limit || more != (size == (int)workload->limit))
		return false;
	for (int i = 0; i < size; i++) {
		crm_member *member = &members[i % 2];
		const crm_member *before = i == 0 ? NULL : &members[(i + 1) % 2];
		if (crm_result_member(answer->result, answer->index, (uint32_t)i, member) != 0 ||
		    !member_fits(&workload_pick_of(answer)->segment, before, member))
			return false;
	}
	return true;
}

void page_judge(const struct workload *workload, const struct workload_answer *answer,
		struct workload_tally *tally)
{
	if (page_fits(workload, answer))
		tally->done++;
	else
		workload_wrong(answer, "a page has customers that do not belong there", tally);
}

void matrix_fill(struct workload_slot *slot)
{
	for (uint32_t i = 0; i < slot->size; i++)
		crm_batch_matrix(slot->batch);
}

void matrix_judge(const struct workload *workload, const struct workload_answer *answer,
		  struct workload_tally *tally)
{
	int size = crm_result_cells_size(answer->result, answer->index);
	uint64_t sum = 0;
	for (int i = 0; i < size; i++) {
		crm_cell cell;
		if (crm_result_cell(answer->result, answer->index, (uint32_t)i, &cell) == 0)
			sum += cell.customers;
	}
	if (size != workload->tiers * workload->stages || sum != workload->held)
		workload_wrong(answer, "the matrix does not add up to all customers", tally);
	else
		tally->done++;
}
