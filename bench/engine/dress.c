/* dress.c -- see dress.h. */
#include "bench/engine/dress.h"

#include <string.h>

#include "bench/traits.h"
#include "protocol/person.h"
#include "server/base/ensure.h"
#include "server/engine/attributes.h"

#define LIST_BYTES 512u

static struct event *event_of(struct rig *rig, uint32_t row, enum event_type type)
{
	struct event *event = &rig->decision.event;
	*event = (struct event){.number = engine_applied(rig->engine) + 1,
				.time_us = rig->engine->time_us,
				.type = (uint8_t)type,
				.row = row,
				.customer = rows_id(&rig->engine->rows, row),
				.previous = rows_hot(&rig->engine->rows, row)->last_event};
	return event;
}

static bool apply(struct rig *rig)
{
	if (engine_reserve(rig->engine, 1) != ERROR_OK)
		return false;
	engine_apply(rig->engine, &rig->decision.event);
	return true;
}

static struct wire_list list_write(const struct traits *traits, uint8_t room[LIST_BYTES])
{
	struct trait list[TRAITS_FIELDS];
	uint32_t count = traits_list(traits, list);
	struct wire_writer w = {room, room + LIST_BYTES, false};
	for (uint32_t i = 0; i < count; i++) {
		const struct trait *trait = &list[i];
		const struct person_field *field =
		    person_field_named(trait->field, strlen(trait->field));
		struct wire_text value = {trait->value, (uint32_t)strlen(trait->value)};
		encode_rec_assignment(&w, &(struct rec_assignment){field->number, value});
	}
	ENSURE(!w.failed);
	return (struct wire_list){room, (uint32_t)(w.at - room), count};
}

static bool give_attributes(struct rig *rig, uint32_t row, const struct traits *traits)
{
	uint8_t list[LIST_BYTES], room[ATTRIBUTES_ROOM];
	struct error_detail detail;
	struct wire_list fields = list_write(traits, list);
	struct attributes_change change = {.fields = &fields, .row = row, .room = room};
	struct event *event = event_of(rig, row, EVENT_customer_set);
	enum error error = attributes_decide(rig->engine, &change, event, &detail);
	ENSURE(error == ERROR_OK);
	return apply(rig);
}

static unsigned choice_of(enum choice_list list, const char *name)
{
	return choice_number(list, name, strlen(name));
}

static bool give_consent(struct rig *rig, uint32_t row, const char *channel)
{
	struct event *event = event_of(rig, row, EVENT_consent_changed);
	event->parts = PART_consent;
	event->consent = (struct part_consent){.purpose = choice_of(CHOICE_purpose, "marketing"),
					       .channel = choice_of(CHOICE_channel, channel),
					       .after = 1};
	return apply(rig);
}

bool rig_dress(struct rig *rig)
{
	if (rig->dressed)
		return true;
	for (uint32_t row = 0; row < rig->rows; row++) {
		struct traits traits;
		traits_draw(&rig->population, row, &traits);
		if (!give_attributes(rig, row, &traits) ||
		    (traits.sms && !give_consent(rig, row, "sms")) ||
		    (traits.email && !give_consent(rig, row, "email")))
			return false;
	}
	rig->dressed = true;
	return true;
}
