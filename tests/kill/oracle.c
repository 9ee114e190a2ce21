/* oracle.c -- repeats, numbers and sums; see oracle.h.  Histories: oracle_walk.c, days:
 * oracle_days.c, sets: oracle_sets.c, saved segments: oracle_segments.c. */
#include "tests/kill/oracle.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/messages.h"
#include "tests/integration/common/scratch.h"
#include "tests/kill/oracle_private.h"

#define REPEAT_BATCH 256u
#define SAMPLE 200u /* older acknowledgements asked again in a round */

void oracle_open(struct oracle *oracle, struct ledger *ledger, const char *uri, uint64_t seed)
{
	*oracle = (struct oracle){.ledger = ledger, .uri = uri, .random = seed};
}

void oracle_close(struct oracle *oracle)
{
	free(oracle->days);
}

bool look_exec(struct look *look)
{
	crm_error error;
	if (crm_exec(look->db, look->batch, &look->result, &error) == CRM_OK)
		return true;
	verdict_add(look->verdict, "the oracle's own request failed: %s", error.message);
	return false;
}

/* Numbers stand still once what the clients had sent before they stopped is executed. */
static bool await_quiet(struct look *look, crm_info *info)
{
	uint64_t last = 0;
	crm_batch_clear(look->batch);
	crm_batch_info(look->batch);
	for (int same = 0, tries = 0; same < 3; tries++) {
		if (!look_exec(look))
			return false;
		if (crm_result_info(look->result, 0, info) != 0 || tries == 1000) {
			verdict_add(look->verdict, "info does not come to rest");
			return false;
		}
		same = info->applied == last && info->durable == last ? same + 1 : 0;
		last = info->applied;
		scratch_sleep_us(2000);
	}
	look->last = last;
	return true;
}

void look_repeat(struct look *look, const struct intent *intent)
{
	crm_key key;
	if (intent->opcode == OP_order) {
		struct record order = {.client = intent->client,
				       .number = intent->number,
				       .customer = intent->customer,
				       .purchase = intent->purchase};
		load_add_order(look->batch, &order);
		return;
	}
	if (load_is_person(intent->opcode)) {
		struct record person = {.opcode = intent->opcode,
					.client = intent->client,
					.number = intent->number,
					.customer = intent->customer,
					.points = intent->points};
		load_add_person(look->batch, &person, NULL);
	} else if (intent->opcode == OP_customer_create)
		crm_batch_customer_create(look->batch, intent->customer, NULL);
	else if (intent->opcode == OP_points_earn)
		crm_batch_points_earn(look->batch, intent->customer, intent->points, NULL);
	else if (intent->opcode == OP_points_redeem)
		crm_batch_points_redeem(look->batch, intent->customer, intent->points, NULL);
	else
		crm_batch_points_adjust(look->batch, intent->customer, intent->points, NULL);
	memcpy(key.bytes, intent->key.bytes, sizeof key.bytes);
	crm_batch_key(look->batch, key);
}

/* Event, points and the rest of the answer to this operation. */
struct record look_answer(const struct look *look, uint32_t index, uint16_t opcode)
{
	struct record answer = {0};
	crm_points points = {0};
	if (opcode == OP_order) {
		load_placed(look->result, index, &answer);
		return answer;
	}
	if (load_is_person(opcode)) {
		load_person(look->result, index, &answer);
		return answer;
	}
	if (opcode == OP_customer_create)
		crm_result_created(look->result, index, &points.event);
	else
		crm_result_points(look->result, index, &points);
	answer.event = points.event;
	answer.before = points.before;
	answer.after = points.after;
	return answer;
}

static void judge_repeat(struct look *look, uint32_t index, const struct intent *intent)
{
	crm_error error;
	if (crm_result_error(look->result, index, &error) != CRM_OK) {
		verdict_add(look->verdict, "event %" PRIu64 " acknowledged, its repeat refused: %s",
			    intent->event, error.message);
		return;
	}
	struct record answer = look_answer(look, index, intent->opcode);
	if (!crm_result_repeated(look->result, index))
		verdict_add(look->verdict,
			    "acknowledged as event %" PRIu64 ", lost: applied anew as %" PRIu64,
			    intent->event, answer.event);
	else if (answer.event != intent->event || answer.before != intent->before ||
		 answer.after != intent->after ||
		 !record_placed_equal(&answer.placed, &intent->placed))
		verdict_add(look->verdict,
			    "acknowledged as event %" PRIu64 " (%" PRId64 " to %" PRId64
			    "), repeated as %" PRIu64 " (%" PRId64 " to %" PRId64 ")",
			    intent->event, intent->before, intent->after, answer.event,
			    answer.before, answer.after);
}

