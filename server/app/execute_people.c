/* execute_people.c -- commands about people: their evidence, asked of people.mdb for a stretch.
 *
 *   put, set, erase   decide -> VERDICT_PERSON: gather, one job (registry.c) -> decide again
 *   profile           decide -> VERDICT_PROFILE: the same job reads the document of that version
 *   find              a fingerprint, made here; no job
 *
 *   X1  Evidence is judged when its command is decided: base or version must still be the row's.
 *       Else it is thrown away and asked for anew; some other command got through, so all do.
 *   X2  What is asked for ahead builds on what was asked for before it in the frame, as if all that
 *       were accepted.
 *   X3  Where that came to nothing the frame looks half as far ahead, and for each command that
 *       uses its evidence a place further: what is thrown away is in proportion to what is done.
 */
#include "protocol/limits.h"
#include "server/app/execute_private.h"
#include "server/app/registry.h"
#include "server/base/ensure.h"

/* The fields of a command that has some, or NULL. */
static const struct wire_list *fields_of(const struct command *command)
{
	switch (command->opcode) {
	case OP_customer_put:
		return &command->as.customer_put.fields;
	case OP_customer_set:
		return &command->as.customer_set.fields;
	default:
		return NULL;
	}
}

/* 0: it is not about one person. */
static uint64_t customer_of(const struct command *command)
{
	switch (command->opcode) {
	case OP_customer_put:
		return command->as.customer_put.customer;
	case OP_customer_set:
		return command->as.customer_set.customer;
	case OP_customer_erase:
		return command->as.customer_erase.customer;
	case OP_customer_profile:
		return command->as.customer_profile.customer;
	default:
		return 0;
	}
}

/* The hash bound to the key of a command with personal text: keyed, as it goes into the log.  Never
 * 0, which is no hash. */
static uint64_t content_of(const struct seal *seal, const struct command *command,
			   const struct wire_list *fields)
{
	uint64_t kind = command->opcode;
	if (command->opcode == OP_customer_set)
		kind |= (uint64_t)command->as.customer_set.create << 16;
	const uint64_t words[] = {kind, customer_of(command), fields->count,
				  seal_content(seal, fields->bytes, fields->size)};
	uint64_t content = seal_content(seal, words, sizeof words);
	return content == 0 ? 1 : content;
}

/* What is looked for; of a value that is not valid decide looks at nothing. */
static void fingerprint(struct run *run, const struct msg_customer_find *m)
{
	const struct person_field *field = person_field(m->field);
	struct error_detail detail;
	char normal[IDENTITY_BYTES];
	run->person = (struct person_evidence){0};
	if (field == NULL || person_check_value(m->field, m->value, &detail) != ERROR_OK ||
	    person_normal(field, m->value, normal) == 0)
		return;
	dossier_fingerprint(registry_seal(run->core->registry), field, m->value, run->record);
	run->person.added = (struct wire_text){(const char *)run->record, IDENTITY_RECORD_BYTES};
}

static struct request plain_request(struct run *run, const struct command *command)
{
	struct request request = {.command = command, .now_us = run->now_us, .room = run->room};
	const struct wire_list *fields = fields_of(command);
	if (fields != NULL)
		request.content = content_of(registry_seal(run->core->registry), command, fields);
	return request;
}

struct request run_request(struct run *run, const struct command *command)
{
	struct request request = plain_request(run, command);
	const struct session *session = run->session;
	if (command->opcode == OP_customer_find) {
		fingerprint(run, &command->as.customer_find);
		request.person = &run->person;
		return request;
	}
	const struct ask *ask = asks_at(&session->asks, session->frame_done);
	if (ask != NULL && ask->state == ASK_DONE && ask->opcode == command->opcode) {
		run->person = ask_evidence(ask);
		request.person = &run->person;
	}
	return request;
}

/* --- gathering --- */

/* Does the command at `place` need people.mdb?  *base: by which version. */
static bool wants_people(struct run *run, const struct command *command, uint16_t place,
			 uint64_t *base)
{
	struct decision *decision = &run->decision;
	uint64_t customer = customer_of(command);
	if (customer == 0)
		return false;
	struct request request = plain_request(run, command);
	engine_decide(run->core->engine, &request, decision);
	*base = decision->past;
	if (decision->verdict == VERDICT_PROFILE || decision->verdict == VERDICT_PERSON)
		return true;
	*base = 0;
	return decision->verdict == VERDICT_REFUSED && /* of one that a put before makes (X2) */
	       decision->answer.status == ERROR_NOT_FOUND &&
	       asks_before(&run->session->asks, place, customer) != NULL;
}

/* False: no room, or no memory. */
static bool add_ask(struct run *run, const struct command *command, uint16_t place, uint64_t base)
{
	struct asks *asks = &run->session->asks;
	const struct wire_list *fields = fields_of(command);
	struct ask *ask = asks_add(asks, place);
	if (ask == NULL)
		return false;
	ask->opcode = command->opcode;
	ask->customer = customer_of(command);
	ask->base = base;
	ask->after = asks_before(asks, place, ask->customer);
	if (ask->after != NULL)
		ask->base = ask->after->version; /* X2 */
	if (command->opcode == OP_customer_profile)
		return true;
	if (fields == NULL || ask_take_fields(ask, fields))
		ask->version = registry_version(run->core->registry);
	if (ask->version != 0)
		return true;
	asks_remove(asks, ask);
	return false;
}

