/* expect_sets.c -- answers about sets: every customer is looked at, those that fit are sorted.
 *
 * An answer claims a number; between what it saw and that number nothing it shows may have changed,
 * so the state at the number is the one to compare with.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "protocol/limits.h"
#include "tests/sim/expect_private.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_days.h"

__extension__ typedef __int128 wide;

struct member {
	uint64_t customer, created;
	struct standing standing;
	bool erased;
	bool due; /* the day has yet to move it to another tier or stage */
};

/* Erased ones too: a walk counts them.  Owned by the caller; freed by free. */
static struct member *everybody(const struct expect *expect, uint32_t *count)
{
	const struct model *model = expect->judge->model;
	struct member *members = calloc(model->people_count + 1, sizeof *members);
	*count = 0;
	if (members == NULL)
		fail_now("the simulation is out of memory");
	for (uint32_t i = 0; i < model->people_count; i++) {
		uint64_t customer = model->people[i].id;
		struct person_state state = model_person(model, customer, expect->at);
		struct flip flip;
		bool due = model_flip(model, &state, &flip) && model_flip_moves(&state, &flip);
		if (state.exists)
			members[(*count)++] = (struct member){
			    customer, state.created, state.standing, state.erased != 0, due};
	}
	return members;
}

/* Questions about sets wait until the day has turned. */
static void check_turned(const struct expect *expect, const struct member *member)
{
	if (member->due)
		fail_now("at event %" PRIu64 " customer %" PRIu64
			 " is in an answer, and the day has yet to move it: %s",
			 expect->at, member->customer, intents_describe(expect->intent));
}

/* --- the question --- */

bool expect_set(struct expect *expect, uint16_t *set, uint32_t count, enum error error)
{
	if (*set == 0xffff)
		*set = (uint16_t)((1u << count) - 1);
	for (uint32_t bit = count; bit < 16; bit++)
		if ((*set >> bit & 1) != 0) {
			expect_refuse(expect, error, bit, count);
			return false;
		}
	return true;
}

static bool bind(struct expect *expect, struct question *question)
{
	if (!expect_set(expect, &question->tiers, STANDING_TIERS, ERROR_TIER_UNKNOWN) ||
	    !expect_set(expect, &question->stages, STANDING_STAGES, ERROR_STAGE_UNKNOWN))
		return false;
	if (question->from > question->to) {
		expect_refuse(expect, ERROR_RANGE_REVERSED, question->from, question->to);
		return false;
	}
	return true;
}

static bool fits(const struct expect *expect, const struct question *question,
		 const struct member *member)
{
	const struct standing *standing = &member->standing;
	bool fitting = !member->erased && (question->tiers >> standing->tier & 1) != 0 &&
		       (question->stages >> standing->stage & 1) != 0 &&
		       standing->spend >= question->from && standing->spend <= question->to;
	if (fitting)
		check_turned(expect, member);
	return fitting;
}

void expect_count(struct expect *expect)
{
	const struct msg_segment_count *m = &expect->command->as.segment_count;
	struct question question = {m->tiers, m->stages, m->from, m->to, false};
	uint32_t count, fitting = 0;
	if (!bind(expect, &question))
		return;
	struct member *members = everybody(expect, &count);
	for (uint32_t i = 0; i < count; i++)
		fitting += fits(expect, &question, &members[i]);
	free(members);
	expect_accept(expect);
	expect->answer->as.segment_count.customers = fitting;
}

/* --- lists --- */

static void write_member(struct wire_writer *w, const struct member *member)
{
	const struct standing *s = &member->standing;
	struct rec_member record = {
	    .customer = member->customer,
	    .tier = s->tier,
	    .stage = s->stage,
	    .band = s->band,
	    .spend = s->spend,
	    .spend12 = s->spend12,
	    .points = s->points,
	    .orders = s->orders,
	    .orders12 = s->orders12,
	    .first_day = s->first_day,
	    .last_day = s->last_day,
	    .previous_day = s->previous_day,
	};
	encode_rec_member(w, &record);
}

static struct wire_list write_list(const struct expect *expect, const struct member *members,
				   uint32_t count)
{
	struct wire_writer w = {expect->entries, expect->entries + EXPECT_ENTRY_BYTES, false};
	uint32_t written = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (members[i].erased)
			continue;
		write_member(&w, &members[i]);
		written++;
	}
	return (struct wire_list){expect->entries, (uint32_t)(w.at - expect->entries), written};
}

static uint32_t page_limit(struct expect *expect, uint32_t limit)
{
	if (limit <= LIMIT_MEMBERS_PAGE)
		return limit == 0 ? LIMIT_MEMBERS_PAGE_DEFAULT : limit;
	expect_refuse(expect, ERROR_LIMIT_TOO_HIGH, limit, LIMIT_MEMBERS_PAGE);
	return 0;
}

static int by_spend(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	if (a->standing.spend != b->standing.spend)
		return a->standing.spend < b->standing.spend ? -1 : 1;
	return a->customer < b->customer ? -1 : a->customer > b->customer;
}

static int by_spend_falling(const void *left, const void *right)
{
	return by_spend(right, left);
}

static int by_creation(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	return a->created < b->created ? -1 : a->created > b->created;
}

