/* cases_test.c -- runs the tables of tests/cases: one command a row, one decision.
 *
 *   given OP customer amount         done before the table, with a key of its own
 *   OP KEY customer x y -> OUTCOME a b saw        OUTCOME: an error's name, event, repeat, answer,
 *                                                 history; "-": not compared
 *   life AGE:AMOUNT,... -> tier stage band spend12 orders12 points      orders of a new customer
 *
 * x of put, set and find: fields, as tests/support/fields.h reads them; y cut: their last byte is
 * missing.  x of a consent: PURPOSE:CHANNEL:GRANTED, y its policy; of a greeting:
 * KIND:CHANNEL:YEAR, y the holiday.  A due list: KIND:PURPOSE:CHANNEL:HOLIDAY, limit, first and
 * last day.  - is none, "*65" so many letters.  Rows of fields: cases_fields.h.
 *
 * x, y: points; from and limit of a history; amount and day of an order; from and to of a count or
 * page, whose key and customer are bits.  a, b: the error's integers; points before and after of an
 * event, or version of its profile and the one before, or consent or year before and after, or of
 * its repeat's first, or a field's number and the customers who lost it; points and events of an
 * answer, or customers; first event and limit of a history.  A row that makes an event is applied.
 * Keys are named in `key_named`, orders in `order_named`.
 *
 * To add a case: a row; each row heals one defect of the row above it.
 */
#include <dirent.h>
#include <stdio.h>

#include "tests/unit/engine/cases_fields.h"
#include "tests/unit/engine/fixture_care.h"
#include "tests/unit/engine/fixture_people.h"

#define FOLDER "tests/cases"
#define NOW_US (FIXTURE_START_US + 100 * FIXTURE_HOUR_US)
#define COLUMNS 11

struct table {
	const char *path;
	unsigned line;
	struct engine *engine;
	struct fixture_people *people;
	uint8_t *fields;          /* FIELDS_BYTES */
	uint64_t serial;          /* makes fresh keys */
	struct wire_id key;       /* of the last command that was applied */
	struct decision decision; /* of the row under test */
	unsigned rows;
};

#define FAIL(table, ...)                                                                           \
	(print_error("%s:%u: ", (table)->path, (table)->line), print_error(__VA_ARGS__),           \
	 print_error("\n"), fail())

static struct wire_id key_named(struct table *table, const char *name)
{
	struct wire_id key = fixture_key(NOW_US, ++table->serial);
	const int64_t window_us = INT64_C(1000) * KEY_WINDOW_MS;
	const int64_t ahead_us = INT64_C(1000) * KEY_AHEAD_MS;
	if (strcmp(name, "zero") == 0)
		return (struct wire_id){0};
	if (strcmp(name, "v4") == 0)
		key.bytes[6] = (uint8_t)((key.bytes[6] & 15) | 0x40);
	else if (strcmp(name, "variant") == 0)
		key.bytes[8] |= 0xc0;
	else if (strcmp(name, "used") == 0) /* by the last command that was applied */
		key = table->key;
	else if (strcmp(name, "text") == 0)
		key = key_from_ref(OP_points_earn, (const char *)&table->serial, 8);
	else if (strcmp(name, "ahead") == 0)
		key = fixture_key(NOW_US + ahead_us + 1000, table->serial);
	else if (strcmp(name, "newest") == 0)
		key = fixture_key(NOW_US + ahead_us, table->serial);
	else if (strcmp(name, "old") == 0)
		key = fixture_key(NOW_US - window_us - 1000, table->serial);
	else if (strcmp(name, "oldest") == 0)
		key = fixture_key(NOW_US - window_us, table->serial);
	else if (strcmp(name, "fresh") != 0 && strcmp(name, "-") != 0)
		FAIL(table, "no key is named \"%s\"", name);
	return key;
}

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

