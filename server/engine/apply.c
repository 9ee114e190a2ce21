/* apply.c -- the only mutator, live and in replay (I1).
 *
 * An event carries results: applying sets values, it decides nothing.  What it finds must be what
 * decide saw, so every old value is checked before the new one is set; a difference means memory
 * that broke a rule, and ends the process.
 *
 *   A1  Event 1, and only it, is the genesis.
 *   A2  Every other event but that of a day, a field or a saved segment is of one customer and the
 *       next link of its chain.
 *   A3  All that can run out was reserved: nothing here can fail.
 */
#include "protocol/common/date.h"
#include "server/base/mutant.h"
#include "server/engine/calendar.h"
#include "server/engine/care.h"
#include "server/engine/days.h"
#include "server/engine/membership.h"
#include "server/engine/purchases.h"
#include "server/engine/query/scan.h"

static void set_today(struct engine *engine, int32_t today)
{
	engine->today = today;
	engine->month = date_month_of_day(today);
}

/* The event as bytes is its own copy: the texts then point into it. */
static void apply_genesis(struct engine *engine, const struct event *event)
{
	struct wire_writer w = {engine->genesis_bytes,
				engine->genesis_bytes + sizeof engine->genesis_bytes, false};
	struct event kept;
	ENSURE(engine_understands(event) && event->customer == 0);
	event_encode(&w, event);
	ENSURE(!w.failed);
	engine->genesis_size = (uint32_t)(w.at - engine->genesis_bytes);
	ENSURE(event_decode(engine->genesis_bytes, engine->genesis_size, event->number, &kept));
	ENSURE(programme_read(&kept.programme, &engine->programme));
	engine->genesis = kept.genesis;
	engine->ids.table.seed = kept.genesis.hash_seed;
	engine->keys.table.seed = kept.genesis.hash_seed;
	set_today(engine, kept.genesis.clock_fixed != 0
			      ? (int32_t)kept.genesis.clock_day
			      : calendar_day(kept.genesis.zone_table, event->time_us));
	engine->day_event = event->number;
	engine->identities.table.seed = kept.genesis.hash_seed;
	engine->sparse.table.seed = kept.genesis.hash_seed;
	engine->words.table.seed = kept.genesis.hash_seed;
}

/* n days are n events, each for the day after. */
static void apply_day(struct engine *engine, const struct event *event)
{
	const struct history_day *last = history_last(&engine->history);
	ENSURE(event->parts == PART_day && event->customer == 0);
	ENSURE(event->day.day == engine->today + 1 && event->day.day <= CALENDAR_LAST_DAY);
	ENSURE(last == NULL || last->part.day == engine->today); /* H1 */
	set_today(engine, (int32_t)event->day.day);
	engine->days++;
	engine->day_event = event->number;
	membership_turn(engine);
}

static void apply_segment(struct engine *engine, const struct event *event)
{
	ENSURE(event->parts == PART_segment && event->customer == 0);
	if (event->type == EVENT_segment_saved)
		membership_save(engine, event);
	else
		membership_drop(engine, event);
	engine->segments.events++;
	engine->segments.last = event->number;
	engine->reserved = 0; /* E2 */
}

/* What stood is told by the event: replay has no matrix to ask. */
static void apply_history(struct engine *engine, const struct event *event)
{
	ENSURE(event->parts == PART_history && event->customer == 0);
	ENSURE(event->history.day == engine->today);
	history_add(&engine->history, &event->history, event->number);
	engine->reserved = 0; /* E2 */
}

/* Fields of all customers: no row changes. */
static void apply_field(struct engine *engine, const struct event *event)
{
	const struct part_field *part = &event->field;
	uint16_t number = (uint16_t)part->number;
	ENSURE((event->parts & ~(uint32_t)PART_words) == PART_field && event->customer == 0);
	if (event->type == EVENT_field_renamed) {
		added_rename(&engine->added, number, part->after);
	} else if (event->type == EVENT_field_dropped) {
		ENSURE(added_by_number(&engine->added, number)->valued == part->customers);
		scan_before_drop(engine, number);
		added_drop(&engine->added, number);
		words_retire(&engine->words, number);
	} else {
		added_make(&engine->added, &(struct added_field){.number = number,
								 .kind = (uint8_t)part->kind,
								 .places = (uint8_t)part->places,
								 .name = part->after});
		words_make_field(&engine->words, number, added_has_words((unsigned)part->kind));
		engine->reserved = 0; /* E2 */
	}
	if (event->parts & PART_words)
		attributes_apply_words(engine, event->words.list);
	engine->added.events++;
	engine->added.last = event->number;
}

static uint32_t create_row(struct engine *engine, const struct event *event)
{
	uint32_t row = rows_add(&engine->rows, event->customer);
	ids_add(&engine->ids, event->customer, row);
	struct rows_hot *hot = rows_hot(&engine->rows, row);
	hot->created_event = event->number;
	hot->created_us = event->time_us;
	return row;
}

