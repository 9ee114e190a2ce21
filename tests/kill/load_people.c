/* load_people.c -- puts, sets and erasures of the load: what they are, their calls, their answers;
 * see load.h.
 *
 * A put and a set name the same fields, and all of them follow from client, number and phone: so
 * the profile of a person is that of its last event, whichever it is.  Phones are few, so that
 * several want one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/crmdb/crmdb.h"
#include "protocol/messages.h"
#include "tests/kill/load.h"
#include "tests/kill/record.h"

bool load_is_person(uint16_t opcode)
{
	return opcode == OP_customer_put || opcode == OP_customer_set ||
	       opcode == OP_customer_erase;
}

void load_profile(const struct record *intent, struct load_profile *out)
{
	unsigned phone = (unsigned)intent->points;
	unsigned size = intent->number % 40 == 0 ? 20000 : intent->number % 300;
	snprintf(out->name, sizeof out->name, "person %u %u", intent->client, intent->number);
	snprintf(out->phone, sizeof out->phone, "+861300000%04u", phone);
	memset(out->notes, 'a' + (int)(intent->number % 26), size);
	out->notes[size] = '\0';
}

void load_add_person(crm_batch *batch, const struct record *intent, const char *ref)
{
	static struct load_profile profile;
	if (intent->opcode == OP_customer_erase) {
		crm_batch_customer_erase(batch, intent->customer, ref);
		return;
	}
	load_profile(intent, &profile);
	const crm_assignment fields[] = {
	    {"name", profile.name}, {"phone", profile.phone}, {"notes", profile.notes}};
	crm_person person = {.customer = intent->customer, .fields = fields, .count = 3};
	if (intent->opcode == OP_customer_put)
		crm_batch_customer_put(batch, &person, ref);
	else
		crm_batch_customer_set(batch, &person, ref);
}

void load_add_find(crm_batch *batch, uint32_t phone)
{
	char text[32];
	snprintf(text, sizeof text, "+86 130 0000 %04u", (unsigned)phone);
	crm_batch_customer_find(batch, "phone", text);
}

int load_person(const crm_result *result, uint32_t index, struct record *answer)
{
	crm_saved saved;
	if (crm_result_erased(result, index, &answer->event, &answer->before) == 0)
		return 0;
	if (crm_result_saved(result, index, &saved) != 0)
		return -1;
	answer->event = saved.event;
	answer->placed = (struct record_placed){.spend = (int64_t)saved.version,
						.created = (uint8_t)saved.created};
	return 0;
}
