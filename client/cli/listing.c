/* listing.c -- a segment, page by page, until there are as many customers as were asked for.
 *
 *   frame 1   count, page        the count and the first page are of one moment
 *   frame 2   page behind the last customer of frame 1
 *   ...
 */
#include <stdlib.h>

#include "client/cli/lister.h"
#include "client/cli/run.h"
#include "protocol/limits.h"

struct listing {
	const struct run *run;
	const struct query *query;
	crm_batch *batch;
	crm_result *result;
	struct lister lister;
	struct cursor next; /* NONE: the first page, or the end */
	uint64_t left;      /* customers wanted yet */
	uint64_t total;     /* of the segment */
	int64_t spent_us;
};

static crm_segment segment_of(const struct query *query)
{
	return (crm_segment){query->tiers, query->stages, query->from, query->to};
}

static void ask(struct listing *listing, bool first)
{
	const struct query *query = listing->query;
	const struct cursor *next = &listing->next;
	uint32_t limit =
	    listing->left < LIMIT_MEMBERS_PAGE ? (uint32_t)listing->left : LIMIT_MEMBERS_PAGE;
	crm_segment segment = segment_of(query);
	crm_page page = {.segment = segment,
			 .descending = query->order != QUERY_ASCENDING,
			 .limit = limit,
			 .after = {next->query, next->spend, next->customer}};
	crm_batch_clear(listing->batch);
	if (query_is_walk(query))
		crm_batch_segment_walk(listing->batch, next->row, limit);
	else
		crm_batch_segment_page(listing->batch, &page);
	if (first)
		crm_batch_segment_count(listing->batch, &segment);
}

/* Where the page goes on; NONE: it does not. */
static struct cursor next_of(const struct listing *listing)
{
	crm_cursor cursor;
	uint64_t row = crm_result_walk_next(listing->result, 0);
	if (query_is_walk(listing->query))
		return (struct cursor){.kind = row == 0 ? CURSOR_NONE : CURSOR_WALK, .row = row};
	if (crm_result_cursor(listing->result, 0, &cursor) != 1)
		return (struct cursor){.kind = CURSOR_NONE};
	return (struct cursor){.kind = CURSOR_SPEND,
			       .query = cursor.query,
			       .spend = cursor.spend,
			       .customer = cursor.customer};
}

/* False: out of memory, or no page there. */
static bool take_page(struct listing *listing)
{
	int size = crm_result_members_size(listing->result, 0);
	crm_member member;
	for (int i = 0; i < size; i++)
		if (crm_result_member(listing->result, 0, (uint32_t)i, &member) != 0 ||
		    !lister_add(&listing->lister, &member))
			return false;
	listing->left -= (uint64_t)size < listing->left ? (uint64_t)size : listing->left;
	listing->next = size == 0 ? (struct cursor){0} : next_of(listing);
	return size >= 0;
}

/* One round trip.  EXIT_FINE: go on. */
static int fetch(struct listing *listing, bool first)
{
	const struct run *run = listing->run;
	crm_error error;
	ask(listing, first);
	if (run_batch(run, listing->batch, &listing->result, &error, &listing->spent_us) !=
		CRM_OK ||
	    crm_result_first_error(listing->result, &error) != CRM_OK)
		return report_error(run->screen, &error, NULL);
	if (first) {
		crm_result_count(listing->result, 1, &listing->total);
		if (!lister_begin(&listing->lister))
			return run_shown(run, false);
	}
	return take_page(listing) && !ferror(stdout) ? EXIT_FINE : run_shown(run, false);
}

static int finish(struct listing *listing)
{
	char next[CURSOR_TEXT_BYTES];
	bool whole =
	    listing->query->after.kind == CURSOR_NONE && listing->lister.shown >= listing->total;
	bool more = listing->next.kind != CURSOR_NONE && !whole;
	if (more)
		cursor_format(&listing->next, listing->run->facts->digits, next);
	lister_end(&listing->lister, &(struct lister_end){.total = listing->total,
							  .next = more ? next : NULL,
							  .round_trip_us = listing->spent_us});
	return run_shown(listing->run, true);
}

static uint64_t wanted(const struct query *query)
{
	if (query->limit != 0)
		return query->limit;
	return query_is_walk(query) ? UINT64_MAX : LIMIT_MEMBERS_PAGE_DEFAULT;
}

int listing_run(const struct run *run)
{
	const struct query *query = &run->statement->query;
	struct listing listing = {.run = run,
				  .query = query,
				  .batch = crm_batch_new(),
				  .lister = {.kind = &lister_members,
					     .facts = run->facts,
					     .screen = run->screen,
					     .format = run->options->format,
					     .out = stdout},
				  .next = query->after,
				  .left = wanted(query)};
	int status = fetch(&listing, true);
	while (status == EXIT_FINE && listing.left > 0 && listing.next.kind != CURSOR_NONE)
		status = fetch(&listing, false);
	if (status == EXIT_FINE)
		status = finish(&listing);
	crm_result_free(listing.result);
	crm_batch_free(listing.batch);
	lister_free(&listing.lister);
	return status;
}