/* The hint is proved by the chain: only one row's last event is this event's previous one. */
static uint32_t find_row(const struct engine *engine, const struct event *event)
{
	uint32_t row = event->row;
	if (row == EVENT_ROW_UNKNOWN)
		row = ids_find(&engine->ids, event->customer);
	ENSURE(row < engine->rows.count && event->previous != 0);
	ENSURE(rows_hot(&engine->rows, row)->last_event == event->previous); /* A2 */
	return row;
}

static void apply_points(struct engine *engine, const struct event *event, uint32_t row)
{
	const struct part_points *part = &event->points;
	int64_t *points = rows_points(&engine->rows, row);
	ENSURE(*points == part->before && part->after >= 0);
	struct engine_totals *totals = &engine->totals;
	engine_sum gain = (engine_sum)part->after - part->before;
	switch (event->type) {
	case EVENT_points_earned:
	case EVENT_order_placed:
		totals->issued += gain;
		break;
	case EVENT_points_redeemed:
		totals->spent -= gain;
		break;
	case EVENT_points_adjusted:
		*(gain > 0 ? &totals->up : &totals->down) += gain > 0 ? gain : -gain;
		break;
	case EVENT_customer_put:
	case EVENT_customer_set:
		ENSURE(gain == 0);
		break;
	case EVENT_customer_erased:
		totals->erased -= gain;
		break;
	default:
		ENSURE(0 && "an event type that changes points");
	}
	totals->balance += gain;
	*points = part->after;
}

static void apply_tier(struct engine *engine, const struct part_tier *part, uint32_t row)
{
	uint8_t *tier = rows_tier(&engine->rows, row);
	ENSURE(*tier == part->from && part->to < engine->programme.tier_count);
	*tier = (uint8_t)part->to;
	rows_hot(&engine->rows, row)->tier_until =
	    part->until >= 0 && part->until < ROWS_NO_DAY ? (uint16_t)part->until : ROWS_NO_DAY;
}

static void apply_stage(struct engine *engine, const struct part_stage *part, uint32_t row)
{
	uint8_t *stage = rows_stage(&engine->rows, row);
	ENSURE(*stage == part->from && part->to < STAGE_COUNT);
	*stage = (uint8_t)part->to;
}

/* Counters, days and months; tier and stage have parts of their own. */
static void apply_order(struct engine *engine, const struct part_order *part, uint32_t row)
{
	struct purchases purchases = purchases_read(&engine->rows, row);
	ENSURE(part->amount >= 0 && part->day >= 0 && part->day <= CALENDAR_LAST_DAY);
	int32_t day = (int32_t)part->day, month = date_month_of_day(day);
	purchases_add(&purchases, day, part->amount, engine->today);
	ENSURE(part->spend == purchases.spend && part->orders == purchases.orders);
	purchases_write(&engine->rows, row, &purchases);
	struct rows_hot *hot = rows_hot(&engine->rows, row);
	if (months_is_kept(month, engine->month))
		months_add(&engine->months, &hot->months, month, part->amount);
	if (month <= engine->month && month > engine->month - 12 && month < hot->oldest)
		hot->oldest = (uint16_t)month;
	engine->totals.spend += part->amount;
	engine->totals.orders++;
}

static void apply_profile(struct engine *engine, const struct event *event, uint32_t row)
{
	const struct part_profile *part = &event->profile;
	struct rows_hot *hot = rows_hot(&engine->rows, row);
	ENSURE(hot->profile == part->replaced && hot->erased == 0);
	ENSURE(part->version > part->replaced);
	if (part->version > engine->newest_profile)
		engine->newest_profile = part->version;
	if (event->type != EVENT_customer_erased) {
		engine->totals.profiles += hot->profile == 0;
		hot->profile = part->version;
		return;
	}
	engine->totals.profiles -= hot->profile != 0;
	ENSURE(*rows_points(&engine->rows, row) == 0);
	hot->profile = 0;
	hot->erased = 1;
	rows_at(&engine->rows, row)->gone++;
	attributes_erase(engine, row);
	membership_erase(engine, row, event->number);
	engine->totals.gone++;
}

static void apply_consent(struct engine *engine, const struct part_consent *part, uint32_t row)
{
	uint32_t *consents = rows_consents(&engine->rows, row);
	uint32_t bit = consent_bit(part->purpose, part->channel);
	ENSURE(bit != 0 && part->before == ((*consents & bit) != 0) && part->after <= 1);
	bool given = part->after != 0 || MUTANT(consent_stays);
	*consents = given ? *consents | bit : *consents & ~bit;
}

static void apply_care(struct engine *engine, const struct part_care *part, uint32_t row)
{
	struct care_kind kind = {(unsigned)part->kind, (uint32_t)part->holiday};
	ENSURE(choice_name(CHOICE_care, kind.kind) != NULL && kind.holiday <= WORDS_TAGS);
	ENSURE(care_done(engine, row, kind) == part->before && part->year <= UINT16_MAX);
	care_note(engine, row, kind, (uint32_t)part->year);
}

