/* dossier.c -- see dossier.h.
 *
 *   D1  A document has the fields of people.def in the order of their numbers, each with its values
 *       in the order they were given, none of them empty: equal profiles are equal bytes.
 */
#include "server/app/dossier.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "server/base/ensure.h"

static struct wire_reader reader_of(struct wire_text document)
{
	const uint8_t *bytes = (const uint8_t *)document.bytes;
	return (struct wire_reader){bytes, bytes == NULL ? NULL : bytes + document.size, false};
}

static bool next_record(struct wire_reader *r, struct rec_assignment *record)
{
	return r->at < r->end && decode_rec_assignment(r, record);
}

int64_t dossier_count(struct wire_text document)
{
	struct wire_reader r = reader_of(document);
	struct rec_assignment record;
	int64_t count = 0;
	while (next_record(&r, &record))
		count++;
	return r.failed || r.at != r.end ? -1 : count;
}

void dossier_fingerprint(const struct seal *seal, const struct person_field *field,
			 struct wire_text value, uint8_t record[IDENTITY_RECORD_BYTES])
{
	static const uint8_t nothing[IDENTITY_FINGERPRINT_BYTES];
	char normal[IDENTITY_BYTES];
	size_t size = person_normal(field, value, normal);
	ENSURE(size > 0 && field->number <= UINT8_MAX);
	record[0] = (uint8_t)field->number;
	seal_fingerprint(seal, record[0], normal, size, record + 1);
	if (memcmp(record + 1, nothing, sizeof nothing) == 0)
		record[1] = 1; /* zero is an empty slot; once in 2^96 */
}

/* --- the document --- */

static bool names(struct wire_text list, uint16_t field)
{
	struct wire_reader r = reader_of(list);
	struct rec_assignment record;
	while (next_record(&r, &record))
		if (record.field == field)
			return true;
	return false;
}

/* Write the values of one field; what does not fit is only counted. */
static void write_field(struct wire_writer *w, uint64_t *size, const struct person_field *field,
			struct wire_text list)
{
	struct wire_reader r = reader_of(list);
	struct rec_assignment record;
	char normal[IDENTITY_BYTES];
	while (next_record(&r, &record)) {
		if (record.field != field->number || record.value.size == 0)
			continue;
		if (field->identity)
			record.value = (struct wire_text){
			    normal, (uint32_t)person_normal(field, record.value, normal)};
		*size += RECORD_HEAD_BYTES + 2 + 4 + record.value.size;
		encode_rec_assignment(w, &record); /* D1 */
	}
}

/* The document into `room`; returns its size, perhaps more than the room. */
static uint64_t write_document(const struct dossier_change *change, uint8_t *room, size_t room_size)
{
	struct wire_writer w = {room, room + room_size, false};
	uint64_t size = 0;
	struct wire_text fields = {(const char *)change->fields->bytes, change->fields->size};
	for (size_t i = 0; i < person_field_count; i++) {
		const struct person_field *field = &person_fields[i];
		if (field->attribute)
			continue; /* the engine has them */
		bool named = change->replace || names(fields, field->number);
		write_field(&w, &size, field, named ? fields : change->base);
	}
	return size;
}

/* --- fingerprints --- */

uint32_t dossier_identities(const struct seal *seal, struct wire_text document, uint8_t *records)
{
	struct wire_reader r = reader_of(document);
	struct rec_assignment record;
	uint32_t size = 0;
	while (next_record(&r, &record)) {
		const struct person_field *field = person_field(record.field);
		if (field == NULL || !field->identity)
			continue;
		ENSURE(size < PERSON_IDENTITIES * IDENTITY_RECORD_BYTES);
		dossier_fingerprint(seal, field, record.value, records + size);
		size += IDENTITY_RECORD_BYTES;
	}
	return size;
}

static bool holds(const uint8_t *records, uint32_t size, const uint8_t *record)
{
	for (uint32_t at = 0; at < size; at += IDENTITY_RECORD_BYTES)
		if (memcmp(records + at, record, IDENTITY_RECORD_BYTES) == 0)
			return true;
	return false;
}

/* Take out of records[*size] what `others` hold too. */
static void subtract(uint8_t *records, uint32_t *size, const uint8_t *others, uint32_t others_size)
{
	uint32_t kept = 0;
	for (uint32_t at = 0; at < *size; at += IDENTITY_RECORD_BYTES) {
		if (holds(others, others_size, records + at))
			continue;
		memmove(records + kept, records + at, IDENTITY_RECORD_BYTES);
		kept += IDENTITY_RECORD_BYTES;
	}
	*size = kept;
}

static void compare(struct dossier *out, const struct seal *seal, struct wire_text base)
{
	uint8_t before[sizeof out->removed];
	struct wire_text document = {(const char *)out->document, out->size};
	uint32_t size = dossier_identities(seal, base, before);
	memcpy(out->removed, before, size);
	out->removed_size = size;
	out->added_size = dossier_identities(seal, document, out->added);
	subtract(out->removed, &out->removed_size, out->added, out->added_size);
	subtract(out->added, &out->added_size, before, size);
}

enum error dossier_make(struct dossier *out, const struct dossier_change *change,
			const struct seal *seal, struct error_detail *detail)
{
	out->document = NULL;
	out->size = out->added_size = out->removed_size = 0;
	if (dossier_count(change->base) < 0)
		return ERROR_PROFILE_DAMAGED;
	if (change->fields != NULL) {
		uint64_t size = write_document(change, NULL, 0);
		*detail = (struct error_detail){(int64_t)size, LIMIT_PROFILE_BYTES};
		if (size > LIMIT_PROFILE_BYTES)
			return ERROR_PROFILE_TOO_LARGE;
		out->document = size == 0 ? NULL : malloc(size);
		if (size > 0 && out->document == NULL)
			return ERROR_OUT_OF_MEMORY;
		out->size = (uint32_t)size;
		ENSURE(write_document(change, out->document, size) == size);
	}
	compare(out, seal, change->base);
	return ERROR_OK;
}

void dossier_clear(struct dossier *dossier)
{
	free(dossier->document);
	dossier->document = NULL;
	dossier->size = 0;
}
