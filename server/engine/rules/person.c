/* person.c -- profiles and identities: put, set, erase; find and profile.
 *
 *   put, set, erase:  decide --VERDICT_PERSON--> app: document, fingerprints, durable --> decide
 *
 * What is written here is a version and fingerprints; the text only passes by, to be checked.
 *
 *   P1  Evidence counts only for the version it was worked out from: a profile that changed since
 *       is asked for anew.
 *   P2  An identity has one owner at a time; who comes second is refused, in one batch too.
 *   P3  What finds an identity free saw the last removal of one (I3).
 *   P4  Who is told that a field takes no more words saw what filled it (I3): any event may have.
 */
#include "server/engine/attributes.h"
#include "server/engine/rules/rules.h"

#include "protocol/limits.h"

#define BYTES_CHECKED 128u /* cost as much as a command, about 0.3 us: checked, hashed, copied */

/* I3: it depends on which fields there are, also when they were found to be fine. */
static void saw_fields(const struct engine *engine, struct decision *decision)
{
	if (decision->saw < engine->added.last)
		decision->saw = engine->added.last;
}

/* What is wrong with a field, or another thing; an added field is called by its name. */
static void refuse_field(const struct engine *engine, struct decision *decision, enum error error,
			 struct error_detail detail)
{
	outcome_refuse(decision, error, detail.a, detail.b);
	if (detail.a < ADDED_FIRST || detail.a > UINT16_MAX)
		return;
	const struct added_field *field = added_by_number(&engine->added, (uint16_t)detail.a);
	saw_fields(engine, decision);
	if (field != NULL && error != ERROR_ATTRIBUTES_TOO_LARGE && error != ERROR_MALFORMED)
		decision->answer.words.word = field->name;
}

/* False: the fields are not valid, and the decision says why. */
static bool fields_fit(const struct engine *engine, const struct request *request,
		       struct decision *decision, const struct wire_list *fields)
{
	struct error_detail detail;
	enum error error = person_check(fields, &detail);
	decision->cost = fields->size / BYTES_CHECKED;
	if (error == ERROR_MALFORMED)
		detail = (struct error_detail){request->command->opcode, fields->size};
	if (error == ERROR_OK)
		error = attributes_check(engine, fields, &detail);
	if (error != ERROR_OK)
		refuse_field(engine, decision, error, detail);
	return error == ERROR_OK;
}

/* P2.  False: somebody else has one of them. */
static bool identities_are_free(const struct engine *engine, struct decision *decision,
				struct wire_text added, uint32_t row)
{
	const uint8_t *record;
	for (uint32_t i = 0; (record = identity_record(added, i)) != NULL; i++) {
		uint32_t holder = identities_find(&engine->identities, record + 1);
		if (holder == EVENT_ROW_UNKNOWN || holder == row)
			continue;
		uint64_t last = rows_hot(&engine->rows, holder)->last_event;
		if (i > 0 && last < engine->identity_freed)
			last = engine->identity_freed; /* P3: those before are free */
		if (last > decision->saw)
			decision->saw = last; /* I3 */
		outcome_refuse(decision, ERROR_IDENTITY_TAKEN, record[0],
			       (int64_t)rows_id(&engine->rows, holder));
		return false;
	}
	return true;
}

/* What the event that changes a profile is made of. */
struct change {
	enum event_type type;
	uint64_t customer;
	uint32_t row;                   /* EVENT_ROW_UNKNOWN: a new customer */
	const struct wire_list *fields; /* NULL: an erasure */
};

/* Does the command say something that is in the document? */
static bool names_document(const struct wire_list *fields)
{
	struct wire_reader r = {fields->bytes, fields->bytes + fields->size, false};
	struct rec_assignment record;
	for (uint32_t i = 0; i < fields->count && decode_rec_assignment(&r, &record); i++)
		if (record.field < PERSON_ADDED && !person_field(record.field)->attribute)
			return true;
	return false;
}

/* Attributes are the engine's: no document, no evidence.  False: refused. */
static bool add_attributes(const struct engine *engine, const struct request *request,
			   struct decision *decision, const struct change *change)
{
	struct error_detail detail;
	if (change->fields == NULL)
		return true;
	struct attributes_change attributes = {change->fields, change->type == EVENT_customer_put,
					       change->row, request->room};
	enum error error = attributes_decide(engine, &attributes, &decision->event, &detail);
	if (error != ERROR_OK)
		refuse_field(engine, decision, error, detail);
	return error == ERROR_OK;
}

/* The evidence that counts, or NULL: the decision is made. */
static const struct person_evidence *evidence_of(const struct engine *engine,
						 const struct request *request,
						 struct decision *decision, uint32_t row)
{
	const struct person_evidence *person = request->person;
	uint64_t profile = row == EVENT_ROW_UNKNOWN ? 0 : rows_hot(&engine->rows, row)->profile;
	if (person == NULL || person->base != profile) {
		decision->verdict = VERDICT_PERSON; /* P1 */
		decision->past = profile;
		return NULL;
	}
	if (person->error != ERROR_OK) {
		outcome_refuse(decision, person->error, person->detail.a, person->detail.b);
		return NULL;
	}
	return person;
}

/* An erasure takes the balance; the others leave it, and their lines in a history say it. */
static void add_balance(const struct engine *engine, const struct change *change,
			struct event *event)
{
	int64_t balance =
	    change->row == EVENT_ROW_UNKNOWN ? 0 : *rows_points(&engine->rows, change->row);
	bool erased = change->type == EVENT_customer_erased;
	if (balance == 0 && !erased)
		return;
	event->parts |= PART_points;
	event->points = (struct part_points){balance, erased ? 0 : balance};
}

