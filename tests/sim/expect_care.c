/* expect_care.c -- answers about consents, greetings and due lists, and attributes of a profile. */
#include <stdlib.h>
#include <string.h>

#include "protocol/choices.h"
#include "protocol/common/date.h"
#include "protocol/limits.h"
#include "protocol/person.h"
#include "tests/sim/expect_private.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_care.h"
#include "tests/sim/model_days.h"

/* --- writes --- */

bool expect_is_care(uint16_t opcode)
{
	return opcode == OP_customer_consent || opcode == OP_customer_care;
}

/* What the command says alone.  True: the answer is settled. */
static bool expect_choices(struct expect *expect)
{
	const struct command *command = expect->command;
	const struct msg_customer_consent *consent = &command->as.customer_consent;
	const struct msg_customer_care *care = &command->as.customer_care;
	if (command->opcode == OP_customer_consent &&
	    (consent->purpose > 4 || consent->channel > 8 || consent->granted > 1)) {
		expect_refuse(expect, ERROR_CONSENT_INVALID, consent->purpose, consent->channel);
		return true;
	}
	bool year = care->year == 0 || (care->year >= 1970 && care->year <= 2099);
	if (command->opcode == OP_customer_care &&
	    (care->kind < 1 || care->kind > 3 || !year ||
	     (care->kind == CARE_holiday) != (care->holiday.size > 0))) {
		expect_refuse(expect, ERROR_CARE_INVALID, care->kind, care->channel);
		return true;
	}
	return false;
}

void expect_care_event(struct expect *expect, const struct event *event)
{
	struct answer *answer = expect->answer;
	if (event->type == EVENT_consent_changed)
		answer->as.customer_consent = (struct ans_customer_consent){
		    event->number, (uint8_t)event->consent.before, (uint8_t)event->consent.after};
	else
		answer->as.customer_care =
		    (struct ans_customer_care){event->number, (uint16_t)event->care.year};
}

void expect_care_entry(const struct expect *expect, const struct event *event,
		       struct rec_entry *entry)
{
	const struct fact *fact = model_fact(expect->judge->model, event->number);
	if (fact->intent == NULL)
		return;
	const struct command *command = &fact->intent->command;
	if (command->opcode == OP_customer_consent) {
		entry->purpose = command->as.customer_consent.purpose;
		entry->channel = command->as.customer_consent.channel;
		entry->granted = command->as.customer_consent.granted;
		entry->policy = command->as.customer_consent.policy;
		entry->source = command->as.customer_consent.source;
	} else if (command->opcode == OP_customer_care) {
		entry->care = command->as.customer_care.kind;
		entry->channel = command->as.customer_care.channel;
		entry->care_year = (uint16_t)event->care.year;
		entry->policy = command->as.customer_care.holiday;
	}
}

/* --- attributes --- */

static void write_texts(struct wire_writer *w, uint16_t field, const struct care_texts *texts,
			const struct care_texts *order, uint32_t *count)
{
	for (uint32_t i = 0; i < order->count; i++) {
		struct wire_text text = {order->text[i], (uint32_t)strlen(order->text[i])};
		if (!care_has(texts, text))
			continue;
		encode_rec_assignment(w, &(struct rec_assignment){field, text});
		++*count;
	}
}

void expect_attributes(struct expect *expect, uint64_t customer)
{
	const struct model *model = expect->judge->model;
	struct care_state state = model_care(model, customer, expect->at);
	struct ans_customer_profile *answer = &expect->answer->as.customer_profile;
	struct wire_writer w = {expect->entries, expect->entries + EXPECT_ENTRY_BYTES, false};
	struct care_texts tags = model_words(model, PERSON_tags, expect->at),
			  holidays = model_words(model, PERSON_holidays, expect->at);
	uint32_t count = 0;
	write_texts(&w, PERSON_birth_date, &state.birth_date, &state.birth_date, &count);
	write_texts(&w, PERSON_region, &state.region, &state.region, &count);
	write_texts(&w, PERSON_tags, &state.tags, &tags, &count);
	write_texts(&w, PERSON_holidays, &state.holidays, &holidays, &count);
	expect_added(expect, customer, &w, &count);
	answer->attributes =
	    (struct wire_list){expect->entries, (uint32_t)(w.at - expect->entries), count};
	answer->consents = state.consents;
}

