/* care_test.c -- attributes, consents and greetings through sessions: no job where none is needed,
 * one event, and the first answer again from memory, from the log and after a restart.
 */
#include <stdlib.h>

#include "protocol/choices.h"
#include "protocol/person.h"
#include "server/app/recovery.h"
#include "server/app/registry.h"
#include "server/store/people_memory.h"
#include "tests/support/desk.h"

struct kit {
	struct desk desk;
	struct people_memory_disk *disk;
	struct registry *registry;
	struct memory_system *memory; /* of the engine after a restart */
	struct peer peer;
	uint64_t frames;
};

static void open_registry(struct kit *kit)
{
	struct registry_source source = {.seal = {{1, 2, 3}}, .engine = kit->desk.engine};
	struct failure failure;
	kit->disk = people_memory_disk_new();
	assert_non_null(kit->disk);
	source.people = people_memory_open(kit->disk);
	assert_non_null(source.people);
	kit->registry = registry_open(&source, &failure);
	assert_non_null(kit->registry);
	kit->desk.core.registry = kit->registry;
}

static void greet(struct kit *kit)
{
	peer_open(&kit->desk, &kit->peer);
	peer_greet(&kit->peer, 1);
	kit->frames = 0;
}

static int open_all(void **state)
{
	struct kit *kit = calloc(1, sizeof *kit);
	assert_non_null(kit);
	desk_open(&kit->desk);
	if (kit->desk.core.registry == NULL)
		open_registry(kit);
	greet(kit);
	*state = kit;
	return 0;
}

static int close_all(void **state)
{
	struct kit *kit = *state;
	peer_close(&kit->peer);
	if (kit->registry != NULL)
		registry_free(kit->registry);
	desk_close(&kit->desk);
	if (kit->disk != NULL)
		people_memory_disk_free(kit->disk);
	if (kit->memory != NULL)
		memory_system_close(kit->memory);
	free(kit);
	return 0;
}

/* A new engine folds the log and takes the place of the one there was; connections are new. */
static void restart(struct kit *kit)
{
	struct desk *desk = &kit->desk;
	struct core *core = &desk->core;
	struct env env = core->env;
	struct wire_out out = core->out;
	struct registry *registry = core->registry;
	uint64_t digest = engine_digest(desk->engine);
	struct memory memory;
	struct failure failure;
	peer_close(&kit->peer);
	desk_fold(desk);
	core_close(core);
	engine_free(desk->engine);
	kit->memory = memory_system_open(0, &memory);
	desk->engine = engine_new(&memory);
	assert_non_null(desk->engine);
	assert_true(recovery_replay(desk->store, desk->engine, 0, &failure));
	assert_true(engine_digest(desk->engine) == digest);
	assert_int_equal(engine_index(desk->engine), ERROR_OK);
	assert_true(engine_check(desk->engine, &failure));
	assert_true(core_open(core, &env, &out, desk->engine, desk->store));
	core->registry = registry;
	greet(kit);
}

/* Send one command and take its answer, with jobs if it takes any. */
static struct answer ask(struct kit *kit, const struct command *command)
{
	peer_send(&kit->peer, command, 1, ++kit->frames);
	while (kit->desk.job.work != NULL) {
		desk_work(&kit->desk);
		peer_input(&kit->peer, NULL, 0);
	}
	desk_settle(&kit->desk);
	return peer_answer(&kit->peer, kit->frames, command->opcode);
}

static struct wire_id next_key(struct kit *kit)
{
	return desk_create(&kit->desk, 1).as.customer_create.key;
}

static uint8_t room[1024];

/* "region", "east" and so on, up to NULL; the list borrows `room`. */
static struct wire_list fields_of(const char *const *words)
{
	struct wire_writer w = {room, room + sizeof room, false};
	struct wire_list list = {room, 0, 0};
	for (; words[0] != NULL; words += 2, list.count++) {
		uint16_t number = person_field_named(words[0], strlen(words[0]))->number;
		struct wire_text value = {words[1], (uint32_t)strlen(words[1])};
		encode_rec_assignment(&w, &(struct rec_assignment){number, value});
	}
	assert_false(w.failed);
	list.size = (uint32_t)(w.at - room);
	return list;
}

