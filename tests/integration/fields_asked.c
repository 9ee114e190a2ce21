/* fields_asked.c -- questions over added fields: every kind by every test it takes, orders, groups
 * and rows; right after a value is set, after a kill -9, and what becomes of a question whose field
 * is dropped.
 *
 * Three ranges of rows: the field has values in the first and in the last, and none between.
 *
 * usage: fields_asked BUILD_DIRECTORY
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/crmdb/crmdb.h"
#include "protocol/errors.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/server.h"

#define CUSTOMERS 9000u
#define FRAME 1000u
#define TEXT 512u

static struct server server;
static crm_client *db;
static crm_batch *batch;
static crm_result *result;
static crm_error error;

static void begin(void)
{
	crm_batch_clear(batch);
}

/* The status of the call, or else of its first command. */
static crm_status run(void)
{
	crm_status status = crm_exec(db, batch, &result, &error);
	return status != CRM_OK ? status : crm_result_first_error(result, &error);
}

static void must(const char *what)
{
	crm_status status = run();
	if (status != CRM_OK)
		check_fail(what, "%s", error.message);
}

static crm_status ask(const char *question)
{
	begin();
	crm_batch_query(batch, question);
	return run();
}

/* --- what there is --- */

static void make(void)
{
	static const crm_new_field fields[] = {{"shoe_size", "number", 1, NULL},
					       {"bonus", "money", 0, NULL},
					       {"renewal", "date", 0, NULL},
					       {"vip", "boolean", 0, NULL},
					       {"colour", "choice", 0, "red,green,blue"},
					       {"sports", "tags", 0, NULL}};
	begin();
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		crm_batch_field_add(batch, &fields[i], NULL);
	must("fields are added");
	for (uint64_t first = 1; first <= CUSTOMERS; first += FRAME) {
		begin();
		for (uint64_t id = first; id < first + FRAME; id++)
			crm_batch_customer_create(batch, id, NULL);
		must("customers are created");
	}
}

/* "shoe_size=43.5 sports=golf sports=chess" */
static void set(uint64_t customer, const char *values)
{
	char text[TEXT];
	crm_assignment list[16];
	crm_person person = {.customer = customer, .fields = list};
	snprintf(text, sizeof text, "%s", values);
	for (char *at = text, *end; *at != '\0'; at = end) {
		char *equals = strchr(at, '=');
		end = at + strcspn(at, " ");
		if (*end != '\0')
			*end++ = '\0';
		*equals = '\0';
		list[person.count++] = (crm_assignment){at, equals + 1};
	}
	begin();
	crm_batch_customer_set(batch, &person, NULL);
	must("values are set");
}

static void set_all(void)
{
	set(1, "shoe_size=43.5 bonus=-12.5 renewal=1998-06-20 vip=true colour=red sports=golf "
	       "sports=chess");
	set(2, "shoe_size=40 bonus=0.01 renewal=1998-07-20 vip=false colour=green sports=golf");
	set(3, "shoe_size=-1.5 bonus=1000 renewal=2079-06-05 vip=true colour=blue sports=chess");
	set(9000, "shoe_size=43.5 colour=red sports=tennis renewal=1900-01-01");
}

/* Few enough that a question about those who bought is answered by the index. */
static void buy(uint64_t customer, const char *id)
{
	begin();
	crm_batch_order(
	    batch, &(crm_order){.customer = customer, .id = id, .day = CRM_TODAY, .amount = 1});
	must("an order");
}

/* --- answers as text --- */

static size_t add(char *out, size_t used, const char *text, size_t size)
{
	return used + (size_t)snprintf(out + used, TEXT - used, "%.*s", (int)size, text);
}

static size_t add_datum(char *out, size_t used, const crm_datum *datum)
{
	char number[24];
	snprintf(number, sizeof number, "%" PRId64, datum->number);
	if (datum->form == CRM_NULL)
		return add(out, used, "-", 1);
	return datum->form == CRM_TEXT ? add(out, used, datum->text.bytes, datum->text.size)
				       : add(out, used, number, strlen(number));
}

/* Customers of a page or part: "1,9000". */
static const char *customers(void)
{
	static char out[TEXT];
	size_t used = 0;
	out[0] = '\0';
	for (int i = 0; i < crm_result_rows_size(result, 0) && used + 32 < TEXT; i++) {
		uint64_t id = 0;
		crm_result_row(result, 0, (uint32_t)i, &id);
		used +=
		    (size_t)snprintf(out + used, TEXT - used, "%s%" PRIu64, i > 0 ? "," : "", id);
	}
	return out;
}

