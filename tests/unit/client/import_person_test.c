/* import_person_test.c -- rows as customers: headers, values, and the refs made of them. */
#include <stdlib.h>
#include <string.h>

#include "client/cli/import_added.h"
#include "client/cli/import_person.h"
#include "tests/support/cmocka_tests.h"

struct bench {
	struct import_map map;
	struct import_person person;
	struct rows_split split;
	struct import_reason why, left;
};

static void split(struct bench *bench, const char *text)
{
	struct row row = {text, strlen(text), 1, 1};
	assert_null(rows_split_fields(&bench->split, &row));
}

/* `map` NULL: none is given.  `header` NULL: there is none. */
static struct bench *begin(const char *map, const char *header)
{
	struct bench *bench = calloc(1, sizeof *bench);
	assert_non_null(bench);
	bench->map.schema = &import_person_schema;
	bench->person.rules =
	    (struct import_person_rules){.fields = {.map = &bench->map}, .space = "customers"};
	assert_true(rows_split_begin(&bench->split, ','));
	if (map != NULL)
		assert_true(import_map_parse(&bench->map, map, &bench->why));
	if (header == NULL)
		return bench;
	split(bench, header);
	bench->person.rules.cells = bench->split.count;
	assert_true(import_map_resolve(&bench->map, &bench->split, &bench->why));
	import_map_adopt(&bench->map, &bench->split, &bench->left);
	return bench;
}

/* begin, then `count` times `again`. */
static char *repeat(const char *begin, const char *again, size_t count)
{
	size_t room = strlen(begin) + count * strlen(again) + 1, at;
	char *text = malloc(room);
	assert_non_null(text);
	at = (size_t)snprintf(text, room, "%s", begin);
	while (count-- > 0)
		at += (size_t)snprintf(text + at, room - at, "%s", again);
	return text;
}

static void end(struct bench *bench)
{
	import_person_free(&bench->person);
	rows_split_end(&bench->split);
	free(bench);
}

static bool read_row(struct bench *bench, const char *text)
{
	split(bench, text);
	enum import_verdict verdict =
	    import_person_kind.read(&bench->person, &bench->split, &bench->why);
	assert_int_not_equal(verdict, IMPORT_NO_MEMORY);
	return verdict == IMPORT_FINE;
}

static void refuse(struct bench *bench, const char *text, const char *why)
{
	assert_false(read_row(bench, text));
	assert_string_equal(bench->why.text, why);
}

/* What a row says: "7 name=Zoe card=MC1 card=MC2". */
static void expect(struct bench *bench, const char *text, const char *says)
{
	char said[512];
	const crm_person *person = &bench->person.person;
	if (!read_row(bench, text))
		fail_msg("%s: %s", text, bench->why.text);
	size_t at =
	    (size_t)snprintf(said, sizeof said, "%llu", (unsigned long long)person->customer);
	for (uint32_t i = 0; i < person->count; i++)
		at += (size_t)snprintf(said + at, sizeof said - at, " %s=%s",
				       person->fields[i].field, person->fields[i].value);
	assert_string_equal(said, says);
}

/* --- headers --- */

/* M1 */
static void columns_with_a_fields_name_map_themselves(void **state)
{
	(void)state;
	struct bench *bench = begin("phone=mobile", "Name,ID,phone,Mobile,EMAIL,emial,email");
	assert_int_equal(import_map_column(&bench->map, 0), 2);
	expect(bench, "Zoe,7,x,+86 138 0013 8000,a@b.de,y,z",
	       "7 phone=+86 138 0013 8000 email=a@b.de name=Zoe");
	assert_string_equal(bench->left.text, "\"phone\", \"emial\" (email?), \"email\"");
	end(bench);
}

static void a_file_needs_ids(void **state)
{
	(void)state;
	struct bench *bench = begin(NULL, "name,phone");
	assert_false(import_map_is_complete(&bench->map, &bench->why));
	assert_string_equal(bench->why.text, "no column is named for id: add id=COLUMN");
	assert_string_equal(bench->left.text, "");
	end(bench);
}

static void many_names_that_are_not_imported_are_cut(void **state)
{
	(void)state;
	char *header = repeat("id", ",some-column-that-is-not-imported", 100);
	struct bench *bench = begin(NULL, header);
	assert_true(strlen(bench->left.text) > 200);
	assert_string_equal(bench->left.text + strlen(bench->left.text) - 9, "imported\"");
	end(bench);
	free(header);
}

