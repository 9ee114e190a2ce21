/* registry_test.c -- what is owed and when it is settled; rewrites; a start after anything. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/desk_people.h"

#define HOUR_US (INT64_C(3600) * 1000000)

struct rig {
	struct desk desk;
	struct peer peer;
	uint64_t frame;
};

static int open_all(void **state)
{
	struct rig *rig = calloc(1, sizeof *rig);
	assert_non_null(rig);
	desk_open(&rig->desk);
	peer_open(&rig->desk, &rig->peer);
	peer_greet(&rig->peer, 1);
	*state = rig;
	return 0;
}

static int close_all(void **state)
{
	struct rig *rig = *state;
	peer_close(&rig->peer);
	desk_close(&rig->desk);
	free(rig);
	return 0;
}

static struct answer give(struct rig *rig, struct command command)
{
	peer_send(&rig->peer, &command, 1, ++rig->frame);
	desk_run(&rig->desk, &rig->peer);
	return peer_answer(&rig->peer, rig->frame, command.opcode);
}

static uint32_t due_ms(const struct rig *rig)
{
	return registry_due_ms(rig->desk.core.registry);
}

static const char *people(struct rig *rig)
{
	static char text[4096];
	return desk_people(&rig->desk, text, sizeof text);
}

/* Nothing is owed at rest; what is owed waits a second, then a job of its own settles it. */
static void test_settled_after_a_second(void **state)
{
	struct rig *rig = *state;
	assert_int_equal(due_ms(rig), 0);
	give(rig, desk_put(&rig->desk, 5, "name=A"));
	assert_string_equal(people(rig), "5: name=A\n5: pending put\n");
	assert_int_equal(due_ms(rig), 1000);
	rig->desk.now_us += 999999;
	core_turn_ended(&rig->desk.core);
	assert_null(rig->desk.job.work);
	rig->desk.now_us += 1;
	core_turn_ended(&rig->desk.core);
	assert_int_equal(rig->desk.job.lane, LANE_PEOPLE);
	assert_int_equal(due_ms(rig), 0); /* its end is a turn */
	desk_work(&rig->desk);
	assert_string_equal(people(rig), "5: name=A\n");
	assert_int_equal(due_ms(rig), 0);
}

/* G5: the next commit takes it along. */
static void test_settled_with_the_next_commit(void **state)
{
	struct rig *rig = *state;
	give(rig, desk_put(&rig->desk, 5, "name=A"));
	give(rig, desk_set(&rig->desk, 5, "name=B"));
	assert_string_equal(people(rig), "5: name=A\n5: name=B\n5: pending put\n");
	give(rig, desk_set(&rig->desk, 5, "name=C"));
	assert_string_equal(people(rig), "5: name=B\n5: name=C\n5: pending put\n");
}

/* G3: an event that is not durable settles nothing. */
static void test_nothing_is_settled_before_it_is_durable(void **state)
{
	struct rig *rig = *state;
	give(rig, desk_put(&rig->desk, 5, "name=A"));
	desk_settle_people(&rig->desk);
	struct command set = desk_set(&rig->desk, 5, "name=B");
	peer_send(&rig->peer, &set, 1, ++rig->frame);
	desk_work(&rig->desk);
	peer_input(&rig->peer, NULL, 0);
	for (int i = 0; i < 3; i++) { /* applied, and the flush does not come */
		rig->desk.now_us += 2000000;
		core_turn_ended(&rig->desk.core);
		desk_jobs(&rig->desk);
	}
	assert_string_equal(people(rig), "5: name=A\n5: name=B\n5: pending put\n");
	desk_settle_people(&rig->desk);
	assert_string_equal(people(rig), "5: name=B\n");
	peer_answer(&rig->peer, rig->frame, OP_customer_set);
}

/* G3: what is refused for an erasure that may yet be lost erases nothing. */
static void test_an_erasure_that_is_lost_takes_nothing(void **state)
{
	struct rig *rig = *state;
	give(rig, desk_put(&rig->desk, 5, "name=A"));
	desk_settle_people(&rig->desk);
	const struct command commands[] = {desk_erase(&rig->desk, 5), desk_erase(&rig->desk, 5),
					   desk_set(&rig->desk, 5, "name=B")};
	peer_send(&rig->peer, commands, 3, ++rig->frame);
	desk_work(&rig->desk);
	peer_input(&rig->peer, NULL, 0);
	for (int i = 0; i < 3;
	     i++) { /* the second and third are refused, the first is not durable */
		rig->desk.now_us += 2000000;
		core_turn_ended(&rig->desk.core);
		desk_jobs(&rig->desk);
	}
	peer_close(&rig->peer);
	desk_crash(&rig->desk, 0);
	peer_open(&rig->desk, &rig->peer);
	peer_greet(&rig->peer, 1);
	assert_string_equal(people(rig), "5: name=A\n");
	desk_check_people(&rig->desk);
}