/* What goes is free before what comes is taken. */
static void apply_identities(struct engine *engine, const struct event *event, uint32_t row)
{
	const struct part_identities *part = &event->identities;
	const uint8_t *record;
	bool all = !MUTANT(erase_keeps_identity) || event->type != EVENT_customer_erased;
	ENSURE(part->added.size % IDENTITY_RECORD_BYTES == 0 &&
	       part->removed.size % IDENTITY_RECORD_BYTES == 0);
	for (uint32_t i = all ? 0 : 1; (record = identity_record(part->removed, i)) != NULL; i++)
		identities_remove(&engine->identities, record + 1, row);
	for (uint32_t i = 0; (record = identity_record(part->added, i)) != NULL; i++)
		identities_add(&engine->identities, record + 1, row);
	if (part->removed.size > 0)
		engine->identity_freed = event->number;
}

static void apply_parts(struct engine *engine, const struct event *event, uint32_t row)
{
	if (event->parts & PART_order)
		apply_order(engine, &event->order, row);
	if (event->parts & PART_points)
		apply_points(engine, event, row);
	if (event->parts & PART_tier)
		apply_tier(engine, &event->tier, row);
	if (event->parts & PART_stage)
		apply_stage(engine, &event->stage, row);
	if (event->parts & PART_words)
		attributes_apply_words(engine, event->words.list);
	if (event->parts & PART_attributes)
		attributes_apply(engine, event->attributes.list, row);
	if (event->parts & PART_consent)
		apply_consent(engine, &event->consent, row);
	if (event->parts & PART_care)
		apply_care(engine, &event->care, row);
	if (event->parts & PART_profile)
		apply_profile(engine, event, row);
	if (event->parts & PART_identities)
		apply_identities(engine, event, row);
	ENSURE((event->parts & PART_order) == 0 ||
	       (event->order.tier == *rows_tier(&engine->rows, row) &&
		event->order.stage == *rows_stage(&engine->rows, row)));
}

/* Parts that may bring another day on which something changes. */
#define CHANGES_DAYS (PART_order | PART_tier | PART_profile | PART_attributes)

static void apply_customer(struct engine *engine, const struct event *event)
{
	const struct rows *rows = &engine->rows;
	ENSURE(event->customer != 0); /* A2 */
	if (event->previous == 0) {
		uint32_t row = create_row(engine, event);
		apply_parts(engine, event, row);
		days_note(engine, row, false);
		membership_touch(engine, row);
		struct census_place to = census_place(rows, row);
		census_enter(&engine->census, event->customer, &to, event->number);
		rows_hot(rows, row)->last_event = event->number;
		rows_hot(rows, row)->events = 1;
		return;
	}
	uint32_t row = find_row(engine, event);
	struct census_step step = {.id = event->customer, .number = event->number};
	bool due = days_is_due(engine, row);
	scan_before_change(engine, row);
	if (engine->census.built)
		step.from = census_place(rows, row);
	if (due)
		days_roll(engine, row); /* D3 */
	apply_parts(engine, event, row);
	if (due || (event->parts & CHANGES_DAYS) != 0)
		days_note(engine, row, due || rows_hot(rows, row)->erased != 0);
	if (rows_hot(rows, row)->erased != 0) {
		census_leave(&engine->census, event->customer, &step.from, event->number);
	} else if (engine->census.built) {
		step.to = census_place(rows, row);
		census_follow(&engine->census, &step);
	}
	membership_touch(engine, row);
	rows_hot(rows, row)->last_event = event->number;
	rows_hot(rows, row)->events++;
}

/* Nothing else of the customer changes, so that what follows from it does not go round. */
static void apply_membership(struct engine *engine, const struct event *event)
{
	uint32_t row = find_row(engine, event);
	ENSURE(event->parts == PART_membership);
	scan_before_change(engine, row);
	membership_follow(engine, event, row);
	rows_hot(&engine->rows, row)->last_event = event->number;
}

void engine_apply(struct engine *engine, const struct event *event)
{
	ENSURE(event->number == engine->applied + 1);
	ENSURE((event->type == EVENT_genesis) == (event->number == 1)); /* A1 */
	ENSURE(event->number == 1 || event->time_us >= engine->time_us);
	keys_advance(&engine->keys, event->time_us);
	if (event->type == EVENT_genesis)
		apply_genesis(engine, event);
	else if (event->type == EVENT_day_began)
		apply_day(engine, event);
	else if (event->type == EVENT_day_closed)
		apply_history(engine, event);
	else if (event->parts & PART_field)
		apply_field(engine, event);
	else if (event->parts & PART_segment)
		apply_segment(engine, event);
	else if (event->type == EVENT_membership)
		apply_membership(engine, event);
	else
		apply_customer(engine, event);
	if (event->flags & EVENT_KEYED)
		keys_bind(&engine->keys,
			  &(struct keys_slot){event->key, event->number, event->content});
	engine->time_us = event->time_us;
	engine->applied = event->number;
	engine->reserved -= engine->reserved > 0;
}
