/* oracle_sets.c -- counts, pages, walk and matrix against each other and the histories; O5 of
 * oracle.h. */
#include <inttypes.h>

#include "tests/kill/oracle_private.h"

#define PAGE 500u
#define CELLS 64u

/* What the walk adds up to. */
struct sums {
	uint64_t customers;
	int64_t spend, points;
};

static const crm_segment everybody = {CRM_ALL, CRM_ALL, INT64_MIN, INT64_MAX};

static void add_member(struct look *look, const crm_member *member, struct sums cells[CELLS])
{
	const struct account *account = ledger_account(look->oracle->ledger, member->customer);
	uint32_t cell = member->tier * 8u + member->stage;
	if (account->last == 0 || member->points != account->points ||
	    member->spend != account->spend || member->orders != account->shopper.orders ||
	    member->tier != account->shopper.tier || member->stage != account->shopper.stage ||
	    cell >= CELLS) {
		verdict_add(look->verdict,
			    "the walk shows customer %" PRIu64 " with spend %" PRId64
			    " and %" PRId64 " points, its history %" PRId64 " and %" PRId64,
			    member->customer, member->spend, member->points, account->spend,
			    account->points);
		return;
	}
	cells[cell].customers++;
	cells[cell].spend += member->spend;
	cells[cell].points += member->points;
}

/* All customers in the order of their creation. */
static bool walk(struct look *look, struct sums cells[CELLS], uint64_t *total)
{
	crm_member member;
	uint64_t from = 0;
	*total = 0;
	do {
		crm_batch_clear(look->batch);
		crm_batch_segment_walk(look->batch, from, PAGE);
		if (!look_exec(look))
			return false;
		int size = crm_result_members_size(look->result, 0);
		for (int i = 0; i < size; i++) {
			crm_result_member(look->result, 0, (uint32_t)i, &member);
			add_member(look, &member, cells);
		}
		*total += size > 0 ? (uint64_t)size : 0;
		from = crm_result_walk_next(look->result, 0);
	} while (from != 0);
	return true;
}

/* All customers by spend: none is missing, none out of order. */
static bool page_through(struct look *look, uint64_t total)
{
	crm_page page = {.segment = everybody, .descending = 1, .limit = PAGE};
	crm_member member, before = {.spend = INT64_MAX, .customer = UINT64_MAX};
	uint64_t seen = 0;
	int more;
	do {
		crm_batch_clear(look->batch);
		crm_batch_segment_page(look->batch, &page);
		if (!look_exec(look))
			return false;
		int size = crm_result_members_size(look->result, 0);
		for (int i = 0; i < size; i++, seen++, before = member) {
			crm_result_member(look->result, 0, (uint32_t)i, &member);
			if (member.spend > before.spend ||
			    (member.spend == before.spend && member.customer >= before.customer))
				verdict_add(look->verdict,
					    "the page shows customer %" PRIu64
					    " behind customer %" PRIu64,
					    member.customer, before.customer);
		}
		more = crm_result_cursor(look->result, 0, &page.after);
	} while (more == 1);
	if (more < 0 || seen != total)
		verdict_add(look->verdict,
			    "the pages show %" PRIu64 " customers, the walk %" PRIu64, seen, total);
	return true;
}

static void judge_matrix(struct look *look, uint32_t index, const struct sums cells[CELLS])
{
	crm_cell cell;
	int size = crm_result_cells_size(look->result, index);
	for (int i = 0; i < size; i++) {
		crm_result_cell(look->result, index, (uint32_t)i, &cell);
		const struct sums *sums = &cells[(cell.tier * 8u + cell.stage) % CELLS];
		if (cell.customers != sums->customers || cell.spend != sums->spend ||
		    cell.points != sums->points)
			verdict_add(look->verdict,
				    "the matrix shows %" PRIu64 " customers with spend %" PRId64
				    " in tier %u, stage %u, the walk %" PRIu64 " with %" PRId64,
				    cell.customers, cell.spend, cell.tier, cell.stage,
				    sums->customers, sums->spend);
	}
	if (size <= 0)
		verdict_add(look->verdict, "there is no matrix");
}

bool look_sets(struct look *look)
{
	struct sums cells[CELLS] = {{0}};
	uint64_t total, count = 0;
	if (!walk(look, cells, &total) || !page_through(look, total))
		return false;
	crm_batch_clear(look->batch);
	crm_batch_matrix(look->batch);
	crm_batch_segment_count(look->batch, &everybody);
	if (!look_exec(look))
		return false;
	judge_matrix(look, 0, cells);
	if (crm_result_count(look->result, 1, &count) != 0 || count != total ||
	    count != look->oracle->customers)
		verdict_add(look->verdict,
			    "counted are %" PRIu64 " customers, walked %" PRIu64
			    ", histories show %" PRIu64,
			    count, total, look->oracle->customers);
	return true;
}
