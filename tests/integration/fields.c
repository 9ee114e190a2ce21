/* fields.c -- added fields from the library to the log and back: names become numbers, values
 * survive a kill -9, a name means one field for ever.
 *
 * usage: fields BUILD_DIRECTORY
 */
#include <stdio.h>
#include <string.h>

#include "client/crmdb/crmdb.h"
#include "protocol/errors.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/server.h"

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
static crm_status run(crm_client *client)
{
	crm_status status = crm_exec(client, batch, &result, &error);
	return status != CRM_OK ? status : crm_result_first_error(result, &error);
}

static crm_status add(const char *name, const char *kind, uint8_t places, const char *values)
{
	begin();
	crm_batch_field_add(batch, &(crm_new_field){name, kind, places, values}, NULL);
	return run(db);
}

static crm_status drop(const char *name)
{
	begin();
	crm_batch_field_drop(batch, name, NULL);
	return run(db);
}

static crm_status set(crm_client *client, const char *field, const char *value)
{
	crm_assignment list[] = {{"city", "Lisbon"}, {field, value}};
	begin();
	crm_batch_customer_set(batch, &(crm_person){42, list, 2, 1}, NULL);
	return run(client);
}

/* All values of a field, joined; "": none. */
static const char *shown(crm_client *client, const char *field)
{
	static char text[512];
	crm_value value;
	text[0] = '\0';
	begin();
	crm_batch_customer_profile(batch, 42);
	if (run(client) != CRM_OK)
		return "no profile";
	for (int i = 0; i < crm_result_profile_size(result, 0); i++) {
		crm_result_profile_value(result, 0, (uint32_t)i, &value);
		if (strcmp(value.field, field) == 0)
			snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s",
				 text[0] == '\0' ? "" : "+", (int)value.size, value.value);
	}
	return text;
}

static bool says(const char *part)
{
	if (strstr(error.message, part) != NULL)
		return true;
	printf("# \"%s\" does not say \"%s\"\n", error.message, part);
	return false;
}

static void adds(void)
{
	check(add("shoe_size", "number", 1, NULL) == CRM_OK &&
		  crm_result_field_number(result, 0) == 128,
	      "the first field has number 128");
	check(add("colour", "choice", 0, "red,green") == CRM_OK, "a choice with values");
	check(add("sports", "tags", 0, NULL) == CRM_OK, "tags without");
	check(add("bonus", "money", 0, NULL) == CRM_OK &&
		  add("vip", "boolean", 0, NULL) == CRM_OK &&
		  add("renewal", "date", 0, NULL) == CRM_OK,
	      "money, boolean and date");
	check(add("colour", "tags", 0, NULL) == ERROR_SEGMENT_EXISTS && says("\"colour\""),
	      "a name is used once");
	check(add("region", "tags", 0, NULL) == ERROR_SEGMENT_EXISTS, "nor that of every database");
	check(add("between", "tags", 0, NULL) == ERROR_SEGMENT_NAME, "no word of the language");
	check(add("size", "tier", 0, NULL) == ERROR_FIELD_KIND, "not every kind");
	check(add("size", "tags", 0, "a,a") == ERROR_FIELD_VALUES, "no value twice");
}

static void sets(void)
{
	check(set(db, "shoe_size", "43.5") == CRM_OK && set(db, "COLOUR", "blue") == CRM_OK &&
		  set(db, "bonus", "-12.5") == CRM_OK && set(db, "vip", "TRUE") == CRM_OK &&
		  set(db, "renewal", "2030-02-28") == CRM_OK && set(db, "sports", "golf") == CRM_OK,
	      "values of each kind are set by name");
	check(set(db, "shoe_size", "43.55") == ERROR_NUMBER_INVALID && says("shoe_size is not"),
	      "an error calls an added field by its name");
	check(set(db, "renewal", "soon") == ERROR_DATE_INVALID && says("renewal is not"),
	      "a date that is none");
	check(set(db, "citty", "Rome") == ERROR_BAD_ARGUMENT && says("did you mean \"city\"?"),
	      "a slip in the name of a field of every database");
	check(set(db, "shoe_sise", "1") == ERROR_BAD_ARGUMENT && says("\"shoe_size\"?"),
	      "a slip in the name of an added one");
}

