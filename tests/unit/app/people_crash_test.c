/* people_crash_test.c -- a crash at every step of a life of puts, sets and erasures.
 *
 *   send | job: read, commit | decide, apply | flush | reply | settle: commit | rewrite
 *      ^ 0             ^ 1             ^ 2   ^ 3             ^ 4
 *
 * After each crash the documents are exactly those of the rows, nothing is pending, and the state
 * is that after the last answered command or after the one under way; that one is sent again with
 * its key, and the rest of the life ends as if nothing had happened.  The seed of commits that fail
 * is the n-th commit of people.mdb, before, in the middle of and after it.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/support/desk_people.h"

#define LIFE 8
#define TEXT_BYTES 2048

enum place {
	PLACE_SENT,    /* the job has not begun */
	PLACE_WRITTEN, /* the document is durable, nothing is decided */
	PLACE_APPLIED, /* the event is under way, and is lost */
	PLACE_TORN,    /* the event is under way, and is durable */
	PLACE_FLUSHED, /* answered; nothing is settled */
	PLACE_COUNT
};

struct plan {
	int command;   /* the crash is in this one; -1: in a commit */
	enum place at; /* there */
	uint64_t commit;
	enum people_memory_crash_place commit_at;
	size_t torn;
};

struct life {
	struct desk desk;
	struct peer peer;
	struct command commands[LIFE];
	uint64_t frame;
	bool crashed;
	bool struck; /* a commit was hit */
};

static char references[LIFE + 1][TEXT_BYTES];

static void greet(struct life *life)
{
	peer_open(&life->desk, &life->peer);
	peer_greet(&life->peer, 1);
}

static void begin(struct life *life)
{
	struct desk *desk = &life->desk;
	*life = (struct life){.frame = 10};
	desk_open(desk);
	greet(life);
	const struct command commands[LIFE] = {
	    desk_put(desk, 5, "phone=+8613800138000,card=A,name=Zoe"),
	    desk_put(desk, 6, "email=ada@example.com,name=Ada"),
	    desk_set(desk, 5, "phone=+8613900139000,city=Beijing"),
	    desk_put(desk, 7, "phone=+8613800138000"), /* freed by the set */
	    desk_erase(desk, 5),
	    desk_put(desk, 8, "card=A"), /* freed by the erasure */
	    desk_put(desk, 6, "name=Ada"),
	    desk_erase(desk, 7),
	};
	memcpy(life->commands, commands, sizeof commands);
}

static void end(struct life *life)
{
	peer_close(&life->peer);
	desk_close(&life->desk);
}

static const char *people_of(struct life *life, char *text)
{
	return desk_people(&life->desk, text, TEXT_BYTES);
}

/* What is found, too. */
static void check_finds(struct life *life, int done)
{
	static const struct {
		const char *identity;
		uint64_t holder[LIFE + 1]; /* after so many commands; 0: nobody */
	} rows[] = {
	    {"phone=+8613800138000", {0, 5, 5, 0, 7, 7, 7, 7, 0}},
	    {"phone=+8613900139000", {0, 0, 0, 5, 5, 0, 0, 0, 0}},
	    {"card=A", {0, 5, 5, 5, 5, 0, 8, 8, 8}},
	    {"email=ada@example.com", {0, 0, 6, 6, 6, 6, 6, 0, 0}},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct command find = desk_find(rows[i].identity);
		peer_send(&life->peer, &find, 1, ++life->frame);
		desk_settle(&life->desk);
		struct answer answer = peer_answer(&life->peer, life->frame, OP_customer_find);
		uint64_t holder = rows[i].holder[done];
		assert_int_equal(answer.status, holder == 0 ? ERROR_IDENTITY_UNKNOWN : ERROR_OK);
		if (holder != 0)
			assert_int_equal(answer.as.customer_find.customer, holder);
	}
}

static void crash(struct life *life, size_t torn)
{
	peer_close(&life->peer);
	desk_crash(&life->desk, torn);
	greet(life);
	life->crashed = true;
}

/* Work without its end. */
static void work_only(struct desk *desk)
{
	desk->job.work(desk->job.job);
}

/* Did a commit fail?  Then the process is gone. */
static bool stricken(struct life *life, const struct plan *plan)
{
	if (!life->desk.failed)
		return false;
	life->struck = true;
	crash(life, plan->torn);
	return true;
}

