/* questions_scan.c -- see questions.h.
 *
 * The scan reads every customer through a stream and tests it by the C of questions.def: it knows
 * nothing of the server's index, plans or conditions.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/questions.h"
#include "client/error.h"
#include "protocol/common/date.h"

#define PAGE 100u
#define CELLS 16u
#define URI_BYTES 1024u
#define SHOWN "tier,stage,spend,spend12,points,last_order,birth_date,gender,region,consents"

struct group {
	uint64_t customers;
	int64_t sum;
};

struct found {
	uint64_t count;
	struct person page[PAGE]; /* highest spend first, then highest number */
	uint32_t size;
	struct group groups[CELLS][CELLS];
};

struct scan {
	crm_client *client; /* of one connection: a stream belongs to it */
	crm_batch *batch;
	crm_result *result;
	crm_server facts;
	int32_t today;
	struct found found[QUESTIONS_COUNT];
	struct questions_outcome *outcome;
	FILE *export; /* or NULL */
};

/* --- of one customer --- */

static bool passes(enum question_name question, const struct person *p, int32_t today)
{
	switch (question) {
#define QUESTION(name, kind, text, where, passes)                                                  \
	case QUESTION_##name:                                                                      \
		return passes;
#include "bench/questions.def"
	case QUESTIONS_COUNT:
		break;
	}
	return false;
}

static bool higher(const struct person *a, const struct person *b)
{
	return a->spend != b->spend ? a->spend > b->spend : a->customer > b->customer;
}

static void page_put(struct found *found, const struct person *person)
{
	if (found->size == PAGE && !higher(person, &found->page[PAGE - 1]))
		return;
	uint32_t at = found->size < PAGE ? found->size++ : PAGE - 1;
	for (; at > 0 && higher(person, &found->page[at - 1]); at--)
		found->page[at] = found->page[at - 1];
	found->page[at] = *person;
}

/* One line: numbers alone, so that any database reads it. */
static void export_add(FILE *file, const struct person *p)
{
	struct date born = date_of_day(p->birth_date == PERSON_NO_DAY ? 0 : p->birth_date);
	int32_t birthday = p->birth_date == PERSON_NO_DAY ? 0 : born.month * 100 + born.day;
	fprintf(file,
		"%" PRIu64 ",%u,%u,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId32 ",%" PRId32
		",%d,%d,%d\n",
		p->customer, p->tier, p->stage, p->spend, p->spend12, p->points, p->last_order,
		birthday, p->female, p->north, p->sms);
}

static void scan_add(struct scan *scan, const struct person *person)
{
	scan->outcome->customers++;
	if (scan->export != NULL)
		export_add(scan->export, person);
	for (uint32_t i = 0; i < QUESTIONS_COUNT; i++) {
		struct found *found = &scan->found[i];
		struct group *group = &found->groups[person->tier % CELLS][person->stage % CELLS];
		if (!passes((enum question_name)i, person, scan->today))
			continue;
		found->count++;
		if (questions_asked[i].form == QUESTION_PAGE)
			page_put(found, person);
		group->customers++;
		group->sum += i == QUESTION_sum_points ? person->points : person->spend;
	}
}

/* --- reading the stream --- */

/* The place of a text in "none,bronze,silver". */
static uint8_t place_in(const char *names, crm_text text)
{
	uint8_t place = 0;
	for (const char *at = names; *at != '\0'; place++) {
		size_t size = strcspn(at, ",");
		if (size == text.size && memcmp(at, text.bytes, size) == 0)
			return place;
		at += size + (at[size] == ',');
	}
	return UINT8_MAX;
}

static bool is_text(const crm_datum *datum, const char *text)
{
	return datum->form == CRM_TEXT && datum->text.size == strlen(text) &&
	       memcmp(datum->text.bytes, text, datum->text.size) == 0;
}

/* Is it one of the words separated by commas? */
static bool has_text(const crm_datum *datum, const char *text)
{
	size_t size = strlen(text);
	const char *bytes = datum->text.bytes;
	for (uint32_t at = 0; datum->form == CRM_TEXT && at + size <= datum->text.size; at++)
		if ((at == 0 || bytes[at - 1] == ',') && memcmp(bytes + at, text, size) == 0 &&
		    (at + size == datum->text.size || bytes[at + size] == ','))
			return true;
	return false;
}

static int32_t day_of(const crm_datum *datum)
{
	return datum->form == CRM_NUMBER ? (int32_t)datum->number : PERSON_NO_DAY;
}

static bool read_person(const struct scan *scan, uint32_t row, struct person *out)
{
	crm_datum d[10]; /* SHOWN */
	if (crm_result_row(scan->result, 0, row, &out->customer) != 0)
		return false;
	for (uint32_t i = 0; i < sizeof d / sizeof d[0]; i++)
		if (crm_result_datum(scan->result, 0, row, i, &d[i]) != 0)
			return false;
	out->tier = place_in(scan->facts.tiers, d[0].text);
	out->stage = place_in(scan->facts.stages, d[1].text);
	out->spend = d[2].number;
	out->spend12 = d[3].number;
	out->points = d[4].number;
	out->last_order = day_of(&d[5]);
	out->birth_date = day_of(&d[6]);
	out->female = is_text(&d[7], "female");
	out->north = is_text(&d[8], "north");
	out->sms = has_text(&d[9], "marketing:sms");
	return true;
}

