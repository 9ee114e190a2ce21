/* listing.c -- a segment, page by page, until there are as many customers as were asked for.
 *
 *   frame 1   page, count        the count and the first page are of one moment
 *   frame 2   page behind the last customer of frame 1
 *   ...
 */
#include "client/cli/asking.h"
#include "client/question.h"
#include "protocol/limits.h"

struct listing {
	struct asking asking;
	struct query query; /* its limit and place are those of the next page */
	bool more;
	uint64_t left;  /* customers wanted yet */
	uint64_t total; /* of the segment */
};

static void ask(struct listing *listing, bool first)
{
	crm_batch *batch = listing->asking.batch;
	struct query count = {.kind = QUERY_COUNT, .program = listing->query.program};
	listing->query.limit =
	    listing->left < LIMIT_MEMBERS_PAGE ? (uint32_t)listing->left : LIMIT_MEMBERS_PAGE;
	crm_batch_clear(batch);
	question_add(batch, &listing->query);
	if (first)
		question_add(batch, &count);
}

/* False: out of memory, or no page there. */
static bool take_page(struct listing *listing)
{
	crm_place next;
	int size = asking_take_rows(&listing->asking);
	int more = crm_result_place(listing->asking.result, 0, &next);
	if (size < 0 || more < 0)
		return false;
	listing->left -= (uint64_t)size < listing->left ? (uint64_t)size : listing->left;
	listing->more = more == 1 && size > 0;
	if (listing->more)
		listing->query.after =
		    (struct cursor){next.query, next.null != 0, next.value, next.customer};
	return true;
}

/* One round trip.  EXIT_FINE: go on. */
static int fetch(struct listing *listing, bool first)
{
	struct asking *asking = &listing->asking;
	ask(listing, first);
	int status = asking_ask(asking);
	if (status != EXIT_FINE)
		return status;
	if (first) {
		crm_result_count(asking->result, 1, &listing->total);
		if (!asking_begin_rows(asking, &lister_members))
			return run_shown(asking->run, false);
	}
	return take_page(listing) && !ferror(stdout) ? EXIT_FINE : run_shown(asking->run, false);
}

static int finish(struct listing *listing, bool from_first)
{
	char next[CURSOR_TEXT_BYTES];
	bool whole = from_first && listing->asking.lister.shown >= listing->total;
	bool more = listing->more && !whole;
	if (more)
		cursor_format(&listing->query.after, next);
	return asking_end(&listing->asking, listing->total, more ? next : NULL);
}

static uint64_t wanted(const struct query *query)
{
	if (query->limit != 0)
		return query->limit;
	return query->all && query->order.size == 0 ? UINT64_MAX : LIMIT_MEMBERS_PAGE_DEFAULT;
}

int listing_run(const struct run *run)
{
	const struct query *query = &run->statement->query;
	struct listing listing = {.query = *query, .left = wanted(query)};
	asking_start(&listing.asking, run);
	int status = fetch(&listing, true);
	while (status == EXIT_FINE && listing.left > 0 && listing.more)
		status = fetch(&listing, false);
	if (status == EXIT_FINE)
		status = finish(&listing, query->after.query == 0);
	asking_free(&listing.asking);
	return status;
}
