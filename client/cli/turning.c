/* turning.c -- see turning.h.
 *
 *   advance --answered--> done
 *      |  ^
 *      |  '--------------------------.
 *      '--no answer--> info --turned--'
 *                      ^  |
 *                      '--'  turning: say so
 *
 * The advance without an answer keeps its connection of the pool; info goes on another, and is
 * answered while days turn.
 */
#include "client/cli/turning.h"

#include <inttypes.h>

#include "client/cli/cells.h"
#include "client/clock.h"
#include "protocol/errors.h"
#include "protocol/messages.h"

#define PAUSE_US 100000
#define SAY_US 2000000

bool turning_waits(const struct options *options, const struct statement *statement)
{
	return statement->verb->opcode == OP_advance && options->timeout == NULL;
}

static void say(const crm_info *info)
{
	char day[CELL_TEXT_BYTES], due[CELL_TEXT_BYTES];
	struct cell cell = day_cell("today", info->today);
	fprintf(stderr,
		"turning: %s is the programme's day, %s customers to look at; days go on turning "
		"without this command\n",
		cell_format(&cell, day), cell_group_digits((int64_t)info->day_due, due));
}

static crm_status ask_info(const struct run *run, crm_info *info, crm_error *error,
			   int64_t *spent_us)
{
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	crm_batch_info(batch);
	crm_status status = run_batch(run, batch, &result, error, spent_us);
	if (status == CRM_OK)
		status = crm_result_first_error(result, error);
	if (status == CRM_OK)
		crm_result_info(result, 0, info);
	crm_result_free(result);
	crm_batch_free(batch);
	return status;
}

/* Look until no day turns. */
static crm_status look(const struct run *run, crm_info *info, crm_error *error, int64_t *spent_us)
{
	crm_status status;
	int64_t said_us = 0;
	while ((status = ask_info(run, info, error, spent_us)) == CRM_OK &&
	       info->day_state == CRM_DAY_TURNING) {
		int64_t now_us = clock_now_us();
		if (said_us == 0 || now_us - said_us > SAY_US) {
			say(info);
			said_us = now_us;
		}
		clock_sleep_until(now_us + PAUSE_US);
	}
	return status;
}

crm_status turning_wait(const struct run *run, crm_batch *batch, crm_result **result,
			crm_error *error, int64_t *spent_us)
{
	int32_t day = run->statement->day;
	crm_info info = {0};
	crm_status status;
	while ((status = run_batch(run, batch, result, error, spent_us)) == ERROR_TIMEOUT) {
		status = look(run, &info, error, spent_us);
		if (status != CRM_OK)
			return status;
		crm_batch_clear(batch); /* the clock may have gone further meanwhile */
		crm_batch_advance(batch, info.today > day ? info.today : day);
	}
	return status;
}
