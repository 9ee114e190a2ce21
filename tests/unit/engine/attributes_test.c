/* attributes_test.c -- full fields, the largest event, what engine_check finds, and memory; what
 * attributes are after random commands is in attributes_model_test.c.
 */
#include <stdio.h>

#include "server/engine/attributes.h"
#include "tests/unit/engine/fixture_care.h"

/* --- full fields --- */

/* A set that names as many words as one can, its n-th; every text is new. */
static struct command largest(struct fixture_kit *kit, uint64_t customer, unsigned n)
{
	struct command command = {.opcode = OP_customer_set};
	struct wire_writer w = {kit->fields, kit->fields + sizeof kit->fields, false};
	struct wire_list list = {kit->fields, 0, 0};
	for (size_t i = 0; i < person_field_count; i++) {
		const struct person_field *field = &person_fields[i];
		bool words = field->kind == PERSON_KIND_WORD || field->kind == PERSON_KIND_TAGS;
		for (uint32_t k = 0; words && k < field->many; k++) {
			char text[80];
			memset(text, 'x', sizeof text);
			text[snprintf(text, sizeof text, "%u.%u", n, k)] = '.';
			encode_rec_assignment(
			    &w, &(struct rec_assignment){field->number, {text, field->limit}});
			list.count++;
		}
	}
	assert_false(w.failed);
	list.size = (uint32_t)(w.at - kit->fields);
	command.as.customer_set = (struct msg_customer_set){
	    .given = 3, .key = fixture_kit_key(kit), .customer = customer, .fields = list};
	return command;
}

static uint32_t count(const struct fixture_kit *kit, uint16_t field)
{
	return words_count(&kit->engine->words, field);
}

/* Who is refused for one field has brought no words of the others. */
static void test_full_tags(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	(void)state;
	fixture_kit_set(kit, 5, "region=east");
	struct command command = largest(kit, 5, 1);
	assert_int_equal(fixture_kit_run(kit, &command), ERROR_OK);
	assert_int_equal(count(kit, PERSON_tags), WORDS_TAGS);
	assert_int_equal(count(kit, PERSON_holidays), 16);
	assert_true(attributes_get(kit->engine, 0, PERSON_tags) == UINT64_MAX);
	uint64_t digest = engine_digest(kit->engine);
	command = largest(kit, 5, 2);
	assert_int_equal(fixture_kit_run(kit, &command), ERROR_WORDS_FULL);
	assert_int_equal(kit->decision.answer.detail.a, PERSON_tags);
	assert_int_equal(kit->decision.answer.detail.b, WORDS_TAGS);
	assert_true(engine_digest(kit->engine) == digest);
	fixture_kit_set(kit, 5, "tags="); /* its words stay taken (W1) */
	command = largest(kit, 5, 3);
	assert_int_equal(fixture_kit_run(kit, &command), ERROR_WORDS_FULL);
	fixture_kit_close(kit);
}

static void test_full_words(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	char fields[32];
	(void)state;
	for (unsigned i = 1; i <= WORDS_MOST; i++) {
		snprintf(fields, sizeof fields, "owner=o%u", i);
		fixture_kit_set(kit, 1 + (i - 1) % 3, fields);
	}
	assert_int_equal(count(kit, PERSON_owner), WORDS_MOST);
	assert_int_equal(attributes_get(kit->engine, 2, PERSON_owner), WORDS_MOST);
	struct command set = {.opcode = OP_customer_set};
	set.as.customer_set =
	    (struct msg_customer_set){.given = 3,
				      .key = fixture_kit_key(kit),
				      .customer = 1,
				      .fields = fields_parse("owner=more", kit->fields)};
	assert_int_equal(fixture_kit_run(kit, &set), ERROR_WORDS_FULL);
	assert_int_equal(kit->decision.answer.detail.b, WORDS_MOST);
	fixture_kit_set(kit, 1, "owner=o1,partner=acme");
	fixture_kit_close(kit);
}

