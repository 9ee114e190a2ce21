/* model_people.c -- see model_people.h. */
#include "tests/sim/model_people.h"

#include <inttypes.h>
#include <string.h>

#include "protocol/person.h"
#include "tests/sim/fail.h"

#define FIRST_ATTRIBUTE 64
#define FIRST_PROFILE 16
#define DOCUMENT_LIMIT 65536

#define TEN(x) x x x x x x x x x x

/* Several ways to write few identities, so that they meet. */
const struct spelling model_spellings[] = {
    {PERSON_phone, ERROR_OK, "+86 138 0013 8000", "+8613800138000", 0},
    {PERSON_phone, ERROR_OK, "+8613800138000", "+8613800138000", 0},
    {PERSON_phone, ERROR_OK, "+86 (139) 0013-9000", "+8613900139000", 0},
    {PERSON_phone, ERROR_OK, "+447700900123", "+447700900123", 0},
    {PERSON_phone, ERROR_OK, "+44 7700 900 124", "+447700900124", 0},
    {PERSON_email, ERROR_OK, "Zoe.Li@Example.COM", "zoe.li@example.com", 0},
    {PERSON_email, ERROR_OK, "zoe.li@example.com", "zoe.li@example.com", 0},
    {PERSON_email, ERROR_OK, "ADA@example.org", "ada@example.org", 0},
    {PERSON_email, ERROR_OK, "max@example.net", "max@example.net", 0},
    {PERSON_card, ERROR_OK, "mc-00 42x", "MC0042X", 0},
    {PERSON_card, ERROR_OK, "MC0042X", "MC0042X", 0},
    {PERSON_card, ERROR_OK, "mc 43", "MC43", 0},
    {PERSON_card, ERROR_OK, "44", "44", 0},
    {PERSON_card, ERROR_OK, "45", "45", 0},
    {PERSON_social, ERROR_OK, "WeChat:ZoeLi", "wechat:ZoeLi", 0},
    {PERSON_social, ERROR_OK, "wechat:ZoeLi", "wechat:ZoeLi", 0},
    {PERSON_social, ERROR_OK, "wechat:zoeli", "wechat:zoeli", 0},
    {PERSON_social, ERROR_OK, "Weibo:max", "weibo:max", 0},
    {PERSON_external_id, ERROR_OK, "MC43", "MC43", 0},
    {PERSON_external_id, ERROR_OK, "mc43", "mc43", 0},
    {PERSON_phone, ERROR_PHONE_INVALID, "138 0013 8000", NULL, 64},
    {PERSON_email, ERROR_EMAIL_INVALID, "zoe@", NULL, 254},
    {PERSON_card, ERROR_CARD_INVALID, "mc_43", NULL, 64},
    {PERSON_social, ERROR_SOCIAL_INVALID, "zoeli", NULL, 128},
    {PERSON_card, ERROR_TEXT_INVALID, "ok\xc3", NULL, 64},
    {PERSON_external_id, ERROR_FIELD_TOO_LONG, TEN("1234567"), NULL, 64},
    {PERSON_city, ERROR_TEXT_INVALID, "\xed\xa0\x80", NULL, 128},
    {PERSON_postcode, ERROR_FIELD_TOO_LONG, TEN("1234567"), NULL, 32},
    {63, ERROR_FIELD_UNKNOWN, "x", NULL, 0},
};
const uint32_t model_spelled = sizeof model_spellings / sizeof model_spellings[0];
const uint32_t model_right = 20;

static bool same(struct wire_text a, struct wire_text b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

static struct wire_text text_of(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

/* NULL: it is not in the table. */
static const struct spelling *spelling_of(uint16_t field, struct wire_text value)
{
	for (uint32_t i = 0; i < model_spelled; i++)
		if (model_spellings[i].field == field &&
		    same(text_of(model_spellings[i].text), value))
			return &model_spellings[i];
	return NULL;
}

struct wire_text model_normal(uint16_t field, struct wire_text value)
{
	const struct spelling *spelling = spelling_of(field, value);
	return field >= FIRST_PROFILE || spelling == NULL ? value : text_of(spelling->normal);
}

const struct wire_list *model_fields(const struct command *command)
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

/* --- documents --- */

static void drop(struct model_dossier *dossier, uint16_t field)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < dossier->count; i++)
		if (dossier->values[i].field != field)
			dossier->values[kept++] = dossier->values[i];
	dossier->count = kept;
}

/* Behind the last of its field, before the next. */
static void add(struct model_dossier *dossier, uint16_t field, struct wire_text text)
{
	uint32_t at = dossier->count++;
	if (at == DOSSIER_VALUES)
		fail_now("the simulation draws more values than its model keeps");
	for (; at > 0 && dossier->values[at - 1].field > field; at--)
		dossier->values[at] = dossier->values[at - 1];
	dossier->values[at] = (struct dossier_value){field, model_normal(field, text)};
}

