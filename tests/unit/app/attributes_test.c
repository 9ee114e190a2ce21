/* attributes_test.c -- attributes through a connection: what a refusal may say, and when. */
#include <stdio.h>
#include <stdlib.h>

#include "server/engine/words.h"
#include "tests/support/desk_people.h"

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

/* "tags=t1,tags=t2,..." up to the most there can be. */
static void name_tags(char *text, size_t size)
{
	size_t used = 0;
	for (unsigned i = 1; i <= WORDS_TAGS; i++)
		used +=
		    (size_t)snprintf(text + used, size - used, "%stags=t%u", i > 1 ? "," : "", i);
	assert_true(used < size);
}

/* I3: who is told that a field is full has seen the event that filled it. */
static void test_a_full_field_is_told_when_it_is_durable(void **state)
{
	struct desk *desk = *state;
	struct peer writer, refused;
	char tags[1024];
	peer_open(desk, &writer);
	peer_open(desk, &refused);
	peer_greet(&writer, 1);
	peer_greet(&refused, 2);
	struct command create[] = {desk_create(desk, 5), desk_create(desk, 6)};
	peer_send(&writer, create, 2, 1);
	desk_settle(desk);
	peer_frame(&writer);
	name_tags(tags, sizeof tags);
	struct command fill = desk_set(desk, 5, tags), more = desk_set(desk, 6, "tags=new");
	peer_send(&writer, &fill, 1, 2);
	peer_send(&refused, &more, 1, 1);
	core_turn_ended(&desk->core);
	assert_true(peer_silent(&writer) && peer_silent(&refused));
	desk_settle(desk);
	assert_int_equal(peer_answer(&writer, 2, OP_customer_set).status, ERROR_OK);
	struct answer answer = peer_answer(&refused, 1, OP_customer_set);
	assert_int_equal(answer.status, ERROR_WORDS_FULL);
	assert_int_equal(answer.sequence, 4);
	peer_close(&writer);
	peer_close(&refused);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)
	const struct CMUnitTest tests[] = {
	    TEST(test_a_full_field_is_told_when_it_is_durable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