static struct command person(struct kit *kit, enum opcode opcode, uint64_t customer,
			     const char *const *words)
{
	struct command command = {.opcode = (uint16_t)opcode};
	if (opcode == OP_customer_put)
		command.as.customer_put =
		    (struct msg_customer_put){3, next_key(kit), customer, fields_of(words)};
	else
		command.as.customer_set = (struct msg_customer_set){.given = 3,
								    .key = next_key(kit),
								    .customer = customer,
								    .fields = fields_of(words)};
	return command;
}

static struct command consent(struct kit *kit, uint64_t customer, uint8_t granted)
{
	struct command command = {.opcode = OP_customer_consent};
	command.as.customer_consent = (struct msg_customer_consent){
	    7, next_key(kit), customer, 1, 3, granted, {"v2", 2}, {"shop 12", 7}};
	return command;
}

static struct command care(struct kit *kit, uint64_t customer)
{
	struct command command = {.opcode = OP_customer_care};
	command.as.customer_care = (struct msg_customer_care){
	    6, next_key(kit), customer, CARE_holiday, {"eid", 3}, 3, 2026};
	return command;
}

static const char *const attributes[] = {"region",     "east",       "holidays", "eid",
					 "birth_date", "1960-02-29", NULL};

/* --- jobs and events --- */

static void test_attributes_alone_need_no_job(void **state)
{
	struct kit *kit = *state;
	struct command create = desk_create(&kit->desk, 5);
	ask(kit, &create);
	struct command set = person(kit, OP_customer_set, 5, attributes);
	struct answer answer = ask(kit, &set);
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(answer.as.customer_set.version, 0);
	assert_int_equal(kit->desk.jobs, 0);
	struct command profile = {.opcode = OP_customer_profile};
	profile.as.customer_profile = (struct msg_customer_profile){1, 5};
	answer = ask(kit, &profile);
	assert_int_equal(answer.as.customer_profile.attributes.count, 3);
	assert_int_equal(answer.as.customer_profile.version, 0);
	assert_int_equal(kit->desk.jobs, 0);
}

static void test_text_and_attributes_are_one_event(void **state)
{
	static const char *const both[] = {"name", "Zoe", "region", "east", "tags", "vip", NULL};
	struct kit *kit = *state;
	uint64_t applied = engine_applied(kit->desk.engine);
	struct command put = person(kit, OP_customer_put, 5, both);
	struct answer answer = ask(kit, &put);
	assert_int_equal(answer.status, ERROR_OK);
	assert_true(answer.as.customer_put.created && answer.as.customer_put.version > 0);
	assert_int_equal(engine_applied(kit->desk.engine), applied + 1);
	assert_int_equal(kit->desk.jobs, 1);
	struct command profile = {.opcode = OP_customer_profile};
	profile.as.customer_profile = (struct msg_customer_profile){1, 5};
	answer = ask(kit, &profile);
	assert_int_equal(answer.as.customer_profile.fields.count, 1);
	assert_int_equal(answer.as.customer_profile.attributes.count, 2);
}

/* --- repeats --- */

static void expect_again(struct kit *kit, const struct command *command, const struct answer *first)
{
	struct answer again = ask(kit, command);
	assert_int_equal(again.status, ERROR_OK);
	assert_int_equal(again.flags, ANSWER_REPEATED);
	assert_memory_equal(&again.as, &first->as, sizeof first->as.customer_consent);
}