/* One command up to its answer.  False: the crash came before. */
static bool give(struct life *life, int number, const struct plan *plan)
{
	struct desk *desk = &life->desk;
	bool here = !life->crashed && plan->command == number;
	peer_send(&life->peer, &life->commands[number], 1, ++life->frame);
	if (here && plan->at <= PLACE_WRITTEN) {
		if (plan->at == PLACE_WRITTEN && desk->job.work != NULL)
			work_only(desk);
		crash(life, 0);
		return false;
	}
	while (desk->job.work != NULL) {
		desk_work(desk);
		if (stricken(life, plan))
			return false;
		peer_input(&life->peer, NULL, 0);
	}
	core_turn_ended(&desk->core);
	if (here && plan->at <= PLACE_TORN) {
		crash(life, plan->at == PLACE_TORN ? SIZE_MAX : 0);
		return false;
	}
	desk_settle(desk);
	struct answer answer = peer_answer(&life->peer, life->frame, life->commands[number].opcode);
	assert_int_equal(answer.status, ERROR_OK);
	if (here && plan->at == PLACE_FLUSHED)
		crash(life, 0);
	return true;
}

/* The state after a crash: of `done` commands, or of one more. */
static void check_after_crash(struct life *life, int done)
{
	char text[TEXT_BYTES];
	desk_check_people(&life->desk);
	people_of(life, text);
	bool more = done < LIFE && strcmp(text, references[done + 1]) == 0;
	if (!more && strcmp(text, references[done]) != 0)
		fail_msg("after %d commands:\n%snot:\n%s", done, text, references[done]);
	check_finds(life, more ? done + 1 : done);
}

/* Settle and, now and then, rewrite.  A crash in it changes nothing that was answered. */
static void rest(struct life *life, int done, const struct plan *plan)
{
	struct desk *desk = &life->desk;
	desk_settle_people(desk);
	if (stricken(life, plan))
		check_after_crash(life, done);
	if (done % 3 != 2)
		return;
	desk->now_us += INT64_C(7200) * 1000000;
	core_turn_ended(&desk->core);
	if (desk->job.work != NULL)
		desk_work(desk);
	if (stricken(life, plan))
		check_after_crash(life, done);
}

/* False: the commit of the plan does not come any more. */
static bool live(const struct plan *plan)
{
	struct life life;
	char text[TEXT_BYTES];
	begin(&life);
	life.desk.may_fail = plan->commit != 0;
	if (plan->commit != 0)
		people_memory_script(life.desk.people, plan->commit, plan->commit_at);
	for (int number = 0; number < LIFE; number++) {
		while (!give(&life, number, plan))
			check_after_crash(&life, number);
		if (plan->command == number && plan->at == PLACE_FLUSHED)
			check_after_crash(&life, number + 1);
		rest(&life, number + 1, plan);
	}
	desk_check_people(&life.desk);
	assert_string_equal(people_of(&life, text), references[LIFE]);
	check_finds(&life, LIFE);
	bool struck = life.struck;
	end(&life);
	return struck;
}

/* First: the others compare with what it notes. */
static void test_without_a_crash(void **state)
{
	struct life life;
	const struct plan none = {.command = -1};
	(void)state;
	begin(&life);
	for (int number = 0; number < LIFE; number++) {
		assert_true(give(&life, number, &none));
		rest(&life, number + 1, &none);
		people_of(&life, references[number + 1]);
		check_finds(&life, number + 1);
	}
	desk_check_people(&life.desk);
	end(&life);
}

static void test_at_every_place(void **state)
{
	(void)state;
	for (int command = 0; command < LIFE; command++)
		for (enum place at = PLACE_SENT; at < PLACE_COUNT; at++)
			live(&(struct plan){.command = command, .at = at});
}

static void test_at_every_commit(void **state)
{
	uint64_t commits = 0;
	(void)state;
	for (int place = PEOPLE_CRASH_BEFORE; place <= PEOPLE_CRASH_AFTER; place++)
		for (int torn = 0; torn < 2; torn++) {
			struct plan plan = {.command = -1,
					    .commit = 1,
					    .commit_at = (enum people_memory_crash_place)place,
					    .torn = torn == 0 ? 0 : SIZE_MAX};
			while (live(&plan))
				plan.commit++;
			commits = plan.commit - 1;
		}
	print_message("%llu commits and rewrites, each failed in 6 ways\n",
		      (unsigned long long)commits);
	assert_true(commits > 2 * LIFE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_without_a_crash),
	    cmocka_unit_test(test_at_every_place),
	    cmocka_unit_test(test_at_every_commit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