/* O1 for the intents with these indexes. */
static bool repeat_some(struct look *look, const uint32_t *indexes, uint32_t count)
{
	const struct intent *intents = look->oracle->ledger->intents;
	for (uint32_t from = 0; from < count; from += REPEAT_BATCH) {
		uint32_t size = count - from < REPEAT_BATCH ? count - from : REPEAT_BATCH;
		crm_batch_clear(look->batch);
		for (uint32_t i = 0; i < size; i++)
			look_repeat(look, &intents[indexes[from + i]]);
		if (!look_exec(look))
			return false;
		for (uint32_t i = 0; i < size; i++)
			judge_repeat(look, i, &intents[indexes[from + i]]);
	}
	look->oracle->repeats += count;
	return true;
}

static bool repeat_sample(struct look *look)
{
	uint32_t sample[SAMPLE], count = 0;
	struct oracle *oracle = look->oracle;
	struct ledger *ledger = oracle->ledger;
	for (uint32_t tries = 0; tries < SAMPLE && ledger->intent_count > 0; tries++) {
		uint32_t at = (uint32_t)scratch_below(&oracle->random, ledger->intent_count);
		if (ledger->intents[at].state == INTENT_OK)
			sample[count++] = at;
	}
	return repeat_some(look, sample, count);
}

/* O2: what was acknowledged is there. */
static void judge_numbers(struct look *look)
{
	const struct ledger *ledger = look->oracle->ledger;
	for (uint32_t i = 0; i < ledger->acked_count; i++) {
		const struct intent *intent = &ledger->intents[ledger->acked[i]];
		if (intent->seen != intent->event)
			verdict_add(look->verdict,
				    "acknowledged as event %" PRIu64 " of customer %" PRIu64
				    ", but its history shows %" PRIu64,
				    intent->event, intent->customer, intent->seen);
	}
}

/* O4: the server's own sums. */
static void judge_sums(struct look *look, const crm_info *info)
{
	const struct oracle *oracle = look->oracle;
	if (info->customers != oracle->customers)
		verdict_add(look->verdict,
			    "the server counts %" PRIu64 " customers, histories show %" PRIu64,
			    info->customers, oracle->customers);
	if (info->points != oracle->points)
		verdict_add(look->verdict,
			    "the server counts %" PRId64 " points, histories show %" PRId64,
			    info->points, oracle->points);
	if (info->orders != oracle->orders || info->spend != oracle->spend)
		verdict_add(look->verdict,
			    "the server counts %" PRIu64 " orders of %" PRId64
			    ", histories show %" PRIu64 " of %" PRId64,
			    info->orders, info->spend, oracle->orders, oracle->spend);
}

static void check_all(struct look *look, struct oracle_summary *summary)
{
	crm_info info;
	struct oracle *oracle = look->oracle;
	struct ledger *ledger = oracle->ledger;
	uint64_t repeats = oracle->repeats;
	if (!await_quiet(look, &info) || !look_today(look, info.today) ||
	    !repeat_some(look, ledger->acked, ledger->acked_count) || !repeat_sample(look))
		return;
	if (look->last < oracle->checked) {
		verdict_add(look->verdict, "last event %" PRIu64 ", but %" PRIu64 " was seen",
			    look->last, oracle->checked);
		return;
	}
	if (look->today > LOAD_FIRST_DAY + (int32_t)oracle->day_count)
		ledger_touch_all(ledger);
	look->found = calloc(1, look->last - oracle->checked + 1);
	if (look->found == NULL)
		scratch_die("calloc");
	if (look_walk(look)) {
		judge_numbers(look);
		judge_sums(look, &info);
		if (look_sets(look) && look_segments(look))
			look_people(look);
	}
	oracle->checked = look->last;
	*summary = (struct oracle_summary){look->last, look->added, oracle->repeats - repeats, 0,
					   look->half_turned};
}

void oracle_check(struct oracle *oracle, bool everything, struct oracle_summary *summary,
		  struct verdict *verdict)
{
	crm_error error;
	char uri[SCRATCH_PATH];
	struct look look = {.oracle = oracle, .verdict = verdict};
	struct ledger *ledger = oracle->ledger;
	memset(summary, 0, sizeof *summary);
	ledger_read(ledger, verdict);
	if (everything) {
		ledger_forget_seen(ledger);
		oracle->checked = oracle->saved;
		oracle->customers = oracle->orders = 0;
		oracle->day_count = oracle->told = 0;
		oracle->closed = 0;
		oracle->turned = 0;
		oracle->points = oracle->spend = 0;
	}
	scratch_path(uri, "%s?timeout=20s&pool=1&app=oracle", oracle->uri);
	look.db = crm_open(uri, &error);
	look.batch = crm_batch_new();
	if (look.db == NULL || look.batch == NULL)
		verdict_add(verdict, "the oracle cannot connect: %s", error.message);
	else
		check_all(&look, summary);
	crm_result_free(look.result);
	crm_batch_free(look.batch);
	crm_close(look.db);
	free(look.found);
	free(look.entries);
	for (uint32_t i = 0; i < ledger->intent_count; i++)
		summary->unknown += ledger->intents[i].state == INTENT_UNKNOWN;
	ledger_forget_touched(ledger);
}