static void decide_change(const struct engine *engine, const struct request *request,
			  struct decision *decision, const struct change *change)
{
	bool alone = change->type == EVENT_customer_set && !names_document(change->fields);
	const struct person_evidence *person =
	    alone ? NULL : evidence_of(engine, request, decision, change->row);
	struct event *event = &decision->event;
	if (!alone &&
	    (person == NULL || !identities_are_free(engine, decision, person->added, change->row)))
		return;
	outcome_event(engine, request, decision, change->type, change->row);
	event->customer = change->customer;
	if (!add_attributes(engine, request, decision, change)) {
		decision->saw = engine->applied; /* P4 */
		return;
	}
	add_balance(engine, change, event);
	if (person == NULL)
		return; /* only attributes */
	event->parts |= PART_profile;
	event->profile = (struct part_profile){person->version, person->base};
	if (person->added.size > 0 || person->removed.size > 0) {
		event->parts |= PART_identities;
		event->identities = (struct part_identities){person->added, person->removed};
	}
}

void customer_put_decide(const struct engine *engine, const struct request *request,
			 struct decision *decision)
{
	const struct msg_customer_put *m = &request->command->as.customer_put;
	if (!outcome_named(decision, m->customer) ||
	    !fields_fit(engine, request, decision, &m->fields))
		return;
	uint32_t row = outcome_row(engine, decision, m->customer);
	saw_fields(engine, decision);
	if (row == EVENT_ROW_UNKNOWN || !outcome_erased(engine, decision, row))
		decide_change(engine, request, decision,
			      &(struct change){EVENT_customer_put, m->customer, row, &m->fields});
}

void customer_set_decide(const struct engine *engine, const struct request *request,
			 struct decision *decision)
{
	const struct msg_customer_set *m = &request->command->as.customer_set;
	if (!outcome_named(decision, m->customer) ||
	    !fields_fit(engine, request, decision, &m->fields))
		return;
	uint32_t row = outcome_row(engine, decision, m->customer);
	saw_fields(engine, decision);
	bool known = row != EVENT_ROW_UNKNOWN;
	if (!known && m->create == 0)
		outcome_refuse(decision, ERROR_NOT_FOUND, (int64_t)m->customer, 0);
	else if (!known || !outcome_erased(engine, decision, row))
		decide_change(engine, request, decision,
			      &(struct change){EVENT_customer_set, m->customer, row, &m->fields});
}

void customer_erase_decide(const struct engine *engine, const struct request *request,
			   struct decision *decision)
{
	uint64_t customer = request->command->as.customer_erase.customer;
	if (!outcome_named(decision, customer))
		return;
	uint32_t row = outcome_known(engine, decision, customer);
	if (row != EVENT_ROW_UNKNOWN)
		decide_change(engine, request, decision,
			      &(struct change){EVENT_customer_erased, customer, row, NULL});
}

/* False: it cannot be looked for, and the decision says why. */
static bool can_be_found(struct decision *decision, const struct msg_customer_find *m)
{
	struct error_detail detail;
	const struct person_field *field = person_field(m->field);
	enum error error = person_check_value(m->field, m->value, &detail);
	char normal[IDENTITY_BYTES];
	if (error == ERROR_OK && (field == NULL || !field->identity))
		error = ERROR_FIELD_NO_IDENTITY;
	else if (error == ERROR_OK && person_normal(field, m->value, normal) == 0)
		error = ERROR_TEXT_INVALID; /* empty */
	if (error != ERROR_OK)
		outcome_refuse(decision, error, detail.a, detail.b);
	return error == ERROR_OK;
}

void customer_find_decide(const struct engine *engine, const struct request *request,
			  struct decision *decision)
{
	const struct msg_customer_find *m = &request->command->as.customer_find;
	if (!can_be_found(decision, m))
		return;
	const uint8_t *record = identity_record(request->person->added, 0);
	uint32_t row = identities_find(&engine->identities, record + 1);
	if (row == EVENT_ROW_UNKNOWN) {
		decision->saw = engine->identity_freed; /* P3 */
		outcome_refuse(decision, ERROR_IDENTITY_UNKNOWN, m->field, 0);
		return;
	}
	outcome_answer(decision);
	decision->saw = rows_hot(&engine->rows, row)->last_event;
	decision->answer.as.customer_find.customer = rows_id(&engine->rows, row);
}

void customer_profile_decide(const struct engine *engine, const struct request *request,
			     struct decision *decision)
{
	uint64_t customer = request->command->as.customer_profile.customer;
	if (!outcome_named(decision, customer))
		return;
	uint32_t row = outcome_known(engine, decision, customer);
	if (row == EVENT_ROW_UNKNOWN)
		return;
	struct wire_writer w = {request->room, request->room + LIMIT_ANSWER_BYTES, false};
	struct ans_customer_profile *answer = &decision->answer.as.customer_profile;
	saw_fields(engine, decision);
	*answer = (struct ans_customer_profile){.consents = *rows_consents(&engine->rows, row)};
	answer->attributes.count = attributes_list(engine, row, &w);
	answer->attributes.bytes = request->room;
	answer->attributes.size = (uint32_t)(w.at - request->room);
	ENSURE(!w.failed);
	decision->past = rows_hot(&engine->rows, row)->profile;
	if (decision->past != 0)
		decision->verdict = VERDICT_PROFILE; /* the document is still to be read */
	else
		outcome_answer(decision);
}
