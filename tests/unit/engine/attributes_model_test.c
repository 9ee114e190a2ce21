/* attributes_model_test.c -- attributes, consents and greetings against a naive model: lists of
 * texts, compared by walking over them.
 *
 *   SEED=n      the run to repeat        COMMANDS=n   how many, 20,000 by default
 *
 * A follower applies the bytes of each event; both must have the same digest, and pass
 * engine_check.  Commands hold several attributes, new words and few that are full among them;
 * what has text of the profile beside them is one event with it.
 */
#include <stdio.h>
#include <time.h>

#include "server/engine/words.h"
#include "tests/unit/engine/fixture_care.h"
#include "tests/unit/engine/fixture_people.h"

#define CUSTOMERS 40u
#define FIELDS 16u
#define VALUES 64u
#define HOLIDAYS 70u
#define TEXT 12u

struct person {
	bool known, erased;
	char value[FIELDS][VALUES][TEXT]; /* in the order they were given; "": none */
	bool consent[5][9];
	unsigned birthday, anniversary, holiday[HOLIDAYS]; /* year greeted for */
};

static struct model {
	struct person people[CUSTOMERS];
	char word[FIELDS][VALUES][TEXT]; /* of tags and holidays, in the order they came */
	uint32_t words[FIELDS];
	uint64_t random, serial;
	unsigned outcomes[1000];
} model;

static struct engine *engine, *follower;
static struct fixture_people *people;
static uint8_t room[FIELDS_BYTES];

static uint64_t roll(uint64_t sides)
{
	return (fixture_random(&model.random) >> 20) % sides;
}

/* --- what is asked --- */

/* A value of a field: of tags one of more than there is room for. */
static void draw_value(const struct person_field *field, char *text)
{
	static const char *const dates[] = {"1900-01-01", "2079-06-05", "2000-02-29", "1960-12-31",
					    "1985-07-01"};
	static const char *const genders[] = {"female", "male", "other"};
	static const char *const channels[] = {"phone", "sms", "post"};
	switch (field->kind) {
	case PERSON_KIND_DATE:
		snprintf(text, TEXT, "%s", dates[roll(5)]);
		break;
	case PERSON_KIND_GENDER:
		snprintf(text, TEXT, "%s", genders[roll(3)]);
		break;
	case PERSON_KIND_CHANNEL:
		snprintf(text, TEXT, "%s", channels[roll(3)]);
		break;
	default:
		snprintf(text, TEXT, "w%u", (unsigned)roll(HOLIDAYS));
	}
}

struct wanted {
	char value[FIELDS][VALUES][TEXT];
	bool named[FIELDS];
	uint32_t values[FIELDS];
};

static void write_value(struct wire_writer *w, struct wire_list *list, uint16_t field,
			const char *text)
{
	encode_rec_assignment(w, &(struct rec_assignment){field, fixture_text(text)});
	list->count++;
}

static struct wire_list draw_fields(struct wanted *wanted, bool document)
{
	struct wire_writer w = {room, room + sizeof room, false};
	struct wire_list list = {room, 0, 0};
	memset(wanted, 0, sizeof *wanted);
	if (document)
		write_value(&w, &list, PERSON_name, "Zoe");
	for (size_t i = 0; i < person_field_count; i++) {
		const struct person_field *field = &person_fields[i];
		uint32_t at = (uint32_t)field->number - WORDS_FIRST;
		if (!field->attribute || roll(5) != 0)
			continue;
		uint32_t values = (uint32_t)roll(field->many == 1 ? 2 : 6);
		wanted->named[at] = true;
		if (values == 0)
			write_value(&w, &list, field->number, "");
		for (uint32_t k = 0; k < values; k++) {
			char *text = wanted->value[at][wanted->values[at]++];
			draw_value(field, text);
			write_value(&w, &list, field->number, text);
		}
	}
	assert_false(w.failed);
	list.size = (uint32_t)(w.at - room);
	return list;
}

