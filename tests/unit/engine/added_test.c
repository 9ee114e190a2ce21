/* added_test.c -- added fields: the order of the rules, the largest event and list, columns as a
 * reader of them sees them, what engine_check finds, and memory; what random commands make of them
 * is in added_model_test.c.
 */
#include <stdio.h>

#include "server/engine/attributes.h"
#include "tests/unit/engine/fixture_care.h"

static struct command field_add(struct fixture_kit *kit, const char *name, unsigned kind,
				const char *values)
{
	struct command command = {.opcode = OP_field_add};
	command.as.field_add = (struct msg_field_add){.given = 5,
						      .key = fixture_kit_key(kit),
						      .name = fixture_text(name),
						      .kind = (uint8_t)kind,
						      .values = fixture_text(values)};
	return command;
}

static enum error add(struct fixture_kit *kit, const char *name, unsigned kind, const char *values)
{
	struct command command = field_add(kit, name, kind, values);
	return fixture_kit_run(kit, &command);
}

static enum error drop(struct fixture_kit *kit, const char *name)
{
	struct command command = {.opcode = OP_field_drop};
	command.as.field_drop = (struct msg_field_drop){
	    .given = 2, .key = fixture_kit_key(kit), .name = fixture_text(name)};
	return fixture_kit_run(kit, &command);
}

static enum error rename_to(struct fixture_kit *kit, const char *name, const char *to)
{
	struct command command = {.opcode = OP_field_rename};
	command.as.field_rename = (struct msg_field_rename){.given = 3,
							    .key = fixture_kit_key(kit),
							    .name = fixture_text(name),
							    .to = fixture_text(to)};
	return fixture_kit_run(kit, &command);
}

static struct command set(struct fixture_kit *kit, uint64_t customer, const char *fields)
{
	struct command command = {.opcode = OP_customer_set};
	command.as.customer_set =
	    (struct msg_customer_set){.given = 4,
				      .key = fixture_kit_key(kit),
				      .customer = customer,
				      .fields = fields_parse(fields, kit->fields),
				      .create = 1};
	return command;
}

static enum error set_run(struct fixture_kit *kit, uint64_t customer, const char *fields)
{
	struct command command = set(kit, customer, fields);
	return fixture_kit_run(kit, &command);
}

/* --- rules --- */

/* Each row heals the defect the row above was refused for. */
static void test_the_first_broken_rule_wins(void **state)
{
	static const struct {
		const char *name;
		unsigned kind, places;
		const char *values;
		enum error error;
	} rows[] = {
	    {"Size", FIELD_KIND_tier, 7, "a,a", ERROR_SEGMENT_NAME},
	    {"median", FIELD_KIND_tier, 7, "a,a", ERROR_SEGMENT_NAME},
	    {"spend", FIELD_KIND_tier, 7, "a,a", ERROR_SEGMENT_EXISTS},
	    {"taken", FIELD_KIND_tier, 7, "a,a", ERROR_SEGMENT_EXISTS},
	    {"size", FIELD_KIND_tier, 0, "a,a", ERROR_FIELD_KIND},
	    {"size", FIELD_KIND_number, 7, "a,a", ERROR_FIELD_KIND},
	    {"size", FIELD_KIND_tags, 1, "a,a", ERROR_FIELD_KIND},
	    {"size", FIELD_KIND_number, 6, "a", ERROR_FIELD_VALUES},
	    {"size", FIELD_KIND_tags, 0, "a,a", ERROR_FIELD_VALUES},
	    {"size", FIELD_KIND_tags, 0, "a,", ERROR_FIELD_VALUES},
	    {"size", FIELD_KIND_tags, 0, ",a", ERROR_FIELD_VALUES},
	    {"size", FIELD_KIND_tags, 0, "\xff", ERROR_FIELD_VALUES},
	    {"size", FIELD_KIND_tags, 0, "a,b", ERROR_OK},
	};
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	(void)state;
	assert_int_equal(add(kit, "taken", FIELD_KIND_date, ""), ERROR_OK);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct command command = field_add(kit, rows[i].name, rows[i].kind, rows[i].values);
		command.as.field_add.places = (uint8_t)rows[i].places;
		enum error error = fixture_kit_run(kit, &command);
		if (error != rows[i].error)
			fail_msg("row %zu: %s", i, error_info((uint16_t)error)->name);
	}
	assert_int_equal(drop(kit, "spend"), ERROR_FIELD_FIXED);
	assert_int_equal(rename_to(kit, "nothing", "spend"), ERROR_QUERY_FIELD);
	assert_int_equal(rename_to(kit, "size", "is"), ERROR_SEGMENT_NAME);
	assert_int_equal(rename_to(kit, "size", "taken"), ERROR_SEGMENT_EXISTS);
	assert_int_equal(rename_to(kit, "size", "sizes"), ERROR_OK);
	assert_int_equal(drop(kit, "sizes"), ERROR_OK);
	assert_int_equal(drop(kit, "sizes"), ERROR_QUERY_FIELD);
	fixture_kit_close(kit);
}