/* The values of a row: "43.5|-|red". */
static const char *row(uint32_t at)
{
	static char out[TEXT];
	size_t used = 0;
	out[0] = '\0';
	for (int i = 0; i < crm_result_columns_size(result, 0); i++) {
		crm_datum datum = {0};
		crm_result_datum(result, 0, at, (uint32_t)i, &datum);
		used = add(out, used, "|", i > 0);
		used = add_datum(out, used, &datum);
	}
	return out;
}

/* Groups: "red 2 of 1: -1250, ..."; keys, customers, of them valued, their sum. */
static const char *groups(uint32_t keys)
{
	static char out[TEXT];
	size_t used = 0;
	out[0] = '\0';
	for (int i = 0; i < crm_result_groups_size(result, 0) && used + 128 < TEXT; i++) {
		crm_group group = {0};
		crm_datum datum = {0};
		crm_result_group(result, 0, (uint32_t)i, &group);
		used = add(out, used, ", ", i > 0 ? 2 : 0);
		for (uint32_t key = 0; key < keys; key++) {
			crm_result_group_key(result, 0, (uint32_t)i, key, &datum);
			used = add_datum(out, used, &datum);
			used = add(out, used, " ", 1);
		}
		used += (size_t)snprintf(out + used, TEXT - used, "%" PRIu64, group.customers);
		if (group.valued > 0)
			used +=
			    (size_t)snprintf(out + used, TEXT - used,
					     ":%" PRIu64 ":%" PRId64 ":%" PRId64 ":%" PRId64,
					     group.valued, group.sum, group.least, group.greatest);
	}
	return out;
}

static void same(const char *when, const char *question, const char *got, const char *wanted)
{
	if (strcmp(got, wanted) == 0)
		check(true, "%s: %s", when, question);
	else
		check_fail(question, "%s: \"%s\", not \"%s\"", when, got, wanted);
}

static void expect_customers(const char *when, const char *question, const char *wanted)
{
	crm_status status = ask(question);
	same(when, question, status == CRM_OK ? customers() : error.name, wanted);
}

/* A condition: who passes it, by id, and how many those are. */
static void expect_pass(const char *when, const char *condition, const char *wanted)
{
	char text[TEXT];
	uint64_t count = 0, commas = wanted[0] != '\0';
	snprintf(text, sizeof text, "segment %s order by id asc", condition);
	expect_customers(when, text, wanted);
	for (const char *at = wanted; *at != '\0'; at++)
		commas += *at == ',';
	snprintf(text, sizeof text, "count %s", condition);
	crm_status status = ask(text);
	crm_result_count(result, 0, &count);
	if (status != CRM_OK || count != commas)
		check_fail(text, "%s: %" PRIu64 " customers", when, count);
}

/* --- what is asked --- */