static void a_map_has_a_limit(void **state)
{
	(void)state;
	char *map = repeat("id=1", ",card=2", IMPORT_COLUMNS_MAX - 1);
	struct bench *bench = begin(map, NULL);
	assert_false(import_map_parse(&bench->map, "name=3", &bench->why));
	assert_string_equal(bench->why.text, "more than 128 columns are mapped");
	end(bench);
	free(map);
	char *header = repeat("id", ",card", IMPORT_COLUMNS_MAX);
	bench = begin(NULL, header);
	assert_int_equal(bench->map.count, IMPORT_COLUMNS_MAX);
	assert_string_equal(bench->left.text, "\"card\"");
	end(bench);
	free(header);
}

static void refuses_a_wrong_map(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
	    {"id", "\"id\" is not FIELD=COLUMN, such as id=1"},
	    {"id=1,name=2,name=3", "name is given twice"},
	    {"nmae=1", "no field \"nmae\"; did you mean \"name\"?"},
	    {"shoe_size=1", "no field \"shoe_size\"; there are id, those of a profile (see "
			    "import --help) and those that were added, which a dry run does not "
			    "know"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct bench *bench = begin(NULL, NULL);
		assert_false(import_map_parse(&bench->map, cases[i].text, &bench->why));
		assert_string_equal(bench->why.text, cases[i].why);
		end(bench);
	}
}

static void a_header_is_told_from_a_customer(void **state)
{
	(void)state;
	struct bench *bench = begin("id=1,name=2", NULL);
	split(bench, "number,name 2");
	assert_true(import_map_is_header(&bench->map, &bench->split));
	split(bench, "7,Zoe");
	assert_false(import_map_is_header(&bench->map, &bench->split));
	end(bench);
}

/* --- values --- */

static void reads_values(void **state)
{
	(void)state;
	struct bench *bench = begin("card=4,id=1,card=3,name=2", NULL);
	expect(bench, "007,Zoe,MC-1,MC-2", "7 card=MC-2 card=MC-1 name=Zoe");
	expect(bench, "18446744073709551615,,MC-1; MC-2 ;;,",
	       "18446744073709551615 card=MC-1 card=MC-2");
	expect(bench, "7,a;b,;,", "7 name=a;b");
	expect(bench, "7,,,", "7");
	end(bench);
}

static void values_stay_whole_when_asked(void **state)
{
	(void)state;
	struct bench *bench = begin("id=1,address=2,address=3", NULL);
	bench->person.rules.fields.whole = true;
	expect(bench, "7, Flat 3; 1 High St ,b", "7 address=Flat 3; 1 High St address=b");
	end(bench);
}

static void an_empty_cell_says_nothing_or_clears(void **state)
{
	(void)state;
	struct bench *bench = begin("id=1,name=2,card=3,card=4", NULL);
	expect(bench, "7,,,", "7");
	bench->person.rules.fields.clears = true;
	expect(bench, "7,,,", "7 card= name=");
	expect(bench, "7,Zoe,,MC1", "7 card=MC1 name=Zoe");
	expect(bench, "7,Zoe,;,", "7 card= name=Zoe");
	end(bench);
}

static void names_field_and_column(void **state)
{
	(void)state;
	struct bench *bench =
	    begin(NULL, "id,phone,email,card,social,name,postcode,external_id,card");
	refuse(bench, ",,,,,,,,", "id (column 1): it is empty");
	refuse(bench, "0,,,,,,,,", "id (column 1): \"0\" is not a customer: ids start at 1");
	refuse(bench, "7x,,,,,,,,", "id (column 1): \"7x\" is not a whole number");
	refuse(bench, "7,1,,,,,,", "the row has 8 cells, the header 9");
	refuse(bench, "7,1,,,,,,,,", "the row has 10 cells, the header 9");
	refuse(bench, "7,0138 00138000,,,,,,,",
	       "phone (column 2): the phone is not + and 8 to 15 digits, the country's code first "
	       "(PHONE_INVALID)");
	refuse(bench, "7,,a@b,,,,,,",
	       "email (column 3): the e-mail address is not of the form name@host.domain "
	       "(EMAIL_INVALID)");
	refuse(
	    bench, "7,,,MC_1,,,,,",
	    "card (column 4): the card number holds more than letters, digits, blanks and dashes "
	    "(CARD_INVALID)");
	refuse(bench, "7,,,,zoe,,,,",
	       "social (column 5): the social id is not of the form NETWORK:NAME (SOCIAL_INVALID)");
	refuse(bench, "7,,,,,caf\xe9,,,",
	       "name (column 6): it is not UTF-8: convert the file with iconv");
	refuse(bench, "7,,,,,,123456789012345678901234567890123,,",
	       "postcode (column 7): postcode has more than 32 bytes (FIELD_TOO_LONG)");
	refuse(bench, "7,,,MC1,,,,,mc-1",
	       "card (columns 4, 9): the same card is given twice (IDENTITY_TWICE)");
	refuse(bench, "7,,,1;2;3;4;5;6;7;8;9,,,,,",
	       "card (columns 4, 9): a customer has at most 8 of card (FIELD_TOO_MANY)");
	expect(bench, "7,,,1;2;3;4,,,,,5;6;7;8",
	       "7 card=1 card=2 card=3 card=4 card=5 card=6 card=7 card=8");
	end(bench);
}

