/* people_test.c -- put, set, erase, find and profile through sessions, one job at a time. */
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "tests/support/desk_people.h"

#define ZOE "phone=+8613800138000,name=Zoe"

static int open_all(void **state)
{
	struct desk *desk = malloc(sizeof *desk);
	assert_non_null(desk);
	desk_open(desk);
	*state = desk;
	return 0;
}

static int close_all(void **state)
{
	desk_close(*state);
	free(*state);
	return 0;
}

static void greet(struct desk *desk, struct peer *peer, uint32_t slot)
{
	peer_open(desk, peer);
	peer_greet(peer, slot);
}

/* Everything of a frame's reply, in parts or not. */
static void run(struct desk *desk, struct peer *peer, const struct command *commands,
		uint16_t count, struct answer *answers)
{
	static uint64_t number = 100;
	uint16_t got = 0;
	struct frame frame;
	peer_send(peer, commands, count, ++number);
	desk_run(desk, peer);
	do {
		frame = peer_frame(peer);
		struct wire_reader r = {frame.body, frame.body + frame.body_size, false};
		assert_int_equal(frame.number, number);
		for (uint16_t i = 0; i < frame.count; i++, got++)
			assert_true(answer_decode(&r, commands[got].opcode, &answers[got]));
	} while (frame.flags & FRAME_MORE);
	assert_int_equal(got, count);
}

static struct answer run_one(struct desk *desk, struct peer *peer, struct command command)
{
	struct answer answer;
	run(desk, peer, &command, 1, &answer);
	return answer;
}

static void assert_fields(const struct answer *answer, const char *wanted)
{
	char text[512];
	assert_int_equal(answer->status, ERROR_OK);
	assert_string_equal(fields_format(answer->as.customer_profile.fields, text, sizeof text),
			    wanted);
}

static void assert_people(struct desk *desk, const char *wanted)
{
	char text[4096];
	desk_settle_people(desk);
	assert_string_equal(desk_people(desk, text, sizeof text), wanted);
	desk_check_people(desk);
}

static void test_put_find_profile_erase(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	greet(desk, &peer, 1);
	struct answer put =
	    run_one(desk, &peer, desk_put(desk, 5, "name=Zoe,phone=+86~138-00138000"));
	assert_int_equal(put.as.customer_put.created, 1);
	assert_int_equal(put.as.customer_put.version, 1);
	assert_int_equal(desk->jobs, 1);
	struct answer profile = run_one(desk, &peer, desk_profile(5));
	assert_fields(&profile, ZOE);
	assert_int_equal(profile.as.customer_profile.version, 1);
	assert_int_equal(desk->jobs, 2);
	struct answer found = run_one(desk, &peer, desk_find("phone=+86(138)00138000"));
	assert_int_equal(found.as.customer_find.customer, 5);
	assert_int_equal(desk->jobs, 2); /* no job */
	assert_people(desk, "5: " ZOE "\n");
	struct answer erase = run_one(desk, &peer, desk_erase(desk, 5));
	assert_int_equal(erase.status, ERROR_OK);
	found = run_one(desk, &peer, desk_find("phone=+8613800138000"));
	assert_int_equal(found.status, ERROR_IDENTITY_UNKNOWN);
	assert_int_equal(found.sequence, erase.as.customer_erase.event); /* I3 */
	profile = run_one(desk, &peer, desk_profile(5));
	assert_int_equal(profile.status, ERROR_ERASED);
	assert_people(desk, "");
	assert_true(people_wants_rewrite(desk->people));
	desk->now_us += INT64_C(3600) * 1000000;
	core_turn_ended(&desk->core);
	desk_work(desk);
	assert_false(people_wants_rewrite(desk->people));
	peer_close(&peer);
}

static void test_no_profile_is_empty(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	greet(desk, &peer, 1);
	run_one(desk, &peer, desk_create(desk, 5));
	struct answer profile = run_one(desk, &peer, desk_profile(5));
	assert_fields(&profile, "none");
	assert_int_equal(profile.as.customer_profile.version, 0);
	assert_int_equal(desk->jobs, 0);
	profile = run_one(desk, &peer, desk_profile(6));
	assert_int_equal(profile.status, ERROR_NOT_FOUND);
	assert_int_equal(run_one(desk, &peer, desk_erase(desk, 5)).status, ERROR_OK);
	assert_people(desk, "");
	peer_close(&peer);
}

