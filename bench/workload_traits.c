/* workload_traits.c -- gives customers what is known of them beside orders (traits.h).
 *
 * A customer's attributes and consents are two or three commands, with keys made of its number, so
 * that a directory can be loaded again.
 */
#include <inttypes.h>
#include <stdio.h>

#include "bench/traits.h"
#include "bench/workload_private.h"

#define COMMANDS 3u /* of a customer */
#define REF_BYTES 48u

static void add_consent(struct workload_slot *slot, uint64_t customer, const char *channel)
{
	char ref[REF_BYTES];
	snprintf(ref, sizeof ref, "bench-%s-%" PRIu64, channel, customer);
	slot->picks[slot->size++].item = (uint32_t)(customer - 1);
	crm_batch_consent(slot->batch,
			  &(crm_consent){customer, "marketing", channel, 1, NULL, NULL}, ref);
}

static void add_traits(const struct workload *workload, struct workload_slot *slot, uint64_t item)
{
	struct traits traits;
	struct trait list[TRAITS_FIELDS];
	crm_assignment fields[TRAITS_FIELDS];
	char ref[REF_BYTES];
	traits_draw(&workload->population, item, &traits);
	uint32_t count = traits_list(&traits, list);
	for (uint32_t i = 0; i < count; i++)
		fields[i] = (crm_assignment){list[i].field, list[i].value};
	snprintf(ref, sizeof ref, "bench-traits-%" PRIu64, item + 1);
	slot->picks[slot->size++].item = (uint32_t)item;
	crm_batch_customer_set(slot->batch, &(crm_person){item + 1, fields, count, 0}, ref);
	if (traits.sms)
		add_consent(slot, item + 1, "sms");
	if (traits.email)
		add_consent(slot, item + 1, "email");
}

void traits_fill(struct workload *workload, struct workload_slot *slot)
{
	slot->size = 0;
	while (slot->size + COMMANDS <= workload->batch) {
		uint64_t item = atomic_fetch_add(&workload->next, 1);
		if (item >= workload->customers)
			return;
		add_traits(workload, slot, item);
	}
}

void traits_judge(const struct workload_answer *answer, struct workload_tally *tally)
{
	int before, after = 1;
	crm_saved saved;
	if (crm_result_saved(answer->result, answer->index, &saved) != 0 &&
	    (crm_result_consent(answer->result, answer->index, &before, &after) != 0 ||
	     after != 1)) {
		workload_wrong(answer, "a set or consent was answered with something else", tally);
		return;
	}
	tally->done++;
	if (crm_result_repeated(answer->result, answer->index))
		tally->existed++;
	else
		tally->events++;
}