void expect_care(struct expect *expect, const struct person_state *person)
{
	uint64_t customer = intents_customer(expect->intent);
	struct error_detail detail = {0, 0};
	if (expect_choices(expect))
		return;
	if (!person->exists) {
		expect_refuse(expect, ERROR_NOT_FOUND, (int64_t)customer, 0);
		return;
	}
	if (expect_erased(expect, person))
		return;
	struct care_state state = model_care(expect->judge->model, customer, expect->at);
	enum error error = model_care_fault(&state, expect->command, person->today, &detail);
	if (error != ERROR_OK)
		expect_refuse(expect, error, detail.a, detail.b);
	else
		expect_no_excuse(expect);
}

/* --- due lists --- */

/* The customers there are, erased ones too, in the order of their creation.  Owned by the caller;
 * freed by free. */
static uint64_t *customers_by_age(const struct expect *expect, uint32_t *count)
{
	const struct model *model = expect->judge->model;
	uint64_t *list = calloc(model->people_count + 1, sizeof *list);
	uint64_t *born = calloc(model->people_count + 1, sizeof *born);
	if (list == NULL || born == NULL)
		fail_now("the simulation is out of memory");
	*count = 0;
	for (uint32_t i = 0; i < model->people_count; i++) {
		struct person_state state = model_person(model, model->people[i].id, expect->at);
		uint32_t at = *count;
		if (!state.exists)
			continue;
		for (; at > 0 && born[at - 1] > state.created; at--) {
			born[at] = born[at - 1];
			list[at] = list[at - 1];
		}
		born[at] = state.created;
		list[at] = model->people[i].id;
		++*count;
	}
	free(born);
	return list;
}

/* When the customer is due; -1: not in this range. */
static int64_t due_day(const struct msg_due *m, const struct care_state *state)
{
	struct msg_customer_care care = {.kind = m->kind, .holiday = m->holiday};
	int32_t greeted = (int32_t)model_greeted(state, &care);
	uint32_t bit = m->purpose == 0 ? 0 : UINT32_C(1) << (8 * (m->purpose - 1) + m->channel - 1);
	if ((state->consents & bit) != bit)
		return -1;
	if (m->kind == CARE_holiday)
		return care_has(&state->holidays, m->holiday) &&
			       greeted < date_of_day((int32_t)m->first).year
			   ? m->first
			   : -1;
	for (int64_t day = m->first; day <= m->last && state->birth_date.count > 0; day++) {
		int32_t year = date_of_day((int32_t)day).year;
		if (model_birthday(state, year) == day && greeted < year)
			return day;
	}
	return -1;
}

/* True: the answer is settled. */
static bool expect_due_fault(struct expect *expect)
{
	const struct msg_due *m = &expect->command->as.due;
	bool by = m->purpose != 0 || m->channel != 0;
	if (m->first < 0 || m->last < m->first || m->last > m->first + 366)
		expect_refuse(expect, ERROR_DUE_RANGE, m->first, m->last);
	else if (by && (m->purpose < 1 || m->purpose > 4 || m->channel < 1 || m->channel > 8))
		expect_refuse(expect, ERROR_CONSENT_INVALID, m->purpose, m->channel);
	else if (m->kind > 3 || (m->kind == CARE_holiday) != (m->holiday.size > 0))
		expect_refuse(expect, ERROR_CARE_INVALID, m->kind, m->channel);
	else if (m->limit > LIMIT_MEMBERS_PAGE)
		expect_refuse(expect, ERROR_LIMIT_TOO_HIGH, m->limit, LIMIT_MEMBERS_PAGE);
	else
		return false;
	return true;
}

void expect_due(struct expect *expect)
{
	const struct msg_due *m = &expect->command->as.due;
	const struct model *model = expect->judge->model;
	struct wire_writer w = {expect->entries, expect->entries + EXPECT_ENTRY_BYTES, false};
	uint32_t rows, limit = m->limit == 0 ? LIMIT_MEMBERS_PAGE_DEFAULT : m->limit, count = 0;
	if (expect_due_fault(expect))
		return;
	uint64_t *customers = customers_by_age(expect, &rows), row = m->from;
	for (; row < rows && count < limit; row++) {
		struct person_state person = model_person(model, customers[row], expect->at);
		struct care_state state = model_care(model, customers[row], expect->at);
		int64_t day = due_day(m, &state);
		if (day < 0)
			continue;
		encode_rec_due(&w, &(struct rec_due){.customer = customers[row],
						     .day = day,
						     .tier = person.standing.tier,
						     .stage = person.standing.stage,
						     .spend = person.standing.spend});
		count++;
	}
	free(customers);
	expect_accept(expect);
	expect->answer->as.due = (struct ans_due){
	    {expect->entries, (uint32_t)(w.at - expect->entries), count}, row < rows ? row : 0};
}
