/* people_model_test.c -- 60,000 random commands about people against arrays and linear scans.
 *
 * A twin engine folds the same events from their bytes, without index: digests are equal, and both
 * pass engine_check.
 */
#include <stdio.h>

#include "tests/unit/engine/fixture_people.h"

#define STEPS 60000u
#define CUSTOMERS 3000u
#define VALUES 24u /* of each identity: few, so that they are wanted by several */
#define CARDS 3u

struct person {
	bool known, erased;
	uint32_t phone, email, card[CARDS]; /* value + 1; 0: none */
	int64_t points;
};

struct rig {
	struct fixture_memory memory, twin_memory;
	struct engine *engine, *twin;
	struct fixture_people *people;
	uint8_t *room;
	uint64_t seed, serial;
	uint32_t youngest; /* customers below it may be drawn: new ones come, others are erased */
	struct person person[CUSTOMERS];
	struct decision decision;
};

static uint32_t draw(struct rig *rig, uint32_t below)
{
	return (uint32_t)(fixture_random(&rig->seed) % below);
}

/* --- the model --- */

static uint32_t holder_of_phone(const struct rig *rig, uint32_t phone)
{
	for (uint32_t i = 1; i < CUSTOMERS; i++)
		if (phone != 0 && rig->person[i].phone == phone)
			return i;
	return 0;
}

static uint32_t holder_of_email(const struct rig *rig, uint32_t email)
{
	for (uint32_t i = 1; i < CUSTOMERS; i++)
		if (email != 0 && rig->person[i].email == email)
			return i;
	return 0;
}

static uint32_t holder_of_card(const struct rig *rig, uint32_t card)
{
	for (uint32_t i = 1; i < CUSTOMERS; i++)
		for (uint32_t c = 0; c < CARDS; c++)
			if (card != 0 && rig->person[i].card[c] == card)
				return i;
	return 0;
}

static bool is_taken(const struct rig *rig, const struct person *wanted, uint32_t customer)
{
	uint32_t phone = holder_of_phone(rig, wanted->phone);
	uint32_t email = holder_of_email(rig, wanted->email);
	bool taken = (phone != 0 && phone != customer) || (email != 0 && email != customer);
	for (uint32_t c = 0; c < CARDS; c++) {
		uint32_t card = holder_of_card(rig, wanted->card[c]);
		taken = taken || (card != 0 && card != customer);
	}
	return taken;
}

/* --- commands --- */

struct change {
	struct person to;
	bool phone, email, cards; /* which are named */
	char words[256];
};

static void add_word(char *words, const char *format, uint32_t value)
{
	size_t length = strlen(words);
	int added = snprintf(words + length, 256 - length, format, length == 0 ? "" : ",", value);
	assert_true(added > 0 && length + (size_t)added < 256);
}

static void draw_change(struct rig *rig, struct change *change)
{
	struct person *to = &change->to;
	*change = (struct change){
	    .phone = draw(rig, 2) == 0, .email = draw(rig, 3) == 0, .cards = draw(rig, 3) == 0};
	if (change->phone && draw(rig, 4) != 0)
		to->phone = draw(rig, VALUES) + 1;
	if (change->phone)
		add_word(change->words, to->phone == 0 ? "%sphone=" : "%sphone=+86~138%08u",
			 to->phone);
	if (change->email && draw(rig, 4) != 0)
		to->email = draw(rig, VALUES) + 1;
	if (change->email)
		add_word(change->words, to->email == 0 ? "%semail=" : "%semail=P%u@Example.com",
			 to->email);
	for (uint32_t c = 0, count = draw(rig, CARDS + 1); change->cards && c < count; c++) {
		to->card[c] = c * VALUES + draw(rig, VALUES) + 1; /* never one twice */
		add_word(change->words, "%scard=mc-%u", to->card[c]);
	}
	if (change->cards && to->card[0] == 0)
		add_word(change->words, "%scard=", 0);
	add_word(change->words, "%sname=N%u", draw(rig, 100));
}