static bool execute(struct scan *scan, crm_error *error)
{
	bool fine = crm_exec(scan->client, scan->batch, &scan->result, error) == CRM_OK &&
		    crm_result_first_error(scan->result, error) == CRM_OK;
	crm_batch_clear(scan->batch);
	return fine;
}

static bool scan_all(struct scan *scan, crm_error *error)
{
	crm_batch_query(scan->batch, "stream all show " SHOWN);
	if (!execute(scan, error))
		return false;
	uint32_t stream = crm_result_stream(scan->result, 0);
	int more = 1;
	while (more == 1) {
		struct person person;
		crm_batch_stream_next(scan->batch, stream);
		if (!execute(scan, error))
			return false;
		for (uint32_t row = 0; read_person(scan, row, &person); row++)
			scan_add(scan, &person);
		more = crm_result_stream_more(scan->result, 0);
	}
	return true;
}

/* --- comparing --- */

static bool same_page(const struct found *found, const crm_result *result)
{
	if (crm_result_rows_size(result, 0) != (int)found->size)
		return false;
	for (uint32_t i = 0; i < found->size; i++) {
		uint64_t customer;
		if (crm_result_row(result, 0, i, &customer) != 0 ||
		    customer != found->page[i].customer)
			return false;
	}
	return true;
}

static bool same_groups(const struct scan *scan, const struct found *found)
{
	int size = crm_result_groups_size(scan->result, 0);
	uint64_t customers = 0;
	for (int i = 0; i < size; i++) {
		crm_group group;
		crm_datum tier, stage;
		if (crm_result_group(scan->result, 0, (uint32_t)i, &group) != 0 ||
		    crm_result_group_key(scan->result, 0, (uint32_t)i, 0, &tier) != 0 ||
		    crm_result_group_key(scan->result, 0, (uint32_t)i, 1, &stage) != 0)
			return false;
		const struct group *own =
		    &found->groups[place_in(scan->facts.tiers, tier.text) % CELLS]
				  [place_in(scan->facts.stages, stage.text) % CELLS];
		if (own->customers != group.customers || own->sum != group.sum)
			return false;
		customers += group.customers;
	}
	return customers == found->count;
}

static bool same(const struct scan *scan, uint32_t question)
{
	const struct found *found = &scan->found[question];
	uint64_t count;
	switch (questions_asked[question].form) {
	case QUESTION_COUNT:
		return crm_result_count(scan->result, 0, &count) == 0 && count == found->count;
	case QUESTION_PAGE:
		return same_page(found, scan->result);
	case QUESTION_GROUPS:
		break;
	}
	return same_groups(scan, found);
}

static bool ask_all(struct scan *scan, crm_error *error)
{
	for (uint32_t i = 0; i < QUESTIONS_COUNT; i++) {
		crm_batch_query(scan->batch, questions_asked[i].text);
		if (!execute(scan, error))
			return false;
		scan->outcome->asked++;
		scan->outcome->wrong += !same(scan, i);
	}
	return true;
}

static int64_t sum_of(const struct found *found, enum question_form form)
{
	int64_t sum = form == QUESTION_COUNT ? (int64_t)found->count : 0;
	for (uint32_t i = 0; form == QUESTION_PAGE && i < found->size; i++)
		sum += (int64_t)found->page[i].customer;
	for (uint32_t i = 0; form == QUESTION_GROUPS && i < CELLS * CELLS; i++)
		sum += found->groups[i / CELLS][i % CELLS].sum;
	return sum;
}

/* False: *error says why. */
static bool export_open(struct scan *scan, const char *path, crm_error *error)
{
	scan->export = path == NULL ? NULL : fopen(path, "we");
	if (path == NULL || scan->export != NULL)
		return true;
	error_say(error, ERROR_BAD_ARGUMENT, "cannot write %s: %s", path, strerror(errno));
	return false;
}

static bool export_close(struct scan *scan, crm_error *error)
{
	bool bad = scan->export != NULL && ferror(scan->export) != 0;
	if ((scan->export == NULL || fclose(scan->export) == 0) && !bad)
		return true;
	error_say(error, ERROR_BAD_ARGUMENT, "the export was not written whole");
	return false;
}

bool questions_compare(const struct questions_place *place, struct questions_outcome *outcome,
		       crm_error *error)
{
	char alone[URI_BYTES];
	struct scan *scan = calloc(1, sizeof *scan);
	memset(outcome, 0, sizeof *outcome);
	snprintf(alone, sizeof alone, "%s%cpool=1", place->uri,
		 strchr(place->uri, '?') == NULL ? '?' : '&');
	if (scan == NULL) {
		error_say(error, ERROR_NO_MEMORY, "no memory for the scan");
		return false;
	}
	scan->today = place->today;
	scan->outcome = outcome;
	scan->batch = crm_batch_new();
	scan->client = scan->batch == NULL ? NULL : crm_open(alone, error);
	bool fine = scan->client != NULL;
	if (fine)
		crm_server_facts(scan->client, &scan->facts);
	fine = fine && export_open(scan, place->export, error);
	if (fine) {
		fine = scan_all(scan, error);
		fine = export_close(scan, fine ? error : &(crm_error){0}) && fine;
	}
	fine = fine && ask_all(scan, error);
	for (uint32_t i = 0; i < QUESTIONS_COUNT; i++)
		outcome->sums[i] = sum_of(&scan->found[i], questions_asked[i].form);
	crm_close(scan->client);
	crm_result_free(scan->result);
	crm_batch_free(scan->batch);
	free(scan);
	return fine;
}