/* --- the largest event --- */

/* All identities replaced by as many, the points of an erasure, and a set of every new word: more
 * than any command makes. */
static void test_the_largest_event_fits(void **state)
{
	static uint8_t bytes[EVENT_PLAIN_BYTES], records[PERSON_IDENTITIES * IDENTITY_RECORD_BYTES];
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	struct wire_text identities = {(const char *)records, sizeof records};
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	(void)state;
	fixture_kit_set(kit, 5, "birth_date=1960-07-01,gender=male,preferred_channel=sms");
	struct command command = largest(kit, 5, 1);
	fixture_decide(kit->engine, &command, FIXTURE_CARE_NOW_US, &kit->decision);
	struct event event = kit->decision.event;
	assert_int_equal(kit->decision.verdict, VERDICT_EVENT);
	assert_in_range(event.words.list.size, 3000, ATTRIBUTES_WORDS_BYTES);
	event.parts |= PART_points | PART_profile | PART_identities;
	event.number = UINT64_MAX;
	event.previous = 1;
	event.actor = event.customer = UINT64_MAX;
	event.points = (struct part_points){INT64_MIN, INT64_MIN};
	event.profile = (struct part_profile){UINT64_MAX, UINT64_MAX};
	event.identities = (struct part_identities){identities, identities};
	/* Codes of two bytes more a word, and the records of the attributes that are not here. */
	event.attributes.list.size = 0;
	event_encode(&w, &event);
	assert_false(w.failed);
	size_t size = (size_t)(w.at - bytes) + 2 * WORDS_OF_EVENT + ATTRIBUTES_BYTES;
	print_message("the largest event takes at most %zu bytes\n", size);
	assert_true(size <= EVENT_PLAIN_BYTES);
	fixture_kit_close(kit);
}

/* --- damage --- */

