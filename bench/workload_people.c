/* workload_people.c -- customers with profiles: made, read, found, changed.
 *
 * Customer n is called "Customer n of the benchmark" and has the phone +86 1nnnnnnnnnn, so that
 * every answer can be checked by the customer's number alone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench/workload_private.h"

#define NAME_BYTES 64u
#define PHONE_BYTES 32u

struct person {
	char name[NAME_BYTES], phone[PHONE_BYTES];
	crm_assignment fields[2];
};

static void person_make(uint64_t customer, uint32_t edition, struct person *person)
{
	snprintf(person->name, NAME_BYTES,
		 "Customer %" PRIu64 " of the benchmark, edition %" PRIu32, customer, edition);
	snprintf(person->phone, PHONE_BYTES, "+861%010" PRIu64, customer);
	person->fields[0] = (crm_assignment){"name", person->name};
	person->fields[1] = (crm_assignment){"phone", person->phone};
}

/* The ref makes it safe to load a directory again. */
void people_fill(struct workload *workload, struct workload_slot *slot)
{
	uint64_t from = atomic_fetch_add(&workload->next, workload->batch);
	slot->size = 0;
	while (slot->size < workload->batch && from + slot->size < workload->customers) {
		uint64_t customer = from + slot->size + 1;
		struct person person;
		char ref[48];
		person_make(customer, 0, &person);
		snprintf(ref, sizeof ref, "bench-person-%" PRIu64, customer);
		slot->picks[slot->size++].item = (uint32_t)(customer - 1);
		crm_batch_customer_put(slot->batch, &(crm_person){customer, person.fields, 2, 0},
				       ref);
	}
}

void people_judge(const struct workload_answer *answer, struct workload_tally *tally)
{
	crm_saved saved;
	if (crm_result_saved(answer->result, answer->index, &saved) != 0) {
		workload_wrong(answer, "a put was answered with something else", tally);
		return;
	}
	tally->done++;
	if (crm_result_repeated(answer->result, answer->index)) {
		tally->existed++;
		return;
	}
	tally->events++;
	tally->created += saved.created != 0;
}

void profile_fill(const struct workload *workload, struct random *random,
		  struct workload_slot *slot)
{
	for (uint32_t i = 0; i < slot->size; i++) {
		slot->picks[i].item = workload_item_draw(workload, random);
		crm_batch_customer_profile(slot->batch, (uint64_t)slot->picks[i].item + 1);
	}
}

/* The phone is there and the customer's own. */
void profile_judge(const struct workload_answer *answer, struct workload_tally *tally)
{
	const struct workload_pick *pick = workload_pick_of(answer);
	struct person person;
	crm_value value;
	person_make((uint64_t)pick->item + 1, 0, &person);
	if (crm_result_profile_size(answer->result, answer->index) >= 2 &&
	    crm_result_profile_value(answer->result, answer->index, 0, &value) == 0 &&
	    value.size == strlen(person.phone) &&
	    memcmp(value.value, person.phone, value.size) == 0)
		tally->done++;
	else
		workload_wrong(answer, "a profile is not that customer's", tally);
}

void find_fill(const struct workload *workload, struct random *random, struct workload_slot *slot)
{
	for (uint32_t i = 0; i < slot->size; i++) {
		struct person person;
		slot->picks[i].item = workload_item_draw(workload, random);
		person_make((uint64_t)slot->picks[i].item + 1, 0, &person);
		crm_batch_customer_find(slot->batch, "phone", person.phone);
	}
}

void find_judge(const struct workload_answer *answer, struct workload_tally *tally)
{
	uint64_t customer;
	if (crm_result_found(answer->result, answer->index, &customer) == 0 &&
	    customer == (uint64_t)workload_pick_of(answer)->item + 1)
		tally->done++;
	else
		workload_wrong(answer, "a phone was found with another customer", tally);
}

void set_fill(const struct workload *workload, struct random *random, struct workload_slot *slot)
{
	for (uint32_t i = 0; i < slot->size; i++) {
		struct person person;
		slot->picks[i].item = workload_item_draw(workload, random);
		uint64_t customer = (uint64_t)slot->picks[i].item + 1;
		person_make(customer, (uint32_t)random_next(random), &person);
		crm_batch_customer_set(slot->batch, &(crm_person){customer, person.fields, 1, 0},
				       NULL);
	}
}