static int64_t day_of(struct table *table, const char *text)
{
	if (strcmp(text, "today") == 0)
		return ORDER_DAY_TODAY;
	int64_t age = integer(table, text);
	return age == INT64_MAX ? age : FIXTURE_TODAY + age;
}

/* An order by its id, or by what is wrong with it. */
static struct command order_named(struct table *table, char *const column[5])
{
	static const char long_id[] =
	    "12345678901234567890123456789012345678901234567890123456789012345";
	const char *name = column[1];
	struct command command = fixture_order((uint64_t)integer(table, column[2]), name,
					       day_of(table, column[4]), integer(table, column[3]));
	struct msg_order *m = &command.as.order;
	if (strcmp(name, "-empty") == 0)
		m->order.size = 0;
	else if (strcmp(name, "-long") == 0 || strcmp(name, "-64") == 0)
		m->order = (struct wire_text){long_id, name[1] == '6' ? 64 : 65};
	else if (strcmp(name, "-latin1") == 0)
		m->order = (struct wire_text){"\xe9\x31", 2};
	else if (strcmp(name, "-wrong") == 0)
		m->key = key_from_ref(OP_points_earn, name, strlen(name));
	if (m->order.bytes != name)
		m->key = key_from_ref(OP_order, m->order.bytes, m->order.size);
	if (strcmp(name, "-v4") == 0)
		m->key.bytes[6] = (uint8_t)((m->key.bytes[6] & 15) | 0x40);
	else if (strcmp(name, "zero") == 0)
		m->key = (struct wire_id){0};
	return command;
}

static struct command set_of(struct table *table, char *const column[5])
{
	struct command command;
	uint16_t stages = (uint16_t)integer(table, column[1]);
	uint16_t tiers = (uint16_t)integer(table, column[2]);
	int64_t from = integer(table, column[3]), to = integer(table, column[4]);
	memset(&command, 0, sizeof command);
	if (strcmp(column[0], "trend") == 0) {
		command.opcode = OP_trend;
		command.as.trend = (struct msg_trend){4, from, to, tiers, stages, {0}, 0};
		return command;
	}
	if (strcmp(column[0], "on") == 0) {
		command.opcode = OP_matrix_on;
		command.as.matrix_on.day = from;
		return command;
	}
	command.opcode = strcmp(column[0], "page") == 0 ? OP_segment_page : OP_segment_count;
	if (command.opcode == OP_segment_count)
		command.as.segment_count = (struct msg_segment_count){4, tiers, stages, from, to};
	else
		command.as.segment_page =
		    (struct msg_segment_page){5, tiers, stages, from, to, 1, 0, 0, 0, 0};
	return command;
}

/* A command about a person; false: it is about something else. */
static bool person_of(struct table *table, char *const column[5], struct command *command)
{
	static const struct {
		const char *name;
		enum opcode opcode;
	} names[] = {{"put", OP_customer_put},
		     {"set", OP_customer_set},
		     {"erase", OP_customer_erase},
		     {"profile", OP_customer_profile},
		     {"find", OP_customer_find}};
	for (size_t i = 0; i < 5; i++) {
		if (strcmp(column[0], names[i].name) != 0)
			continue;
		struct wire_list fields = {0};
		if (strchr(column[3], '=') != NULL)
			fields = fields_parse(column[3], table->fields);
		if (strcmp(column[4], "cut") == 0)
			fields.size--;
		if (names[i].opcode == OP_customer_find)
			*command = fixture_find(table->people, fields);
		else
			*command = fixture_person(names[i].opcode, key_named(table, column[1]),
						  (uint64_t)integer(table, column[2]), fields);
		if (strcmp(column[4], "create") == 0)
			command->as.customer_set.create = 1;
		return true;
	}
	return false;
}

/* The n-th of words joined by colons as a number; 0: there are fewer. */
static int64_t number_at(struct table *table, const char *text, unsigned n)
{
	char word[32];
	for (; n > 0 && *text != '\0'; n--)
		text += strcspn(text, ":") + (strchr(text, ':') != NULL);
	if (*text == '\0')
		return 0;
	snprintf(word, sizeof word, "%.*s", (int)strcspn(text, ":"), text);
	return integer(table, word);
}

