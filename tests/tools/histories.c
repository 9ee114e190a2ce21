/* histories.c -- every event of the customers FROM to TO, one line each, without a process for each
 * customer: histories URI FROM TO.
 *
 *   customer,event,kind,day,amount,points,tier,stage
 *
 * day and amount: of an order.  points: after it.  tier: "from>to cause metric until", until in
 * days since 1970.  stage: "from>to".  Empty: it has none, or did not change.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/crmdb/crmdb.h"
#include "protocol/common/date.h"
#include "protocol/query/names.h"

#define TOGETHER 64u /* customers in a batch */
#define PAGE 200u

static crm_client *client;
static crm_server facts;

static _Noreturn void fail(const char *what, const char *why)
{
	fprintf(stderr, "histories: %s: %s\n", what, why);
	exit(1);
}

static const char *name(const char *list, unsigned number, char text[NAME_BYTES])
{
	if (number >= names_count(list))
		fail("a number without a name", list);
	names_get(list, number, text);
	return text;
}

static void print_order(const crm_entry *entry)
{
	char day[DATE_TEXT_BYTES];
	if (!entry->tells_order) {
		fputs(",,", stdout);
		return;
	}
	date_format(entry->day, day);
	printf(",%s,%" PRId64, day, entry->amount);
}

static void print_grades(const crm_entry *entry)
{
	char from[NAME_BYTES], to[NAME_BYTES];
	fputc(',', stdout);
	if (entry->tier_cause != NULL)
		printf("%s>%s %s %" PRId64 " %" PRId32, name(facts.tiers, entry->tier_before, from),
		       name(facts.tiers, entry->tier, to), entry->tier_cause, entry->tier_metric,
		       entry->tier_until);
	fputc(',', stdout);
	if (entry->stage_before != entry->stage)
		printf("%s>%s", name(facts.stages, entry->stage_before, from),
		       name(facts.stages, entry->stage, to));
	fputc('\n', stdout);
}

static void print_page(uint64_t customer, const crm_result *result, uint32_t index)
{
	crm_entry entry;
	int size = crm_result_history_size(result, index);
	for (int i = 0; i < size; i++) {
		if (crm_result_history_entry(result, index, (uint32_t)i, &entry) != 0)
			fail("an entry", "not there");
		printf("%" PRIu64 ",%" PRIu64 ",%s", customer, entry.event, entry.type);
		print_order(&entry);
		fputc(',', stdout);
		if (entry.tells_points)
			printf("%" PRId64, entry.after);
		print_grades(&entry);
	}
}

static void execute(crm_batch *batch, crm_result **result)
{
	crm_error error;
	if (crm_exec(client, batch, result, &error) != CRM_OK ||
	    crm_result_first_error(*result, &error) != CRM_OK)
		fail("the server", error.message);
}

/* The pages behind the first. */
static void print_rest(uint64_t customer, uint64_t from)
{
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	while (from != 0) {
		crm_batch_clear(batch);
		crm_batch_history(batch, customer, from, PAGE);
		execute(batch, &result);
		print_page(customer, result, 0);
		from = crm_result_history_next(result, 0);
	}
	crm_result_free(result);
	crm_batch_free(batch);
}

static void print_all(uint64_t first, uint64_t last)
{
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	for (uint64_t next = first; next <= last; next += TOGETHER) {
		uint64_t end = last - next < TOGETHER ? last : next + TOGETHER - 1;
		crm_batch_clear(batch);
		for (uint64_t customer = next; customer <= end; customer++)
			crm_batch_history(batch, customer, 0, PAGE);
		execute(batch, &result);
		for (uint64_t customer = next; customer <= end; customer++) {
			uint32_t index = (uint32_t)(customer - next);
			print_page(customer, result, index);
			print_rest(customer, crm_result_history_next(result, index));
		}
	}
	crm_result_free(result);
	crm_batch_free(batch);
}

int main(int argc, char **argv)
{
	crm_error error;
	if (argc != 4) {
		fprintf(stderr, "usage: histories URI FROM TO\n");
		return 2;
	}
	client = crm_open(argv[1], &error);
	if (client == NULL)
		fail(argv[1], error.message);
	crm_server_facts(client, &facts);
	print_all(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
	crm_close(client);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
