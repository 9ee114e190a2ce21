/* dossier_test.c -- documents out of documents and fields, and the fingerprints that change. */
#include <string.h>

#include "server/app/dossier.h"
#include "tests/support/cmocka_tests.h"
#include "tests/support/fields.h"

static const struct seal seal = {{1, 2, 3}};

struct row {
	const char *base, *fields; /* "erase": everything goes */
	bool replace;
	const char *result;
	uint32_t added, removed; /* identities */
};

static const struct row rows[] = {
    {"none", "none", true, "none", 0, 0},
    {"none", "name=Zoe,phone=+86~138-00138000", true, "phone=+8613800138000,name=Zoe", 1, 0},
    {"none", "name=,phone=", true, "none", 0, 0},
    {"phone=+8613800138000,name=Zoe", "name=Ada", true, "name=Ada", 0, 1},
    {"phone=+8613800138000,name=Zoe", "name=Ada", false, "phone=+8613800138000,name=Ada", 0, 0},
    {"phone=+8613800138000,name=Zoe", "none", false, "phone=+8613800138000,name=Zoe", 0, 0},
    {"phone=+8613800138000,name=Zoe", "none", true, "none", 0, 1},
    {"phone=+8613800138000,name=Zoe", "phone=", false, "name=Zoe", 0, 1},
    {"phone=+8613800138000", "phone=+8613900139000", false, "phone=+8613900139000", 1, 1},
    {"phone=+8613800138000", "phone=+86(138)00138000", false, "phone=+8613800138000", 0, 0},
    {"card=A,card=B,card=C", "card=b,card=d", false, "card=B,card=D", 1, 2},
    {"card=A,card=B", "card=", false, "none", 0, 2},
    {"card=A", "social=wechat:A,external_id=A", false, "external_id=A,card=A,social=wechat:A", 2,
     0},
    {"address=1,address=2,city=X", "address=3", false, "address=3,city=X", 0, 0},
    {"phone=+8613800138000,card=A,card=B,name=Zoe", "erase", false, "none", 0, 3},
};

static struct dossier make(const struct row *row, struct error_detail *detail, enum error *error)
{
	static uint8_t rooms[2][FIELDS_BYTES];
	struct wire_list base = fields_parse(row->base, rooms[0]);
	struct wire_list fields = {0};
	if (strcmp(row->fields, "erase") != 0)
		fields = fields_parse(row->fields, rooms[1]);
	struct dossier_change change = {.base = {(const char *)base.bytes, base.size},
					.fields =
					    strcmp(row->fields, "erase") == 0 ? NULL : &fields,
					.replace = row->replace};
	struct dossier dossier;
	*error = dossier_make(&dossier, &change, &seal, detail);
	return dossier;
}

static void documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[512];
		struct error_detail detail;
		enum error error;
		struct dossier dossier = make(&rows[i], &detail, &error);
		struct wire_text document = {(const char *)dossier.document, dossier.size};
		struct wire_list list = {dossier.document, dossier.size,
					 (uint32_t)dossier_count(document)};
		assert_int_equal(error, ERROR_OK);
		assert_string_equal(fields_format(list, text, sizeof text), rows[i].result);
		assert_int_equal(dossier.added_size, rows[i].added * IDENTITY_RECORD_BYTES);
		assert_int_equal(dossier.removed_size, rows[i].removed * IDENTITY_RECORD_BYTES);
		dossier_clear(&dossier);
	}
}

/* What is too large says how large. */
static void limits(void **state)
{
	static const struct row fits = {"name=Zoe", "notes=*65513", false, "", 0, 0};
	static const struct row over = {"name=Zoe", "notes=*65514", false, "", 0, 0};
	struct error_detail detail;
	enum error error;
	(void)state;
	struct dossier dossier = make(&fits, &detail, &error);
	assert_int_equal(error, ERROR_OK);
	assert_int_equal(dossier.size, LIMIT_PROFILE_BYTES);
	dossier_clear(&dossier);
	dossier = make(&over, &detail, &error);
	assert_int_equal(error, ERROR_PROFILE_TOO_LARGE);
	assert_int_equal(detail.a, LIMIT_PROFILE_BYTES + 1);
	assert_int_equal(detail.b, LIMIT_PROFILE_BYTES);
	dossier_clear(&dossier);
}

/* A base that is no document is never merged. */
static void damaged_base(void **state)
{
	static uint8_t room[FIELDS_BYTES];
	struct wire_list base = fields_parse("phone=+8613800138000,name=Zoe", room);
	struct wire_list fields = {0};
	(void)state;
	for (uint32_t size = 1; size < base.size; size++) {
		struct dossier_change change = {{(const char *)base.bytes, size}, &fields, false};
		struct error_detail detail;
		struct dossier dossier;
		enum error error = dossier_make(&dossier, &change, &seal, &detail);
		bool whole = size == 4 + 2 + 4 + 14; /* the phone alone */
		assert_int_equal(error, whole ? ERROR_OK : ERROR_PROFILE_DAMAGED);
		dossier_clear(&dossier);
	}
}

/* The kind and the secret are part of a fingerprint; the form it is given in is not. */
static void fingerprints(void **state)
{
	const struct seal other = {{1, 2, 4}};
	const struct person_field *card = person_field(PERSON_card);
	const struct person_field *id = person_field(PERSON_external_id);
	uint8_t a[IDENTITY_RECORD_BYTES], b[IDENTITY_RECORD_BYTES];
	(void)state;
	dossier_fingerprint(&seal, card, (struct wire_text){"A1", 2}, a);
	assert_int_equal(a[0], PERSON_card);
	dossier_fingerprint(&seal, card, (struct wire_text){" a-1", 4}, b);
	assert_memory_equal(a, b, sizeof a);
	dossier_fingerprint(&seal, id, (struct wire_text){"A1", 2}, b);
	assert_memory_not_equal(a + 1, b + 1, IDENTITY_FINGERPRINT_BYTES);
	dossier_fingerprint(&other, card, (struct wire_text){"A1", 2}, b);
	assert_memory_not_equal(a + 1, b + 1, IDENTITY_FINGERPRINT_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(documents),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(damaged_base),
	    cmocka_unit_test(fingerprints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