static const char *text_at(const char *word)
{
	static char long_text[512];
	if (strcmp(word, "-") == 0)
		return "";
	if (word[0] != '*')
		return strcmp(word, "latin1") == 0 ? "\xe9" : word;
	memset(long_text, 'x', sizeof long_text);
	long_text[strtoul(word + 1, NULL, 10) % sizeof long_text] = '\0';
	return long_text;
}

/* A consent, a greeting or a due list; false: it is about something else. */
static bool care_of(struct table *table, char *const column[5], struct command *command)
{
	const char *word = column[strcmp(column[0], "due") == 0 ? 1 : 3], *holiday;
	bool consent = strcmp(column[0], "consent") == 0;
	unsigned n[3];
	if (!consent && strcmp(column[0], "care") != 0 && strcmp(column[0], "due") != 0)
		return false;
	for (unsigned i = 0; i < 3; i++)
		n[i] = (unsigned)number_at(table, word, i);
	if (word == column[1]) {
		holiday = strrchr(word, ':') + 1;
		*command = fixture_due(n[0], text_at(holiday), integer(table, column[3]),
				       integer(table, column[4]));
		command->as.due.purpose = (uint8_t)n[1];
		command->as.due.channel = (uint8_t)n[2];
		command->as.due.limit = (uint32_t)integer(table, column[2]);
		return true;
	}
	uint64_t customer = (uint64_t)integer(table, column[2]);
	struct wire_id key = key_named(table, column[1]);
	if (!consent) {
		*command = fixture_care(key, customer, n[0], text_at(column[4]), n[2]);
		command->as.customer_care.channel = (uint8_t)n[1];
		return true;
	}
	*command = fixture_consent(key, customer, n[0], n[1], n[2]);
	command->as.customer_consent.policy = fixture_text(text_at(column[4]));
	return true;
}

static struct command command_of(struct table *table, char *const column[5])
{
	static const struct {
		const char *name;
		enum opcode opcode;
	} writes[] = {{"create", OP_customer_create},
		      {"earn", OP_points_earn},
		      {"redeem", OP_points_redeem},
		      {"adjust", OP_points_adjust}};
	struct command command;
	if (person_of(table, column, &command) || care_of(table, column, &command))
		return command;
	if (cases_field(column, &command)) {
		command.as.field_add.key = key_named(table, column[1]); /* of all three */
		return command;
	}
	uint64_t customer = (uint64_t)integer(table, column[2]);
	if (strcmp(column[0], "order") == 0)
		return order_named(table, column);
	if (strcmp(column[0], "page") == 0 || strcmp(column[0], "count") == 0 ||
	    strcmp(column[0], "trend") == 0 || strcmp(column[0], "on") == 0)
		return set_of(table, column);
	memset(&command, 0, sizeof command);
	for (size_t i = 0; i < 4; i++)
		if (strcmp(column[0], writes[i].name) == 0)
			return fixture_write(writes[i].opcode, key_named(table, column[1]),
					     customer, integer(table, column[3]));
	if (strcmp(column[0], "get") == 0) {
		command.opcode = OP_customer_get;
		command.as.customer_get.customer = customer;
	} else if (strcmp(column[0], "history") == 0) {
		command.opcode = OP_history;
		command.as.history =
		    (struct msg_history){3, customer, (uint64_t)integer(table, column[3]),
					 (uint32_t)integer(table, column[4])};
	} else {
		FAIL(table, "no command is named \"%s\"", column[0]);
	}
	return command;
}

