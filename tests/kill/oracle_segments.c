/* oracle_segments.c -- saved segments against what an exact stream of all customers shows; O9 of
 * oracle.h.
 *
 * Nobody who is ever erased is in one of them: an erased history tells no numbers (O3).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/common/scratch.h"
#include "tests/kill/oracle_private.h"

#define SHOWN "points, spend, last_order, tier, stage"

struct shown {
	uint64_t customer;
	crm_datum points, spend, last_order;
	bool silver, churned;
	uint32_t in; /* bit n: a stream of segment n shows it */
};

struct stream {
	struct shown *rows;
	uint32_t count, capacity;
};

/* None of those who have profiles: ids below LOAD_PERSONS. */
#define PURCHASERS "id < 4611686018427387904"

/* By a sum, by days, by what days and orders decide. */
static bool is_rich(const struct shown *shown, int32_t today)
{
	(void)today;
	return shown->points.number >= 1000;
}

static bool is_quiet(const struct shown *shown, int32_t today)
{
	return shown->last_order.form == CRM_NUMBER && shown->last_order.number < today - 30 &&
	       shown->spend.number >= 10000;
}

static bool is_lost(const struct shown *shown, int32_t today)
{
	(void)today;
	return shown->silver || shown->churned;
}

static const struct {
	const char *name, *condition;
	bool (*holds)(const struct shown *shown, int32_t today);
} segments[] = {{"rich", "points >= 1000 and " PURCHASERS, is_rich},
		{"quiet", "last_order < -30d and spend >= 100 and " PURCHASERS, is_quiet},
		{"lost", "(tier >= silver or stage = churned) and " PURCHASERS, is_lost}};
#define SEGMENTS (sizeof segments / sizeof segments[0])

void oracle_save_segments(struct oracle *oracle)
{
	crm_error error;
	crm_result *result = NULL;
	crm_client *db = crm_open(oracle->uri, &error);
	crm_batch *batch = crm_batch_new();
	for (size_t i = 0; i < SEGMENTS && db != NULL; i++) {
		crm_condition *condition = crm_condition_new();
		crm_condition_parse(condition, segments[i].condition, &error);
		crm_segment_new segment = {segments[i].name, condition, segments[i].condition};
		crm_batch_segment_save(batch, &segment, segments[i].name);
		crm_condition_free(condition);
	}
	if (db == NULL || crm_exec(db, batch, &result, &error) != CRM_OK ||
	    crm_result_first_error(result, &error) != CRM_OK)
		scratch_die(error.message);
	oracle->saved = oracle->checked = crm_result_segment_event(result, SEGMENTS - 1);
	crm_result_free(result);
	crm_batch_free(batch);
	crm_close(db);
}

/* --- streams --- */

static bool is_text(const crm_datum *datum, const char *text)
{
	return datum->form == CRM_TEXT && datum->text.size == strlen(text) &&
	       memcmp(datum->text.bytes, text, datum->text.size) == 0;
}

static void take_row(struct look *look, uint32_t at, struct stream *all)
{
	crm_datum tier, stage;
	if (all->count == all->capacity) {
		all->capacity = all->capacity == 0 ? 4096 : 2 * all->capacity;
		all->rows = realloc(all->rows, all->capacity * sizeof *all->rows);
		if (all->rows == NULL)
			scratch_die("realloc");
	}
	struct shown *shown = &all->rows[all->count++];
	*shown = (struct shown){0};
	crm_result_row(look->result, 0, at, &shown->customer);
	crm_result_datum(look->result, 0, at, 0, &shown->points);
	crm_result_datum(look->result, 0, at, 1, &shown->spend);
	crm_result_datum(look->result, 0, at, 2, &shown->last_order);
	crm_result_datum(look->result, 0, at, 3, &tier);
	crm_result_datum(look->result, 0, at, 4, &stage);
	shown->silver = is_text(&tier, "silver") || is_text(&tier, "gold") || is_text(&tier, "vip");
	shown->churned = is_text(&stage, "churned");
}