static void conditions(const char *when)
{
	static const char *const rows[][2] = {
	    {"shoe_size = 43.5", "1,9000"},
	    {"shoe_size != 43.5", "2,3"},
	    {"shoe_size in (40, -1.5, 7)", "2,3"},
	    {"shoe_size between -1.5 and 40", "2,3"},
	    {"not shoe_size between -1.5 and 40 and id < 3", "1"},
	    {"shoe_size < 0", "3"},
	    {"shoe_size <= 40", "2,3"},
	    {"shoe_size > 40", "1,9000"},
	    {"shoe_size >= 43.5", "1,9000"},
	    {"shoe_size is null and id <= 5", "4,5"},
	    {"shoe_size is null and id between 4095 and 4098", "4095,4096,4097,4098"},
	    {"shoe_size is not null", "1,2,3,9000"},
	    {"bonus = -12.50", "1"},
	    {"bonus in (0.01, 1k)", "2,3"},
	    {"bonus between -12.5 and 0", "1"},
	    {"bonus > 0", "2,3"},
	    {"bonus is null and id >= 8999", "8999,9000"},
	    {"renewal = 1998-06-20", "1"},
	    {"renewal in (1998-07-20, 1900-01-01)", "2,9000"},
	    {"renewal between 1998-06-20 and 1998-07-20", "1,2"},
	    {"renewal within -30d", "1"},
	    {"renewal within +30d", "2"},
	    {"renewal < -12d", "9000"},
	    {"renewal >= +19d", "2,3"},
	    {"renewal is null and id < 5", "4"},
	    {"vip = true", "1,3"},
	    {"vip = false", "2"},
	    {"vip != true", "2"},
	    {"vip in (true, false)", "1,2,3"},
	    {"vip is null and id > 8999", "9000"},
	    {"colour = red", "1,9000"},
	    {"colour != red", "2,3"},
	    {"colour in (green, blue)", "2,3"},
	    {"colour is not null and not colour in (green, blue)", "1,9000"},
	    {"colour is null and id < 5", "4"},
	    {"sports has golf", "1,2"},
	    {"sports has chess and not sports has golf", "3"},
	    {"sports is null and id in (3, 4)", "4"},
	    {"sports is not null", "1,2,3,9000"},
	    {"vip = true and colour = red or sports has tennis", "1,9000"},
	    {"stage = new and shoe_size = 40", "2"}, /* candidates of the index */
	    {"stage = new and shoe_size is null", "4"},
	    {"stage = new and (sports has golf or vip is null)", "2,4"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		expect_pass(when, rows[i][0], rows[i][1]);
}

static void refusals(void)
{
	static const char *const rows[][2] = {
	    {"count shoe_size = 43.55", "QUERY_NUMBER"},
	    {"count shoe_size = big", "QUERY_NUMBER"},
	    {"count shoe_size has 1", "QUERY_TEST"},
	    {"count shoe_size within 3d", "QUERY_TEST"},
	    {"count bonus = 0.001", "QUERY_NUMBER"},
	    {"count renewal = 5", "QUERY_DATE"},
	    {"count vip < true", "QUERY_TEST"},
	    {"count vip = maybe", "QUERY_VALUE"},
	    {"count colour = yellow", "QUERY_VALUE"},
	    {"count colour has red", "QUERY_TEST"},
	    {"count sports = golf", "QUERY_TEST"},
	    {"count sports has rugby", "QUERY_VALUE"},
	    {"count shoe_sise = 43", "QUERY_FIELD"},
	    {"segment all order by sports", "QUERY_ORDER"},
	    {"count by sports", "QUERY_GROUP"},
	    {"sum colour", "QUERY_MEASURE"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		crm_status status = ask(rows[i][0]);
		same("refused", rows[i][0], status == CRM_OK ? "answered" : error.name, rows[i][1]);
	}
}

static void orders(const char *when)
{
	static const char *const rows[][2] = {
	    {"segment shoe_size is not null order by shoe_size desc", "9000,1,2,3"},
	    {"segment shoe_size is not null order by shoe_size asc", "3,2,1,9000"},
	    {"segment colour is not null order by colour asc", "3,2,1,9000"}, /* by its texts */
	    {"segment colour is not null order by colour desc", "9000,1,2,3"},
	    {"segment colour is not null order by bonus desc", "3,2,1,9000"},
	    {"segment colour is not null order by bonus asc", "1,2,3,9000"},
	    {"segment colour is not null order by renewal asc", "9000,1,2,3"},
	    {"segment all order by renewal desc limit 2", "3,2"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		expect_customers(when, rows[i][0], rows[i][1]);
}

static void figures(const char *when)
{
	static const struct {
		const char *question;
		uint32_t keys;
		const char *wanted;
	} rows[] = {
	    {"count by colour where colour is not null", 1, "red 2, green 1, blue 1"},
	    {"count by vip", 1, "- 8997, 0 1, 1 2"},
	    {"count by colour, vip where shoe_size is not null", 2,
	     "red - 1, red 1 1, green 0 1, blue 1 1"},
	    {"count by renewal where renewal <= 1998-06-20", 1, "-25567 1, 10397 1"},
	    {"count by shoe_size where id < 4", 1, "-15 1, 400 1, 435 1"},
	    {"sum bonus", 0, "9000:3:98751:-1250:100000"},
	    {"sum bonus by vip where vip is not null", 1, "0 1:1:1:1:1, 1 2:2:98750:-1250:100000"},
	    {"max shoe_size by colour where colour = red", 1, "red 2:2:870:435:435"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		crm_status status = ask(rows[i].question);
		same(when, rows[i].question, status == CRM_OK ? groups(rows[i].keys) : error.name,
		     rows[i].wanted);
	}
	crm_group group = {0};
	crm_status status = ask("median shoe_size");
	crm_result_group(result, 0, 0, &group);
	check(status == CRM_OK && group.valued == 4 &&
		  (group.percentile == 400 || group.percentile == 435),
	      "%s: median shoe_size", when);
}

static void rows(const char *when)
{
	static const char *const asked = "segment id in (1, 4, 9000) order by id asc show "
					 "shoe_size, bonus, renewal, vip, colour, sports";
	static const char *const wanted[] = {"435|-1250|10397|1|red|golf,chess", "-|-|-|-|-|-",
					     "435|-|-25567|-|red|tennis"};
	crm_status status = ask(asked);
	for (uint32_t i = 0; i < 3; i++)
		same(when, "all of them in a row", status == CRM_OK ? row(i) : error.name,
		     wanted[i]);
}

/* --- changes --- */

static void after_a_set(void)
{
	set(4097, "shoe_size=43.5 sports=golf"); /* the range between gets its column */
	expect_pass("right after a set", "shoe_size = 43.5", "1,4097,9000");
	expect_pass("right after a set", "sports has golf", "1,2,4097");
	set(1, "shoe_size= sports=");
	expect_pass("right after it is cleared", "shoe_size = 43.5", "4097,9000");
	expect_pass("right after it is cleared", "sports is null and id <= 2", "1");
	set(1, "colour=violet"); /* a word that was new to the field */
	expect_pass("right after a new word", "colour = violet", "1");
	begin();
	crm_batch_field_rename(batch, "shoe_size", "size", NULL);
	must("a field is renamed");
	expect_pass("after a rename", "size = 43.5", "4097,9000");
	expect_pass("after a rename", "size is null and id = 1", "1");
	begin();
	crm_batch_customer_erase(batch, 9000, NULL);
	must("a customer is erased");
	expect_pass("after an erasure", "size = 43.5", "4097");
}

/* Begin a stream and read its first part; its number. */
static uint32_t open_stream(const char *question)
{
	uint32_t stream = ask(question) == CRM_OK ? crm_result_stream(result, 0) : 0;
	begin();
	crm_batch_stream_next(batch, stream);
	if (run() != CRM_OK || crm_result_stream_more(result, 0) != 1)
		check_fail(question, "no first part with more behind it: %s", error.message);
	return stream;
}

/* All parts that are left: rows, or -1 with the error. */
static int read_on(uint32_t stream)
{
	int count = 0;
	do {
		begin();
		crm_batch_stream_next(batch, stream);
		if (run() != CRM_OK)
			return -1;
		count += crm_result_rows_size(result, 0);
	} while (crm_result_stream_more(result, 0) == 1);
	return count;
}

static void dropped_under_a_stream(void)
{
	uint32_t shows = open_stream("stream all show size"),
		 asks = open_stream("stream size is null or id > 0 show id"),
		 other = open_stream("stream all show id, colour");
	begin();
	crm_batch_field_drop(batch, "size", NULL);
	must("a field is dropped");
	check(read_on(shows) == -1 && error.code == ERROR_FIELD_GONE,
	      "a stream that shows the field ends with FIELD_GONE (%s)", error.name);
	check(read_on(asks) == -1 && error.code == ERROR_FIELD_GONE,
	      "so does one that asks for it (%s)", error.name);
	check(read_on(other) > 0, "another goes on to its end");
	check(ask("count size = 40") == ERROR_QUERY_FIELD, "no new question knows it");
	expect_pass("the other fields stay", "colour = green", "2");
}

static void everything(const char *when)
{
	conditions(when);
	orders(when);
	figures(when);
	rows(when);
}

int main(int argc, char **argv)
{
	char scratch[SCRATCH_PATH], uri[SCRATCH_PATH + 16];
	struct server_mark live, folded;
	if (argc != 2) {
		fprintf(stderr, "usage: fields_asked BUILD_DIRECTORY\n");
		return 2;
	}
	scratch_new(scratch);
	server_init_build(&server, argv[1], scratch);
	server_add_argument(&server, "--clock");
	server_add_argument(&server, "1998-07-01");
	server_start(&server);
	snprintf(uri, sizeof uri, "%s?pool=1", server.uri);
	db = crm_open(uri, &error);
	batch = crm_batch_new();
	make();
	set_all();
	buy(2, "a");
	buy(4, "b");
	everything("right after the sets");
	refusals();
	server_kill(&server);
	server_start(&server);
	everything("after a kill");
	after_a_set();
	dropped_under_a_stream();
	crm_close(db);
	crm_result_free(result);
	crm_batch_free(batch);
	check(server_stop(&server, 10000) == 0, "the server stops cleanly");
	check(server_mark(&server, "stopped", &live) && server_verify(&server, 0, &folded) &&
		  live.digest == folded.digest,
	      "the log folds to the same state");
	return check_finish();
}
