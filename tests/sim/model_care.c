/* model_care.c -- see model_care.h. */
#include "tests/sim/model_care.h"

#include <string.h>

#include "protocol/choices.h"
#include "protocol/common/date.h"
#include "protocol/person.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_people.h"

static bool same(const char *text, struct wire_text other)
{
	return strlen(text) == other.size &&
	       (other.size == 0 || memcmp(text, other.bytes, other.size) == 0);
}

bool care_has(const struct care_texts *texts, struct wire_text text)
{
	for (uint32_t i = 0; i < texts->count; i++)
		if (same(texts->text[i], text))
			return true;
	return false;
}

static void add_text(struct care_texts *texts, struct wire_text text)
{
	if (care_has(texts, text))
		return;
	if (texts->count == CARE_TEXTS || text.size >= CARE_TEXT_BYTES)
		fail_now("the simulation draws more texts than its model keeps");
	memcpy(texts->text[texts->count], text.bytes, text.size);
	texts->text[texts->count++][text.size] = '\0';
}

/* --- a state from events --- */

/* NULL: it is in the document. */
static struct care_texts *texts_of(struct care_state *state, uint16_t field)
{
	switch (field) {
	case PERSON_birth_date:
		return &state->birth_date;
	case PERSON_region:
		return &state->region;
	case PERSON_tags:
		return &state->tags;
	case PERSON_holidays:
		return &state->holidays;
	default:
		return NULL;
	}
}

/* What a put does not name goes. */
static void apply_put(struct care_state *state)
{
	memset(&state->birth_date, 0, sizeof state->birth_date);
	memset(&state->region, 0, sizeof state->region);
	memset(&state->tags, 0, sizeof state->tags);
	memset(&state->holidays, 0, sizeof state->holidays);
}

/* What is named is replaced: first all of it goes, then the values come. */
static void apply_set(struct care_state *state, const struct wire_list *list)
{
	for (int pass = 0; pass < 2; pass++) {
		struct wire_reader r = {list->bytes, list->bytes + list->size, false};
		struct rec_assignment value;
		for (uint32_t i = 0; i < list->count && decode_rec_assignment(&r, &value); i++) {
			struct care_texts *texts = texts_of(state, value.field);
			if (texts == NULL)
				continue;
			if (pass == 0)
				memset(texts, 0, sizeof *texts);
			else if (value.value.size > 0)
				add_text(texts, value.value);
		}
	}
}

static uint32_t bit_of(const struct msg_customer_consent *m)
{
	return UINT32_C(1) << (8 * (m->purpose - 1) + m->channel - 1);
}

static void apply_care(struct care_state *state, const struct msg_customer_care *m, uint32_t year)
{
	uint32_t at = 0;
	while (at < state->greeted_count && !same(state->greeted[at].name, m->holiday))
		at++;
	if (at == CARE_TEXTS || m->holiday.size >= CARE_TEXT_BYTES)
		fail_now("the simulation draws more holidays than its model keeps");
	if (at == state->greeted_count) {
		state->greeted_count++;
		memset(state->greeted[at].name, 0, CARE_TEXT_BYTES);
		if (m->holiday.size > 0)
			memcpy(state->greeted[at].name, m->holiday.bytes, m->holiday.size);
	}
	state->greeted[at].year = year;
}

static void apply(struct care_state *state, const struct fact *fact)
{
	const struct command *command = &fact->intent->command;
	const struct msg_customer_consent *consent = &command->as.customer_consent;
	const struct wire_list *fields = model_fields(command);
	if (command->opcode == OP_customer_erase)
		memset(state, 0, sizeof *state);
	if (command->opcode == OP_customer_put)
		apply_put(state);
	if (fields != NULL)
		apply_set(state, fields);
	else if (command->opcode == OP_customer_consent)
		state->consents = consent->granted != 0 ? state->consents | bit_of(consent)
							: state->consents & ~bit_of(consent);
	else if (command->opcode == OP_customer_care)
		apply_care(state, &command->as.customer_care, (uint32_t)fact->event.care.year);
}

struct care_state model_care(const struct model *model, uint64_t customer, uint64_t at)
{
	struct care_state state;
	memset(&state, 0, sizeof state);
	for (uint32_t i = 0; i < model->people_count; i++) {
		const struct person *person = &model->people[i];
		for (uint32_t k = 0; person->id == customer && k < person->count; k++) {
			const struct fact *fact = model_fact(model, person->events[k]);
			if (person->events[k] <= at && fact->intent != NULL)
				apply(&state, fact);
		}
	}
	return state;
}

