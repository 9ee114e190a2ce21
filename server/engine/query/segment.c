/* segment.c -- customers of some tiers, stages and a range of spend: counted, listed, walked.
 *
 *   (tiers, stages, from, to) --> a few key ranges of the spend index --> count, or a page by spend
 *
 *   G1  A count or page saw the last change of its cells, and of the rows it shows (I3).
 *   G2  A cursor is a position: the customer behind it need not be there any more.  It belongs to
 *       one question, whose hash it carries.
 */
#include "server/base/hash.h"
#include "server/engine/query/members.h"
#include "server/engine/rules/rules.h"

#define AHEAD 8u /* rows on their way while one is shown */

/* What costs as much as a command, measured at a million customers: about 0.3 us.  A row or a cell
 * of a page costs as much, too. */
#define CELLS_COUNTED 2u
#define ROWS_WALKED 16u

struct question {
	uint16_t tiers, stages;
	int64_t from, to;
};

/* False: refused. */
static bool bind(const struct engine *engine, struct decision *decision, struct question question,
		 struct spend_query *query)
{
	if (!outcome_bind_set(decision, &question.tiers, engine->programme.tier_count,
			      ERROR_TIER_UNKNOWN) ||
	    !outcome_bind_set(decision, &question.stages, STAGE_COUNT, ERROR_STAGE_UNKNOWN))
		return false;
	if (question.from > question.to) {
		outcome_refuse(decision, ERROR_RANGE_REVERSED, question.from, question.to);
		return false;
	}
	*query = (struct spend_query){question.tiers, (uint8_t)question.stages, question.from,
				      question.to};
	decision->saw = census_moved(&engine->census, query); /* G1 */
	return true;
}

void segment_count_decide(const struct engine *engine, const struct request *request,
			  struct decision *decision)
{
	const struct msg_segment_count *m = &request->command->as.segment_count;
	struct spend_query query;
	if (!bind(engine, decision, (struct question){m->tiers, m->stages, m->from, m->to}, &query))
		return;
	outcome_answer(decision);
	decision->cost = spend_index_cells(engine->census.index, &query) / CELLS_COUNTED;
	decision->answer.as.segment_count.customers =
	    spend_index_count(engine->census.index, &query);
}

/* G2 */
static uint32_t hash_question(const struct spend_query *query, bool descending)
{
	const uint64_t words[] = {query->tiers, query->stages, (uint64_t)query->from,
				  (uint64_t)query->to, descending};
	uint32_t hash = (uint32_t)hash_bytes(words, sizeof words, 0);
	return hash == 0 ? 1 : hash;
}

/* A row is a dozen cache misses: its slot and its columns are asked for while others are shown. */
static void find_rows(const struct engine *engine, const struct spend_key *keys, uint32_t count,
		      uint32_t *found)
{
	for (uint32_t i = 0; i < count; i++)
		ids_prefetch(&engine->ids, keys[i].id);
	for (uint32_t i = 0; i < count; i++) {
		found[i] = ids_find(&engine->ids, keys[i].id);
		ENSURE(found[i] != EVENT_ROW_UNKNOWN);
		if (i < AHEAD)
			members_prefetch(engine, found[i]);
	}
}

static void list_page(const struct engine *engine, const struct spend_page *page, uint8_t *room,
		      struct decision *decision)
{
	struct spend_key keys[LIMIT_MEMBERS_PAGE];
	uint32_t found[LIMIT_MEMBERS_PAGE];
	struct members members = members_begin(room);
	struct ans_segment_page *answer = &decision->answer.as.segment_page;
	uint32_t count = spend_index_page(engine->census.index, page, keys);
	find_rows(engine, keys, count, found);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t row = found[i];
		if (i + AHEAD < count)
			members_prefetch(engine, found[i + AHEAD]);
		uint64_t last = rows_hot(&engine->rows, row)->last_event;
		if (last > decision->saw)
			decision->saw = last; /* G1 */
		members_add(&members, engine, row);
	}
	outcome_saw_day(engine, decision); /* windows and bands of the rows shown */
	decision->cost = count + spend_index_cells(engine->census.index, &page->query);
	answer->members = members_end(&members);
	answer->more = count == page->limit;
	answer->next_spend = count == 0 ? 0 : keys[count - 1].spend;
	answer->next_customer = count == 0 ? 0 : keys[count - 1].id;
}

void segment_page_decide(const struct engine *engine, const struct request *request,
			 struct decision *decision)
{
	const struct msg_segment_page *m = &request->command->as.segment_page;
	struct spend_page page = {.descending = m->descending != 0};
	struct spend_place after = {m->after_spend, m->after_customer};
	if (!bind(engine, decision, (struct question){m->tiers, m->stages, m->from, m->to},
		  &page.query))
		return;
	page.limit = outcome_page_limit(decision, m->limit);
	if (page.limit == 0)
		return;
	uint32_t hash = hash_question(&page.query, page.descending);
	if (m->query != 0 && m->query != hash) {
		outcome_refuse(decision, ERROR_CURSOR_FOREIGN, m->query, hash);
		return;
	}
	if (m->query != 0)
		page.after = &after;
	outcome_answer(decision);
	decision->answer.as.segment_page.query = hash;
	list_page(engine, &page, request->room, decision);
}

void segment_walk_decide(const struct engine *engine, const struct request *request,
			 struct decision *decision)
{
	const struct msg_segment_walk *m = &request->command->as.segment_walk;
	uint32_t limit = outcome_page_limit(decision, m->limit);
	if (limit == 0)
		return;
	uint64_t row = m->from, count = engine->rows.count, end = row;
	struct members members = members_begin(request->room);
	for (; row < count && row - m->from < limit; end = ++row)
		if (rows_hot(&engine->rows, (uint32_t)row)->erased == 0)
			members_add(&members, engine, (uint32_t)row);
	outcome_answer(decision);
	decision->saw = engine->applied; /* of a scan: where it began */
	decision->cost = (uint32_t)(end - m->from) / ROWS_WALKED;
	decision->answer.as.segment_walk =
	    (struct ans_segment_walk){members_end(&members), end < count ? end : 0};
}
