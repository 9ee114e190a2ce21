/* sets.c -- after 200,000 random commands counts, pages and the matrix equal a scan of the export;
 * after a kill and a restart the export is the same, and they equal it again.
 *
 * usage: sets BUILD_DIRECTORY [COMMANDS]     SEED in the environment repeats a run
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/crmdb/crmdb.h"
#include "tests/integration/common/check.h"
#include "tests/integration/common/server.h"

#define TODAY 10408 /* 1998-07-01 */
#define CUSTOMERS 20000u
#define BATCH 1000u
#define PAGE 500u
#define QUESTIONS 60
#define TIERS 5u
#define STAGES 7u

struct trial {
	crm_client *db;
	crm_batch *batch;
	crm_result *result;
	uint64_t random;
	crm_member *members; /* the export */
	uint32_t count;
};

static uint64_t below(struct trial *trial, uint64_t bound)
{
	return scratch_below(&trial->random, bound);
}

static void connect_to(struct trial *trial, const struct server *server)
{
	crm_error error;
	char uri[SCRATCH_PATH];
	scratch_path(uri, "%s?timeout=60s", server->uri);
	trial->db = crm_open(uri, &error);
	if (trial->db == NULL) {
		check_fail("the server can be reached", "%s", error.message);
		exit(1);
	}
}

static void execute(struct trial *trial)
{
	crm_error error;
	if (crm_exec(trial->db, trial->batch, &trial->result, &error) == CRM_OK)
		return;
	check_fail("a frame of the test itself", "%s", error.message);
	exit(1);
}

/* --- random commands --- */

/* Orders of the last two years in all sizes, ids used twice now and then; points, and customers
 * without orders.  Many are refused: that changes nothing. */
static void add_command(struct trial *trial, uint32_t number)
{
	char id[32];
	uint64_t customer = 1 + below(trial, CUSTOMERS), kind = below(trial, 10);
	int64_t amount = (int64_t)below(trial, below(trial, 20) == 0 ? 600000 : 9000);
	snprintf(id, sizeof id, "sets-%u", below(trial, 50) == 0 ? number / 2 : number);
	crm_order order = {.customer = customer,
			   .id = id,
			   .day = TODAY + 1 - (int32_t)below(trial, 730),
			   .amount = amount,
			   .items = 1};
	if (kind < 6)
		crm_batch_order(trial->batch, &order);
	else if (kind < 8)
		crm_batch_points_earn(trial->batch, customer, 1 + amount, NULL);
	else if (kind < 9)
		crm_batch_points_redeem(trial->batch, customer, 1 + amount, NULL);
	else
		crm_batch_customer_create(trial->batch, customer, NULL);
}

static void run_commands(struct trial *trial, uint32_t commands)
{
	for (uint32_t done = 0; done < commands; done += BATCH) {
		crm_batch_clear(trial->batch);
		for (uint32_t i = 0; i < BATCH; i++)
			add_command(trial, done + i);
		execute(trial);
	}
}

/* --- the export --- */

/* Read all customers.  Owned by the caller. */
static crm_member *read_export(struct trial *trial, uint32_t *count)
{
	crm_member *members = calloc(CUSTOMERS + PAGE, sizeof *members);
	uint64_t from = 0;
	if (members == NULL)
		scratch_die("calloc");
	*count = 0;
	do {
		crm_batch_clear(trial->batch);
		crm_batch_segment_walk(trial->batch, from, PAGE);
		execute(trial);
		int size = crm_result_members_size(trial->result, 0);
		for (int i = 0; i < size && *count < CUSTOMERS; i++)
			crm_result_member(trial->result, 0, (uint32_t)i, &members[(*count)++]);
		from = crm_result_walk_next(trial->result, 0);
	} while (from != 0);
	return members;
}

static bool same_member(const crm_member *a, const crm_member *b)
{
	return a->customer == b->customer && a->tier == b->tier && a->stage == b->stage &&
	       strcmp(a->band, b->band) == 0 && a->spend == b->spend && a->spend12 == b->spend12 &&
	       a->points == b->points && a->orders == b->orders && a->orders12 == b->orders12 &&
	       a->first_day == b->first_day && a->last_day == b->last_day &&
	       a->previous_day == b->previous_day;
}

static bool same_export(struct trial *trial)
{
	uint32_t count;
	crm_member *members = read_export(trial, &count);
	bool same = count == trial->count;
	for (uint32_t i = 0; i < count && same; i++)
		same = same_member(&members[i], &trial->members[i]);
	free(members);
	return same;
}

/* --- questions, and a scan of the export --- */

static bool fits(const crm_member *member, const crm_segment *segment)
{
	return (segment->tiers >> member->tier & 1) != 0 &&
	       (segment->stages >> member->stage & 1) != 0 && member->spend >= segment->from &&
	       member->spend <= segment->to;
}

static crm_segment random_segment(struct trial *trial)
{
	crm_segment segment = {(uint16_t)below(trial, 1u << TIERS),
			       (uint16_t)below(trial, 1u << STAGES), INT64_MIN, INT64_MAX};
	if (below(trial, 3) == 0)
		segment.tiers = segment.stages = CRM_ALL;
	if (below(trial, 2) == 0)
		segment.from = trial->members[below(trial, trial->count)].spend;
	if (below(trial, 2) == 0)
		segment.to = trial->members[below(trial, trial->count)].spend;
	if (segment.from > segment.to)
		segment.from = INT64_MIN;
	return segment;
}