struct care_texts model_words(const struct model *model, uint16_t field, uint64_t at)
{
	struct care_texts words;
	memset(&words, 0, sizeof words);
	for (uint64_t number = 1; number <= at && number <= model->last; number++) {
		const struct fact *fact = model_fact(model, number);
		const struct wire_list *list =
		    fact->intent == NULL ? NULL : model_fields(&fact->intent->command);
		if (list == NULL)
			continue;
		struct wire_reader r = {list->bytes, list->bytes + list->size, false};
		struct rec_assignment value;
		for (uint32_t i = 0; i < list->count && decode_rec_assignment(&r, &value); i++)
			if (value.field == field && value.value.size > 0)
				add_text(&words, value.value);
	}
	return words;
}

/* --- rules --- */

int32_t model_birthday(const struct care_state *state, int32_t year)
{
	int32_t born = 0;
	date_parse(state->birth_date.text[0], strlen(state->birth_date.text[0]), &born);
	struct date date = date_of_day(born);
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	if (date.month == 2 && date.day == 29 && !leap)
		date.day = 28;
	return date_to_day((struct date){year, date.month, date.day});
}

uint32_t model_greeted(const struct care_state *state, const struct msg_customer_care *m)
{
	for (uint32_t i = 0; i < state->greeted_count; i++)
		if (same(state->greeted[i].name, m->holiday))
			return state->greeted[i].year;
	return 0;
}

/* The year it is for, of a customer with such a day. */
static uint32_t year_for(const struct care_state *state, const struct msg_customer_care *m,
			 int32_t today)
{
	int32_t year = date_of_day(today).year, best = year;
	int64_t gap = INT64_MAX;
	if (m->year != 0 || m->kind == CARE_holiday)
		return m->year != 0 ? m->year : (uint32_t)year;
	for (int32_t other = year - 1; other <= year + 1; other++) {
		int64_t apart = (int64_t)model_birthday(state, other) - today;
		apart = apart < 0 ? -apart : apart;
		if (apart < gap)
			best = other;
		gap = apart < gap ? apart : gap;
	}
	return (uint32_t)best;
}

static enum error care_fault(const struct care_state *state, const struct command *command,
			     int32_t today, struct error_detail *detail)
{
	const struct msg_customer_care *m = &command->as.customer_care;
	bool birthday = m->kind == CARE_birthday && state->birth_date.count > 0;
	uint32_t done = model_greeted(state, m);
	if (!birthday && !(m->kind == CARE_holiday && care_has(&state->holidays, m->holiday))) {
		*detail = (struct error_detail){(int64_t)m->customer, m->kind};
		return ERROR_CARE_NO_DAY;
	}
	*detail = (struct error_detail){(int64_t)m->customer, done};
	return year_for(state, m, today) > done ? ERROR_OK : ERROR_CARE_DONE;
}

enum error model_care_fault(const struct care_state *state, const struct command *command,
			    int32_t today, struct error_detail *detail)
{
	return command->opcode == OP_customer_care ? care_fault(state, command, today, detail)
						   : ERROR_OK;
}

static bool consent_follows(const struct care_state *before, const struct part_consent *part,
			    const struct msg_customer_consent *m)
{
	return part->purpose == m->purpose && part->channel == m->channel &&
	       part->before == ((before->consents & bit_of(m)) != 0) && part->after == m->granted &&
	       part->policy.size == m->policy.size && part->source.size == m->source.size;
}

bool model_care_follows(const struct care_state *before, const struct event *event,
			const struct command *command, int32_t today)
{
	const struct msg_customer_care *m = &command->as.customer_care;
	struct error_detail detail;
	switch (command->opcode) {
	case OP_customer_consent:
		return event->parts == PART_consent &&
		       consent_follows(before, &event->consent, &command->as.customer_consent);
	default:
		return event->parts == PART_care && event->care.kind == m->kind &&
		       event->care.channel == m->channel &&
		       event->care.name.size == m->holiday.size &&
		       event->care.before == model_greeted(before, m) &&
		       care_fault(before, command, today, &detail) == ERROR_OK &&
		       event->care.year == year_for(before, m, today);
	}
}