/* D1 */
static void test_a_name_means_one_field_for_ever(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	char from[16] = "a", to[16];
	(void)state;
	assert_int_equal(add(kit, "a", FIELD_KIND_date, ""), ERROR_OK);
	assert_int_equal(add(kit, "other", FIELD_KIND_date, ""), ERROR_OK);
	assert_int_equal(rename_to(kit, "a", "b"), ERROR_OK);
	assert_int_equal(add(kit, "a", FIELD_KIND_date, ""), ERROR_FIELD_NAME_USED);
	assert_int_equal(kit->decision.saw, 4);
	assert_int_equal(rename_to(kit, "other", "a"), ERROR_FIELD_NAME_USED);
	assert_int_equal(rename_to(kit, "b", "a"), ERROR_OK);
	for (unsigned i = 3; i < LIMIT_FIELD_NAMES; i++) {
		snprintf(to, sizeof to, "n%u", i);
		assert_int_equal(rename_to(kit, from, to), ERROR_OK);
		memcpy(from, to, sizeof from);
	}
	assert_int_equal(rename_to(kit, from, "one_more"), ERROR_FIELD_NAMES_FULL);
	assert_int_equal(add(kit, "one_more", FIELD_KIND_date, ""), ERROR_FIELD_NAMES_FULL);
	assert_int_equal(rename_to(kit, from, "b"), ERROR_OK);
	assert_int_equal(drop(kit, "b"), ERROR_OK);
	assert_int_equal(add(kit, "b", FIELD_KIND_date, ""), ERROR_FIELD_NAME_USED);
	fixture_check(kit->engine);
	fixture_kit_close(kit);
}

/* The same command again: its first answer, from its event. */
static void test_a_repeat_answers_from_the_event(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	struct command command = field_add(kit, "size", FIELD_KIND_date, "");
	struct answer answer;
	(void)state;
	assert_int_equal(fixture_kit_run(kit, &command), ERROR_OK);
	reply_from_events(&kit->decision.event, 1, &answer);
	assert_int_equal(answer.opcode, OP_field_add);
	assert_int_equal(answer.as.field_add.number, ADDED_FIRST);
	assert_int_equal(answer.as.field_add.event, 2);
	fixture_kit_run(kit, &command);
	assert_int_equal(kit->decision.verdict, VERDICT_REPEAT);
	assert_int_equal(kit->decision.past, 2);
	fixture_kit_close(kit);
}

/* --- the largest --- */

/* n texts of 64 bytes, from the first-th on. */
static void write_texts(struct fixture_kit *kit, struct command *command, uint16_t field,
			unsigned first, unsigned n)
{
	struct wire_list *list = &command->as.customer_set.fields;
	struct wire_writer w = {kit->fields + list->size, kit->fields + sizeof kit->fields, false};
	for (unsigned i = 0; i < n; i++) {
		char text[80];
		memset(text, 'x', sizeof text);
		text[snprintf(text, sizeof text, "%u.%u", field, first + i)] = '.';
		encode_rec_assignment(&w,
				      &(struct rec_assignment){field, {text, PERSON_ADDED_BYTES}});
	}
	assert_false(w.failed);
	list->bytes = kit->fields;
	list->size = (uint32_t)(w.at - kit->fields);
	list->count += n;
}

static struct command tags_of(struct fixture_kit *kit, uint16_t first, unsigned fields)
{
	struct command command = set(kit, 5, "none");
	for (unsigned i = 0; i < fields; i++)
		write_texts(kit, &command, (uint16_t)(first + i), 0, WORDS_TAGS);
	return command;
}

