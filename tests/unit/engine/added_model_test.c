/* added_model_test.c -- added fields against a naive model: texts in arrays, looked for by walking.
 *
 *   SEED=n      the run to repeat        COMMANDS=n   how many, 20,000 by default
 *
 * Fields are added, renamed and dropped, names used again; customers in
 * three ranges of rows are set, put and erased, with values that are wrong, too many and new words
 * that are too many.  A follower applies the bytes of each event: equal digests, both pass
 * engine_check.
 */
#include <stdio.h>
#include <time.h>

#include "server/engine/attributes.h"
#include "tests/unit/engine/fixture_care.h"
#include "tests/unit/engine/fixture_people.h"

#define CUSTOMERS 45u
#define ROWS 9000u /* three ranges */
#define FIELDS LIMIT_FIELDS_ADDED
#define NAMES 150u /* few enough to come again */
#define VALUES 64u
#define TEXT 24u

struct field {
	unsigned kind, places, name;
	bool live;
	uint32_t words;
	char word[ADDED_CHOICES][TEXT]; /* in the order they came */
};

struct value {
	uint32_t count;
	char text[VALUES][TEXT];
};

static struct model {
	struct field field[FIELDS];
	uint32_t fields;
	uint32_t owner[NAMES]; /* place of the field that has or had it, from 1 */
	bool erased[CUSTOMERS];
	struct value value[CUSTOMERS][FIELDS];
	uint64_t random, serial;
	unsigned outcomes[1000], dropped, profiles;
} model, before;

static struct engine *engine, *follower;
static struct fixture_people *people;
static uint8_t room[FIELDS_BYTES];
static struct decision decision;

static uint32_t roll(uint32_t sides)
{
	return (uint32_t)((fixture_random(&model.random) >> 20) % sides);
}

static uint64_t customer_of(uint32_t place)
{
	return 1 + place * (ROWS / CUSTOMERS);
}

static void follow(const struct event *event)
{
	static uint8_t bytes[EVENT_PLAIN_BYTES];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct event decoded;
	event_encode(&w, event);
	assert_false(w.failed);
	assert_true(
	    event_decode(bytes, (size_t)(w.at - bytes), engine_applied(follower) + 1, &decoded));
	assert_int_equal(engine_reserve(follower, 1), ERROR_OK);
	engine_apply(follower, &decoded);
}

static enum error run(const struct command *command)
{
	enum verdict verdict = fixture_run_person(engine, people, command, &decision);
	enum error got = verdict == VERDICT_REFUSED ? (enum error)decision.answer.status : ERROR_OK;
	model.outcomes[got]++;
	if (verdict == VERDICT_EVENT)
		follow(&decision.event);
	return got;
}

static void expect(const struct command *command, enum error wanted)
{
	enum error got = run(command);
	if (got != wanted)
		fail_msg("opcode %u: %s, not %s", command->opcode, error_info((uint16_t)got)->name,
			 error_info((uint16_t)wanted)->name);
}

static struct wire_id next_key(void)
{
	return fixture_key(FIXTURE_CARE_NOW_US, ++model.serial);
}

/* --- fields --- */

static struct wire_text name_of(unsigned name, char *text)
{
	snprintf(text, TEXT, "field_%u", name);
	return fixture_text(text);
}

static struct field *named(unsigned name)
{
	for (uint32_t i = 0; i < model.fields; i++)
		if (model.field[i].live && model.field[i].name == name)
			return &model.field[i];
	return NULL;
}

static void step_add(void)
{
	static const unsigned kinds[] = {FIELD_KIND_number,  FIELD_KIND_money,  FIELD_KIND_date,
					 FIELD_KIND_boolean, FIELD_KIND_choice, FIELD_KIND_tags};
	char text[TEXT];
	unsigned name = roll(NAMES), kind = kinds[roll(6)];
	unsigned places = kind == FIELD_KIND_number ? roll(7) : 0;
	struct command command = {.opcode = OP_field_add};
	struct msg_field_add *m = &command.as.field_add;
	*m = (struct msg_field_add){.given = 5,
				    .key = next_key(),
				    .name = name_of(name, text),
				    .kind = (uint8_t)kind,
				    .places = (uint8_t)places};
	bool words = added_has_words(kind) && roll(2) == 0;
	if (words)
		m->values = fixture_text("w3,w1");
	expect(&command, named(name) != NULL      ? ERROR_SEGMENT_EXISTS
			 : model.owner[name] != 0 ? ERROR_FIELD_NAME_USED
			 : model.fields == FIELDS ? ERROR_FIELD_FULL
						  : ERROR_OK);
	if (model.owner[name] != 0 || model.fields == FIELDS)
		return;
	model.owner[name] = model.fields + 1;
	struct field *field = &model.field[model.fields++];
	*field = (struct field){.kind = kind, .places = places, .name = name, .live = true};
	for (; words && field->words < 2; field->words++)
		snprintf(field->word[field->words], TEXT, "%s", field->words == 0 ? "w3" : "w1");
}