/* Decide, apply to both engines. */
static enum verdict run(struct rig *rig, const struct command *command)
{
	uint8_t bytes[EVENT_PLAIN_BYTES];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	struct event event;
	enum verdict verdict =
	    fixture_run_person(rig->engine, rig->people, command, &rig->decision);
	if (verdict != VERDICT_EVENT)
		return verdict;
	event_encode(&w, &rig->decision.event);
	assert_false(w.failed);
	assert_true(
	    event_decode(bytes, (size_t)(w.at - bytes), rig->decision.event.number, &event));
	assert_int_equal(engine_reserve(rig->twin, 1), ERROR_OK);
	engine_apply(rig->twin, &event);
	return verdict;
}

static void expect(struct rig *rig, enum error error)
{
	const struct decision *decision = &rig->decision;
	enum error got = decision->verdict == VERDICT_REFUSED ? decision->answer.status : ERROR_OK;
	if (got != error)
		fail_msg("%s instead of %s", error_info((uint16_t)got)->name,
			 error_info((uint16_t)error)->name);
}

static struct wire_id next_key(struct rig *rig)
{
	return fixture_key(FIXTURE_START_US + 100 * FIXTURE_HOUR_US, ++rig->serial);
}

static void put_or_set(struct rig *rig, uint32_t customer, bool set)
{
	struct person *person = &rig->person[customer];
	struct person wanted = set ? *person : (struct person){.points = person->points};
	struct change change;
	draw_change(rig, &change);
	if (change.phone)
		wanted.phone = change.to.phone;
	if (change.email)
		wanted.email = change.to.email;
	if (change.cards)
		memcpy(wanted.card, change.to.card, sizeof wanted.card);
	struct command command =
	    fixture_person(set ? OP_customer_set : OP_customer_put, next_key(rig), customer,
			   fields_parse(change.words, rig->room));
	run(rig, &command);
	bool taken = is_taken(rig, &wanted, customer);
	enum error error = person->erased          ? ERROR_ERASED
			   : set && !person->known ? ERROR_NOT_FOUND
			   : taken                 ? ERROR_IDENTITY_TAKEN
						   : ERROR_OK;
	expect(rig, error);
	if (error != ERROR_OK)
		return;
	wanted.known = true;
	*person = wanted;
}

static void erase(struct rig *rig, uint32_t customer)
{
	struct person *person = &rig->person[customer];
	struct command command =
	    fixture_person(OP_customer_erase, next_key(rig), customer, (struct wire_list){0});
	run(rig, &command);
	expect(rig, person->erased ? ERROR_ERASED : !person->known ? ERROR_NOT_FOUND : ERROR_OK);
	if (person->erased || !person->known)
		return;
	assert_int_equal(rig->decision.event.points.before, person->points);
	*person = (struct person){.known = true, .erased = true};
	rig->youngest += rig->youngest < CUSTOMERS;
}

static void earn(struct rig *rig, uint32_t customer)
{
	struct person *person = &rig->person[customer];
	struct command command = fixture_write(OP_points_earn, next_key(rig), customer, 10);
	run(rig, &command);
	expect(rig, person->erased ? ERROR_ERASED : !person->known ? ERROR_NOT_FOUND : ERROR_OK);
	person->points += person->known && !person->erased ? 10 : 0;
}

static void find(struct rig *rig)
{
	char words[64] = "";
	uint32_t kind = draw(rig, 3), value = draw(rig, VALUES) + 1, holder;
	if (kind == 2)
		value += draw(rig, CARDS) * VALUES;
	holder = kind == 0   ? holder_of_phone(rig, value)
		 : kind == 1 ? holder_of_email(rig, value)
			     : holder_of_card(rig, value);
	add_word(words,
		 kind == 0   ? "%sphone=+86138%08u"
		 : kind == 1 ? "%semail=p%u@example.com"
			     : "%scard=MC%u",
		 value);
	struct command command = fixture_find(rig->people, fields_parse(words, rig->room));
	run(rig, &command);
	expect(rig, holder == 0 ? ERROR_IDENTITY_UNKNOWN : ERROR_OK);
	if (holder != 0)
		assert_int_equal(rig->decision.answer.as.customer_find.customer, holder);
}

