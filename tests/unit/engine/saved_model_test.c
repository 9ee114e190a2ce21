/* saved_model_test.c -- saved segments over years of days, against a judgement of every row.
 *
 *   live   decides random commands, turns days in slices with commands inside of turns, saves and
 *          drops segments with random conditions, builds them in slices; sometimes a fold of the
 *          log takes its place, also in the middle of a turn or a build
 *   fold   applies the events as bytes and is never indexed
 *
 * After each settling every customer is in just those segments whose conditions are true of it;
 * membership events chain by themselves, since applying them compares; counts are those of the
 * bits; digests of live and fold are equal.  SEED repeats a run, LIVES makes it longer.
 */
#include <stdio.h>

#include "server/engine/settle.h"
#include "tests/unit/engine/saved_draw.h"
#include "tests/unit/engine/saved_judge.h"

#define CUSTOMERS 50u
#define DAYS 500
#define LOG_BYTES (32u << 20)

static struct {
	struct wire_text name;
	char text[16];
} names[96];

static struct {
	uint64_t random, serial, version;
	int64_t now_us;
	uint8_t log[LOG_BYTES];
	size_t log_size;
} model;

static struct {
	uint64_t saved, dropped, refused, memberships, restarts, in_turn, in_build, members,
	    settles;
} seen;

static struct engine *live, *fold;
static struct decision decision;
static struct event genesis;
static uint8_t room[LIMIT_ANSWER_BYTES];

static uint64_t pick(uint64_t bound)
{
	return days_draw(&model.random, bound);
}

static void record(const struct event *event)
{
	uint8_t *start = model.log + model.log_size;
	struct wire_writer w = {start + 4, model.log + LOG_BYTES, false};
	event_encode(&w, event);
	assert_false(w.failed);
	uint32_t size = (uint32_t)(w.at - start - 4);
	assert_true(event->type != EVENT_membership || size <= SETTLE_EVENT_BYTES);
	memcpy(start, &size, 4);
	model.log_size += size + 4u;
	engine_apply(live, event);
	days_apply_bytes(fold, start + 4, size);
}

static void compare(void)
{
	const struct segments *segments = &live->segments;
	uint64_t counts[LIMIT_SEGMENTS] = {0};
	if (engine_is_turning(live))
		return;
	for (uint32_t row = 0; row < live->rows.count; row++) {
		for (uint32_t i = 0; i < LIMIT_SEGMENTS; i++) {
			uint64_t bit = UINT64_C(1) << i;
			if ((segments->live & ~segments->build & bit) == 0)
				continue;
			bool is = (*rows_segments(&live->rows, row) & bit) != 0;
			bool expected = saved_judge(live, row, segments->all[i].program);
			if (is != expected)
				fail_msg("day %d, customer %llu, segment %u: %d", live->today,
					 (unsigned long long)rows_id(&live->rows, row), i, is);
			counts[i] += is;
		}
	}
	for (uint32_t i = 0; i < LIMIT_SEGMENTS; i++)
		if ((segments->live & ~segments->build) >> i & 1) {
			assert_int_equal(segments->all[i].customers, counts[i]);
			seen.members += counts[i];
		}
}

static void settle(void)
{
	struct event event;
	while (engine_settle(live, model.now_us, &event)) {
		record(&event);
		seen.memberships++;
	}
	seen.settles++;
}

static void same_digest(void)
{
	settle();
	assert_true(engine_digest(live) == engine_digest(fold));
}

static void restart(struct fixture_memory *memory)
{
	settle();
	seen.in_build += engine_is_building(live);
	seen.in_turn += engine_is_turning(live);
	struct engine *next = engine_of(memory, &genesis);
	for (size_t at = 0; at < model.log_size;) {
		uint32_t size;
		memcpy(&size, model.log + at, 4);
		days_apply_bytes(next, model.log + at + 4, size);
		at += size + 4u;
	}
	assert_true(engine_digest(next) == engine_digest(live));
	assert_int_equal(engine_index(next), ERROR_OK);
	assert_true(engine_digest(next) == engine_digest(live));
	fixture_check(next);
	engine_free(live);
	live = next;
	seen.restarts++;
}