static int by_customer(const void *a, const void *b)
{
	uint64_t x = ((const struct shown *)a)->customer, y = ((const struct shown *)b)->customer;
	return x < y ? -1 : x > y;
}

static void mark_row(struct look *look, uint32_t at, size_t segment, const struct stream *all)
{
	struct shown key = {0};
	crm_result_row(look->result, 0, at, &key.customer);
	struct shown *shown = bsearch(&key, all->rows, all->count, sizeof *all->rows, by_customer);
	if (shown == NULL || (shown->in >> segment & 1) != 0)
		verdict_add(look->verdict, "a stream of segment %s shows customer %" PRIu64 " %s",
			    segments[segment].name, key.customer,
			    shown == NULL ? "whom there is not" : "twice");
	else
		shown->in |= 1u << segment;
}

/* Of the segment, or of all.  False: the look must end. */
static bool read_stream(struct look *look, size_t segment, struct stream *all)
{
	char question[128];
	snprintf(question, sizeof question,
		 segment < SEGMENTS ? "stream @%s show id" : "stream all show %s",
		 segment < SEGMENTS ? segments[segment].name : SHOWN);
	crm_batch_clear(look->batch);
	crm_batch_query(look->batch, question);
	if (!look_exec(look))
		return false;
	uint32_t stream = crm_result_stream(look->result, 0);
	if (stream == 0 || crm_result_sequence(look->result, 0) != look->last)
		verdict_add(look->verdict,
			    "a stream is as of %" PRIu64 ", the last event is %" PRIu64,
			    crm_result_sequence(look->result, 0), look->last);
	for (int more = stream != 0; more == 1;) {
		crm_batch_clear(look->batch);
		crm_batch_stream_next(look->batch, stream);
		if (!look_exec(look))
			return false;
		for (int i = 0; i < crm_result_rows_size(look->result, 0); i++)
			if (segment < SEGMENTS)
				mark_row(look, (uint32_t)i, segment, all);
			else
				take_row(look, (uint32_t)i, all);
		more = crm_result_stream_more(look->result, 0);
	}
	return true;
}

/* --- the judgement --- */

static bool judge_segment(struct look *look, size_t segment, const struct stream *all)
{
	uint64_t members = 0, counted = UINT64_MAX;
	char question[64];
	for (uint32_t i = 0; i < all->count; i++) {
		const struct shown *shown = &all->rows[i];
		bool holds =
		    shown->customer < LOAD_PERSONS && segments[segment].holds(shown, look->today);
		members += holds;
		if (holds != ((shown->in >> segment & 1) != 0))
			verdict_add(look->verdict,
				    "customer %" PRIu64 " with %" PRId64 " points, spend %" PRId64
				    ", is %sin segment %s on day %d",
				    shown->customer, shown->points.number, shown->spend.number,
				    holds ? "not " : "", segments[segment].name, look->today);
	}
	snprintf(question, sizeof question, "count @%s", segments[segment].name);
	crm_batch_clear(look->batch);
	crm_batch_query(look->batch, question);
	if (!look_exec(look))
		return false;
	if (crm_result_count(look->result, 0, &counted) != 0 || counted != members)
		verdict_add(look->verdict,
			    "segment %s has %" PRIu64 " customers, counted are %" PRIu64,
			    segments[segment].name, members, counted);
	look->oracle->members += members;
	return true;
}

bool look_segments(struct look *look)
{
	struct stream all = {0};
	bool goes_on = read_stream(look, SEGMENTS, &all);
	if (goes_on && all.count != look->oracle->customers)
		verdict_add(look->verdict, "a stream of all shows %u customers, histories %" PRIu64,
			    all.count, look->oracle->customers);
	if (all.count > 0)
		qsort(all.rows, all.count, sizeof *all.rows, by_customer);
	for (size_t i = 0; i < SEGMENTS && goes_on; i++)
		goes_on = read_stream(look, i, &all) && judge_segment(look, i, &all);
	free(all.rows);
	return goes_on;
}
