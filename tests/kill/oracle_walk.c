/* oracle_walk.c -- every event of a history against the intent it came from; see oracle.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/errors.h"
#include "protocol/messages.h"
#include "tests/integration/common/scratch.h"
#include "tests/kill/oracle_private.h"

#define WALK_BATCH 32u
#define PAGE 200u

static uint16_t opcode_of(const char *type)
{
	if (strcmp(type, "customer_created") == 0)
		return OP_customer_create;
	if (strcmp(type, "points_earned") == 0)
		return OP_points_earn;
	if (strcmp(type, "points_redeemed") == 0)
		return OP_points_redeem;
	if (strcmp(type, "customer_put") == 0)
		return OP_customer_put;
	if (strcmp(type, "customer_set") == 0)
		return OP_customer_set;
	if (strcmp(type, "order_placed") == 0)
		return OP_order;
	return strcmp(type, "points_adjusted") == 0 ? OP_points_adjust : 0;
}

/* In per cent of a point for 1.00, by tier: the default programme. */
static int64_t earned(const struct intent *intent, uint8_t tier)
{
	static const int64_t per_cent[] = {100, 100, 125, 150, 200};
	if (intent->purchase.no_points != 0 || tier >= sizeof per_cent / sizeof per_cent[0])
		return 0;
	return intent->purchase.amount * per_cent[tier] / 10000;
}

/* Of points. */
static int64_t change_of(const struct intent *intent, const crm_entry *entry)
{
	if (intent->opcode == OP_order)
		return earned(intent, entry->tier_before);
	if (intent->opcode == OP_customer_create || load_is_person(intent->opcode))
		return 0;
	return intent->opcode == OP_points_redeem ? -intent->points : intent->points;
}

/* What the history says of an order is what was asked for, and what was acknowledged. */
static bool order_matches(const struct intent *intent, const crm_entry *entry, int32_t today)
{
	char id[64] = "";
	const struct record_purchase *purchase = &intent->purchase;
	const struct record_placed *placed = &intent->placed;
	if (intent->opcode != OP_order)
		return entry->order[0] == '\0' && entry->amount == 0;
	load_order_id(intent->client, intent->number, id);
	int64_t day = purchase->day == CRM_TODAY ? today : purchase->day;
	if (strcmp(id, entry->order) != 0 || entry->day != day ||
	    entry->amount != purchase->amount || entry->items != purchase->items)
		return false;
	return intent->state != INTENT_OK ||
	       (placed->day == day && placed->spend == entry->spend &&
		placed->tier_before == entry->tier_before && placed->tier == entry->tier &&
		placed->stage_before == entry->stage_before && placed->stage == entry->stage);
}

/* O2: one event and the intent with its key. */
static void match_intent(struct look *look, struct account *account, const crm_entry *entry)
{
	uint64_t customer = account->customer;
	struct wire_id key;
	memcpy(key.bytes, entry->key.bytes, sizeof key.bytes);
	struct intent *intent = ledger_find_key(look->oracle->ledger, key);
	if (intent == NULL) {
		verdict_add(look->verdict, "nobody asked for event %" PRIu64 " (%s)", entry->event,
			    entry->type);
		return;
	}
	if (intent->seen != 0)
		verdict_add(look->verdict, "applied twice: as event %" PRIu64 " and %" PRIu64,
			    intent->seen, entry->event);
	intent->seen = entry->event;
	if (load_is_person(intent->opcode))
		account->person = (uint32_t)(intent - look->oracle->ledger->intents) + 1;
	if (intent->state == INTENT_REFUSED)
		verdict_add(look->verdict, "refused, but applied as event %" PRIu64, entry->event);
	if (intent->customer != customer || intent->opcode != opcode_of(entry->type) ||
	    entry->after - entry->before != change_of(intent, entry) ||
	    !order_matches(intent, entry, look_day_of(look, entry->event)))
		verdict_add(look->verdict, "event %" PRIu64 " (%s) is not what was asked for",
			    entry->event, entry->type);
	if (intent->state == INTENT_OK && !load_is_person(intent->opcode) &&
	    (intent->before != entry->before || intent->after != entry->after))
		verdict_add(look->verdict, "event %" PRIu64 " differs from its acknowledgement",
			    entry->event);
}