static int by_spend(const void *a, const void *b)
{
	const crm_member *x = *(const crm_member *const *)a, *y = *(const crm_member *const *)b;
	if (x->spend != y->spend)
		return x->spend < y->spend ? -1 : 1;
	return x->customer < y->customer ? -1 : 1;
}

/* Those who fit, in spend order.  Owned by the caller. */
static const crm_member **scan(const struct trial *trial, const crm_segment *segment,
			       uint32_t *count)
{
	const crm_member **found = calloc(trial->count + 1, sizeof(crm_member *));
	if (found == NULL)
		scratch_die("calloc");
	*count = 0;
	for (uint32_t i = 0; i < trial->count; i++)
		if (fits(&trial->members[i], segment))
			found[(*count)++] = &trial->members[i];
	qsort(found, *count, sizeof(crm_member *), by_spend);
	return found;
}

static bool same_count(struct trial *trial, const crm_segment *segment, uint32_t count)
{
	uint64_t counted = 0;
	crm_batch_clear(trial->batch);
	crm_batch_segment_count(trial->batch, segment);
	execute(trial);
	return crm_result_count(trial->result, 0, &counted) == 0 && counted == count;
}

/* All pages in one direction. */
static bool same_pages(struct trial *trial, crm_page *page, const crm_member **found,
		       uint32_t count)
{
	crm_member member;
	uint32_t at = 0;
	int more;
	do {
		crm_batch_clear(trial->batch);
		crm_batch_segment_page(trial->batch, page);
		execute(trial);
		int size = crm_result_members_size(trial->result, 0);
		for (int i = 0; i < size; i++, at++) {
			uint32_t place = page->descending ? count - 1 - at : at;
			crm_result_member(trial->result, 0, (uint32_t)i, &member);
			if (at >= count || !same_member(&member, found[place]))
				return false;
		}
		more = crm_result_cursor(trial->result, 0, &page->after);
	} while (more == 1);
	return more == 0 && at == count;
}

static bool same_questions(struct trial *trial)
{
	bool same = true;
	for (int i = 0; i < QUESTIONS && same; i++) {
		uint32_t count;
		crm_page page = {random_segment(trial),
				 (int)below(trial, 2),
				 100 + (uint32_t)below(trial, PAGE - 99),
				 {0, 0, 0}};
		const crm_member **found = scan(trial, &page.segment, &count);
		same = same_count(trial, &page.segment, count) &&
		       same_pages(trial, &page, found, count);
		free(found);
	}
	return same;
}

static bool same_matrix(struct trial *trial)
{
	crm_cell cell, wanted[TIERS][STAGES] = {{{0}}};
	for (uint32_t i = 0; i < trial->count; i++) {
		crm_cell *to = &wanted[trial->members[i].tier][trial->members[i].stage];
		to->customers++;
		to->spend += trial->members[i].spend;
		to->points += trial->members[i].points;
	}
	crm_batch_clear(trial->batch);
	crm_batch_matrix(trial->batch);
	execute(trial);
	bool same = crm_result_cells_size(trial->result, 0) == TIERS * STAGES;
	for (uint32_t i = 0; i < TIERS * STAGES && same; i++) {
		crm_result_cell(trial->result, 0, i, &cell);
		const crm_cell *to = &wanted[i / STAGES][i % STAGES];
		same = cell.tier == i / STAGES && cell.stage == i % STAGES &&
		       cell.customers == to->customers && cell.spend == to->spend &&
		       cell.points == to->points;
	}
	return same;
}

static void check_sets(struct trial *trial, const char *when)
{
	check(same_questions(trial), "counts and pages equal a scan of the export %s", when);
	check(same_matrix(trial), "the matrix equals a scan of the export %s", when);
}

int main(int argc, char **argv)
{
	char scratch[SCRATCH_PATH];
	struct server server;
	struct server_mark mark;
	const char *seed = getenv("SEED");
	struct trial trial = {.random =
				  seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL)};
	if (argc < 2)
		return 2;
	printf("SEED=%" PRIu64 "\n", trial.random);
	scratch_new(scratch);
	server_init_build(&server, argv[1], scratch);
	server_add_argument(&server, "--clock");
	server_add_argument(&server, "1998-07-01");
	server_start(&server);
	connect_to(&trial, &server);
	trial.batch = crm_batch_new();
	run_commands(&trial, argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 200000);
	trial.members = read_export(&trial, &trial.count);
	check(trial.count > 0, "200,000 random commands leave %u customers", trial.count);
	check_sets(&trial, "after them");
	crm_close(trial.db);
	server_kill(&server);
	server_start(&server);
	connect_to(&trial, &server);
	check(same_export(&trial), "the export is the same after a kill and a restart");
	check_sets(&trial, "after the restart");
	crm_close(trial.db);
	check(server_stop(&server, 60000) == 0, "the server stops cleanly");
	check(server_verify(&server, 0, &mark), "engine_check passes on the folded log");
	crm_batch_free(trial.batch);
	crm_result_free(trial.result);
	free(trial.members);
	return check_finish();
}
