/* days_cases_test.c -- runs the tables of tests/cases/days: a life of orders and days a row, and
 * advances.
 *
 *   programme WORD=n ...      an engine whose rules are these, and otherwise the default ones;
 *                             clock=wall: its day is not set by hand
 *   lived DATE STEP,... -> tier until stage band spend12 orders12 told
 *                             a customer of an engine of its own that begins on DATE
 *                             STEP: [AGE]=AMOUNT an order, +N days; told: by the last step
 *   order                     an order, today, so that a day has somebody to look at
 *   turn N, begin             N days pass; the next one begins, and has yet to look at anybody
 *   advance X -> OUTCOME a b saw
 *                             X: days from the first day; OUTCOME: an error's name, advance, answer
 *
 * To add a case: a row beside its opposite.
 */
#include <dirent.h>
#include <stdio.h>

#include "tests/unit/engine/days_fixture.h"

#include "protocol/common/date.h"

#define FOLDER "tests/cases/days"
#define NOW_US (FIXTURE_START_US + 100 * FIXTURE_HOUR_US)
#define COLUMNS 12

struct table {
	const char *path;
	unsigned line;
	struct fixture_memory memory;
	struct engine *engine;
	struct rules rules;       /* of the programme */
	int32_t start;            /* first day of the engine */
	struct decision decision; /* of the row under test */
	unsigned rows, serial;
};

#define FAIL(table, ...)                                                                           \
	(print_error("%s:%u: ", (table)->path, (table)->line), print_error(__VA_ARGS__),           \
	 print_error("\n"), fail())

static int64_t integer(struct table *table, const char *text)
{
	char *end;
	if (strcmp(text, "min") == 0)
		return INT64_MIN;
	if (strcmp(text, "max") == 0)
		return INT64_MAX;
	long long value = strtoll(text, &end, 10);
	if (*end != '\0' || end == text)
		FAIL(table, "\"%s\" is not a number", text);
	return value;
}

static int64_t date(struct table *table, const char *text)
{
	int32_t day = -1;
	if (strcmp(text, "none") != 0 && !date_parse(text, strlen(text), &day))
		FAIL(table, "\"%s\" is not a date", text);
	return day;
}

static void compare(struct table *table, const char *what, const char *wanted, int64_t got)
{
	if (integer(table, wanted) != got)
		FAIL(table, "%s is %lld, not %s", what, (long long)got, wanted);
}

/* --- engines --- */

static void open_engine(struct table *table, const struct event *genesis)
{
	fixture_memory(&table->memory);
	table->engine = engine_of(&table->memory, genesis);
	table->start = engine_today(table->engine);
	assert_int_equal(engine_index(table->engine), ERROR_OK);
}

static void close_engine(struct table *table)
{
	fixture_check(table->engine);
	engine_free(table->engine);
	assert_int_equal(table->memory.used, 0);
}

/* False: no rule has this name, "grace=3" for one. */
static bool set_rule(struct table *table, const char *word)
{
	struct rules *rules = &table->rules;
	const char *value = strchr(word, '=');
	int32_t number = value == NULL ? 0 : (int32_t)integer(table, value + 1);
	if (strncmp(word, "keep=", 5) == 0)
		rules->keep_months = number;
	else if (strncmp(word, "grace=", 6) == 0)
		rules->grace_days = number;
	else if (strncmp(word, "fall=", 5) == 0)
		rules->fall = (uint32_t)number;
	else if (strncmp(word, "threshold=", 10) == 0)
		for (uint32_t tier = 0; tier < rules->tier_count; tier++)
			rules->tiers[tier].keep_bp = (uint32_t)number;
	else
		return false;
	return true;
}

static void run_programme(struct table *table, char *const column[COLUMNS])
{
	bool wall = column[1] != NULL && strcmp(column[1], "clock=wall") == 0;
	table->rules = rules_default();
	for (size_t i = wall ? 2 : 1; i < COLUMNS && column[i] != NULL; i++)
		if (!set_rule(table, column[i]))
			FAIL(table, "no rule is named \"%s\"", column[i]);
	struct event genesis = genesis_of(&table->rules, FIXTURE_TODAY);
	genesis.genesis.clock_fixed = !wall;
	genesis.time_us = FIXTURE_START_US;
	close_engine(table);
	open_engine(table, &genesis);
}

/* --- lives --- */

static const char *told_by(const struct event *event)
{
	static const char *const causes[] = {"", "order", "saved", "kept", "fell"};
	static char told[32];
	const char *cause = event->parts & PART_tier ? causes[event->tier.cause] : "";
	const char *stage = event->parts & PART_stage ? "stage" : "";
	snprintf(told, sizeof told, "%s%s%s", cause, *cause && *stage ? "+" : "", stage);
	return *told ? told : "nothing";
}

/* "=100,+30,12=100": an order today, 30 days, an order of 12 days ago. */
static const char *take_steps(struct table *table, const char *at)
{
	const char *told = "nothing";
	for (unsigned n = 0; *at != '\0'; n++) {
		char id[32], *end;
		long long number = strtoll(at, &end, 10);
		if (*at == '+') {
			for (; number > 0; number--) {
				struct event event = days_turn_one(table->engine, 0);
				told = told_by(&event);
			}
			at = end + (*end == ',');
			continue;
		}
		if (*end != '=')
			FAIL(table, "\"%s\" does not begin with +N or AGE=AMOUNT", at);
		snprintf(id, sizeof id, "step-%u", n);
		long long amount = strtoll(end + 1, &end, 10);
		struct command command =
		    fixture_order(1, id, engine_today(table->engine) - number, amount);
		fixture_run(table->engine, &command, NOW_US, &table->decision);
		if (table->decision.verdict != VERDICT_EVENT)
			FAIL(table, "the order is refused: %u", table->decision.answer.status);
		told = told_by(&table->decision.event);
		at = end + (*end == ',');
	}
	return told;
}