/* O4, O6: an order goes on where its customer stood, and ends where the rules say. */
static void match_order(struct look *look, struct account *account, const crm_entry *entry)
{
	struct shopper *shopper = &account->shopper;
	int32_t today = look_day_of(look, entry->event);
	if (entry->tier_before != shopper->tier || entry->stage_before != shopper->stage ||
	    entry->amount < 0 || entry->spend != account->spend + entry->amount)
		verdict_add(look->verdict,
			    "customer %" PRIu64 ": order event %" PRIu64 " (spend %" PRId64
			    ") does not follow a spend of %" PRId64,
			    account->customer, entry->event, entry->spend, account->spend);
	rules_order(shopper, entry->day, entry->amount, today);
	struct change change = rules_after_order(shopper, today);
	if (entry->tier != change.tier || entry->stage != change.stage)
		verdict_add(look->verdict,
			    "customer %" PRIu64 ": order event %" PRIu64
			    " ends in tier %u, stage %u, the rules say %u, %u",
			    account->customer, entry->event, entry->tier, entry->stage, change.tier,
			    change.stage);
	rules_accept(shopper, &change);
	look->oracle->orders++;
	look->oracle->spend += entry->amount;
	account->spend = entry->spend;
}

/* O3, O4: one event and the one before it. */
static void match_event(struct look *look, struct account *account, const crm_entry *entry)
{
	struct oracle *oracle = look->oracle;
	if (entry->event <= oracle->checked || entry->event > look->last) {
		verdict_add(look->verdict,
			    "customer %" PRIu64 " shows event %" PRIu64 ", outside of %" PRIu64
			    " to %" PRIu64,
			    account->customer, entry->event, oracle->checked + 1, look->last);
		return;
	}
	bool order = entry->order[0] != '\0', created = account->last == 0;
	bool creates = strcmp(entry->type, "customer_created") == 0;
	bool put = strcmp(entry->type, "customer_put") == 0;
	bool turned = strcmp(entry->type, "day_turned") == 0;
	bool moved = strcmp(entry->type, "membership") == 0, silent = turned || moved;
	int64_t after = silent ? account->points : entry->after; /* it tells none */
	if ((creates && !created) || (created && !creates && !order && !put) ||
	    entry->event <= account->last || (!silent && entry->before != account->points) ||
	    after < 0)
		verdict_add(look->verdict,
			    "customer %" PRIu64 ": event %" PRIu64 " (%s, %" PRId64 " to %" PRId64
			    ") does not follow event %" PRIu64 " with balance %" PRId64,
			    account->customer, entry->event, entry->type, entry->before,
			    entry->after, account->last, account->points);
	if (created)
		account->shopper.day = look_day_of(look, entry->event);
	if (turned)
		look_turned(look, account, entry);
	else
		look_age(look, account, look_day_of(look, entry->event)); /* the day came first */
	if (order)
		match_order(look, account, entry);
	oracle->customers += created;
	oracle->points += after - account->points;
	account->last = entry->event;
	account->points = after;
	account->events += !moved;
	look->added++;
	if (!silent)
		match_intent(look, account, entry);
}

/* Add a page to the entries; true: the history goes on with events not seen yet. */
static bool take_page(struct look *look, const struct account *account)
{
	int size = crm_result_history_size(look->result, 0);
	for (int i = 0; i < size; i++) {
		if (look->entry_count == look->entry_capacity) {
			look->entry_capacity =
			    look->entry_capacity == 0 ? 4096 : look->entry_capacity * 2;
			look->entries =
			    realloc(look->entries, look->entry_capacity * sizeof *look->entries);
			if (look->entries == NULL)
				scratch_die("realloc");
		}
		crm_entry *entry = &look->entries[look->entry_count];
		crm_result_history_entry(look->result, 0, (uint32_t)i, entry);
		if (entry->event <= account->last) {
			if (entry->event != account->last)
				verdict_add(look->verdict,
					    "customer %" PRIu64 ": event %" PRIu64 " is gone",
					    account->customer, account->last);
			return false;
		}
		look->entry_count++;
	}
	return size > 0 && crm_result_history_next(look->result, 0) != 0;
}

