/* desk_people.c -- see desk_people.h. */
#include "tests/support/desk_people.h"

#include <stdio.h>
#include <string.h>

#include "protocol/key.h"
#include "server/app/dossier.h"

static struct command person(struct desk *desk, enum opcode opcode, uint64_t customer,
			     const char *fields)
{
	static uint8_t rooms[16][FIELDS_BYTES];
	struct command command = {.opcode = (uint16_t)opcode};
	struct command keyed = desk_create(desk, customer);
	command.as.customer_put.key = keyed.as.customer_create.key;
	command.as.customer_put.customer = customer;
	if (fields != NULL)
		command.as.customer_put.fields = fields_parse(fields, rooms[desk->keys % 16]);
	return command;
}

struct command desk_put(struct desk *desk, uint64_t customer, const char *fields)
{
	return person(desk, OP_customer_put, customer, fields);
}

struct command desk_set(struct desk *desk, uint64_t customer, const char *fields)
{
	return person(desk, OP_customer_set, customer, fields);
}

struct command desk_erase(struct desk *desk, uint64_t customer)
{
	return person(desk, OP_customer_erase, customer, NULL);
}

struct command desk_find(const char *field)
{
	static uint8_t room[FIELDS_BYTES];
	struct command command = {.opcode = OP_customer_find};
	struct wire_list list = fields_parse(field, room);
	struct wire_reader r = {list.bytes, list.bytes + list.size, false};
	struct rec_assignment record;
	assert_true(decode_rec_assignment(&r, &record));
	command.as.customer_find.field = record.field;
	command.as.customer_find.value = record.value;
	return command;
}

struct command desk_profile(uint64_t customer)
{
	struct command command = {.opcode = OP_customer_profile};
	command.as.customer_profile.customer = customer;
	return command;
}

void desk_run(struct desk *desk, struct peer *peer)
{
	desk_settle(desk);
	while (desk->job.work != NULL) {
		desk_work(desk);
		peer_input(peer, NULL, 0);
		desk_settle(desk);
	}
}

void desk_settle_people(struct desk *desk)
{
	desk_settle(desk);
	desk_jobs(desk);
	desk_settle(desk); /* sees that something is owed */
	desk->now_us += 1000000;
	core_turn_ended(&desk->core);
	desk_jobs(desk);
}

/* --- what is there --- */

struct listing {
	struct desk *desk;
	char *text;
	size_t size, length;
	uint64_t documents;
};

static void say(struct listing *listing, const char *format, unsigned long long customer,
		const char *fields)
{
	listing->length +=
	    (size_t)snprintf(listing->text + listing->length, listing->size - listing->length,
			     format, customer, fields);
	assert_true(listing->length < listing->size);
}

static bool say_document(void *context, const struct people_document *document,
			 struct failure *failure)
{
	static char fields[FIELDS_BYTES];
	struct wire_text text = {(const char *)document->bytes, document->size};
	struct wire_list list = {document->bytes, document->size, (uint32_t)dossier_count(text)};
	(void)failure;
	say(context, "%llu: %s\n", document->customer, fields_format(list, fields, sizeof fields));
	return true;
}

static bool say_pending(void *context, const struct people_pending *pending,
			struct failure *failure)
{
	(void)failure;
	say(context, "%llu: pending %s\n", pending->customer, pending->erase ? "erase" : "put");
	return true;
}

const char *desk_people(struct desk *desk, char *text, size_t size)
{
	struct listing listing = {.desk = desk, .text = text, .size = size};
	struct failure failure;
	text[0] = '\0';
	assert_true(people_walk(desk->people, say_document, &listing, &failure));
	assert_true(people_pending(desk->people, say_pending, &listing, &failure));
	return text;
}

static bool check_document(void *context, const struct people_document *document,
			   struct failure *failure)
{
	struct listing *listing = context;
	struct engine_person owner = engine_person(listing->desk->engine, document->customer);
	(void)failure;
	if (owner.erased || owner.profile != document->version)
		fail_msg("customer %llu has a document of version %llu, the row names %llu",
			 (unsigned long long)document->customer,
			 (unsigned long long)document->version, (unsigned long long)owner.profile);
	listing->documents++;
	return true;
}

static bool no_pending(void *context, const struct people_pending *pending, struct failure *failure)
{
	(void)context, (void)failure;
	fail_msg("customer %llu: version %llu is pending", (unsigned long long)pending->customer,
		 (unsigned long long)pending->version);
	return false;
}

void desk_check_people(struct desk *desk)
{
	struct listing listing = {.desk = desk};
	struct failure failure;
	uint64_t profiles = 0;
	assert_true(people_pending(desk->people, no_pending, NULL, &failure));
	assert_true(people_walk(desk->people, check_document, &listing, &failure));
	for (uint64_t customer = 1; customer < 64; customer++) /* those of the tests */
		profiles += engine_person(desk->engine, customer).profile != 0;
	assert_int_equal(listing.documents, profiles);
	if (!engine_check(desk->engine, &failure))
		fail_msg("engine_check: %s", failure.text);
}
