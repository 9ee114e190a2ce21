/* fixture_people.h -- an engine's tests as app: documents, and the evidence made of them. */
#ifndef CRMDB_TESTS_ENGINE_FIXTURE_PEOPLE_H
#define CRMDB_TESTS_ENGINE_FIXTURE_PEOPLE_H
#include "server/app/dossier.h"
#include "tests/support/fields.h"
#include "tests/unit/engine/fixture.h"

#define FIXTURE_DOCUMENTS 4096u

/* Documents that events named; versions rise with each evidence made. */
struct fixture_people {
	struct seal seal;
	uint64_t version;
	struct {
		uint64_t customer;
		struct dossier dossier;
	} document[FIXTURE_DOCUMENTS];
	uint32_t count;
	struct dossier dossier; /* of the last evidence */
	struct person_evidence evidence;
	uint8_t record[IDENTITY_RECORD_BYTES];
};

static inline void fixture_people_free(struct fixture_people *people)
{
	for (uint32_t i = 0; i < people->count; i++)
		dossier_clear(&people->document[i].dossier);
	dossier_clear(&people->dossier);
	free(people);
}

static inline struct wire_text fixture_document(const struct fixture_people *people,
						uint64_t customer)
{
	for (uint32_t i = 0; i < people->count; i++)
		if (people->document[i].customer == customer)
			return (struct wire_text){
			    (const char *)people->document[i].dossier.document,
			    people->document[i].dossier.size};
	return (struct wire_text){0};
}

static inline struct command fixture_person(enum opcode opcode, struct wire_id key,
					    uint64_t customer, struct wire_list fields)
{
	struct command command;
	memset(&command, 0, sizeof command);
	command.opcode = (uint16_t)opcode;
	if (opcode == OP_customer_put)
		command.as.customer_put = (struct msg_customer_put){3, key, customer, fields};
	else if (opcode == OP_customer_set)
		command.as.customer_set = (struct msg_customer_set){3, key, customer, fields, 0};
	else if (opcode == OP_customer_erase)
		command.as.customer_erase = (struct msg_customer_erase){2, key, customer};
	else
		command.as.customer_profile = (struct msg_customer_profile){1, customer};
	return command;
}

/* The first field of a list is what is looked for. */
static inline struct command fixture_find(struct fixture_people *people, struct wire_list fields)
{
	struct command command = {.opcode = OP_customer_find};
	struct wire_reader r = {fields.bytes, fields.bytes + fields.size, false};
	struct rec_assignment record;
	char normal[IDENTITY_BYTES];
	assert_true(decode_rec_assignment(&r, &record));
	command.as.customer_find = (struct msg_customer_find){2, record.field, record.value};
	const struct person_field *field = person_field(record.field);
	people->evidence = (struct person_evidence){0};
	if (field == NULL || person_normal(field, record.value, normal) == 0)
		return command;
	dossier_fingerprint(&people->seal, field, record.value, people->record);
	people->evidence.added =
	    (struct wire_text){(const char *)people->record, IDENTITY_RECORD_BYTES};
	return command;
}

/* What app would make of the command now. */
static inline void fixture_evidence(struct fixture_people *people, const struct command *command,
				    uint64_t base)
{
	bool put = command->opcode == OP_customer_put, erase = command->opcode == OP_customer_erase;
	uint64_t customer = put     ? command->as.customer_put.customer
			    : erase ? command->as.customer_erase.customer
				    : command->as.customer_set.customer;
	const struct wire_list *fields =
	    put ? &command->as.customer_put.fields : &command->as.customer_set.fields;
	struct dossier_change change = {.base = fixture_document(people, customer),
					.fields = erase ? NULL : fields,
					.replace = put};
	struct error_detail detail = {0, 0};
	dossier_clear(&people->dossier);
	enum error error = dossier_make(&people->dossier, &change, &people->seal, &detail);
	people->evidence = (struct person_evidence){
	    .base = base,
	    .version = ++people->version,
	    .error = error,
	    .detail = detail,
	    .added = {(const char *)people->dossier.added, people->dossier.added_size},
	    .removed = {(const char *)people->dossier.removed, people->dossier.removed_size},
	};
}

/* The event was applied: its document is in force. */
static inline void fixture_keep(struct fixture_people *people, uint64_t customer)
{
	uint32_t at = 0;
	while (at < people->count && people->document[at].customer != customer)
		at++;
	assert_true(at < FIXTURE_DOCUMENTS);
	if (at == people->count)
		people->document[people->count++].customer = customer;
	else
		dossier_clear(&people->document[at].dossier);
	people->document[at].dossier = people->dossier;
	people->dossier.document = NULL;
}

/* Decide, with evidence when it is asked for, and apply. */
static inline enum verdict fixture_run_person(struct engine *engine, struct fixture_people *people,
					      const struct command *command,
					      struct decision *decision)
{
	static uint8_t room[LIMIT_ANSWER_BYTES];
	struct request request = {
	    .command = command, .now_us = FIXTURE_START_US + 100 * FIXTURE_HOUR_US, .room = room};
	if (command->opcode == OP_customer_find)
		request.person = &people->evidence;
	memset(decision, 0xa5, sizeof *decision);
	engine_decide(engine, &request, decision);
	if (decision->verdict == VERDICT_PERSON) {
		fixture_evidence(people, command, decision->past);
		request.person = &people->evidence;
		engine_decide(engine, &request, decision);
		assert_int_not_equal(decision->verdict, VERDICT_PERSON);
	}
	if (decision->verdict == VERDICT_EVENT) {
		assert_int_equal(engine_reserve(engine, 1), ERROR_OK);
		engine_apply(engine, &decision->event);
		if (decision->event.parts & PART_profile)
			fixture_keep(people, decision->event.customer);
	}
	return decision->verdict;
}

#endif