/* G3: attributes behind the put that makes their customer name no version, so none is kept. */
static void test_attributes_keep_no_version(void **state)
{
	struct rig *rig = *state;
	const struct command commands[] = {desk_put(&rig->desk, 5, "name=A"),
					   desk_set(&rig->desk, 5, "region=east"),
					   desk_set(&rig->desk, 5, "city=Rome")};
	peer_send(&rig->peer, commands, 3, ++rig->frame);
	desk_run(&rig->desk, &rig->peer);
	desk_settle_people(&rig->desk);
	assert_string_equal(people(rig), "5: name=A,city=Rome\n");
	const struct command more[] = {desk_put(&rig->desk, 6, "name=B"),
				       desk_set(&rig->desk, 6, "region=east")};
	peer_send(&rig->peer, more, 2, ++rig->frame);
	desk_run(&rig->desk, &rig->peer);
	desk_settle_people(&rig->desk);
	assert_string_equal(people(rig), "5: name=A,city=Rome\n6: name=B\n");
	desk_check_people(&rig->desk);
}

/* Refused ones go at once, with the next job. */
static void test_refused_documents_go(void **state)
{
	struct rig *rig = *state;
	give(rig, desk_put(&rig->desk, 5, "card=A"));
	assert_int_equal(give(rig, desk_put(&rig->desk, 6, "card=A")).status, ERROR_IDENTITY_TAKEN);
	assert_string_equal(people(rig), "5: card=A\n6: card=A\n6: pending put\n");
	desk_settle_people(&rig->desk);
	assert_string_equal(people(rig), "5: card=A\n");
}

/* The rewrite comes within the time, and is looked for once a minute at least. */
static void test_rewrites(void **state)
{
	struct rig *rig = *state;
	give(rig, desk_put(&rig->desk, 5, "name=A"));
	give(rig, desk_erase(&rig->desk, 5));
	desk_settle_people(&rig->desk);
	assert_true(people_wants_rewrite(rig->desk.people));
	core_turn_ended(&rig->desk.core);
	assert_true(due_ms(rig) > 0 && due_ms(rig) <= 60001);
	rig->desk.now_us += HOUR_US - 1000000;
	core_turn_ended(&rig->desk.core);
	assert_null(rig->desk.job.work);
	assert_true(due_ms(rig) > 0 && due_ms(rig) <= 1001);
	rig->desk.now_us += 1000000;
	core_turn_ended(&rig->desk.core);
	desk_work(&rig->desk);
	assert_false(people_wants_rewrite(rig->desk.people));
	assert_int_equal(due_ms(rig), 0);
}

/* What became due with the turn that begins a rewrite is settled before it. */
static void test_a_rewrite_settles(void **state)
{
	struct rig *rig = *state;
	give(rig, desk_put(&rig->desk, 5, "name=A"));
	give(rig, desk_put(&rig->desk, 6, "name=B"));
	give(rig, desk_erase(&rig->desk, 5));
	desk_settle_people(&rig->desk);
	rig->desk.now_us += HOUR_US - 500000;
	give(rig, desk_erase(&rig->desk, 6));
	rig->desk.now_us += 500000;
	core_turn_ended(&rig->desk.core);
	desk_work(&rig->desk);
	assert_string_equal(people(rig), "");
	desk_jobs(&rig->desk);
	core_turn_ended(&rig->desk.core);
	assert_null(rig->desk.job.work);
	assert_false(people_wants_rewrite(rig->desk.people));
}