/* What added fields have at most is what an answer can list; tags over it are refused. */
static void test_a_list_fits_an_answer(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	char name[8];
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		snprintf(name, sizeof name, "t%u", i);
		assert_int_equal(add(kit, name, FIELD_KIND_tags, ""), ERROR_OK);
	}
	struct command command = tags_of(kit, ADDED_FIRST, 1);
	assert_int_equal(fixture_kit_run(kit, &command), ERROR_OK);
	command = tags_of(kit, ADDED_FIRST + 1, 1);
	assert_int_equal(fixture_kit_run(kit, &command), ERROR_ATTRIBUTES_TOO_LARGE);
	assert_int_equal(kit->decision.answer.detail.b, LIMIT_ADDED_BYTES);
	assert_int_equal(kit->decision.answer.words.word.size, 0);
	command = set(kit, 6, "none");
	write_texts(kit, &command, ADDED_FIRST + 1, 0, WORDS_TAGS); /* another has room for them */
	assert_int_equal(fixture_kit_run(kit, &command), ERROR_OK);
	assert_int_equal(set_run(kit, 5, "128="), ERROR_OK);
	command = tags_of(kit, ADDED_FIRST + 1, 1);
	assert_int_equal(fixture_kit_run(kit, &command), ERROR_OK);
	fixture_kit_close(kit);
}

/* A choice with all the texts it can have, of 64 bytes each. */
static void test_the_largest_field_fits(void **state)
{
	static uint8_t bytes[EVENT_PLAIN_BYTES];
	static char values[ADDED_CHOICES * 65 + 66];
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	(void)state;
	for (unsigned i = 0; i <= ADDED_CHOICES; i++)
		snprintf(values + (size_t)65 * i, 66, "%064u,", i);
	values[65 * (ADDED_CHOICES + 1) - 1] = '\0';
	assert_int_equal(add(kit, "a", FIELD_KIND_choice, values), ERROR_FIELD_VALUES);
	values[65 * ADDED_CHOICES - 1] = '\0';
	assert_int_equal(add(kit, "a", FIELD_KIND_tags, values), ERROR_FIELD_VALUES);
	assert_int_equal(add(kit, "a", FIELD_KIND_choice, values), ERROR_OK);
	event_encode(&w, &kit->decision.event);
	assert_false(w.failed);
	assert_int_equal(words_count(&kit->engine->words, ADDED_FIRST), ADDED_CHOICES);
	assert_int_equal(set_run(kit, 5, "128=more"), ERROR_WORDS_FULL);
	assert_int_equal(kit->decision.answer.detail.b, ADDED_CHOICES);
	fixture_kit_close(kit);
}

/* --- columns --- */

static void test_columns(void **state)
{
	struct fixture_kit *kit = fixture_kit("1998-07-01");
	(void)state;
	assert_int_equal(add(kit, "n", FIELD_KIND_number, ""), ERROR_OK);
	assert_int_equal(add(kit, "d", FIELD_KIND_date, ""), ERROR_OK);
	assert_int_equal(add(kit, "b", FIELD_KIND_boolean, ""), ERROR_OK);
	assert_int_equal(add(kit, "t", FIELD_KIND_tags, "x,y"), ERROR_OK);
	const struct added_field *n = added_find(kit->engine, fixture_text("N"));
	assert_ptr_equal(n, added_at(kit->engine, 0));
	assert_null(added_column(kit->engine, n, 0));
	assert_int_equal(set_run(kit, 5, "128=-7,129=1900-01-02,130=false,131=y"), ERROR_OK);
	assert_int_equal(set_run(kit, 6, "region=east"), ERROR_OK);
	const int64_t *numbers = added_column(kit->engine, n, 0);
	const uint16_t *days = added_column(kit->engine, added_at(kit->engine, 1), 0);
	const uint8_t *flags = added_column(kit->engine, added_at(kit->engine, 2), 0);
	const uint64_t *tags = added_column(kit->engine, added_at(kit->engine, 3), 0);
	assert_true(numbers[0] == -7 && numbers[1] == INT64_MIN && days[0] == 2 && days[1] == 0);
	assert_true(flags[0] == 1 && flags[1] == 0 && tags[0] == 2 && tags[1] == 0);
	assert_null(added_column(kit->engine, n, 1));
	assert_int_equal(n->valued, 1);
	assert_int_equal(drop(kit, "n"), ERROR_OK);
	assert_true(n->dropped);
	assert_null(added_column(kit->engine, n, 0));
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
	struct added *added = &kit->engine->added;
	(void)state;
	assert_int_equal(add(kit, "a", FIELD_KIND_choice, "x"), ERROR_OK);
	assert_int_equal(add(kit, "b", FIELD_KIND_boolean, ""), ERROR_OK);
	assert_int_equal(set_run(kit, 5, "128=x,129=true"), ERROR_OK);
	uint64_t digest = engine_digest(kit->engine);
	added->fields[1].letters[0] = 'a'; /* C18 */
	expect_damage(kit->engine, "added field 129 is not what it can be");
	assert_true(engine_digest(kit->engine) != digest);
	added->fields[1].letters[0] = 'b';
	added->fields[0].dropped = true;
	expect_damage(kit->engine, "added field 128 is not what it can be");
	added->fields[0].dropped = false;
	added->fields[0].valued = 2; /* C19 */
	expect_damage(kit->engine, "1 customers have added field 128, which counts 2");
	added->fields[0].valued = 1;
	((uint8_t *)added->fields[0].ranges[0])[0] = 2;
	expect_damage(kit->engine, "customer 5: added field 128 is 2");
	assert_true(engine_digest(kit->engine) != digest);
	((uint8_t *)added->fields[0].ranges[0])[0] = 1;
	((uint8_t *)added->fields[1].ranges[0])[0] = 3;
	expect_damage(kit->engine, "customer 5: added field 129 is 3");
	((uint8_t *)added->fields[1].ranges[0])[0] = 2;
	added->events++; /* C3 */
	expect_damage(kit->engine, "events were applied");
	added->events--;
	assert_true(engine_digest(kit->engine) == digest);
	fixture_kit_close(kit);
}

