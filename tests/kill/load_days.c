/* load_days.c -- client 0 turns the programme's day; see load_client.c for the rules.
 *
 * An advance has no key: to the same day again it changes nothing, so one in doubt is asked again
 * until it is answered, and only then comes the next.
 */
#include "tests/integration/common/scratch.h"
#include "tests/kill/load_private.h"

/* Mostly a day; now and then months, which change thousands of customers. */
static int32_t next_day(struct client *c)
{
	int32_t today = atomic_load(&c->gate->today);
	uint64_t dice = scratch_below(&c->random, 12);
	int32_t day = today + (dice == 0 ? 93 : dice < 3 ? 31 : 1 + (int32_t)(dice & 1));
	return day < LOAD_LAST_DAY ? day : today;
}

void load_turn_day(struct client *c)
{
	crm_error error;
	crm_advanced advanced;
	if (c->index != 0 || (c->day == 0 && scratch_below(&c->random, 40) != 0))
		return;
	if (c->day == 0)
		c->day = next_day(c);
	crm_batch_clear(c->batch);
	crm_batch_advance(c->batch, c->day);
	atomic_store(&c->gate->turning, c->day);
	crm_status status = crm_exec(c->db, c->batch, &c->result, &error);
	atomic_store(&c->gate->turning, 0);
	if (status != CRM_OK) {
		scratch_sleep_us(2000);
		return;
	}
	struct record told = {.kind = RECORD_DAY, .client = c->index};
	if (crm_result_advanced(c->result, 0, &advanced) == 0) {
		told.event = advanced.event;
		told.purchase.day = advanced.today;
		atomic_store(&c->gate->today, advanced.today);
	}
	record_append(c->fd, &told, 1); /* a refusal is told as day 0, which never was */
	c->day = 0;
}