/* A clock that was ahead, and is set back, puts neither settlement nor rewrite off. */
static void test_a_clock_set_back(void **state)
{
	struct rig *rig = *state;
	give(rig, desk_put(&rig->desk, 5, "name=A"));
	rig->desk.now_us += 20 * HOUR_US;
	core_turn_ended(&rig->desk.core); /* settles */
	desk_jobs(&rig->desk);
	assert_int_equal(give(rig, desk_erase(&rig->desk, 5)).status, ERROR_OK);
	core_turn_ended(&rig->desk.core); /* sees what is owed */
	rig->desk.now_us -= 20 * HOUR_US;
	core_turn_ended(&rig->desk.core);
	rig->desk.now_us += 1000000;
	core_turn_ended(&rig->desk.core);
	rig->desk.now_us += 20 * HOUR_US;
	desk_jobs(&rig->desk); /* the erasure is noted */
	assert_string_equal(people(rig), "");
	assert_true(people_wants_rewrite(rig->desk.people));
	rig->desk.now_us -= 20 * HOUR_US;
	core_turn_ended(&rig->desk.core);
	assert_null(rig->desk.job.work);
	rig->desk.now_us += HOUR_US;
	core_turn_ended(&rig->desk.core);
	desk_jobs(&rig->desk);
	assert_false(people_wants_rewrite(rig->desk.people));
}

/* Two connections of which one always waits for a job: the rewrite comes all the same. */
static void test_a_rewrite_comes_between_jobs(void **state)
{
	struct rig *rig = *state;
	struct peer other;
	struct peer *peers[] = {&rig->peer, &other};
	peer_open(&rig->desk, &other);
	peer_greet(&other, 2);
	give(rig, desk_put(&rig->desk, 5, "name=A"));
	give(rig, desk_erase(&rig->desk, 5));
	desk_settle_people(&rig->desk);
	rig->desk.now_us += HOUR_US - 1000;
	for (uint64_t i = 0; i < 8; i++) {
		struct command put = desk_put(&rig->desk, 10 + i, "name=B");
		peer_send(peers[i % 2], &put, 1, 100 + i);
		if (i > 0)
			desk_work(&rig->desk); /* of the one before */
		peer_input(peers[(i + 1) % 2], NULL, 0);
		rig->desk.now_us += 1000;
		core_turn_ended(&rig->desk.core);
	}
	assert_false(people_wants_rewrite(rig->desk.people));
	desk_jobs(&rig->desk);
	desk_settle_people(&rig->desk);
	peer_close(&other);
}

/* A start does not know for how long: it rewrites at once. */
static void test_a_start_rewrites(void **state)
{
	struct rig *rig = *state;
	give(rig, desk_put(&rig->desk, 5, "name=A"));
	give(rig, desk_erase(&rig->desk, 5));
	peer_close(&rig->peer);
	desk_crash(&rig->desk, 0);
	peer_open(&rig->desk, &rig->peer);
	peer_greet(&rig->peer, 1);
	assert_string_equal(people(rig), "");
	assert_true(people_wants_rewrite(rig->desk.people));
	core_turn_ended(&rig->desk.core);
	desk_work(&rig->desk);
	assert_false(people_wants_rewrite(rig->desk.people));
}

/* A clean stop leaves nothing owed and nothing to rewrite. */
static void test_a_stop_finishes(void **state)
{
	struct rig *rig = *state;
	struct failure failure;
	give(rig, desk_put(&rig->desk, 5, "name=A"));
	give(rig, desk_put(&rig->desk, 6, "name=B"));
	give(rig, desk_erase(&rig->desk, 6));
	assert_true(registry_finish(rig->desk.core.registry, &failure));
	assert_string_equal(people(rig), "5: name=A\n");
	assert_false(people_wants_rewrite(rig->desk.people));
	desk_check_people(&rig->desk);
}

/* G1: also of documents that never came to anything. */
static void test_versions_are_never_used_again(void **state)
{
	struct rig *rig = *state;
	give(rig, desk_put(&rig->desk, 5, "card=A"));
	give(rig, desk_put(&rig->desk, 6, "card=A")); /* refused: version 2 */
	peer_close(&rig->peer);
	desk_crash(&rig->desk, 0);
	peer_open(&rig->desk, &rig->peer);
	peer_greet(&rig->peer, 1);
	struct answer set = give(rig, desk_set(&rig->desk, 5, "card=B"));
	assert_int_equal(set.as.customer_set.version, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)
	const struct CMUnitTest tests[] = {
	    TEST(test_settled_after_a_second),
	    TEST(test_settled_with_the_next_commit),
	    TEST(test_nothing_is_settled_before_it_is_durable),
	    TEST(test_an_erasure_that_is_lost_takes_nothing),
	    TEST(test_attributes_keep_no_version),
	    TEST(test_refused_documents_go),
	    TEST(test_rewrites),
	    TEST(test_a_rewrite_settles),
	    TEST(test_a_clock_set_back),
	    TEST(test_a_rewrite_comes_between_jobs),
	    TEST(test_a_start_rewrites),
	    TEST(test_a_stop_finishes),
	    TEST(test_versions_are_never_used_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