/* The entries not seen yet of a customer, newest first; false: the look must end. */
static bool fetch_history(struct look *look, struct account *account)
{
	uint64_t from = 0;
	look->entry_count = 0;
	do {
		crm_batch_clear(look->batch);
		crm_batch_history(look->batch, account->customer, from, PAGE);
		if (!look_exec(look))
			return false;
		crm_status status = crm_result_status(look->result, 0);
		if (status == ERROR_ERASED) {
			look_erased(look, account);
			return true;
		}
		if (status != CRM_OK) {
			if (account->erased || status != ERROR_NOT_FOUND || account->last != 0)
				verdict_add(look->verdict,
					    "history of customer %" PRIu64 ": status %d",
					    account->customer, status);
			return true;
		}
		from = crm_result_history_next(look->result, 0);
	} while (take_page(look, account));
	return true;
}

/* O3: which numbers its history holds. */
static bool find_numbers(struct look *look, struct account *account)
{
	const struct oracle *oracle = look->oracle;
	if (!fetch_history(look, account))
		return false;
	for (size_t i = 0; i < look->entry_count; i++) {
		uint64_t event = look->entries[i].event;
		if (event > oracle->checked && event <= look->last &&
		    look->found[event - oracle->checked - 1]++)
			verdict_add(look->verdict, "event %" PRIu64 " is in two histories", event);
	}
	account->fresh = look->entry_count > 0;
	return true;
}

static bool match_customer(struct look *look, uint64_t customer)
{
	struct account *account = ledger_account(look->oracle->ledger, customer);
	if (account->fresh && !fetch_history(look, account))
		return false;
	for (size_t i = account->fresh ? look->entry_count : 0; i > 0; i--)
		match_event(look, account, &look->entries[i - 1]);
	account->fresh = false;
	look_age(look, account, look->today);
	return true;
}

/* The server's balance, last event and count against the history's (O4). */
static bool match_balances(struct look *look, const uint64_t *customers, uint32_t count)
{
	crm_customer shown;
	crm_batch_clear(look->batch);
	for (uint32_t i = 0; i < count; i++)
		crm_batch_customer_get(look->batch, customers[i]);
	if (!look_exec(look))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		const struct account *account = ledger_account(look->oracle->ledger, customers[i]);
		if (account->erased) {
			if (crm_result_status(look->result, i) != ERROR_ERASED)
				verdict_add(look->verdict, "customer %" PRIu64 " is back",
					    customers[i]);
		} else if (crm_result_customer(look->result, i, &shown) != 0) {
			if (account->last != 0 ||
			    crm_result_status(look->result, i) != ERROR_NOT_FOUND)
				verdict_add(look->verdict, "customer %" PRIu64 " cannot be read",
					    customers[i]);
		} else if (shown.points != account->points || shown.event != account->last ||
			   shown.events != account->events || shown.spend != account->spend ||
			   shown.orders != account->shopper.orders ||
			   shown.tier != account->shopper.tier ||
			   shown.stage != account->shopper.stage) {
			verdict_add(
			    look->verdict,
			    "customer %" PRIu64 " has %" PRId64 " points and %" PRId64
			    " spend after event %" PRIu64 " (%u events), its history says %" PRId64
			    ", %" PRId64 ", %" PRIu64 ", %u",
			    customers[i], shown.points, shown.spend, shown.event, shown.events,
			    account->points, account->spend, account->last, account->events);
		}
	}
	return true;
}

static bool match_some(struct look *look, const uint64_t *customers, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (!match_customer(look, customers[i]))
			return false;
	return match_balances(look, customers, count);
}

bool look_walk(struct look *look)
{
	struct ledger *ledger = look->oracle->ledger;
	for (uint32_t i = 0; i < ledger->touched_count; i++)
		if (!find_numbers(look, ledger_account(ledger, ledger->touched[i])))
			return false;
	if (!look_probe(look))
		return false;
	look_days(look);
	for (uint32_t from = 0; from < ledger->touched_count; from += WALK_BATCH) {
		uint32_t left = ledger->touched_count - from;
		uint32_t count = left < WALK_BATCH ? left : WALK_BATCH;
		if (!match_some(look, ledger->touched + from, count))
			return false;
	}
	return true;
}
