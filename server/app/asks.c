/* asks.c -- see asks.h. */
#include "server/app/asks.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/ensure.h"
#include "server/base/limits.h"

#define NO_PLACE UINT16_MAX /* a frame has fewer commands */

static_assert(LIMIT_FRAME_COMMANDS < NO_PLACE, "no command has this place");
static_assert(LIMIT_PROFILE_BYTES == PEOPLE_DOCUMENT_BYTES, "what is allowed can be stored");

struct ask *asks_at(const struct asks *asks, uint16_t place)
{
	for (uint32_t i = 0; asks->count > 0 && i < ASKS_MOST; i++)
		if (asks->places[i] == place)
			return &asks->slots[i];
	return NULL;
}

const struct ask *asks_before(const struct asks *asks, uint16_t place, uint64_t customer)
{
	const struct ask *last = NULL;
	for (uint32_t i = 0; asks->count > 0 && i < ASKS_MOST; i++) {
		const struct ask *ask = &asks->slots[i];
		if (ask->state != ASK_FREE && ask->version != 0 && ask->place < place &&
		    ask->customer == customer && (last == NULL || ask->place > last->place))
			last = ask;
	}
	return last;
}

struct ask *asks_add(struct asks *asks, uint16_t place)
{
	uint32_t at = 0;
	if (asks->slots == NULL) {
		asks->slots = calloc(ASKS_MOST, sizeof *asks->slots);
		memset(asks->places, 0xff, sizeof asks->places);
	}
	if (asks->slots == NULL || asks->count == ASKS_MOST)
		return NULL; /* A2 */
	while (asks->places[at] != NO_PLACE)
		at++;
	struct ask *ask = &asks->slots[at];
	*ask = (struct ask){.place = place, .state = ASK_NEW};
	asks->places[at] = place;
	asks->count++;
	return ask;
}

bool ask_take_fields(struct ask *ask, const struct wire_list *fields)
{
	ask->fields = *fields;
	if (fields->size == 0)
		return true;
	ask->input = malloc(fields->size);
	if (ask->input == NULL)
		return false;
	memcpy(ask->input, fields->bytes, fields->size);
	ask->fields.bytes = ask->input;
	return true;
}

void asks_remove(struct asks *asks, struct ask *ask)
{
	free(ask->input);
	dossier_clear(&ask->dossier);
	asks->places[ask - asks->slots] = NO_PLACE;
	ask->state = ASK_FREE;
	asks->count--;
}

void asks_clear(struct asks *asks)
{
	ENSURE(asks->count == 0);
	free(asks->slots);
	asks->slots = NULL;
}

bool asks_change(const struct asks *asks)
{
	bool change = false;
	for (uint32_t i = 0; i < ASKS_MOST; i++)
		change = change || (asks->slots[i].state == ASK_NEW && asks->slots[i].version != 0);
	return change;
}

/* --- the job --- */

static void fail(struct ask *ask, enum error error, struct error_detail detail)
{
	ask->error = error;
	ask->detail = detail;
}

static struct error_detail damage_of(const struct ask *ask)
{
	return (struct error_detail){(int64_t)ask->customer, (int64_t)ask->base};
}

void asks_fail(struct asks *asks)
{
	for (uint32_t i = 0; i < ASKS_MOST; i++)
		if (asks->slots[i].state == ASK_NEW) {
			asks->slots[i].state = ASK_DONE;
			fail(&asks->slots[i], ERROR_OUT_OF_MEMORY, (struct error_detail){0, 0});
		}
}

/* The document under ask->base; false: there is none that can be read. */
static bool read_base(const struct ask *ask, struct people *people, uint8_t *room,
		      struct wire_text *base)
{
	struct people_record record = {room, 0};
	*base = (struct wire_text){0};
	if (ask->after != NULL)
		*base = (struct wire_text){(const char *)ask->after->dossier.document,
					   ask->after->dossier.size};
	if (ask->after != NULL || ask->base == 0)
		return true;
	if (people_read(people, ask->customer, ask->base, &record) != PEOPLE_FOUND)
		return false;
	*base = (struct wire_text){(const char *)room, record.size};
	return true;
}

static void show(struct ask *ask, struct wire_text document)
{
	int64_t count = dossier_count(document);
	ask->dossier.document = document.size == 0 ? NULL : malloc(document.size);
	ask->dossier.size = document.size;
	ask->count = (uint32_t)count;
	if (count < 0)
		fail(ask, ERROR_PROFILE_DAMAGED, damage_of(ask));
	else if (document.size > 0 && ask->dossier.document == NULL)
		fail(ask, ERROR_OUT_OF_MEMORY, (struct error_detail){0, 0});
	else if (document.size > 0)
		memcpy(ask->dossier.document, document.bytes, document.size);
}

static void work(struct ask *ask, struct people *people, const struct seal *seal, uint8_t *room)
{
	struct wire_text base;
	struct error_detail detail = {0, 0};
	ask->state = ASK_DONE;
	ask->fresh = true;
	if (!read_base(ask, people, room, &base)) {
		fail(ask, ERROR_PROFILE_DAMAGED, damage_of(ask));
		return;
	}
	if (ask->opcode == OP_customer_profile) {
		show(ask, base);
		return;
	}
	struct dossier_change change = {
	    .base = base,
	    .fields = ask->opcode == OP_customer_erase ? NULL : &ask->fields,
	    .replace = ask->opcode == OP_customer_put,
	};
	enum error error = dossier_make(&ask->dossier, &change, seal, &detail);
	if (error == ERROR_PROFILE_DAMAGED)
		detail = damage_of(ask);
	fail(ask, error, detail);
}

/* The new ask of the first place, or NULL; *held: documents there are, bytes. */
static struct ask *first_new(const struct asks *asks, size_t *held)
{
	struct ask *first = NULL;
	*held = 0;
	for (uint32_t i = 0; i < ASKS_MOST; i++) {
		struct ask *ask = &asks->slots[i];
		if (ask->state == ASK_DONE)
			*held += ask->dossier.size;
		if (ask->state == ASK_NEW && (first == NULL || ask->place < first->place))
			first = ask;
	}
	return first;
}

void asks_work(struct asks *asks, struct people *people, const struct seal *seal, uint8_t *room)
{
	size_t held;
	bool some = false;
	for (struct ask *ask; (ask = first_new(asks, &held)) != NULL; some = true) {
		if (some && held > ASKS_DOCUMENT_BYTES)
			return; /* A2 */
		work(ask, people, seal, room);
	}
}

bool ask_step(const struct ask *ask, struct people_step *step)
{
	if (ask->opcode == OP_customer_profile || ask->error != ERROR_OK)
		return false;
	*step = (struct people_step){
	    .kind = ask->opcode == OP_customer_erase ? PEOPLE_ERASING : PEOPLE_PUT,
	    .customer = ask->customer,
	    .version = ask->version,
	    .document = ask->dossier.size == 0 ? (const uint8_t *)"" : ask->dossier.document,
	    .size = ask->dossier.size,
	};
	return true;
}

struct person_evidence ask_evidence(const struct ask *ask)
{
	const struct dossier *dossier = &ask->dossier;
	return (struct person_evidence){
	    .base = ask->base,
	    .version = ask->version,
	    .error = ask->error,
	    .detail = ask->detail,
	    .added = {(const char *)dossier->added, dossier->added_size},
	    .removed = {(const char *)dossier->removed, dossier->removed_size},
	};
}
