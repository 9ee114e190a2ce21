/* expect_people.c -- answers about profiles and identities. */
#include <string.h>

#include "protocol/person.h"
#include "tests/sim/expect_private.h"
#include "tests/sim/model_people.h"

bool expect_is_person(uint16_t opcode)
{
	return opcode == OP_customer_put || opcode == OP_customer_set ||
	       opcode == OP_customer_erase || opcode == OP_customer_profile;
}

void expect_person_event(struct expect *expect, const struct event *event)
{
	struct answer *answer = expect->answer;
	bool created = event->previous == 0; /* judged with the event, as the version */
	uint64_t version = (event->parts & PART_profile) != 0 ? event->profile.version : 0;
	struct standing before = model_before(expect->judge->model, event);
	if (event->type == EVENT_customer_put)
		answer->as.customer_put =
		    (struct ans_customer_put){event->number, created, version};
	else if (event->type == EVENT_customer_set)
		answer->as.customer_set =
		    (struct ans_customer_set){event->number, version, created};
	else
		answer->as.customer_erase =
		    (struct ans_customer_erase){event->number, before.points};
}

static void expect_profile(struct expect *expect, uint64_t customer)
{
	static uint8_t bytes[DOSSIER_BYTES];
	struct model_dossier dossier = model_dossier(expect->judge->model, customer, expect->at);
	struct ans_customer_profile *answer = &expect->answer->as.customer_profile;
	expect_accept(expect);
	*answer = (struct ans_customer_profile){.version = dossier.version};
	answer->fields = model_dossier_write(&dossier, bytes);
	expect_attributes(expect, customer);
}

static void expect_change(struct expect *expect, uint64_t customer)
{
	const struct model *model = expect->judge->model;
	struct model_dossier before = model_dossier(model, customer, expect->at), after = before;
	struct error_detail detail;
	model_dossier_change(&after, expect->command);
	enum error error = model_dossier_fault(model, expect->at, &before, &after, &detail);
	if (error != ERROR_OK)
		expect_refuse(expect, error, detail.a, detail.b);
	else
		expect_no_excuse(expect);
}

void expect_person(struct expect *expect, const struct person_state *person)
{
	const struct command *command = expect->command;
	const struct wire_list *fields = model_fields(command);
	uint64_t customer = intents_customer(expect->intent);
	struct error_detail detail;
	enum error error = fields == NULL ? ERROR_OK : model_fields_fault(fields, &detail);
	bool creates = command->opcode == OP_customer_put ||
		       (command->opcode == OP_customer_set && command->as.customer_set.create != 0);
	if (error != ERROR_OK)
		expect_refuse(expect, error, detail.a, detail.b);
	else if (fields != NULL && expect_values(expect, fields))
		return;
	else if (!person->exists && !creates)
		expect_refuse(expect, ERROR_NOT_FOUND, (int64_t)customer, 0);
	else if (expect_erased(expect, person))
		return;
	else if (command->opcode == OP_customer_profile)
		expect_profile(expect, customer);
	else
		expect_change(expect, customer);
}

void expect_find(struct expect *expect)
{
	const struct msg_customer_find *m = &expect->command->as.customer_find;
	struct error_detail detail;
	enum error error = model_value_fault(m->field, m->value, &detail);
	if (error != ERROR_OK) {
		expect_refuse(expect, error, detail.a, detail.b);
		return;
	}
	if (m->field == PERSON_name) {
		expect_refuse(expect, ERROR_FIELD_NO_IDENTITY, PERSON_name, 256);
		return;
	}
	if (m->value.size == 0) {
		expect_refuse(expect, ERROR_TEXT_INVALID, PERSON_phone, 64);
		return;
	}
	struct wire_text normal = model_normal(m->field, m->value);
	uint64_t owner = model_owner(expect->judge->model, m->field, normal, expect->at);
	if (owner == 0) {
		expect_refuse(expect, ERROR_IDENTITY_UNKNOWN, m->field, 0);
		return;
	}
	expect_accept(expect);
	expect->answer->as.customer_find.customer = owner;
}
