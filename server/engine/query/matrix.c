/* matrix.c -- tiers by stages: how many customers, what they spent and hold; kept, not computed. */
#include "server/engine/rules/rules.h"

#include "protocol/limits.h"

void matrix_decide(const struct engine *engine, const struct request *request,
		   struct decision *decision)
{
	struct wire_writer w = {request->room, request->room + LIMIT_ANSWER_BYTES, false};
	uint32_t count = 0;
	for (uint8_t tier = 0; tier < engine->programme.tier_count; tier++)
		for (uint8_t stage = 0; stage < STAGE_COUNT; stage++) {
			struct rec_cell record = census_figures(&engine->census, tier, stage);
			encode_rec_cell(&w, &record);
			count++;
		}
	ENSURE(!w.failed);
	outcome_answer(decision);
	decision->saw = census_touched(&engine->census); /* I3 */
	decision->answer.as.matrix.cells =
	    (struct wire_list){request->room, (uint32_t)(w.at - request->room), count};
}