/* --- commands --- */

static struct wire_id next_key(void)
{
	return fixture_key(model.now_us, ++model.serial);
}

static void run(const struct command *command)
{
	struct person_evidence person = {.version = ++model.version};
	struct request request = {
	    .command = command, .now_us = model.now_us, .room = room, .person = &person};
	struct event first;
	assert_int_equal(engine_reserve(live, 2), ERROR_OK);
	if (engine_age_first(live, command, model.now_us, &first))
		record(&first);
	engine_decide(live, &request, &decision);
	if (decision.verdict == VERDICT_PERSON) {
		person.base = decision.past;
		engine_decide(live, &request, &decision);
	}
	if (decision.verdict != VERDICT_EVENT)
		return;
	assert_int_equal(engine_reserve(live, 1), ERROR_OK);
	record(&decision.event);
}

static void run_dates(uint64_t customer)
{
	static const uint16_t fields[] = {PERSON_birth_date, PERSON_anniversary, PERSON_joined};
	uint8_t list[128];
	char day[DATE_TEXT_BYTES];
	struct wire_writer w = {list, list + sizeof list, false};
	struct command command = {.opcode = OP_customer_set};
	/* Many on the last days of February. */
	int32_t year = 1950 + (int32_t)pick(60);
	int32_t leap = date_to_day((struct date){year, 2, 26}) + (int32_t)pick(6);
	date_format(
	    pick(2) == 0 ? leap : date_to_day((struct date){year, 1, 1}) + (int32_t)pick(365), day);
	encode_rec_assignment(&w, &(struct rec_assignment){fields[pick(3)], fixture_text(day)});
	command.as.customer_set = (struct msg_customer_set){
	    3, next_key(), customer, {list, (uint32_t)(w.at - list), 1}, 1};
	run(&command);
}

static void run_command(void)
{
	static char id[32];
	uint64_t customer = 1 + pick(CUSTOMERS);
	struct command command;
	switch (pick(8)) {
	case 0:
		command = fixture_write(OP_customer_create, next_key(), customer, 0);
		break;
	case 1:
	case 2:
		command =
		    fixture_write(OP_points_earn, next_key(), customer, 1 + (int64_t)pick(500));
		break;
	case 3:
		run_dates(customer);
		return;
	case 4:
		if (pick(40) > 0)
			return;
		memset(&command, 0, sizeof command);
		command.opcode = OP_customer_erase;
		command.as.customer_erase = (struct msg_customer_erase){2, next_key(), customer};
		break;
	default:
		snprintf(id, sizeof id, "o-%llu", (unsigned long long)++model.serial);
		command = fixture_order(customer, id, live->today - (int64_t)pick(pick(9) + 1),
					(int64_t)pick(40000));
	}
	run(&command);
}

/* --- segments --- */

static const struct segment *any_segment(void)
{
	for (uint32_t i = 0; i < 10; i++) {
		const struct segment *segment = &live->segments.all[pick(LIMIT_SEGMENTS)];
		if (segment->room != NULL)
			return segment;
	}
	return NULL;
}

static void save(void)
{
	uint8_t program[2048];
	uint64_t at = pick(96);
	const struct segment *other = pick(3) == 0 ? any_segment() : NULL;
	struct command command = {.opcode = OP_segment_save};
	command.as.segment_save = (struct msg_segment_save){
	    3, next_key(), names[at].name,
	    saved_program(&model.random, live->today,
			  other != NULL ? other->name : (struct wire_text){0}, program),
	    names[at].name};
	run(&command);
	seen.saved += decision.verdict == VERDICT_EVENT;
	seen.refused += decision.verdict == VERDICT_REFUSED;
}