/* A cell that is mapped 100 times is copied only as far as there is room. */
static void one_column_as_many_fields(void **state)
{
	(void)state;
	char *map = repeat("id=1", ",address=2", 100), *text = malloc(ROWS_BYTES_MAX);
	assert_non_null(text);
	struct bench *bench = begin(map, NULL);
	memset(text, 'x', 1003);
	memcpy(text, "7,", 2);
	text[1002] = '\0';
	refuse(bench, text, "address (column 2): the values of the row are over 64 KiB together");
	end(bench);
	bench = begin("id=1,notes=2,preferences=2", NULL);
	memset(text, 'x', ROWS_BYTES_MAX);
	memcpy(text, "7,", 2);
	text[ROWS_BYTES_MAX - 1] = '\0';
	refuse(bench, text, "notes (column 2): the values of the row are over 64 KiB together");
	end(bench);
	free(text);
	free(map);
}

/* --- added fields --- */

static void fields_that_were_added_are_columns(void **state)
{
	struct import_added added = {.schema = import_person_schema,
				     .count = 2,
				     .names = {{130, "shoe_size"}, {128, "sports"}},
				     .most = {1, 64}};
	(void)state;
	added.schema.added = &added;
	struct bench *bench = begin(NULL, "id");
	bench->map = (struct import_map){.schema = &added.schema};
	assert_true(import_map_parse(&bench->map, "id=1,Shoe_Size=shoe", &bench->why));
	split(bench, "id,shoe,sports,shoe_sise,name");
	bench->person.rules.cells = bench->split.count;
	assert_true(import_map_resolve(&bench->map, &bench->split, &bench->why));
	import_map_adopt(&bench->map, &bench->split, &bench->left);
	assert_string_equal(bench->left.text, "\"shoe_sise\" (shoe_size?)");
	expect(bench, "7,43.5,golf;chess,x,Zoe",
	       "7 name=Zoe shoe_size=43.5 sports=golf sports=chess");
	crm_batch *batch = crm_batch_new();
	import_person_kind.add(&bench->person, batch);
	assert_int_equal(crm_batch_size(batch), 1);
	assert_int_equal(batch->names.size, 0); /* none waits for its number */
	crm_batch_free(batch);
	char *text = repeat("7,", "x", 65), whole[80];
	snprintf(whole, sizeof whole, "%s,,,", text);
	refuse(bench, whole,
	       "shoe_size (column 2): shoe_size has more than 64 bytes (FIELD_TOO_LONG)");
	free(text);
	struct import_reason place;
	import_person_kind.place(&bench->person, ERROR_NUMBER_INVALID, 130, &place);
	assert_string_equal(place.text, "shoe_size (column 2): ");
	end(bench);
}

/* --- refs --- */

static const char *ref(struct bench *bench, const char *text)
{
	if (!read_row(bench, text))
		fail_msg("%s: %s", text, bench->why.text);
	return bench->person.ref;
}

/* Q1.  The first one stands in databases and may never change:
 * hashlib.blake2b(bytes([7,0,0,0,0,0,0,0]) + bytes([9,0,0,0, 16,0, 3,0,0,0]) + b'Zoe',
 *                 key=bytes(16), digest_size=16) */