static void step_rename(void)
{
	char text[TEXT], other[TEXT];
	unsigned from = roll(NAMES), to = roll(NAMES);
	struct command command = {.opcode = OP_field_rename};
	command.as.field_rename = (struct msg_field_rename){
	    .given = 3, .key = next_key(), .name = name_of(from, text), .to = name_of(to, other)};
	struct field *field = named(from);
	uint32_t place = field == NULL ? 0 : (uint32_t)(field - model.field) + 1;
	bool others = model.owner[to] != 0 && model.owner[to] != place;
	expect(&command, field == NULL       ? ERROR_QUERY_FIELD
			 : named(to) != NULL ? ERROR_SEGMENT_EXISTS
			 : others            ? ERROR_FIELD_NAME_USED
					     : ERROR_OK);
	if (field == NULL || named(to) != NULL || others)
		return;
	field->name = to;
	model.owner[to] = place;
}

static void step_drop(void)
{
	char text[TEXT];
	unsigned name = roll(NAMES);
	uint64_t customers = 0;
	struct command command = {.opcode = OP_field_drop};
	command.as.field_drop =
	    (struct msg_field_drop){.given = 2, .key = next_key(), .name = name_of(name, text)};
	struct field *field = named(name);
	expect(&command, field == NULL ? ERROR_QUERY_FIELD : ERROR_OK);
	if (field == NULL)
		return;
	for (uint32_t i = 0; i < CUSTOMERS; i++)
		customers += model.value[i][field - model.field].count > 0;
	assert_int_equal(decision.event.field.customers, customers);
	field->live = false;
	model.dropped++;
}

/* --- values --- */

/* A value of a field as it will be shown. */
static void draw_value(const struct field *field, char *text)
{
	static const char *const dates[] = {"1900-01-01", "2079-06-05", "2000-02-29", "1985-07-01"};
	unsigned places = field->kind == FIELD_KIND_money ? 2 : field->places;
	switch (field->kind) {
	case FIELD_KIND_date:
		snprintf(text, TEXT, "%s", dates[roll(4)]);
		break;
	case FIELD_KIND_boolean:
		snprintf(text, TEXT, "%s", roll(2) == 0 ? "true" : "false");
		break;
	case FIELD_KIND_choice:
		snprintf(text, TEXT, "w%u", roll(roll(4) == 0 ? 400 : 9));
		break;
	case FIELD_KIND_tags:
		snprintf(text, TEXT, "w%u", roll(roll(4) == 0 ? 80 : 9));
		break;
	default:
		snprintf(text, TEXT, "%s%u", roll(2) == 0 ? "-" : "", 1 + roll(1000000));
		for (size_t end = strlen(text), i = 0; i <= places && places > 0; i++) {
			text[end + i] = (char)(i == 0 ? '.' : '0' + roll(10));
			text[end + i + 1] = '\0';
		}
		if (places == 0 && roll(9) == 0)
			snprintf(text, TEXT, "%s", "-9223372036854775807");
	}
}

/* One that is none.  False: every text is one. */
static bool draw_wrong(const struct field *field, char *text, enum error *error)
{
	static const char *const numbers[] = {"x", "1.0000001", "9223372036854775808", "--1", "1."};
	static const char *const days[] = {"1899-12-31", "2079-06-06", "2001-02-29", "x"};
	if (added_is_numeric(field->kind))
		snprintf(text, TEXT, "%s", numbers[roll(5)]), *error = ERROR_NUMBER_INVALID;
	else if (field->kind == FIELD_KIND_date)
		snprintf(text, TEXT, "%s", days[roll(4)]), *error = ERROR_DATE_INVALID;
	else if (field->kind == FIELD_KIND_boolean)
		snprintf(text, TEXT, "yes"), *error = ERROR_CHOICE_INVALID;
	else
		return false;
	return true;
}

static bool has(char (*list)[TEXT], uint32_t count, const char *text)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(list[i], text) == 0)
			return true;
	return false;
}

struct wanted {
	bool named[FIELDS];
	struct value value[FIELDS];
	enum error error; /* of the first value that is wrong */
};

