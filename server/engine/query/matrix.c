/* matrix.c -- tiers by stages: how many customers, what they spent and hold; kept, not computed.
 * Now, and at the end of a day that was recorded. */
#include "server/engine/query/trend.h"

#include "protocol/limits.h"

/* All tiers and stages, those of `cells` with their figures. */
static struct wire_list write_matrix(const struct engine *engine, const struct rec_cell *cells,
				     uint32_t count, uint8_t *room)
{
	struct wire_writer w = {room, room + LIMIT_ANSWER_BYTES, false};
	uint32_t written = 0, next = 0;
	for (uint8_t tier = 0; tier < engine->programme.tier_count; tier++)
		for (uint8_t stage = 0; stage < STAGE_COUNT; stage++, written++) {
			struct rec_cell empty = {.tier = tier, .stage = stage};
			bool here =
			    next < count && cells[next].tier == tier && cells[next].stage == stage;
			encode_rec_cell(&w, here ? &cells[next++] : &empty);
		}
	ENSURE(!w.failed && next == count);
	return (struct wire_list){room, (uint32_t)(w.at - room), written};
}

void matrix_decide(const struct engine *engine, const struct request *request,
		   struct decision *decision)
{
	struct rec_cell cells[SPEND_CELLS];
	uint32_t count = trend_cells(engine, decision, engine->today, cells);
	outcome_answer(decision);
	decision->answer.as.matrix.cells = write_matrix(engine, cells, count, request->room);
}

void matrix_on_decide(const struct engine *engine, const struct request *request,
		      struct decision *decision)
{
	int64_t day = request->command->as.matrix_on.day;
	struct rec_cell cells[SPEND_CELLS];
	if (!trend_knows(engine, decision, day))
		return;
	uint32_t count = trend_cells(engine, decision, day, cells);
	outcome_answer(decision);
	decision->answer.as.matrix_on = (struct ans_matrix_on){
	    write_matrix(engine, cells, count, request->room), day == engine->today};
}