static void refs_follow_from_what_is_said(void **state)
{
	static const char zoe[] = "customers-2850e6c9042897a8a666fbdedd2c3991";
	char other[LIMIT_REF_BYTES + 1];
	(void)state;
	struct bench *bench = begin("id=1,name=2,card=3", NULL);
	assert_string_equal(ref(bench, "7,Zoe,"), zoe);
	snprintf(other, sizeof other, "%s", ref(bench, "8,Zoe,MC1"));
	end(bench);
	bench = begin(NULL, "card,x,name,id");
	assert_string_equal(ref(bench, ",1,Zoe,007"), zoe);
	assert_string_equal(ref(bench, "MC1,2,Zoe,8"), other);
	assert_string_not_equal(ref(bench, ",2,Zoe,9"), zoe);
	end(bench);
	bench = begin("id=1,name=2", NULL);
	bench->person.rules.space = "again";
	assert_string_equal(ref(bench, "7,Zoe") + 5, zoe + 9);
	bench->person.rules.salt[15] = 1; /* Q2 */
	assert_string_not_equal(ref(bench, "8,Zoe") + 5, zoe + 9);
	end(bench);
}

static void a_customer_that_comes_again_has_turns(void **state)
{
	char first[LIMIT_REF_BYTES + 1], long_ref[LIMIT_REF_BYTES + 1];
	(void)state;
	struct bench *bench = begin("id=1,name=2", NULL);
	bench->person.rules.space = "123456789012345678901234";
	snprintf(first, sizeof first, "%s", ref(bench, "7,Zoe"));
	assert_string_equal(ref(bench, "7,Zoe"), first);
	snprintf(long_ref, sizeof long_ref, "%s", ref(bench, "7,Zoe Li"));
	assert_string_equal(long_ref + strlen(first), "-1");
	ref(bench, "8,Ada");
	assert_memory_equal(ref(bench, "7,Zoe"), first, strlen(first));
	assert_string_equal(bench->person.ref + strlen(first), "-2");
	refuse(bench, "7,\xff", "name (column 2): it is not UTF-8: convert the file with iconv");
	assert_string_equal(ref(bench, "7,Zoe") + strlen(first), "-2");
	end(bench);
}

static void turns_through_growing(void **state)
{
	struct import_turns turns = {0};
	uint64_t turn;
	(void)state;
	for (uint64_t round = 0; round < 3; round++)
		for (uint64_t customer = 1; customer <= 10000; customer++) {
			assert_true(import_turns_take(&turns, customer << 20, round, &turn));
			assert_int_equal(turn, round);
		}
	assert_int_equal(turns.used, 10000);
	import_turns_free(&turns);
}

/* --- alone --- */

static void a_dry_run_sees_identities_taken_in_the_file(void **state)
{
	(void)state;
	struct bench *bench = begin("id=1,phone=2,card=3,card=4", NULL);
	bench->person.rules.alone = true;
	expect(bench, "7,+8613800138000,MC1,", "7 phone=+8613800138000 card=MC1");
	refuse(bench, "8,+8613800138001,mc2,mc-1",
	       "card (columns 3, 4): a row before has it: customer 7");
	refuse(bench, "8,+86 138 0013 8000,,", "phone (column 2): a row before has it: customer 7");
	/* Nothing of a row that is rejected is taken. */
	expect(bench, "9,+8613800138001,MC2,", "9 phone=+8613800138001 card=MC2");
	expect(bench, "7,+8613800138000,,", "7 phone=+8613800138000");
	end(bench);
}

static void asks_for_what_the_mode_says(void **state)
{
	(void)state;
	struct bench *bench = begin("id=1", NULL);
	assert_true(read_row(bench, "7"));
	assert_int_equal(bench->person.person.create, 1);
	bench->person.rules.mode = IMPORT_SET;
	assert_true(read_row(bench, "7"));
	assert_int_equal(bench->person.person.create, 0);
	end(bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(columns_with_a_fields_name_map_themselves),
	    cmocka_unit_test(a_file_needs_ids),
	    cmocka_unit_test(many_names_that_are_not_imported_are_cut),
	    cmocka_unit_test(a_map_has_a_limit),
	    cmocka_unit_test(refuses_a_wrong_map),
	    cmocka_unit_test(a_header_is_told_from_a_customer),
	    cmocka_unit_test(reads_values),
	    cmocka_unit_test(values_stay_whole_when_asked),
	    cmocka_unit_test(an_empty_cell_says_nothing_or_clears),
	    cmocka_unit_test(names_field_and_column),
	    cmocka_unit_test(one_column_as_many_fields),
	    cmocka_unit_test(fields_that_were_added_are_columns),
	    cmocka_unit_test(refs_follow_from_what_is_said),
	    cmocka_unit_test(a_customer_that_comes_again_has_turns),
	    cmocka_unit_test(turns_through_growing),
	    cmocka_unit_test(a_dry_run_sees_identities_taken_in_the_file),
	    cmocka_unit_test(asks_for_what_the_mode_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