/* From the open group, from memory, from the log, and after a restart. */
static void test_repeats(void **state)
{
	struct kit *kit = *state;
	struct command create = desk_create(&kit->desk, 5);
	ask(kit, &create);
	struct command set = person(kit, OP_customer_set, 5, attributes);
	struct command commands[] = {set, consent(kit, 5, 1), care(kit, 5), consent(kit, 5, 0)};
	struct answer first[4];
	for (size_t i = 0; i < 4; i++) {
		peer_send(&kit->peer, &commands[i], 1, ++kit->frames);
		peer_send(&kit->peer, &commands[i], 1, ++kit->frames);
		desk_settle(&kit->desk);
		first[i] = peer_answer(&kit->peer, kit->frames - 1, commands[i].opcode);
		struct answer again = peer_answer(&kit->peer, kit->frames, commands[i].opcode);
		assert_int_equal(first[i].status, ERROR_OK);
		assert_int_equal(first[i].flags, 0);
		assert_int_equal(again.flags, ANSWER_REPEATED);
		expect_again(kit, &commands[i], &first[i]);
	}
	assert_int_equal(first[2].as.customer_care.year, 2026);
	assert_int_equal(first[3].as.customer_consent.before, 1);
	assert_int_equal(first[3].as.customer_consent.after, 0);
	desk_fold(&kit->desk);
	for (size_t i = 0; i < 4; i++)
		expect_again(kit, &commands[i], &first[i]);
	restart(kit);
	for (size_t i = 0; i < 4; i++)
		expect_again(kit, &commands[i], &first[i]);
	commands[1].as.customer_consent.policy.size = 1;
	assert_int_equal(ask(kit, &commands[1]).status, ERROR_EXISTS_DIFFERENT);
}

/* --- history --- */

static void expect_history(struct kit *kit)
{
	struct command history = desk_history(5);
	struct answer answer = ask(kit, &history);
	const struct wire_list *list = &answer.as.history.entries;
	struct wire_reader r = {list->bytes, list->bytes + list->size, false};
	struct rec_entry entry;
	assert_int_equal(list->count, 4);
	assert_true(decode_rec_entry(&r, &entry));
	assert_int_equal(entry.care, CARE_holiday);
	assert_int_equal(entry.channel, 3);
	assert_int_equal(entry.care_year, 2026);
	assert_int_equal(entry.policy.size, 3);
	assert_memory_equal(entry.policy.bytes, "eid", 3);
	assert_true(decode_rec_entry(&r, &entry));
	assert_int_equal(entry.purpose, 1);
	assert_int_equal(entry.granted, 1);
	assert_int_equal(entry.policy.size, 2);
	assert_memory_equal(entry.policy.bytes, "v2", 2);
	assert_int_equal(entry.source.size, 7);
	assert_memory_equal(entry.source.bytes, "shop 12", 7);
	assert_true(decode_rec_entry(&r, &entry));
	assert_int_equal(entry.purpose + entry.care + entry.told, 0);
	assert_int_equal(entry.policy.size + entry.source.size, 0);
}

static void test_history_from_memory_and_log(void **state)
{
	struct kit *kit = *state;
	struct command create = desk_create(&kit->desk, 5);
	ask(kit, &create);
	struct command set = person(kit, OP_customer_set, 5, attributes);
	ask(kit, &set);
	struct command given = consent(kit, 5, 1), greeted = care(kit, 5);
	ask(kit, &given);
	ask(kit, &greeted);
	expect_history(kit);
	restart(kit);
	expect_history(kit);
}

/* --- I3 --- */

/* A due list is a scan: it waits for every event that was applied when it ran. */
static void test_a_due_list_waits(void **state)
{
	struct kit *kit = *state;
	struct peer other;
	struct command create = desk_create(&kit->desk, 5), due = {.opcode = OP_due};
	due.as.due = (struct msg_due){.given = 3, .kind = CARE_birthday, .first = 0, .last = 366};
	ask(kit, &create);
	peer_open(&kit->desk, &other);
	peer_greet(&other, 2);
	struct command set = person(kit, OP_customer_set, 5, attributes);
	peer_send(&kit->peer, &set, 1, ++kit->frames);
	peer_send(&other, &due, 1, 1);
	core_turn_ended(&kit->desk.core);
	assert_true(peer_silent(&other));
	desk_settle(&kit->desk);
	struct answer answer = peer_answer(&other, 1, OP_due);
	assert_int_equal(answer.as.due.customers.count, 1);
	assert_int_equal(answer.sequence, engine_applied(kit->desk.engine));
	peer_close(&other);
}

/* --- hostile --- */