/* --- memory --- */

#define COMMANDS 300u
#define CUSTOMERS 5000u /* two ranges of rows */
#define APART 97u       /* customers between two that are set: ranges begin along the way */

/* Of the loop below: fields of each kind and values of them, over several ranges of rows. */
static struct command script(struct fixture_kit *kit, unsigned i)
{
	static char name[16], values[200];
	static const unsigned kinds[] = {FIELD_KIND_number,  FIELD_KIND_money,  FIELD_KIND_date,
					 FIELD_KIND_boolean, FIELD_KIND_choice, FIELD_KIND_tags};
	if (i % 10 == 0) {
		snprintf(name, sizeof name, "f%u", i);
		snprintf(values, sizeof values, "x,y,z");
		unsigned kind = kinds[i / 10 % 6];
		return field_add(kit, name, kind, added_has_words(kind) ? values : "");
	}
	if (i % 70 == 69 && i > 129) {
		struct command command = {.opcode = OP_field_drop};
		snprintf(name, sizeof name, "f%u", i - 129);
		command.as.field_drop = (struct msg_field_drop){
		    .given = 2, .key = fixture_kit_key(kit), .name = fixture_text(name)};
		return command;
	}
	unsigned block = ADDED_FIRST + (i < 60 ? 0 : i / 60 - 1) * 6; /* the last six made */
	snprintf(values, sizeof values, "%u=%u,%u=1.5,%u=1999-01-01,%u=true,%u=w%u,%u=t%u", block,
		 i, block + 1, block + 2, block + 3, block + 4, i % 60, block + 5, i % 40);
	return set(kit, 1 + (uint64_t)i * APART % CUSTOMERS, values);
}

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

static void make_customers(struct fixture_kit *kit)
{
	for (uint64_t id = 1; id <= CUSTOMERS; id++) {
		struct command command =
		    fixture_write(OP_customer_create, fixture_kit_key(kit), id, 0);
		assert_int_equal(fixture_kit_run(kit, &command), ERROR_OK);
	}
}

static void test_every_allocation_fails(void **state)
{
	uint64_t whole = 0, n = 0;
	unsigned refused = 0;
	bool reached = true;
	(void)state;
	for (; reached; n++) { /* n 0: none fails */
		struct fixture_kit *kit = fixture_kit("1998-07-01");
		make_customers(kit);
		uint64_t fail_at = kit->memory.calls + n;
		kit->memory.fail_at = n == 0 ? 0 : fail_at;
		for (unsigned i = 0; i < COMMANDS; i++) {
			struct command command = script(kit, i);
			refused += persist(kit, &command);
		}
		reached = kit->memory.calls >= fail_at;
		kit->memory.fail_at = 0;
		if (n == 0)
			whole = engine_digest(kit->engine);
		assert_true(engine_digest(kit->engine) == whole);
		fixture_kit_close(kit);
	}
	print_message("%u allocations failed, one a run, %u were refusals\n", (unsigned)n - 2,
		      refused);
	assert_true(n > 50 && refused > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_first_broken_rule_wins),
	    cmocka_unit_test(test_a_name_means_one_field_for_ever),
	    cmocka_unit_test(test_a_repeat_answers_from_the_event),
	    cmocka_unit_test(test_a_list_fits_an_answer),
	    cmocka_unit_test(test_the_largest_field_fits),
	    cmocka_unit_test(test_columns),
	    cmocka_unit_test(test_check_finds_damage),
	    cmocka_unit_test(test_every_allocation_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