/* Ask for the current command, and for what comes behind it in the frame. */
static void gather(struct run *run)
{
	struct session *session = run->session;
	const struct frame *frame = run->frame;
	struct wire_reader r = {frame->body + session->frame_at, frame->body + frame->body_size,
				false};
	uint32_t left = (uint32_t)frame->count - session->frame_done;
	uint32_t look = ASKS_MOST - session->asks.shy; /* X3 */
	uint32_t end = session->frame_done + (left < look ? left : look);
	for (uint32_t place = session->frame_done; place < end; place++) {
		struct command command;
		struct error_detail detail;
		uint64_t base;
		if (command_decode(&r, &command, &detail) != ERROR_OK ||
		    asks_at(&session->asks, (uint16_t)place) != NULL ||
		    !wants_people(run, &command, (uint16_t)place, &base))
			continue;
		if (!add_ask(run, &command, (uint16_t)place, base))
			return;
	}
}

/* Of an erased customer all goes, but not before the erasure is durable: it is among the events
 * applied (G3). */
static void throw_away(struct session *session, struct ask *ask)
{
	struct core *core = session->core;
	uint64_t erased = engine_person(core->engine, ask->customer).erased;
	registry_settle(core->registry, &session->asks, ask, 0, erased);
}

/* X1: what is out of date now.  That is the current command's, and what builds on it; what the job
 * before did not come to; and if there is no room, what would be needed last. */
static void make_room(struct session *session, uint64_t customer)
{
	struct asks *asks = &session->asks;
	struct ask *last = NULL;
	for (uint32_t i = 0; asks->count > 0 && i < ASKS_MOST; i++) {
		struct ask *ask = &asks->slots[i];
		if (ask->state == ASK_FREE)
			continue;
		if (ask->customer == customer || ask->state == ASK_NEW)
			throw_away(session, ask);
		else if (last == NULL || ask->place > last->place)
			last = ask;
	}
	if (asks->count == ASKS_MOST)
		throw_away(session, last);
}

/* Have the evidence of the current command, and of others behind it, fetched. */
static enum step fetch(struct run *run, uint64_t customer)
{
	struct session *session = run->session;
	struct asks *asks = &session->asks;
	const struct ask *stale = asks_at(asks, session->frame_done);
	if (stale != NULL && stale->state == ASK_DONE)
		asks->shy += (ASKS_MOST - asks->shy) / 2; /* X3 */
	make_room(session, customer);
	gather(run);
	if (asks_at(asks, session->frame_done) == NULL) {
		reply_seal(session, false);
		session_end(session, ERROR_OUT_OF_MEMORY, (struct error_detail){0, 0});
		return STEP_WAIT;
	}
	asks->done = session_job_done;
	asks->context = session;
	session->job_running = true;
	session_stand(session, PAUSE_JOB);
	registry_submit(run->core->registry, &run->core->env, asks);
	return STEP_WAIT;
}

enum step people_step(struct run *run, const struct command *command)
{
	const struct session *session = run->session;
	struct decision *decision = &run->decision;
	const struct ask *ask = asks_at(&session->asks, session->frame_done);
	if (decision->verdict != VERDICT_PROFILE || ask == NULL || ask->state != ASK_DONE ||
	    ask->base != decision->past) /* X1 */
		return fetch(run, customer_of(command));
	if (ask->error != ERROR_OK) {
		run_refuse(run, ask->error, ask->detail, decision->saw);
		return STEP_DONE;
	}
	struct answer *answer = &decision->answer;
	answer->opcode = OP_customer_profile;
	answer->status = ERROR_OK;
	answer->flags = 0;
	answer->as.customer_profile.version = ask->base; /* attributes are there */
	answer->as.customer_profile.fields =
	    (struct wire_list){ask->dossier.document, ask->dossier.size, ask->count};
	run_answer(run, answer, decision->saw);
	return STEP_DONE;
}

/* --- settling --- */

void people_pass(struct run *run)
{
	struct session *session = run->session;
	const struct decision *decision = &run->decision;
	struct ask *ask = asks_at(&session->asks, session->frame_done);
	if (ask == NULL)
		return;
	bool recorded = decision->verdict == VERDICT_EVENT && decision->answer.status == ERROR_OK;
	if ((recorded || decision->verdict == VERDICT_PROFILE) && session->asks.shy > 0)
		session->asks.shy--;                                 /* X3 */
	if (recorded && (decision->event.parts & PART_profile) != 0) /* attributes name none */
		registry_settle(run->core->registry, &session->asks, ask, decision->event.number,
				0);
	else
		throw_away(session, ask);
}

void execute_forget_people(struct session *session)
{
	struct asks *asks = &session->asks;
	for (uint32_t i = 0; asks->count > 0 && i < ASKS_MOST; i++)
		if (asks->slots[i].state != ASK_FREE)
			throw_away(session, &asks->slots[i]);
	asks_clear(asks);
}