/* What follows in a frame is asked for with the first, as if it were accepted. */
static void test_a_frame_is_one_job(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct answer answers[6];
	greet(desk, &peer, 1);
	const struct command commands[] = {
	    desk_put(desk, 5, ZOE),
	    desk_set(desk, 5, "card=a,card=b"),
	    desk_put(desk, 6, "email=ada@example.com"),
	    desk_set(desk, 5, "phone=,name=Zo"),
	    desk_erase(desk, 6),
	    desk_put(desk, 7, "phone=+8613800138000"),
	};
	run(desk, &peer, commands, 6, answers);
	for (int i = 0; i < 6; i++)
		assert_int_equal(answers[i].status, ERROR_OK);
	assert_int_equal(desk->jobs, 1);
	assert_people(desk, "5: card=A,card=B,name=Zo\n7: phone=+8613800138000\n");
	peer_close(&peer);
}

/* A profile sees what the frame did before it, and nothing of what comes after. */
static void test_profiles_keep_their_place(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct answer answers[5];
	greet(desk, &peer, 1);
	run_one(desk, &peer, desk_put(desk, 5, "name=A"));
	const struct command commands[] = {
	    desk_profile(5), desk_set(desk, 5, "name=B"),
	    desk_profile(5), desk_set(desk, 5, "name=C"),
	    desk_profile(5),
	};
	run(desk, &peer, commands, 5, answers);
	assert_fields(&answers[0], "name=A");
	assert_fields(&answers[2], "name=B");
	assert_fields(&answers[4], "name=C");
	assert_people(desk, "5: name=C\n");
	peer_close(&peer);
}

/* One identity, two customers, in every pair of ways to give it. */
static void test_duplicates_in_all_combinations(void **state)
{
	static const char *const forms[] = {
	    "external_id=X1", "phone=+8613800138000", "email=zoe@example.com",
	    "card=MC1",       "social=wechat:zoe",
	};
	struct desk *desk = *state;
	struct peer peer;
	uint64_t customer = 1;
	greet(desk, &peer, 1);
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		for (int pair = 0; pair < 8; pair++) {
			bool set_first = pair & 1, set_second = pair & 2, one_frame = pair & 4;
			uint64_t a = customer++, b = customer++;
			struct answer answers[2];
			const struct command makes[] = {desk_create(desk, a), desk_create(desk, b)};
			run(desk, &peer, makes, 2, answers);
			const struct command gives[] = {
			    set_first ? desk_set(desk, a, forms[i]) : desk_put(desk, a, forms[i]),
			    set_second ? desk_set(desk, b, forms[i]) : desk_put(desk, b, forms[i])};
			if (one_frame) {
				run(desk, &peer, gives, 2, answers);
			} else {
				run(desk, &peer, &gives[0], 1, &answers[0]);
				run(desk, &peer, &gives[1], 1, &answers[1]);
			}
			assert_int_equal(answers[0].status, ERROR_OK);
			assert_int_equal(answers[1].status, ERROR_IDENTITY_TAKEN);
			assert_int_equal(answers[1].detail.b, a);
			const struct command moves[] = {pair == 0 ? desk_erase(desk, a)
								  : desk_put(desk, a, "none"),
							desk_put(desk, b, forms[i])};
			run(desk, &peer, moves, 2, answers);
			assert_int_equal(answers[1].status, ERROR_OK); /* free now */
			run_one(desk, &peer, desk_put(desk, b, "none"));
		}
	peer_close(&peer);
}