static void expect_damage(const struct engine *engine, const char *part)
{
	struct failure failure = {EXIT_FINE, ""};
	assert_false(engine_check(engine, &failure));
	assert_int_equal(failure.code, EXIT_DAMAGE);
	if (strstr(failure.text, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", failure.text, part);
}

static void test_check_finds_damage(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	struct engine *engine = kit->engine;
	(void)state;
	fixture_kit_set(kit, 5, "region=east,tags=vip,holidays=eid,partner=acme,gender=male");
	fixture_kit_set(kit, 6, "region=west,anniversary=1980-01-01");
	fixture_kit_set(kit, 7, "region=west");
	assert_int_equal(fixture_kit_greet(kit, 6, CARE_anniversary, "", 0), ERROR_OK);
	fixture_check(engine);
	uint64_t digest = engine_digest(engine);

	*rows_region(&engine->rows, 0) = 3; /* C15 */
	expect_damage(engine, "customer 5: region is 3");
	assert_true(engine_digest(engine) != digest);
	*rows_region(&engine->rows, 0) = 1;
	*rows_tags(&engine->rows, 0) = 2;
	expect_damage(engine, "customer 5: tags is 2");
	*rows_tags(&engine->rows, 0) = 1;
	*rows_gender(&engine->rows, 0) = 4;
	expect_damage(engine, "customer 5: gender is 4");
	*rows_gender(&engine->rows, 0) = 2;
	*rows_preferred_channel(&engine->rows, 1) = 9;
	expect_damage(engine, "customer 6: preferred_channel is 9");
	*rows_preferred_channel(&engine->rows, 1) = 0;
	assert_true(engine_digest(engine) == digest);

	struct words_text *texts = engine->words.fields[PERSON_region - WORDS_FIRST].texts;
	struct words_text east = texts[0];
	texts[0] = texts[1]; /* C14 */
	expect_damage(engine, "word 1 of region is not found");
	texts[0] = east;
	engine->words.fields[PERSON_region - WORDS_FIRST].count--;
	*rows_region(&engine->rows, 1) = *rows_region(&engine->rows, 2) = 1;
	expect_damage(engine, "texts");
	engine->words.fields[PERSON_region - WORDS_FIRST].count++;
	fixture_check(engine);

	rows_hot(&engine->rows, 2)->erased = 1; /* C16 */
	engine->totals.gone++;
	census_leave(&engine->census, 7, &(struct census_place){0}, engine->applied);
	expect_damage(engine, "customer 7 was erased and has attributes");
	*rows_region(&engine->rows, 2) = 0;
	fixture_check(engine);
	*rows_consents(&engine->rows, 2) = 1;
	expect_damage(engine, "customer 7 was erased and has attributes");
	*rows_consents(&engine->rows, 2) = 0;
	sparse_set(&engine->sparse, 2, SPARSE_ANNIVERSARY_CARE, 1998);
	expect_damage(engine, "customer 7 was erased and has field 256");
	sparse_set(&engine->sparse, 2, SPARSE_ANNIVERSARY_CARE, 0);
	fixture_check(engine);

	sparse_set(&engine->sparse, 0, SPARSE_HOLIDAY_CARE + 2, 1998); /* C17 */
	expect_damage(engine, "the sparse table has field 514 of row 0");
	engine_free(engine);
	assert_int_equal(kit->memory.used, 0);
	free(kit);
}

/* --- memory --- */

/* The script of the loop below: new words, tags, sparse fields, greetings, consents. */
static struct command script(struct fixture_kit *kit, unsigned i)
{
	char fields[160];
	uint64_t customer = 1 + i % 20;
	if (i < 20)
		return fixture_write(OP_customer_create, fixture_kit_key(kit), customer, 0);
	if (i % 5 == 3)
		return fixture_consent(fixture_kit_key(kit), customer, 1 + i % 4, 1 + i % 8, 1);
	if (i % 5 == 4)
		return fixture_care(fixture_kit_key(kit), customer, CARE_holiday, "eid", i);
	struct command set = {.opcode = OP_customer_set};
	snprintf(fields, sizeof fields,
		 "owner=o%u,region=*64,partner=p%u,holidays=eid,tags=t%u,anniversary=1980-01-01", i,
		 i, i % 60);
	set.as.customer_set =
	    (struct msg_customer_set){.given = 3,
				      .key = fixture_kit_key(kit),
				      .customer = customer,
				      .fields = fields_parse(fields, kit->fields)};
	return set;
}

/* Apply, as often as memory was refused; returns that. */
static unsigned persist(struct fixture_kit *kit, const struct command *command)
{
	unsigned refused = 0;
	fixture_decide(kit->engine, command, FIXTURE_CARE_NOW_US, &kit->decision);
	if (kit->decision.verdict != VERDICT_EVENT)
		return 0;
	while (engine_reserve(kit->engine, 1) != ERROR_OK)
		refused++;
	engine_apply(kit->engine, &kit->decision.event);
	return refused;
}

static void test_every_allocation_fails(void **state)
{
	uint64_t whole = 0, n = 0;
	unsigned refused = 1;
	(void)state;
	for (; refused != 0; n++) { /* n 0: none fails */
		struct fixture_kit *kit = fixture_kit("1998-07-01");
		kit->memory.fail_at = n == 0 ? 0 : kit->memory.calls + n;
		refused = n == 0;
		for (unsigned i = 0; i < 1900; i++) {
			struct command command = script(kit, i);
			refused += persist(kit, &command);
		}
		whole = n == 0 ? engine_digest(kit->engine) : whole;
		assert_true(engine_digest(kit->engine) == whole);
		fixture_kit_close(kit);
	}
	print_message("%u allocations failed, one a run\n", (unsigned)n - 2);
	assert_true(n > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_full_tags),
	    cmocka_unit_test(test_full_words),
	    cmocka_unit_test(test_the_largest_event_fits),
	    cmocka_unit_test(test_check_finds_damage),
	    cmocka_unit_test(test_every_allocation_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