void model_dossier_change(struct model_dossier *dossier, const struct command *command)
{
	const struct wire_list *fields = model_fields(command);
	if (command->opcode != OP_customer_set)
		dossier->count = 0;
	for (int pass = 0; pass < 2 && fields != NULL; pass++) {
		struct wire_reader r = {fields->bytes, fields->bytes + fields->size, false};
		struct rec_assignment value;
		for (uint32_t i = 0; i < fields->count && decode_rec_assignment(&r, &value); i++)
			if (value.field >= FIRST_ATTRIBUTE)
				continue; /* the engine's */
			else if (pass == 0)
				drop(dossier, value.field);
			else if (value.value.size > 0)
				add(dossier, value.field, value.value);
	}
}

static const struct person *find(const struct model *model, uint64_t customer)
{
	for (uint32_t i = 0; i < model->people_count; i++)
		if (model->people[i].id == customer)
			return &model->people[i];
	return NULL;
}

static struct model_dossier dossier_of(const struct model *model, const struct person *person,
				       uint64_t at)
{
	struct model_dossier dossier;
	dossier.version = 0;
	dossier.count = 0;
	for (uint32_t i = 0; i < person->count && person->events[i] <= at; i++) {
		const struct fact *fact = model_fact(model, person->events[i]);
		if ((fact->event.parts & PART_profile) == 0)
			continue;
		bool erased = fact->event.type == EVENT_customer_erased;
		model_dossier_change(&dossier, &fact->intent->command);
		dossier.version = erased ? 0 : fact->event.profile.version;
	}
	return dossier;
}

struct model_dossier model_dossier(const struct model *model, uint64_t customer, uint64_t at)
{
	static const struct person nobody;
	const struct person *person = find(model, customer);
	return dossier_of(model, person == NULL ? &nobody : person, at);
}

struct wire_list model_dossier_write(const struct model_dossier *dossier, uint8_t *bytes)
{
	struct wire_writer w = {bytes, bytes + DOSSIER_BYTES, false};
	for (uint32_t i = 0; i < dossier->count; i++) {
		const struct dossier_value *value = &dossier->values[i];
		encode_rec_assignment(&w, &(struct rec_assignment){value->field, value->text});
	}
	if (w.failed)
		fail_now("the simulation draws larger documents than its model keeps");
	return (struct wire_list){bytes, (uint32_t)(w.at - bytes), dossier->count};
}

/* --- identities --- */

static bool has(const struct model_dossier *dossier, uint16_t field, struct wire_text normal)
{
	for (uint32_t i = 0; i < dossier->count; i++)
		if (dossier->values[i].field == field && same(dossier->values[i].text, normal))
			return true;
	return false;
}

uint64_t model_owner(const struct model *model, uint16_t field, struct wire_text normal,
		     uint64_t at)
{
	for (uint32_t i = 0; i < model->people_count; i++) {
		struct model_dossier dossier = dossier_of(model, &model->people[i], at);
		if (has(&dossier, field, normal))
			return model->people[i].id;
	}
	return 0;
}

/* --- rules --- */

static enum error fault(struct error_detail *detail, enum error error, int64_t a, int64_t b)
{
	*detail = (struct error_detail){a, b};
	return error;
}

enum error model_value_fault(uint16_t field, struct wire_text value, struct error_detail *detail)
{
	const struct spelling *spelling = spelling_of(field, value);
	if (spelling == NULL || spelling->error == ERROR_OK)
		return ERROR_OK;
	return fault(detail, spelling->error, field, spelling->limit);
}

/* Values of one field. */
static uint32_t most_of(uint16_t field)
{
	switch (field) {
	case PERSON_card:
	case PERSON_social:
	case PERSON_address:
		return 8;
	case PERSON_tags:
		return 64;
	case PERSON_holidays:
		return 16;
	default:
		return 1;
	}
}

static uint32_t values_of(const struct model_dossier *dossier, uint16_t field)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < dossier->count; i++)
		count += dossier->values[i].field == field;
	return count;
}

enum error model_fields_fault(const struct wire_list *fields, struct error_detail *detail)
{
	struct wire_reader r = {fields->bytes, fields->bytes + fields->size, false};
	struct rec_assignment value;
	struct model_dossier seen;
	seen.count = 0;
	for (uint32_t i = 0; i < fields->count && decode_rec_assignment(&r, &value); i++) {
		uint16_t field = value.field;
		enum error error = model_value_fault(field, value.value, detail);
		if (error != ERROR_OK)
			return error;
		if (value.value.size == 0 || field >= PERSON_ADDED)
			continue; /* those are in model_fields.c */
		if (values_of(&seen, field) == most_of(field))
			return fault(detail, ERROR_FIELD_TOO_MANY, field, most_of(field));
		if (field < FIRST_PROFILE && has(&seen, field, model_normal(field, value.value)))
			return fault(detail, ERROR_IDENTITY_TWICE, field, most_of(field));
		add(&seen, field, value.value);
	}
	return ERROR_OK;
}