static void write_value(struct wire_writer *w, struct wire_list *list, uint32_t at,
			const char *text)
{
	encode_rec_assignment(
	    w, &(struct rec_assignment){(uint16_t)(ADDED_FIRST + at), fixture_text(text)});
	list->count++;
}

static void note(struct wanted *wanted, enum error error)
{
	if (wanted->error == ERROR_OK)
		wanted->error = error;
}

static void draw_field(struct wanted *wanted, uint32_t at, struct wire_writer *w,
		       struct wire_list *list)
{
	const struct field *field = &model.field[at];
	bool tags = field->kind == FIELD_KIND_tags;
	uint32_t values = roll(tags ? 5 : 2) + (roll(200) == 0);
	enum error error;
	char text[TEXT];
	if (!field->live && roll(300) != 0)
		return;
	wanted->named[at] = true;
	if (!field->live)
		note(wanted, ERROR_FIELD_UNKNOWN);
	if (values == 0)
		write_value(w, list, at, "");
	for (uint32_t i = 0; i < values; i++) {
		draw_value(field, text);
		if (field->live && roll(60) == 0 && draw_wrong(field, text, &error))
			note(wanted, error);
		else if (field->live && i == 1 && !tags)
			note(wanted, ERROR_FIELD_TOO_MANY);
		write_value(w, list, at, text);
		if (wanted->error == ERROR_OK && !has(wanted->value[at].text, i, text))
			memcpy(wanted->value[at].text[wanted->value[at].count++], text, TEXT);
	}
}

static struct wire_list draw_fields(struct wanted *wanted, bool document)
{
	struct wire_writer w = {room, room + sizeof room, false};
	struct wire_list list = {room, 0, 0};
	memset(wanted, 0, sizeof *wanted);
	if (document) {
		encode_rec_assignment(&w, &(struct rec_assignment){PERSON_name, {"Zoe", 3}});
		list.count++;
	}
	for (uint32_t at = 0; at < model.fields; at++)
		if (roll(6) == 0)
			draw_field(wanted, at, &w, &list);
	if (model.fields < FIELDS && roll(300) == 0) {
		write_value(&w, &list, model.fields, "x"); /* not there yet */
		note(wanted, ERROR_FIELD_UNKNOWN);
	}
	assert_false(w.failed);
	list.size = (uint32_t)(w.at - room);
	return list;
}

/* False: a field is full. */
static bool add_words(const struct wanted *wanted)
{
	for (uint32_t at = 0; at < model.fields; at++) {
		struct field *field = &model.field[at];
		uint32_t most = field->kind == FIELD_KIND_tags ? VALUES : ADDED_CHOICES;
		for (uint32_t i = 0; i < wanted->value[at].count; i++) {
			const char *text = wanted->value[at].text[i];
			if (!added_has_words(field->kind) || has(field->word, field->words, text))
				continue;
			if (field->words == most)
				return false;
			memcpy(field->word[field->words++], text, TEXT);
		}
	}
	return true;
}

static enum error expect_fields(uint32_t place, const struct wanted *wanted, bool put)
{
	if (wanted->error != ERROR_OK || model.erased[place])
		return wanted->error != ERROR_OK ? wanted->error : ERROR_ERASED;
	memcpy(&before, &model, sizeof model);
	if (!add_words(wanted)) {
		memcpy(&model, &before, sizeof model);
		return ERROR_WORDS_FULL;
	}
	for (uint32_t at = 0; at < model.fields; at++)
		if (model.field[at].live && (put || wanted->named[at]))
			model.value[place][at] = wanted->value[at];
	return ERROR_OK;
}

static void step_fields(uint32_t place)
{
	static struct wanted wanted;
	bool put = roll(6) == 0;
	struct wire_list list = draw_fields(&wanted, roll(4) == 0);
	struct command command = fixture_person(put ? OP_customer_put : OP_customer_set, next_key(),
						customer_of(place), list);
	expect(&command, expect_fields(place, &wanted, put));
}

static void step_erase(uint32_t place)
{
	struct command command = fixture_person(OP_customer_erase, next_key(), customer_of(place),
						(struct wire_list){0});
	expect(&command, model.erased[place] ? ERROR_ERASED : ERROR_OK);
	model.erased[place] = true;
	memset(model.value[place], 0, sizeof model.value[place]);
}

/* --- what is there --- */