/* --- what must come of it --- */

static bool has(char (*list)[TEXT], uint32_t count, const char *text)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(list[i], text) == 0)
			return true;
	return false;
}

static bool is_tags(uint32_t at)
{
	const struct person_field *field = person_field((uint16_t)(at + WORDS_FIRST));
	return field != NULL && field->kind == PERSON_KIND_TAGS;
}

/* False: a field is full, and nothing changes. */
static bool add_words(const struct wanted *wanted)
{
	struct model before = model;
	for (uint32_t at = 0; at < FIELDS; at++)
		for (uint32_t i = 0; i < wanted->values[at] && is_tags(at); i++) {
			const char *text = wanted->value[at][i];
			if (has(model.word[at], model.words[at], text))
				continue;
			if (model.words[at] == VALUES) {
				model = before;
				return false;
			}
			memcpy(model.word[at][model.words[at]++], text, TEXT);
		}
	return true;
}

static enum error expect_fields(struct person *person, const struct wanted *wanted, bool put)
{
	if (person->erased)
		return ERROR_ERASED;
	if (!put && !person->known)
		return ERROR_NOT_FOUND;
	if (!add_words(wanted))
		return ERROR_WORDS_FULL;
	person->known = true;
	for (uint32_t at = 0; at < FIELDS; at++)
		if (put || wanted->named[at])
			memcpy(person->value[at], wanted->value[at], sizeof person->value[at]);
	return ERROR_OK;
}

static enum error expect_care(struct person *person, unsigned kind, const char *holiday,
			      unsigned year)
{
	uint32_t at = PERSON_holidays - WORDS_FIRST;
	if (!person->known || person->erased)
		return person->erased ? ERROR_ERASED : ERROR_NOT_FOUND;
	unsigned *done = kind == CARE_birthday ? &person->birthday : &person->anniversary;
	bool applies =
	    kind == CARE_birthday ? person->value[0][0][0] != '\0' : person->value[1][0][0] != '\0';
	if (kind == CARE_holiday) {
		done = &person->holiday[strtoul(holiday + 1, NULL, 10)];
		applies = has(person->value[at], VALUES, holiday);
	}
	if (!applies || *done >= year)
		return applies ? ERROR_CARE_DONE : ERROR_CARE_NO_DAY;
	*done = year;
	return ERROR_OK;
}

/* --- one command --- */

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

static void run(const struct command *command, enum error wanted)
{
	static struct decision decision;
	enum verdict verdict = fixture_run_person(engine, people, command, &decision);
	enum error got = verdict == VERDICT_REFUSED ? (enum error)decision.answer.status : ERROR_OK;
	model.outcomes[got]++;
	if (got != wanted)
		fail_msg("opcode %u: %s, not %s", command->opcode, error_info((uint16_t)got)->name,
			 error_info((uint16_t)wanted)->name);
	if (verdict == VERDICT_EVENT)
		follow(&decision.event);
}

static struct wire_id next_key(void)
{
	return fixture_key(FIXTURE_CARE_NOW_US, ++model.serial);
}

static void step_fields(uint64_t customer, struct person *person)
{
	bool put = roll(4) == 0;
	struct wanted wanted;
	struct wire_list list = draw_fields(&wanted, roll(3) == 0);
	struct command command =
	    fixture_person(put ? OP_customer_put : OP_customer_set, next_key(), customer, list);
	run(&command, expect_fields(person, &wanted, put));
}

static void step_consent(uint64_t customer, struct person *person)
{
	unsigned purpose = 1 + (unsigned)roll(4), channel = 1 + (unsigned)roll(8),
		 granted = (unsigned)roll(2);
	struct command command = fixture_consent(next_key(), customer, purpose, channel, granted);
	bool there = person->known && !person->erased;
	run(&command, there ? ERROR_OK : person->erased ? ERROR_ERASED : ERROR_NOT_FOUND);
	if (there)
		person->consent[purpose][channel] = granted != 0;
}