enum error model_dossier_fault(const struct model *model, uint64_t at,
			       const struct model_dossier *before,
			       const struct model_dossier *after, struct error_detail *detail)
{
	static uint8_t bytes[DOSSIER_BYTES];
	uint32_t size = model_dossier_write(after, bytes).size;
	if (size > DOCUMENT_LIMIT)
		return fault(detail, ERROR_PROFILE_TOO_LARGE, size, DOCUMENT_LIMIT);
	for (uint32_t i = 0; i < after->count; i++) {
		const struct dossier_value *value = &after->values[i];
		if (value->field >= FIRST_PROFILE || has(before, value->field, value->text))
			continue;
		uint64_t owner = model_owner(model, value->field, value->text, at);
		if (owner != 0)
			return fault(detail, ERROR_IDENTITY_TAKEN, value->field, (int64_t)owner);
	}
	return ERROR_OK;
}

/* --- events --- */

/* Are these the fingerprints of what `dossier` has and `other` has not? */
static bool records_follow(struct wire_text records, const struct model_dossier *dossier,
			   const struct model_dossier *other)
{
	struct seal seal = {INTENTS_SECRET};
	uint32_t size = 0;
	for (uint32_t i = 0; i < dossier->count; i++) {
		const struct dossier_value *value = &dossier->values[i];
		uint8_t record[1 + SEAL_FINGERPRINT_BYTES] = {(uint8_t)value->field};
		if (value->field >= FIRST_PROFILE || has(other, value->field, value->text))
			continue;
		seal_fingerprint(&seal, record[0], value->text.bytes, value->text.size, record + 1);
		if (records.size - size < sizeof record ||
		    memcmp(records.bytes + size, record, sizeof record) != 0)
			return false;
		size += (uint32_t)sizeof record;
	}
	return size == records.size;
}

static bool points_follow(const struct event *event, int64_t balance)
{
	bool erased = event->type == EVENT_customer_erased;
	if ((event->parts & PART_points) == 0)
		return balance == 0 && !erased;
	return event->points.before == balance && event->points.after == (erased ? 0 : balance) &&
	       (erased || balance != 0);
}

/* Does it say nothing that is in the document? */
static bool is_alone(const struct command *command)
{
	const struct wire_list *fields = &command->as.customer_set.fields;
	struct wire_reader r = {fields->bytes, fields->bytes + fields->size, false};
	struct rec_assignment value;
	if (command->opcode != OP_customer_set)
		return false;
	for (uint32_t i = 0; i < fields->count && decode_rec_assignment(&r, &value); i++)
		if (value.field < FIRST_ATTRIBUTE)
			return false;
	return true;
}

static bool profile_follows(const struct event *event, const struct model_dossier *before,
			    const struct model_dossier *after)
{
	static const struct part_identities none;
	const struct part_identities *identities =
	    (event->parts & PART_identities) != 0 ? &event->identities : &none;
	return (event->parts & PART_profile) != 0 && event->profile.replaced == before->version &&
	       event->profile.version > before->version &&
	       records_follow(identities->added, after, before) &&
	       records_follow(identities->removed, before, after);
}

bool model_person_follows(const struct model *model, const struct command *command, int64_t balance)
{
	const struct event *event = &model_fact(model, model->last)->event;
	const struct wire_list *fields = model_fields(command);
	uint32_t attributes = PART_attributes | PART_words, own = PART_profile | PART_identities;
	struct model_dossier before = model_dossier(model, event->customer, event->number - 1);
	struct model_dossier after = before;
	struct error_detail detail;
	uint32_t known = PART_points | own | (fields != NULL ? attributes : 0);
	model_dossier_change(&after, command);
	if ((event->parts & ~known) != 0 || !points_follow(event, balance) ||
	    (fields != NULL && model_fields_fault(fields, &detail) != ERROR_OK))
		return false;
	if (is_alone(command))
		return (event->parts & own) == 0;
	return profile_follows(event, &before, &after) &&
	       model_dossier_fault(model, event->number - 1, &before, &after, &detail) == ERROR_OK;
}

void model_note_version(struct model *model)
{
	const struct event *event = &model_fact(model, model->last)->event;
	uint64_t version = event->profile.version;
	for (uint64_t number = 1; number < event->number; number++) {
		const struct event *older = &model_fact(model, number)->event;
		if ((older->parts & PART_profile) != 0 && older->profile.version == version)
			fail_now("event %" PRIu64 " names version %" PRIu64 ", as event %" PRIu64
				 " does",
				 event->number, version, number);
	}
	if (version > model->newest_version)
		model->newest_version = version;
}
