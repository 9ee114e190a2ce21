/* oracle_days.c -- which days began with which events, and what each changed; O3 and O6 of
 * oracle.h.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/common/scratch.h"
#include "tests/kill/oracle_private.h"

bool look_today(struct look *look, int32_t day)
{
	crm_advanced advanced = {0};
	crm_batch_clear(look->batch);
	crm_batch_advance(look->batch, day);
	if (!look_exec(look))
		return false;
	if (crm_result_advanced(look->result, 0, &advanced) != 0 || advanced.today != day)
		verdict_add(look->verdict, "an advance to the programme's day %d says %d", day,
			    advanced.today);
	look->today = day;
	look->begun = advanced.event;
	return true;
}

static void add_day(struct oracle *oracle, uint64_t event)
{
	if (oracle->day_count == oracle->day_capacity) {
		oracle->day_capacity = oracle->day_capacity == 0 ? 256 : oracle->day_capacity * 2;
		oracle->days = realloc(oracle->days, oracle->day_capacity * sizeof *oracle->days);
		if (oracle->days == NULL)
			scratch_die("realloc");
	}
	oracle->days[oracle->day_count++] = event;
}

static void judge_told(struct look *look)
{
	struct oracle *oracle = look->oracle;
	const struct ledger *ledger = oracle->ledger;
	for (; oracle->told < ledger->day_count; oracle->told++) {
		const struct told_day *told = &ledger->days[oracle->told];
		int64_t at = told->day - LOAD_FIRST_DAY - 1;
		if (told->day == LOAD_FIRST_DAY && told->event == 0)
			continue;
		if (at < 0 || at >= oracle->day_count || oracle->days[at] != told->event)
			verdict_add(look->verdict,
				    "client 0 was told that day %" PRId64
				    " began with event %" PRIu64 ", but the log says otherwise",
				    told->day, told->event);
	}
}

void look_days(struct look *look)
{
	struct oracle *oracle = look->oracle;
	uint32_t passed = (uint32_t)(look->today - LOAD_FIRST_DAY);
	for (uint64_t number = oracle->checked + 1; number <= look->last; number++) {
		if (look->found[number - oracle->checked - 1])
			continue;
		if (!oracle->closed) {
			oracle->closed = number;
			continue;
		}
		if (number != oracle->closed + 1)
			verdict_add(look->verdict,
				    "event %" PRIu64 " closed a day, but the next one did not "
				    "begin with the event behind it",
				    oracle->closed);
		oracle->closed = 0;
		add_day(oracle, number);
	}
	if (oracle->day_count != passed)
		verdict_add(look->verdict,
			    "%u pairs of events are in the history of no customer that anybody "
			    "asked for, "
			    "the last is %" PRIu64 ", but %u days have passed",
			    oracle->day_count,
			    oracle->day_count == 0 ? 0 : oracle->days[oracle->day_count - 1],
			    passed);
	if (passed > 0 && oracle->day_count == passed && oracle->days[passed - 1] != look->begun)
		verdict_add(look->verdict, "the day began with event %" PRIu64 ", not %" PRIu64,
			    oracle->days[passed - 1], look->begun);
	judge_told(look);
}

int32_t look_day_of(const struct look *look, uint64_t event)
{
	const struct oracle *oracle = look->oracle;
	uint32_t low = 0, high = oracle->day_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (oracle->days[middle] <= event)
			low = middle + 1;
		else
			high = middle;
	}
	return LOAD_FIRST_DAY + (int32_t)low;
}

void look_age(struct look *look, struct account *account, int32_t day)
{
	struct shopper *shopper = &account->shopper;
	struct change change;
	if (account->last == 0)
		return;
	for (; shopper->day <= day; shopper->day++) {
		if (!rules_day(shopper, shopper->day, &change))
			continue;
		verdict_add(look->verdict,
			    "day %d changes customer %" PRIu64
			    " to tier %u, stage %u, and no event behind %" PRIu64 " says so",
			    shopper->day, account->customer, change.tier, change.stage,
			    account->last);
		rules_accept(shopper, &change);
	}
	shopper->day = day; /* of which an event may come */
}

/* Was its day begun, and this not yet recorded, when the server was killed? */
static bool was_cut(const struct look *look, int32_t day, uint64_t event)
{
	const struct oracle *oracle = look->oracle;
	uint64_t begun = oracle->days[day - LOAD_FIRST_DAY - 1];
	return oracle->recovered != 0 && begun <= oracle->recovered && event > oracle->recovered;
}

static bool same_text(const char *a, const char *b)
{
	return (a == NULL && b == NULL) || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

void look_turned(struct look *look, struct account *account, const crm_entry *entry)
{
	struct shopper *shopper = &account->shopper;
	int32_t day = look_day_of(look, entry->event);
	struct change change;
	look_age(look, account, day - 1);
	shopper->day = day;
	bool changes = rules_day(shopper, day, &change);
	bool tier = change.cause != NULL, stage = change.stage != shopper->stage;
	int32_t until = change.until == 0 ? -1 : change.until;
	if (!changes || entry->tells_points || entry->tells_order || entry->tells_tier != tier ||
	    entry->tells_stage != stage || !same_text(entry->tier_cause, change.cause) ||
	    (tier && (entry->tier_before != shopper->tier || entry->tier != change.tier ||
		      entry->tier_metric != change.metric || entry->tier_until != until)) ||
	    (stage && (entry->stage_before != shopper->stage || entry->stage != change.stage)))
		verdict_add(look->verdict,
			    "event %" PRIu64 " of customer %" PRIu64 " (tier %u to %u, stage %u to "
			    "%u) is not what day %d changes: tier %u to %u, stage %u to %u",
			    entry->event, account->customer, entry->tier_before, entry->tier,
			    entry->stage_before, entry->stage, day, shopper->tier, change.tier,
			    shopper->stage, change.stage);
	rules_accept(shopper, &change);
	look->half_turned |= day > LOAD_FIRST_DAY && was_cut(look, day, entry->event);
	look->oracle->turned++;
}