/* A list of records: their size u32, the field u16, its value's size u32, the value. */
static struct wire_list list_of_hex(const char *hex, uint32_t count)
{
	uint32_t size = 0;
	for (; *hex != '\0'; hex += *hex == ' ' ? 1 : 2)
		if (*hex != ' ') {
			char pair[3] = {hex[0], hex[1], '\0'};
			room[size++] = (uint8_t)strtoul(pair, NULL, 16);
		}
	return (struct wire_list){room, size, count};
}

/* A list whose count, size or records lie is refused, and nothing changes. */
static void test_lists_that_lie(void **state)
{
	static const struct {
		const char *hex;
		uint32_t count;
		enum error error;
	} rows[] = {
	    {"", 1, ERROR_MALFORMED},
	    {"", UINT32_MAX, ERROR_MALFORMED},
	    {"07000000", 1, ERROR_MALFORMED},
	    {"07000000 4500 01000000 78", 0, ERROR_MALFORMED},
	    {"07000000 4500 01000000 78", 2, ERROR_MALFORMED},
	    {"08000000 4500 01000000 78", 1, ERROR_MALFORMED},
	    {"06000000 4500 01000000 78", 1, ERROR_MALFORMED},
	    {"ffffffff 4500 01000000 78", 1, ERROR_MALFORMED},
	    {"00000000", 1, ERROR_MALFORMED},
	    {"07000000 4500 ffffffff 78", 1, ERROR_MALFORMED},
	    {"07000000 4500 02000000 78", 1, ERROR_MALFORMED},
	    {"07000000 4d00 01000000 78", 1, ERROR_FIELD_UNKNOWN},
	    {"07000000 ffff 01000000 78", 1, ERROR_FIELD_UNKNOWN},
	    {"07000000 4b00 01000000 00", 1, ERROR_TEXT_INVALID},
	    {"07000000 4b00 01000000 c0", 1, ERROR_TEXT_INVALID},
	    {"08000000 4b00 02000000 c1bf", 1, ERROR_TEXT_INVALID},
	    {"09000000 4b00 03000000 eda080", 1, ERROR_TEXT_INVALID},
	};
	struct kit *kit = *state;
	struct command create = desk_create(&kit->desk, 5);
	ask(kit, &create);
	uint64_t applied = engine_applied(kit->desk.engine);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct command set = {.opcode = OP_customer_set};
		set.as.customer_set.key = next_key(kit);
		set.as.customer_set.customer = 5;
		set.as.customer_set.fields = list_of_hex(rows[i].hex, rows[i].count);
		struct answer answer = ask(kit, &set);
		if (answer.status != rows[i].error)
			fail_msg("%s: status %u", rows[i].hex, answer.status);
	}
	assert_int_equal(engine_applied(kit->desk.engine), applied);
	assert_int_equal(kit->desk.jobs, 0);
}

/* The longest texts there can be in a frame, where short ones are expected. */
static void test_texts_without_end(void **state)
{
	enum {
		LONG = 900000
	};
	static char text[LONG];
	struct kit *kit = *state;
	struct command create = desk_create(&kit->desk, 5), due = {.opcode = OP_due};
	struct command given = consent(kit, 5, 1), greeted = care(kit, 5);
	memset(text, 'x', LONG);
	ask(kit, &create);
	given.as.customer_consent.source = (struct wire_text){text, LONG};
	assert_int_equal(ask(kit, &given).status, ERROR_CONSENT_INVALID);
	greeted.as.customer_care.holiday = (struct wire_text){text, LONG};
	assert_int_equal(ask(kit, &greeted).status, ERROR_CARE_NO_DAY);
	due.as.due = (struct msg_due){.kind = CARE_holiday, .holiday = {text, LONG}};
	struct answer answer = ask(kit, &due);
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(answer.as.due.customers.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_attributes_alone_need_no_job),
	    TEST(test_text_and_attributes_are_one_event),
	    TEST(test_repeats),
	    TEST(test_history_from_memory_and_log),
	    TEST(test_a_due_list_waits),
	    TEST(test_lists_that_lie),
	    TEST(test_texts_without_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