static void expect_values(const char *when)
{
	static const char *const wanted[][2] = {
	    {"shoe_size", "43.5"}, {"colour", "blue"},        {"bonus", "-12.50"}, {"vip", "true"},
	    {"sports", "golf"},    {"renewal", "2030-02-28"}, {"city", "Lisbon"}};
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		check(strcmp(shown(db, wanted[i][0]), wanted[i][1]) == 0, "%s: %s is %s", when,
		      wanted[i][0], wanted[i][1]);
}

/* How many are listed; the values of `name` into `values`. */
static int listed(const char *name, char values[64])
{
	crm_field field;
	int count = 0;
	uint16_t from = 0;
	do {
		begin();
		crm_batch_field_list(batch, from);
		if (run(db) != CRM_OK)
			return -1;
		for (uint32_t i = 0; crm_result_field(result, 0, i, &field) == 0; i++) {
			count += field.added;
			if (field.name_size == strlen(name) &&
			    memcmp(field.name, name, field.name_size) == 0)
				snprintf(values, 64, "%.*s", (int)field.values_size, field.values);
		}
		from = crm_result_fields_next(result, 0);
	} while (from != 0);
	return count;
}

static void lists(void)
{
	char values[64];
	check(listed("colour", values) == 6 && strcmp(values, "red,green,blue") == 0,
	      "added fields are listed, with the values so far");
	check(listed("gender", values) == 6 && strcmp(values, "female,male,other") == 0,
	      "so are those of every database");
}

/* `other` has asked for the list before; what it knows becomes old. */
static void changes(crm_client *other)
{
	uint64_t customers = 0;
	begin();
	crm_batch_field_rename(batch, "colour", "hue", NULL);
	check(run(db) == CRM_OK && strcmp(shown(db, "hue"), "") == 0 &&
		  set(db, "hue", "red") == CRM_OK && strcmp(shown(other, "colour"), "red") == 0,
	      "a renamed field is set by its new name");
	check(drop("sports") == CRM_OK && crm_result_field_dropped(result, 0, &customers) == 0 &&
		  customers == 1,
	      "a field is dropped, with the value of one customer");
	check(drop("sports") == ERROR_QUERY_FIELD && drop("spend") == ERROR_FIELD_FIXED,
	      "it is gone, and a field of every database stays");
	check(add("sports", "boolean", 0, NULL) == ERROR_FIELD_NAME_USED &&
		  says("\"sports\" was the name") &&
		  add("colour", "choice", 0, NULL) == ERROR_FIELD_NAME_USED,
	      "no other field can have its name, nor one that was renamed away");
	check(add("sport", "boolean", 0, NULL) == CRM_OK &&
		  crm_result_field_number(result, 0) == 134,
	      "another field has another number");
	check(set(other, "sports", "golf") == ERROR_FIELD_UNKNOWN, "who knew the old one is told");
	check(set(other, "sports", "golf") == ERROR_BAD_ARGUMENT && says("\"sport\"?"),
	      "and then asks anew");
	check(set(other, "sport", "true") == CRM_OK && strcmp(shown(other, "sport"), "true") == 0,
	      "the new one is set by its own name");
	check(set(other, "hue", "blue") == CRM_OK, "a name that was new to it is asked for");
}

static void ends(void)
{
	begin();
	crm_batch_customer_erase(batch, 42, NULL);
	check(run(db) == CRM_OK && drop("vip") == CRM_OK, "an erased customer has no values");
	uint64_t customers = 1;
	check(crm_result_field_dropped(result, 0, &customers) == 0 && customers == 0,
	      "and counts for none");
}

int main(int argc, char **argv)
{
	char scratch[SCRATCH_PATH];
	struct server_mark live, folded;
	if (argc != 2) {
		fprintf(stderr, "usage: fields BUILD_DIRECTORY\n");
		return 2;
	}
	scratch_new(scratch);
	server_init_build(&server, argv[1], scratch);
	server_start(&server);
	db = crm_open(server.uri, &error);
	batch = crm_batch_new();
	adds();
	sets();
	expect_values("at once");
	server_kill(&server);
	server_start(&server);
	expect_values("after a kill");
	crm_client *other = crm_open(server.uri, &error);
	check(strcmp(shown(other, "sports"), "golf") == 0, "another client knows the names");
	lists();
	changes(other);
	ends();
	crm_close(other);
	crm_close(db);
	crm_result_free(result);
	crm_batch_free(batch);
	check(server_stop(&server, 10000) == 0, "the server stops cleanly");
	check(server_mark(&server, "stopped", &live) && server_verify(&server, 0, &folded) &&
		  live.digest == folded.digest,
	      "the log folds to the same state");
	return check_finish();
}
