/* ledger_tables.c -- intents by number and key, accounts by customer; see ledger_tables.h. */
#include "tests/kill/ledger_tables.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "tests/integration/common/scratch.h"

/* Make room for one more of `size` bytes each. */
static void *grown(void *list, uint32_t count, uint32_t *capacity, size_t size)
{
	if (count < *capacity)
		return list;
	*capacity = *capacity == 0 ? 1024 : *capacity * 2;
	list = realloc(list, *capacity * size);
	if (list == NULL)
		scratch_die("realloc");
	return list;
}

static uint32_t key_slot(const struct ledger *ledger, const struct wire_id *key)
{
	uint32_t mask = ledger->key_slots - 1;
	uint32_t at = (uint32_t)XXH3_64bits(key->bytes, sizeof key->bytes) & mask;
	while (ledger->by_key[at] != 0 &&
	       !wire_id_equal(ledger->intents[ledger->by_key[at] - 1].key, *key))
		at = (at + 1) & mask;
	return at;
}

static void grow_keys(struct ledger *ledger)
{
	if (ledger->intent_count * 2 < ledger->key_slots)
		return;
	free(ledger->by_key);
	ledger->key_slots = ledger->key_slots == 0 ? 4096 : ledger->key_slots * 2;
	ledger->by_key = calloc(ledger->key_slots, sizeof *ledger->by_key);
	if (ledger->by_key == NULL)
		scratch_die("calloc");
	for (uint32_t i = 0; i < ledger->intent_count; i++)
		ledger->by_key[key_slot(ledger, &ledger->intents[i].key)] = i + 1;
}

void ledger_add_intent(struct ledger *ledger, const struct intent *intent, uint32_t number)
{
	unsigned client = intent->client;
	ledger->intents = grown(ledger->intents, ledger->intent_count, &ledger->intent_capacity,
				sizeof *ledger->intents);
	ledger->by_number[client] =
	    grown(ledger->by_number[client], number, &ledger->number_capacity[client],
		  sizeof **ledger->by_number);
	uint32_t index = ledger->intent_count++;
	ledger->intents[index] = *intent;
	ledger->by_number[client][number] = index;
	ledger->numbers[client] = number + 1;
	grow_keys(ledger);
	ledger->by_key[key_slot(ledger, &intent->key)] = index + 1;
}

struct intent *ledger_find_key(struct ledger *ledger, struct wire_id key)
{
	uint32_t found = ledger->key_slots == 0 ? 0 : ledger->by_key[key_slot(ledger, &key)];
	return found == 0 ? NULL : &ledger->intents[found - 1];
}

void ledger_add_acked(struct ledger *ledger, uint32_t index)
{
	ledger->acked = grown(ledger->acked, ledger->acked_count, &ledger->acked_capacity,
			      sizeof *ledger->acked);
	ledger->acked[ledger->acked_count++] = index;
}

void ledger_add_day(struct ledger *ledger, const struct told_day *day)
{
	ledger->days =
	    grown(ledger->days, ledger->day_count, &ledger->day_capacity, sizeof *ledger->days);
	ledger->days[ledger->day_count++] = *day;
}

static struct account *place(struct account *accounts, uint32_t slots, uint64_t customer)
{
	uint32_t at = (uint32_t)XXH3_64bits(&customer, sizeof customer) & (slots - 1);
	while (accounts[at].customer != 0 && accounts[at].customer != customer)
		at = (at + 1) & (slots - 1);
	return &accounts[at];
}

static void grow_accounts(struct ledger *ledger)
{
	if (ledger->account_count * 2 < ledger->account_slots)
		return;
	uint32_t slots = ledger->account_slots == 0 ? 1024 : ledger->account_slots * 2;
	struct account *accounts = calloc(slots, sizeof *accounts);
	if (accounts == NULL)
		scratch_die("calloc");
	for (uint32_t i = 0; i < ledger->account_slots; i++)
		if (ledger->accounts[i].customer != 0)
			*place(accounts, slots, ledger->accounts[i].customer) = ledger->accounts[i];
	free(ledger->accounts);
	ledger->accounts = accounts;
	ledger->account_slots = slots;
}

struct account *ledger_account(struct ledger *ledger, uint64_t customer)
{
	grow_accounts(ledger);
	struct account *account = place(ledger->accounts, ledger->account_slots, customer);
	if (account->customer == 0) {
		account->customer = customer;
		ledger->account_count++;
	}
	return account;
}

void ledger_touch(struct ledger *ledger, uint64_t customer)
{
	struct account *account = ledger_account(ledger, customer);
	if (account->touched)
		return;
	account->touched = true;
	ledger->touched = grown(ledger->touched, ledger->touched_count, &ledger->touched_capacity,
				sizeof *ledger->touched);
	ledger->touched[ledger->touched_count++] = customer;
}