static void check(struct rig *rig)
{
	struct engine_stats stats;
	uint64_t living = 0;
	int64_t points = 0;
	for (uint32_t i = 1; i < CUSTOMERS; i++) {
		living += rig->person[i].known && !rig->person[i].erased;
		points += rig->person[i].points;
	}
	engine_stats(rig->engine, &stats);
	assert_int_equal(stats.customers, living);
	assert_int_equal(stats.points, points);
	fixture_check(rig->engine);
	fixture_check(rig->twin);
	assert_true(engine_digest(rig->engine) == engine_digest(rig->twin));
	struct command count = {.opcode = OP_segment_count};
	count.as.segment_count =
	    (struct msg_segment_count){4, 0xffff, 0xffff, INT64_MIN, INT64_MAX};
	fixture_decide(rig->engine, &count, FIXTURE_START_US, &rig->decision);
	assert_int_equal(rig->decision.answer.as.segment_count.customers, living);
}

static struct engine *unindexed(struct fixture_memory *memory)
{
	struct event genesis = fixture_genesis();
	fixture_memory(memory);
	struct engine *engine = engine_new(&memory->memory);
	assert_non_null(engine);
	assert_int_equal(engine_reserve(engine, 1), ERROR_OK);
	engine_apply(engine, &genesis);
	return engine;
}

/* I3: who is refused for its second identity saw that the first is free. */
static void test_a_refusal_saw_what_was_free(void **state)
{
	static uint8_t rooms[4][FIELDS_BYTES];
	static const char *const fields[] = {"phone=+8613800138000", "card=A", "none",
					     "phone=+8613800138000,card=A"};
	static const uint64_t customers[] = {5, 6, 5, 7};
	struct fixture_memory memory;
	struct decision decision;
	struct fixture_people *people = calloc(1, sizeof *people);
	assert_non_null(people);
	fixture_memory(&memory);
	struct engine *engine = fixture_engine(&memory);
	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		struct command put = fixture_person(
		    OP_customer_put, fixture_key(FIXTURE_START_US + 99 * FIXTURE_HOUR_US, i + 1),
		    customers[i], fields_parse(fields[i], rooms[i]));
		fixture_run_person(engine, people, &put, &decision);
	}
	assert_int_equal(decision.verdict, VERDICT_REFUSED);
	assert_int_equal(decision.answer.status, ERROR_IDENTITY_TAKEN);
	assert_int_equal(decision.answer.detail.b, 6);
	assert_int_equal(decision.saw, 4); /* the phone was freed then, the card was taken in 3 */
	engine_free(engine);
	fixture_people_free(people);
}

static void test_against_arrays(void **state)
{
	static struct rig rig;
	(void)state;
	rig.seed = fixture_seed(20261127);
	rig.youngest = 60;
	fixture_memory(&rig.memory);
	rig.engine = fixture_engine(&rig.memory);
	rig.twin = unindexed(&rig.twin_memory);
	rig.people = calloc(1, sizeof *rig.people);
	rig.room = malloc(FIELDS_BYTES);
	assert_true(rig.people != NULL && rig.room != NULL);
	for (uint32_t step = 0; step < STEPS; step++) {
		uint32_t young = rig.youngest - draw(&rig, 60) - 1;
		uint32_t customer = young == 0 ? 1 : young, kind = draw(&rig, 20);
		if (kind < 12)
			put_or_set(&rig, customer, kind % 2 == 0);
		else if (kind < 16)
			find(&rig);
		else if (kind < 19)
			earn(&rig, customer);
		else
			erase(&rig, customer);
		if (step % 2000 == 0)
			check(&rig);
	}
	check(&rig);
	/* The index built at once is the one kept. */
	assert_int_equal(engine_index(rig.twin), ERROR_OK);
	fixture_check(rig.twin);
	engine_free(rig.engine);
	engine_free(rig.twin);
	fixture_people_free(rig.people);
	free(rig.room);
	assert_int_equal(rig.memory.used, 0);
	assert_int_equal(rig.twin_memory.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_arrays),
					   cmocka_unit_test(test_a_refusal_saw_what_was_free)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
