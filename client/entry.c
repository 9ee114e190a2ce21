/* entry.c -- see entry.h. */
#include "client/entry.h"

#include <string.h>

#include "protocol/choices.h"
#include "protocol/events.h"
#include "protocol/grades.h"

/* Cut to `size`, NUL-terminated; *to is zero before. */
static void keep_text(char *to, size_t size, struct wire_text text)
{
	size_t kept = text.size < size ? text.size : size - 1;
	if (kept > 0)
		memcpy(to, text.bytes, kept);
}

void entry_read(const struct rec_entry *record, crm_entry *out)
{
	*out = (crm_entry){.event = record->event,
			   .time_us = record->time_us,
			   .type = event_type_name(record->type),
			   .actor = record->actor,
			   .before = record->before,
			   .after = record->after,
			   .day = (int32_t)record->day,
			   .amount = record->amount,
			   .spend = record->spend,
			   .items = record->items,
			   .tier_before = record->tier_before,
			   .tier = record->tier,
			   .stage_before = record->stage_before,
			   .stage = record->stage,
			   .tells_points = (record->told & 1) != 0,
			   .tells_order = (record->told & 2) != 0,
			   .tells_tier = (record->told & 4) != 0,
			   .tells_stage = (record->told & 8) != 0,
			   .tier_metric = record->tier_metric,
			   .tier_until = (int32_t)record->tier_until,
			   .purpose = choice_name(CHOICE_purpose, record->purpose),
			   .channel = choice_name(CHOICE_channel, record->channel),
			   .granted = record->granted,
			   .care = choice_name(CHOICE_care, record->care),
			   .care_year = record->care_year};
	if (record->tier_cause != 0)
		out->tier_cause = grade_tier_cause_name(record->tier_cause);
	keep_text(out->order, sizeof out->order, record->order);
	keep_text(out->policy, sizeof out->policy, record->policy);
	keep_text(out->source, sizeof out->source, record->source);
	memcpy(out->key.bytes, record->key.bytes, sizeof out->key.bytes);
}
