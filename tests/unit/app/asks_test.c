/* asks_test.c -- what is asked ahead and thrown away stays in proportion to what is done. */
#include <stdlib.h>

#include "tests/support/desk_people.h"

#define COMMANDS 400u

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

/* Run the commands, given over and over until there are COMMANDS; returns how many versions they
 * took. */
static uint64_t run(struct desk *desk, const struct command *given, uint32_t count)
{
	static struct command commands[COMMANDS];
	struct peer peer;
	uint64_t before = people_last_version(desk->people);
	for (uint32_t i = 0; i < COMMANDS; i++) {
		commands[i] = given[i % count];
		if (commands[i].opcode != OP_customer_profile)
			commands[i].as.customer_set.key =
			    desk_create(desk, 1).as.customer_create.key;
	}
	peer_open(desk, &peer);
	peer_greet(&peer, 2);
	peer_send(&peer, commands, COMMANDS, 1);
	desk_run(desk, &peer);
	desk_settle_people(desk);
	peer_close(&peer);
	desk_check_people(desk);
	return people_last_version(desk->people) - before;
}

/* Customers 5 and 6, who has the card A. */
static void begin(struct desk *desk)
{
	struct command put[] = {desk_put(desk, 5, "name=A"), desk_put(desk, 6, "card=A")};
	run(desk, put, 2);
}

/* A profile behind a change of the same frame is worked out from what the change makes. */
static void test_profiles_between_changes(void **state)
{
	struct desk *desk = *state;
	begin(desk);
	struct command pair[] = {desk_set(desk, 5, "name=B"), desk_profile(5)};
	assert_int_equal(run(desk, pair, 2), COMMANDS / 2);
}

/* What was built on a change that is refused is built again, less and less far ahead. */
static void test_refused_changes(void **state)
{
	struct desk *desk = *state;
	begin(desk);
	struct command taken = desk_set(desk, 5, "card=A");
	assert_in_range(run(desk, &taken, 1), COMMANDS, 2 * COMMANDS + 2 * ASKS_MOST);
}

static void test_every_other_change_refused(void **state)
{
	struct desk *desk = *state;
	begin(desk);
	struct command pair[] = {desk_set(desk, 5, "card=A"), desk_set(desk, 5, "name=B")};
	assert_in_range(run(desk, pair, 2), COMMANDS, 4 * COMMANDS + 2 * ASKS_MOST);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)
	const struct CMUnitTest tests[] = {
	    TEST(test_profiles_between_changes),
	    TEST(test_refused_changes),
	    TEST(test_every_other_change_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