/* Two connections work from the same version: the second is asked again, and nothing is lost. */
static void test_stale_evidence_is_asked_again(void **state)
{
	struct desk *desk = *state;
	struct peer one, two;
	greet(desk, &one, 1);
	greet(desk, &two, 2);
	run_one(desk, &one, desk_put(desk, 5, "name=A"));
	struct command city = desk_set(desk, 5, "city=Beijing"),
		       language = desk_set(desk, 5, "language=zh");
	uint32_t jobs = desk->jobs;
	peer_send(&one, &city, 1, 50);
	peer_send(&two, &language, 1, 50);
	desk_work(desk); /* of one: two came when it was under way */
	peer_input(&one, NULL, 0);
	desk_settle(desk);
	assert_int_equal(peer_answer(&one, 50, OP_customer_set).status, ERROR_OK);
	desk_work(desk); /* of two, from the version that was */
	peer_input(&two, NULL, 0);
	desk_settle(desk);
	assert_true(peer_silent(&two));
	desk_run(desk, &two);
	assert_int_equal(peer_answer(&two, 50, OP_customer_set).status, ERROR_OK);
	assert_int_equal(desk->jobs - jobs, 3);
	assert_people(desk, "5: name=A,city=Beijing,language=zh\n");
	peer_close(&one);
	peer_close(&two);
}

/* All that wait share a job. */
static void test_connections_share_a_job(void **state)
{
	struct desk *desk = *state;
	struct peer peers[4];
	for (uint32_t i = 0; i < 4; i++)
		greet(desk, &peers[i], i + 1);
	for (uint32_t i = 0; i < 4; i++) {
		struct command put = desk_put(desk, 5 + i, "name=A");
		peer_send(&peers[i], &put, 1, 50);
	}
	desk_work(desk);
	desk_work(desk);
	assert_int_equal(desk->jobs, 2); /* the first began alone */
	for (uint32_t i = 0; i < 4; i++)
		peer_input(&peers[i], NULL, 0);
	desk_settle(desk);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(peer_answer(&peers[i], 50, OP_customer_put).status, ERROR_OK);
	assert_people(desk, "5: name=A\n6: name=A\n7: name=A\n8: name=A\n");
	for (uint32_t i = 0; i < 4; i++)
		peer_close(&peers[i]);
}

/* I7: the key comes before everything; a repeat leaves no document. */
static void test_repeats(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct answer answers[3];
	greet(desk, &peer, 1);
	const struct command put = desk_put(desk, 5, ZOE);
	const struct command both[] = {put, put};
	run(desk, &peer, both, 2, answers);
	assert_int_equal(answers[0].flags, 0);
	assert_int_equal(answers[1].flags, ANSWER_REPEATED);
	assert_int_equal(answers[1].as.customer_put.event, answers[0].as.customer_put.event);
	assert_people(desk, "5: " ZOE "\n");
	uint32_t jobs = desk->jobs;
	struct answer again = run_one(desk, &peer, put);
	assert_int_equal(again.flags, ANSWER_REPEATED);
	assert_int_equal(again.as.customer_put.version, 1);
	assert_int_equal(desk->jobs, jobs);
	struct command other = put;
	other.as.customer_put.fields = desk_put(desk, 5, "name=Bob").as.customer_put.fields;
	assert_int_equal(run_one(desk, &peer, other).status, ERROR_EXISTS_DIFFERENT);
	const struct command erase = desk_erase(desk, 5);
	run_one(desk, &peer, erase);
	assert_int_equal(run_one(desk, &peer, erase).flags, ANSWER_REPEATED);
	assert_int_equal(run_one(desk, &peer, put).flags,
			 ANSWER_REPEATED); /* also of an erased one */
	assert_people(desk, "");
	peer_close(&peer);
}

/* A connection that goes while its job runs leaves nothing behind. */
static void test_gone_connections(void **state)
{
	struct desk *desk = *state;
	struct peer peer, other;
	greet(desk, &peer, 1);
	greet(desk, &other, 2);
	struct command put = desk_put(desk, 5, ZOE), wait = desk_put(desk, 6, "name=Ada");
	peer_send(&peer, &put, 1, 50);
	peer_send(&other, &wait, 1, 50);
	peer_close(&peer);
	peer_close(&other);
	desk_work(desk); /* of the first */
	desk_work(desk); /* of the second, which waited in line */
	assert_null(desk->job.work);
	assert_people(desk, "");
}