static void run(struct table *table, const struct command *command)
{
	switch (command->opcode) {
	case OP_customer_put:
	case OP_customer_set:
	case OP_customer_erase:
	case OP_customer_find:
		fixture_run_person(table->engine, table->people, command, &table->decision);
		break;
	default:
		fixture_run(table->engine, command, NOW_US, &table->decision);
	}
	if (table->decision.verdict == VERDICT_EVENT)
		table->key = *command_key(command);
}

/* The decision as the three words a row compares. */
struct outcome {
	const char *name;
	int64_t a, b;
};

static struct outcome outcome_of(const struct decision *decision)
{
	const struct answer *answer = &decision->answer;
	const struct event *event = &decision->event;
	bool points = (event->parts & PART_points) != 0;
	switch (decision->verdict) {
	case VERDICT_REFUSED:
		return (struct outcome){error_info(answer->status)->name, answer->detail.a,
					answer->detail.b};
	case VERDICT_EVENT:
		if ((event->parts & PART_profile) != 0 && event->type != EVENT_customer_erased)
			return (struct outcome){"event", (int64_t)event->profile.version,
						(int64_t)event->profile.replaced};
		if ((event->parts & PART_consent) != 0)
			return (struct outcome){"event", (int64_t)event->consent.before,
						(int64_t)event->consent.after};
		if ((event->parts & PART_care) != 0)
			return (struct outcome){"event", (int64_t)event->care.before,
						(int64_t)event->care.year};
		if ((event->parts & PART_field) != 0)
			return (struct outcome){"event", (int64_t)event->field.number,
						(int64_t)event->field.customers};
		return (struct outcome){"event", points ? event->points.before : 0,
					points ? event->points.after : 0};
	case VERDICT_REPEAT:
		return (struct outcome){"repeat", (int64_t)decision->past, 0};
	case VERDICT_PERSON:
		return (struct outcome){"person", (int64_t)decision->past, 0};
	case VERDICT_PROFILE:
		return (struct outcome){"profile", (int64_t)decision->past, 0};
	case VERDICT_QUESTION:
		return (struct outcome){"question", 0, 0};
	case VERDICT_HISTORY:
		return (struct outcome){"history", (int64_t)decision->past, decision->limit};
	case VERDICT_ADVANCE:
		return (struct outcome){"advance", decision->day, 0};
	case VERDICT_ANSWER:
		break;
	}
	if (answer->opcode == OP_segment_count)
		return (struct outcome){"answer", (int64_t)answer->as.segment_count.customers, 0};
	if (answer->opcode == OP_customer_find)
		return (struct outcome){"answer", (int64_t)answer->as.customer_find.customer, 0};
	if (answer->opcode == OP_customer_profile)
		return (struct outcome){"answer", (int64_t)answer->as.customer_profile.version, 0};
	if (answer->opcode == OP_due)
		return (struct outcome){"answer", answer->as.due.customers.count,
					(int64_t)answer->as.due.next};
	if (answer->opcode == OP_trend)
		return (struct outcome){"answer", answer->as.trend.days.count, 0};
	if (answer->opcode == OP_matrix_on)
		return (struct outcome){"answer", answer->as.matrix_on.cells.count, 0};
	if (answer->opcode == OP_segment_page)
		return (struct outcome){"answer", answer->as.segment_page.members.count, 0};
	return (struct outcome){"answer", answer->as.customer_get.points,
				answer->as.customer_get.events};
}

static void compare(struct table *table, const char *what, const char *wanted, int64_t got)
{
	if (strcmp(wanted, "-") != 0 && integer(table, wanted) != got)
		FAIL(table, "%s is %lld, not %s", what, (long long)got, wanted);
}

static void run_row(struct table *table, char *const column[COLUMNS])
{
	struct command command = command_of(table, column);
	run(table, &command);
	struct outcome got = outcome_of(&table->decision);
	if (strcmp(column[5], "->") != 0 || strcmp(got.name, column[6]) != 0)
		FAIL(table, "outcome is %s, not %s", got.name, column[6]);
	compare(table, "a", column[7], got.a);
	compare(table, "b", column[8], got.b);
	compare(table, "saw", column[9], (int64_t)table->decision.saw);
	table->rows++;
}

