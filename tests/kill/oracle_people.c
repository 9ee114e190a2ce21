/* oracle_people.c -- profiles, finds and what was erased; O7 and O8 of oracle.h. */
#include <inttypes.h>
#include <string.h>

#include "protocol/errors.h"
#include "protocol/messages.h"
#include "tests/kill/oracle_private.h"

#define BATCH 128u

/* --- O7: the erased --- */

void look_erased(struct look *look, struct account *account)
{
	struct oracle *oracle = look->oracle;
	if (account->erased)
		return;
	oracle->customers -= account->last != 0;
	oracle->points -= account->points;
	account->erased = true;
	account->points = 0;
	account->person = 0;
}

/* Nothing can be applied to an erased customer: so a command sent again says what became of it. */
static void judge_probe(struct look *look, uint32_t index, struct intent *intent)
{
	crm_status status = crm_result_status(look->result, index);
	uint64_t event = 0;
	if (status == CRM_OK)
		event = look_answer(look, index, intent->opcode).event;
	if (status == CRM_OK && !crm_result_repeated(look->result, index))
		verdict_add(look->verdict, "event %" PRIu64 " was applied to an erased customer",
			    event);
	else if (status != CRM_OK && status != ERROR_ERASED)
		verdict_add(look->verdict, "an erased customer answers with status %d", status);
	else if (status != CRM_OK && intent->state == INTENT_OK)
		verdict_add(look->verdict, "event %" PRIu64 " of an erased customer is gone",
			    intent->event);
	intent->seen = event;
	if (event <= look->oracle->checked)
		return;
	if (event > look->last || look->found[event - look->oracle->checked - 1]++)
		verdict_add(look->verdict, "event %" PRIu64 " is another one, too", event);
	look->added++;
}

bool look_probe(struct look *look)
{
	struct ledger *ledger = look->oracle->ledger;
	for (uint32_t at = 0; at < ledger->intent_count;) {
		uint32_t asked[BATCH], count = 0;
		crm_batch_clear(look->batch);
		for (; at < ledger->intent_count && count < BATCH; at++) {
			const struct intent *intent = &ledger->intents[at];
			const struct account *account = ledger_account(ledger, intent->customer);
			if (!account->erased || !account->touched ||
			    intent->state == INTENT_REFUSED)
				continue;
			look_repeat(look, intent);
			asked[count++] = at;
		}
		if (count > 0 && !look_exec(look))
			return false;
		for (uint32_t i = 0; i < count; i++)
			judge_probe(look, i, &ledger->intents[asked[i]]);
	}
	return true;
}

/* --- O8: profiles and finds --- */

static struct record record_of(const struct intent *intent)
{
	return (struct record){.opcode = intent->opcode,
			       .client = intent->client,
			       .number = intent->number,
			       .points = intent->points};
}

static bool value_is(const struct look *look, uint32_t index, const char *field, const char *wanted)
{
	crm_value value;
	int size = crm_result_profile_size(look->result, index);
	for (int i = 0; i < size; i++)
		if (crm_result_profile_value(look->result, index, (uint32_t)i, &value) == 0 &&
		    strcmp(value.field, field) == 0)
			return value.size == strlen(wanted) &&
			       memcmp(value.value, wanted, value.size) == 0;
	return *wanted == '\0';
}

/* The profile is that of the last event that gave one, whole. */
static void judge_profile(struct look *look, uint32_t index, const struct account *account)
{
	static struct load_profile wanted;
	crm_error error;
	if (crm_result_error(look->result, index, &error) != CRM_OK) {
		if (error.code != ERROR_NOT_FOUND || account->last != 0)
			verdict_add(look->verdict, "profile of customer %" PRIu64 ": %s",
				    account->customer, error.message);
		return;
	}
	if (account->person == 0) {
		if (crm_result_profile_size(look->result, index) != 0)
			verdict_add(look->verdict, "customer %" PRIu64 " has a profile of nobody's",
				    account->customer);
		return;
	}
	struct record intent = record_of(&look->oracle->ledger->intents[account->person - 1]);
	load_profile(&intent, &wanted);
	if (!value_is(look, index, "name", wanted.name) ||
	    !value_is(look, index, "phone", wanted.phone) ||
	    !value_is(look, index, "notes", wanted.notes))
		verdict_add(look->verdict, "the profile of customer %" PRIu64 " is not that of %s",
			    account->customer, wanted.name);
}

static bool look_profiles(struct look *look)
{
	struct ledger *ledger = look->oracle->ledger;
	for (uint32_t at = 0; at < ledger->touched_count;) {
		const struct account *asked[BATCH];
		uint32_t count = 0;
		crm_batch_clear(look->batch);
		for (; at < ledger->touched_count && count < BATCH; at++) {
			const struct account *account = ledger_account(ledger, ledger->touched[at]);
			if (account->erased || account->customer < LOAD_PERSONS)
				continue;
			crm_batch_customer_profile(look->batch, account->customer);
			asked[count++] = account;
		}
		if (count > 0 && !look_exec(look))
			return false;
		for (uint32_t i = 0; i < count; i++)
			judge_profile(look, i, asked[i]);
	}
	return true;
}

/* Who has each phone, by the last events of all; two are one too many. */
static void list_holders(struct look *look, uint64_t holder[LOAD_PHONES])
{
	const struct ledger *ledger = look->oracle->ledger;
	for (uint32_t i = 0; i < ledger->account_slots; i++) {
		const struct account *account = &ledger->accounts[i];
		if (account->customer == 0 || account->person == 0)
			continue;
		int64_t phone = ledger->intents[account->person - 1].points;
		if (holder[phone] != 0)
			verdict_add(look->verdict,
				    "customers %" PRIu64 " and %" PRIu64 " have one phone",
				    holder[phone], account->customer);
		holder[phone] = account->customer;
	}
}

bool look_people(struct look *look)
{
	uint64_t holder[LOAD_PHONES] = {0}, found;
	if (!look_profiles(look))
		return false;
	list_holders(look, holder);
	crm_batch_clear(look->batch);
	for (uint32_t phone = 0; phone < LOAD_PHONES; phone++)
		load_add_find(look->batch, phone);
	if (!look_exec(look))
		return false;
	for (uint32_t phone = 0; phone < LOAD_PHONES; phone++) {
		crm_status status = crm_result_status(look->result, phone);
		if (status == ERROR_IDENTITY_UNKNOWN)
			found = 0;
		else if (crm_result_found(look->result, phone, &found) != 0)
			verdict_add(look->verdict, "phone %u: status %d", phone, status);
		if (found != holder[phone])
			verdict_add(look->verdict,
				    "phone %u leads to customer %" PRIu64 ", histories to %" PRIu64,
				    phone, found, holder[phone]);
	}
	return true;
}