static void run_lived(struct table *table, char *const column[COLUMNS])
{
	struct event genesis = genesis_of(&table->rules, (int32_t)date(table, column[1]));
	struct command get = {.opcode = OP_customer_get};
	const struct ans_customer_get *got = &table->decision.answer.as.customer_get;
	close_engine(table);
	open_engine(table, &genesis);
	const char *told = take_steps(table, column[2]);
	if (strcmp(told, column[10]) != 0)
		FAIL(table, "told is %s, not %s", told, column[10]);
	get.as.customer_get.customer = 1;
	fixture_decide(table->engine, &get, NOW_US, &table->decision);
	compare(table, "tier", column[4], got->tier);
	if (got->tier_until != date(table, column[5]))
		FAIL(table, "until is day %lld", (long long)got->tier_until);
	compare(table, "stage", column[6], got->stage);
	compare(table, "band", column[7], got->band);
	compare(table, "spend12", column[8], got->spend12);
	compare(table, "orders12", column[9], got->orders12);
	table->rows++;
}

/* --- advances --- */

static void run_turn(struct table *table, char *const column[COLUMNS])
{
	struct day_begin begin = {0, 2};
	struct event event;
	if (column[1] != NULL) {
		for (int64_t days = integer(table, column[1]); days > 0; days--)
			days_turn_one(table->engine, 0);
		return;
	}
	engine_begin_day(table->engine, &begin, &event);
	assert_int_equal(engine_reserve(table->engine, 1), ERROR_OK);
	engine_apply(table->engine, &event);
}

static void run_order(struct table *table)
{
	char id[16];
	snprintf(id, sizeof id, "order-%u", table->serial++);
	struct command command = fixture_order(7, id, engine_today(table->engine), 100);
	if (fixture_run(table->engine, &command, NOW_US, &table->decision) != VERDICT_EVENT)
		FAIL(table, "the order is refused: %u", table->decision.answer.status);
}

static void run_advance(struct table *table, char *const column[COLUMNS])
{
	const struct decision *decision = &table->decision;
	const struct answer *answer = &decision->answer;
	struct command command = {.opcode = OP_advance};
	const char *name = "neither";
	int64_t x = integer(table, column[1]), a = 0, b = 0;
	command.as.advance.day = x == INT64_MIN || x == INT64_MAX ? x : table->start + x;
	fixture_decide(table->engine, &command, NOW_US, &table->decision);
	if (decision->verdict == VERDICT_REFUSED) {
		name = error_info(answer->status)->name;
		a = answer->detail.a;
		b = answer->detail.b;
	} else if (decision->verdict == VERDICT_ADVANCE) {
		name = "advance";
		a = decision->day;
	} else if (decision->verdict == VERDICT_ANSWER) {
		name = "answer";
		a = answer->as.advance.today;
		b = (int64_t)answer->as.advance.event;
	}
	if (strcmp(name, column[3]) != 0)
		FAIL(table, "outcome is %s, not %s", name, column[3]);
	compare(table, "a", column[4], a);
	compare(table, "b", column[5], b);
	compare(table, "saw", column[6], (int64_t)decision->saw);
	table->rows++;
}

/* --- tables --- */

static void run_line(struct table *table, char *line)
{
	char *column[COLUMNS + 1] = {NULL}, *rest = NULL;
	size_t count = 0;
	for (char *word = strtok_r(line, " \t\n", &rest); word != NULL && count < COLUMNS;
	     word = strtok_r(NULL, " \t\n", &rest))
		column[count++] = word;
	if (count == 0 || column[0][0] == '#')
		return;
	if (strcmp(column[0], "programme") == 0)
		run_programme(table, column);
	else if (strcmp(column[0], "lived") == 0 && count == 11)
		run_lived(table, column);
	else if (strcmp(column[0], "advance") == 0 && count == 7)
		run_advance(table, column);
	else if (strcmp(column[0], "order") == 0 && count == 1)
		run_order(table);
	else if ((strcmp(column[0], "turn") == 0 && count == 2) ||
		 (strcmp(column[0], "begin") == 0 && count == 1))
		run_turn(table, column);
	else
		FAIL(table, "%zu words are no row", count);
}

static unsigned run_file(const char *path)
{
	struct table table = {.path = path, .rules = rules_default()};
	struct event genesis = genesis_of(&table.rules, FIXTURE_TODAY);
	char line[256];
	FILE *file = fopen(path, "r");
	if (file == NULL)
		fail_msg("%s cannot be opened", path);
	open_engine(&table, &genesis);
	while (fgets(line, sizeof line, file) != NULL) {
		table.line++;
		run_line(&table, line);
	}
	fclose(file);
	close_engine(&table);
	return table.rows;
}

static void test_days_cases(void **state)
{
	DIR *folder = opendir(FOLDER);
	struct dirent *entry;
	unsigned files = 0, rows = 0;
	(void)state;
	if (folder == NULL)
		fail_msg(FOLDER " is not here: run from the root of the repository");
	while ((entry = readdir(folder)) != NULL) {
		char path[512];
		const char *dot = strrchr(entry->d_name, '.');
		if (dot == NULL || strcmp(dot, ".case") != 0)
			continue;
		snprintf(path, sizeof path, FOLDER "/%s", entry->d_name);
		rows += run_file(path);
		files++;
	}
	closedir(folder);
	print_message("%u rows in %u tables\n", rows, files);
	assert_true(files >= 2 && rows >= 120);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_days_cases)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