/* Keep the first `limit` that fit, and that are behind the cursor. */
static uint32_t keep(const struct expect *expect, const struct question *question,
		     struct member *members, uint32_t count)
{
	const struct msg_segment_page *m = &expect->command->as.segment_page;
	int (*order)(const void *, const void *) =
	    question->descending ? by_spend_falling : by_spend;
	uint32_t limit = m->limit == 0 ? LIMIT_MEMBERS_PAGE_DEFAULT : m->limit, kept = 0;
	struct member after = {.customer = m->after_customer};
	after.standing.spend = m->after_spend;
	qsort(members, count, sizeof *members, order);
	for (uint32_t i = 0; i < count && kept < limit; i++)
		if (fits(expect, question, &members[i]) &&
		    (m->query == 0 || order(&members[i], &after) > 0))
			members[kept++] = members[i];
	return kept;
}

/* Is the cursor of this question?  Its hash is the server's secret until it is first told.  True:
 * the answer is settled. */
static bool expect_foreign(struct expect *expect, const struct question *question)
{
	const struct msg_segment_page *m = &expect->command->as.segment_page;
	struct question_names *questions = expect->judge->questions;
	struct answer *answer = expect->answer;
	uint32_t known = questions_find(questions, question);
	if (known == 0 && m->query != 0 && answer->status == ERROR_CURSOR_FOREIGN &&
	    answer->detail.b != m->query && answer->detail.b == (uint32_t)answer->detail.b) {
		known = (uint32_t)answer->detail.b;
		questions_learn(questions, question, known);
	} else if (known == 0 && answer->status == ERROR_OK) {
		known = m->query != 0 ? m->query : answer->as.segment_page.query;
		questions_learn(questions, question, known);
	}
	if (m->query != 0 && m->query != known) {
		expect_refuse(expect, ERROR_CURSOR_FOREIGN, m->query, known);
		return true;
	}
	expect_accept(expect);
	answer->as.segment_page = (struct ans_segment_page){.query = known};
	return false;
}

void expect_page(struct expect *expect)
{
	const struct msg_segment_page *m = &expect->command->as.segment_page;
	struct question question = {m->tiers, m->stages, m->from, m->to, m->descending != 0};
	struct ans_segment_page *page = &expect->answer->as.segment_page;
	uint32_t count, limit;
	if (!bind(expect, &question) || (limit = page_limit(expect, m->limit)) == 0 ||
	    expect_foreign(expect, &question))
		return;
	struct member *members = everybody(expect, &count);
	count = keep(expect, &question, members, count);
	page->members = write_list(expect, members, count);
	page->more = count == limit;
	if (count > 0) {
		page->next_spend = members[count - 1].standing.spend;
		page->next_customer = members[count - 1].customer;
	}
	free(members);
}

void expect_walk(struct expect *expect)
{
	const struct msg_segment_walk *m = &expect->command->as.segment_walk;
	uint32_t count, limit = page_limit(expect, m->limit);
	if (limit == 0)
		return;
	struct member *members = everybody(expect, &count);
	qsort(members, count, sizeof *members, by_creation);
	uint32_t from = m->from < count ? (uint32_t)m->from : count;
	uint32_t size = count - from < limit ? count - from : limit;
	for (uint32_t i = from; i < from + size; i++)
		check_turned(expect, &members[i]);
	expect_accept(expect);
	expect->answer->as.segment_walk.members = write_list(expect, members + from, size);
	expect->answer->as.segment_walk.next = from + size < count ? from + size : 0;
	free(members);
}

/* --- the matrix --- */

static int64_t cut(wide sum)
{
	return sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
}

static struct rec_cell sum_cell(const struct member *members, uint32_t count, uint8_t tier,
				uint8_t stage)
{
	struct rec_cell cell = {.tier = tier, .stage = stage};
	wide spend = 0, points = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (members[i].erased || members[i].standing.tier != tier ||
		    members[i].standing.stage != stage)
			continue;
		cell.customers++;
		spend += members[i].standing.spend;
		points += members[i].standing.points;
	}
	cell.spend = cut(spend);
	cell.points = cut(points);
	return cell;
}

void expect_cells(const struct expect *expect, uint64_t at, struct rec_cell cells[EXPECT_CELLS])
{
	struct expect then = *expect;
	uint32_t count;
	then.at = at;
	struct member *members = everybody(&then, &count);
	for (uint32_t i = 0; i < count; i++)
		check_turned(&then, &members[i]);
	for (uint8_t tier = 0; tier < STANDING_TIERS; tier++)
		for (uint8_t stage = 0; stage < STANDING_STAGES; stage++)
			*cells++ = sum_cell(members, count, tier, stage);
	free(members);
}

void expect_matrix(struct expect *expect)
{
	struct rec_cell cells[EXPECT_CELLS];
	struct wire_writer w = {expect->entries, expect->entries + EXPECT_ENTRY_BYTES, false};
	expect_cells(expect, expect->at, cells);
	for (uint32_t i = 0; i < EXPECT_CELLS; i++)
		encode_rec_cell(&w, &cells[i]);
	expect_accept(expect);
	expect->answer->as.matrix.cells =
	    (struct wire_list){expect->entries, (uint32_t)(w.at - expect->entries), EXPECT_CELLS};
}