static void drop(void)
{
	const struct segment *segment = any_segment();
	struct command command = {.opcode = OP_segment_drop};
	if (segment == NULL)
		return;
	char name[LIMIT_NAME_BYTES]; /* the room is given back while the event is applied */
	memcpy(name, segment->name.bytes, segment->name.size);
	command.as.segment_drop =
	    (struct msg_segment_drop){2, next_key(), {name, segment->name.size}};
	run(&command);
	seen.dropped += decision.verdict == VERDICT_EVENT;
}

static void change_segments(void)
{
	if (engine_is_turning(live) || engine_is_building(live))
		return;
	settle();
	if (pick(3) > 0)
		save();
	else
		drop();
}

static void some_commands(uint64_t most)
{
	for (uint64_t i = pick(most + 1); i > 0; i--) {
		run_command();
		if (pick(8) == 0)
			engine_build(live, 1);
		if (pick(6) == 0) {
			settle();
			compare();
		}
	}
}

static void turn(struct fixture_memory *memory)
{
	struct day_begin begin = {model.now_us, 2};
	struct event event;
	enum ageing ageing = AGEING_MORE;
	while (engine_build(live, 256))
		;
	settle();
	compare();
	assert_int_equal(engine_reserve_days(live, 1), ERROR_OK);
	engine_begin_day(live, &begin, &event);
	record(&event);
	while (ageing != AGEING_TURNED) {
		uint32_t budget = 1 + (uint32_t)pick(20);
		assert_int_equal(engine_reserve_days(live, budget), ERROR_OK);
		ageing = engine_age(live, model.now_us, &budget, &event);
		if (ageing == AGEING_EVENT)
			record(&event);
		if (pick(4) == 0)
			some_commands(2);
		if (pick(60) == 0)
			restart(memory);
	}
	settle();
	compare();
}

static void live_once(struct fixture_memory *memory)
{
	struct rules rules = pick(2) == 0 ? rules_default() : rules_random(&model.random);
	int32_t start = (int32_t[]){20819, 10865, 21150}[pick(3)];
	model.log_size = 0;
	model.now_us = start * DAY_US;
	genesis = genesis_of(&rules, start);
	live = engine_of(memory, &genesis);
	fold = engine_of(memory, &genesis);
	assert_int_equal(engine_index(live), ERROR_OK);
	for (int32_t day = 0; day < DAYS; day++) {
		model.now_us += DAY_US;
		some_commands(8);
		if (pick(6) == 0)
			change_segments();
		if (pick(40) == 0)
			restart(memory);
		turn(memory);
		if (pick(10) == 0) {
			fixture_check(live);
			same_digest();
		}
	}
	engine_free(live);
	engine_free(fold);
}

static void lives(void **state)
{
	struct fixture_memory memory;
	const char *text = getenv("LIVES");
	(void)state;
	fixture_memory(&memory);
	model.random = fixture_seed(20260122);
	for (unsigned i = 0; i < 96; i++) {
		snprintf(names[i].text, sizeof names[i].text, "s%u", i);
		names[i].name = fixture_text(names[i].text);
	}
	for (unsigned long i = text != NULL ? strtoul(text, NULL, 10) : 2; i > 0; i--)
		live_once(&memory);
	print_message(
	    "saved %llu, dropped %llu, refused %llu, memberships %llu, restarts %llu (in a "
	    "turn %llu, in a build %llu), members %llu, settled %llu\n",
	    (unsigned long long)seen.saved, (unsigned long long)seen.dropped,
	    (unsigned long long)seen.refused, (unsigned long long)seen.memberships,
	    (unsigned long long)seen.restarts, (unsigned long long)seen.in_turn,
	    (unsigned long long)seen.in_build, (unsigned long long)seen.members,
	    (unsigned long long)seen.settles);
	assert_true(seen.saved > 20 && seen.dropped > 5 && seen.memberships > 200);
	assert_int_equal(memory.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lives)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