static void step_care(uint64_t customer, struct person *person)
{
	unsigned kind = 1 + (unsigned)roll(3), year = 1990 + (unsigned)roll(30);
	char holiday[TEXT];
	snprintf(holiday, sizeof holiday, "w%u", (unsigned)roll(HOLIDAYS));
	const char *name = kind == CARE_holiday ? holiday : "";
	struct command command = fixture_care(next_key(), customer, kind, name, year);
	run(&command, expect_care(person, kind, name, year));
}

static void step_erase(uint64_t customer, struct person *person)
{
	struct command command =
	    fixture_person(OP_customer_erase, next_key(), customer, (struct wire_list){0});
	run(&command, person->erased ? ERROR_ERASED : person->known ? ERROR_OK : ERROR_NOT_FOUND);
	if (person->known)
		*person = (struct person){.known = true, .erased = true};
}

/* --- what is there --- */

static void expect_values(const struct ans_customer_profile *answer, struct person *person)
{
	struct wire_reader r = {answer->attributes.bytes,
				answer->attributes.bytes + answer->attributes.size, false};
	uint32_t count = 0;
	for (uint32_t at = 0; at < FIELDS; at++) {
		bool tags = is_tags(at);
		char(*list)[TEXT] = tags ? model.word[at] : person->value[at];
		for (uint32_t i = 0; i < (tags ? model.words[at] : 1); i++) {
			struct rec_assignment record;
			if (!has(person->value[at], VALUES, list[i]) || list[i][0] == '\0')
				continue;
			assert_true(decode_rec_assignment(&r, &record));
			assert_int_equal(record.field, at + WORDS_FIRST);
			assert_int_equal(record.value.size, strlen(list[i]));
			assert_memory_equal(record.value.bytes, list[i], record.value.size);
			count++;
		}
	}
	assert_int_equal(answer->attributes.count, count);
	assert_true(r.at == r.end);
}

static void expect_person(uint64_t customer, struct person *person)
{
	static struct decision decision;
	struct command command =
	    fixture_person(OP_customer_profile, next_key(), customer, (struct wire_list){0});
	const struct ans_customer_profile *answer = &decision.answer.as.customer_profile;
	fixture_run(engine, &command, FIXTURE_CARE_NOW_US, &decision);
	if (!person->known || person->erased) {
		assert_int_equal(decision.verdict, VERDICT_REFUSED);
		return;
	}
	expect_values(answer, person);
	for (unsigned purpose = 1; purpose <= 4; purpose++)
		for (unsigned channel = 1; channel <= 8; channel++)
			assert_int_equal(answer->consents >> (8 * (purpose - 1) + channel - 1) & 1,
					 person->consent[purpose][channel]);
}

static void check_whole(void)
{
	fixture_check(engine);
	fixture_check(follower);
	assert_true(engine_digest(engine) == engine_digest(follower));
	for (uint64_t i = 0; i < CUSTOMERS; i++)
		expect_person(i + 1, &model.people[i]);
}

static void step(void)
{
	uint64_t customer = 1 + roll(CUSTOMERS), kind = roll(100);
	struct person *person = &model.people[customer - 1];
	if (kind < 60)
		step_fields(customer, person);
	else if (kind < 75)
		step_consent(customer, person);
	else if (kind < 99 || roll(20) != 0)
		step_care(customer, person);
	else
		step_erase(customer, person);
	expect_person(customer, person);
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
	for (uint64_t i = 0; i < commands; i++) {
		step();
		if (i % 100 == 0 || i < 300)
			check_whole();
	}
	check_whole();
	for (size_t i = 0; i < error_info_count; i++)
		if (model.outcomes[error_infos[i].error] > 0)
			print_message("%8u %s\n", model.outcomes[error_infos[i].error],
				      error_infos[i].name);
	assert_true(model.outcomes[ERROR_WORDS_FULL] > 0 || commands < 20000);
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