static void expect_record(struct wire_reader *r, uint32_t at, const char *text)
{
	struct rec_assignment record;
	assert_true(decode_rec_assignment(r, &record));
	assert_int_equal(record.field, ADDED_FIRST + at);
	assert_int_equal(record.value.size, strlen(text));
	assert_memory_equal(record.value.bytes, text, record.value.size);
}

static void expect_person(uint32_t place)
{
	struct command command = fixture_person(OP_customer_profile, next_key(), customer_of(place),
						(struct wire_list){0});
	enum error error = run(&command);
	const struct wire_list *list = &decision.answer.as.customer_profile.attributes;
	assert_int_equal(error, model.erased[place] ? ERROR_ERASED : ERROR_OK);
	if (error != ERROR_OK)
		return;
	struct wire_reader r = {list->bytes, list->bytes + list->size, false};
	for (uint32_t at = 0; at < model.fields; at++) {
		struct field *field = &model.field[at];
		struct value *value = &model.value[place][at];
		if (!field->live)
			continue;
		bool tags = field->kind == FIELD_KIND_tags;
		for (uint32_t i = 0; tags && i < field->words; i++) /* in the order they came */
			if (has(value->text, value->count, field->word[i]))
				expect_record(&r, at, field->word[i]);
		if (!tags && value->count > 0)
			expect_record(&r, at, value->text[0]);
	}
	assert_true(r.at == r.end);
	model.profiles++;
}

static void expect_table(void)
{
	char text[TEXT];
	assert_int_equal(added_count(engine), model.fields);
	for (uint32_t i = 0; i < model.fields; i++) {
		const struct added_field *field = added_at(engine, i);
		struct wire_text name = name_of(model.field[i].name, text);
		assert_int_equal(field->number, ADDED_FIRST + i);
		assert_int_equal(field->kind, model.field[i].kind);
		assert_int_equal(field->places, model.field[i].places);
		assert_int_equal(field->dropped, !model.field[i].live);
		assert_int_equal(added_find(engine, name) == field, model.field[i].live);
	}
}

static void check_whole(void)
{
	fixture_check(engine);
	fixture_check(follower);
	assert_true(engine_digest(engine) == engine_digest(follower));
	expect_table();
	for (uint32_t i = 0; i < CUSTOMERS; i++)
		expect_person(i);
}

/* Fields come faster in the first half, so that the second has all there can be. */
static void step(uint64_t i, uint64_t commands)
{
	uint32_t place = roll(CUSTOMERS), kind = roll(1000);
	bool young = i < commands / 2;
	if (kind < (young ? 30u : 2u))
		step_add();
	else if (kind < 34)
		step_rename();
	else if (kind < (young ? 42u : 36u))
		step_drop();
	else if (kind < 43 && roll(40) == 0)
		step_erase(place);
	else
		step_fields(place);
	expect_person(place);
}

static void make_rows(void)
{
	for (uint64_t id = 1; id <= ROWS; id++) {
		struct command command = {.opcode = OP_customer_create};
		command.as.customer_create =
		    (struct msg_customer_create){.given = 2, .key = next_key(), .customer = id};
		expect(&command, ERROR_OK);
	}
}

static void test_model(void **state)
{
	struct fixture_memory memory, other;
	const char *wanted = getenv("COMMANDS");
	uint64_t commands = wanted != NULL ? strtoull(wanted, NULL, 10) : 20000;
	(void)state;
	model.random = fixture_seed((uint64_t)time(NULL));
	fixture_memory(&memory);
	fixture_memory(&other);
	engine = fixture_engine(&memory);
	follower = fixture_engine(&other);
	people = calloc(1, sizeof *people);
	assert_non_null(people);
	assert_int_equal(engine_reserve(follower, 100), ERROR_OK); /* another layout */
	make_rows();
	for (uint64_t i = 0; i < commands; i++) {
		step(i, commands);
		if (i % 1000 == 0)
			check_whole();
	}
	check_whole();
	for (size_t i = 0; i < error_info_count; i++)
		if (model.outcomes[error_infos[i].error] > 0)
			print_message("%8u %s\n", model.outcomes[error_infos[i].error],
				      error_infos[i].name);
	assert_true(commands < 20000 || (model.outcomes[ERROR_FIELD_FULL] > 0 &&
					 model.outcomes[ERROR_FIELD_NAME_USED] > 0 &&
					 model.outcomes[ERROR_WORDS_FULL] > 0));
	print_message("%u fields, %u dropped, %u profiles compared\n", model.fields, model.dropped,
		      model.profiles);
	engine_free(engine);
	engine_free(follower);
	fixture_people_free(people);
	assert_int_equal(memory.used + other.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_model)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