static void test_sizes(void **state)
{
	static const struct {
		const char *fields;
		uint32_t size;
		enum error error;
	} rows[] = {
	    {"none", 0, ERROR_OK},
	    {"name=Z", 11, ERROR_OK},
	    {"notes=*2012", 2022, ERROR_OK},
	    {"notes=*2013", 2023, ERROR_OK},
	    {"notes=*65526", 65536, ERROR_OK},
	    {"notes=*65527", 0, ERROR_PROFILE_TOO_LARGE},
	    {"notes=*65537", 0, ERROR_FIELD_TOO_LONG},
	    {"notes=*300000", 0, ERROR_FIELD_TOO_LONG},
	};
	struct desk *desk = *state;
	struct peer peer;
	greet(desk, &peer, 1);
	uint32_t held = 0;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct answer put = run_one(desk, &peer, desk_put(desk, 5, rows[i].fields));
		assert_int_equal(put.status, rows[i].error);
		held = rows[i].error == ERROR_OK ? rows[i].size : held;
		struct answer profile = run_one(desk, &peer, desk_profile(5));
		assert_int_equal(profile.status, ERROR_OK);
		assert_int_equal(profile.as.customer_profile.fields.size, held);
	}
	desk_settle_people(desk);
	desk_check_people(desk);
	peer_close(&peer);
}

/* `count` sets of a profile of that size, and a look at it after every `each`. */
static void run_long(struct desk *desk, uint16_t count, uint16_t each, const char *first)
{
	static struct command commands[600];
	static struct answer answers[600];
	struct peer peer;
	greet(desk, &peer, 1);
	run_one(desk, &peer, desk_put(desk, 5, first));
	struct wire_list fields = desk_set(desk, 5, "name=A").as.customer_set.fields;
	for (uint16_t i = 0; i < count; i++) {
		commands[i] = i % each == each - 1 ? desk_profile(5) : desk_set(desk, 5, "none");
		if (commands[i].opcode == OP_customer_set)
			commands[i].as.customer_set.fields = fields;
	}
	run(desk, &peer, commands, count, answers);
	for (uint16_t i = 0; i < count; i++)
		assert_int_equal(answers[i].status, ERROR_OK);
	assert_int_equal(answers[count - 1].as.customer_profile.version,
			 answers[count - 2].as.customer_set.version);
	desk_settle_people(desk);
	desk_check_people(desk);
	peer_close(&peer);
}

/* More than there are places; more documents than a job takes at once. */
static void test_long_frames(void **state)
{
	run_long(*state, 600, 2, "name=B");
	run_long(*state, 600, 600, "name=B");
	run_long(*state, 200, 50, "notes=*60000");
}

/* G6: a rewrite takes as long as the file is large. */
static void test_reads_wait_for_no_rewrite(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	greet(desk, &peer, 1);
	run_one(desk, &peer, desk_put(desk, 5, ZOE));
	run_one(desk, &peer, desk_put(desk, 6, "name=Ada"));
	run_one(desk, &peer, desk_erase(desk, 6));
	desk_settle_people(desk);
	desk->now_us += INT64_C(3600) * 1000000;
	core_turn_ended(&desk->core);
	assert_int_equal(desk->job.lane, LANE_PEOPLE); /* has begun, and goes on */
	struct command profile = desk_profile(5);
	peer_send(&peer, &profile, 1, 50);
	assert_int_equal(desk->later.lane, LANE_HISTORY);
	desk->later.work(desk->later.job);
	desk->later.done(desk->later.job);
	desk->later = (struct job){0};
	peer_input(&peer, NULL, 0);
	struct answer answer = peer_answer(&peer, 50, OP_customer_profile);
	assert_fields(&answer, ZOE);
	peer_close(&peer);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)
	const struct CMUnitTest tests[] = {
	    TEST(test_put_find_profile_erase),
	    TEST(test_no_profile_is_empty),
	    TEST(test_a_frame_is_one_job),
	    TEST(test_profiles_keep_their_place),
	    TEST(test_duplicates_in_all_combinations),
	    TEST(test_stale_evidence_is_asked_again),
	    TEST(test_connections_share_a_job),
	    TEST(test_repeats),
	    TEST(test_gone_connections),
	    TEST(test_sizes),
	    TEST(test_long_frames),
	    TEST(test_reads_wait_for_no_rewrite),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