static void run_given(struct table *table, char *const column[COLUMNS])
{
	char fresh[] = "fresh", today[] = "today", id[24];
	bool order = strcmp(column[1], "order") == 0;
	snprintf(id, sizeof id, "given-%u", table->line);
	char *const words[5] = {column[1], order ? id : fresh, column[2], column[3], today};
	struct command command = command_of(table, words);
	run(table, &command);
	if (table->decision.verdict != VERDICT_EVENT)
		FAIL(table, "what is given was refused");
}

/* "31:100,0:100": those orders of a new customer; *column ends up behind them. */
static void place_orders(struct table *table, uint64_t customer, const char *at)
{
	for (unsigned n = 0; *at != '\0'; n++) {
		char id[32], *end;
		long long age = strtoll(at, &end, 10);
		if (*end != ':')
			FAIL(table, "\"%s\" does not begin with AGE:AMOUNT", at);
		long long amount = strtoll(end + 1, &end, 10);
		snprintf(id, sizeof id, "life-%u-%u", table->line, n);
		struct command command = fixture_order(customer, id, FIXTURE_TODAY - age, amount);
		run(table, &command);
		if (table->decision.verdict != VERDICT_EVENT)
			FAIL(table, "the order is refused: %u", table->decision.answer.status);
		at = end + (*end == ',');
	}
}

static void run_life(struct table *table, char *const column[COLUMNS])
{
	uint64_t customer = 1000000 + table->line;
	struct command get = {.opcode = OP_customer_get};
	const struct ans_customer_get *got = &table->decision.answer.as.customer_get;
	place_orders(table, customer, column[1]);
	get.as.customer_get.customer = customer;
	run(table, &get);
	compare(table, "tier", column[3], got->tier);
	compare(table, "stage", column[4], got->stage);
	compare(table, "band", column[5], got->band);
	compare(table, "spend12", column[6], got->spend12);
	compare(table, "orders12", column[7], got->orders12);
	compare(table, "points", column[8], got->points);
	table->rows++;
}

static void run_line(struct table *table, char *line)
{
	char *column[COLUMNS] = {NULL};
	size_t count = 0;
	for (char *at = line + strspn(line, " \t\n"); *at != '\0' && count < COLUMNS;) {
		column[count++] = at;
		at += strcspn(at, " \t\n");
		size_t gap = strspn(at, " \t\n");
		*at = '\0';
		at += gap;
	}
	if (count == 0 || column[0][0] == '#' || strcmp(column[0], "command") == 0 ||
	    strcmp(column[0], "orders") == 0)
		return;
	if (strcmp(column[0], "given") == 0 && count == 4)
		run_given(table, column);
	else if (strcmp(column[0], "life") == 0 && count == 9)
		run_life(table, column);
	else if (count == 10)
		run_row(table, column);
	else
		FAIL(table, "%zu words are no row", count);
}

static unsigned run_file(const char *path)
{
	struct fixture_memory memory;
	struct table table = {.path = path};
	char line[256];
	FILE *file = fopen(path, "r");
	if (file == NULL)
		fail_msg("%s cannot be opened", path);
	fixture_memory(&memory);
	table.engine = fixture_engine(&memory);
	table.people = calloc(1, sizeof *table.people);
	table.fields = malloc(FIELDS_BYTES);
	assert_true(table.people != NULL && table.fields != NULL);
	while (fgets(line, sizeof line, file) != NULL) {
		table.line++;
		run_line(&table, line);
	}
	fclose(file);
	fixture_check(table.engine);
	fixture_people_free(table.people);
	free(table.fields);
	engine_free(table.engine);
	assert_int_equal(memory.used, 0);
	return table.rows;
}

static void test_cases(void **state)
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
	assert_true(files >= 5 && rows >= 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
