/* model_segments.h -- saved segments in the model: which there are, and who is said to be in them.
 *
 *   M1  A segment is saved or dropped as its command asks, by the rules; its bit was free.
 *   M2  An event of membership goes from what was said before to what the conditions do now, and
 *       those differ.  What was said: by the last such event; else who passed when it was saved.
 *   M3  Nothing is left unsaid when a day begins.
 */
#ifndef CRMDB_TESTS_SIM_MODEL_SEGMENTS_H
#define CRMDB_TESTS_SIM_MODEL_SEGMENTS_H
#include "tests/sim/model.h"

/* The segment of that name at a number; NULL: none. */
const struct model_saved *model_segment_named(const struct model *model, struct wire_text name,
					      uint64_t at);
/* The next one at that number from bit *bit on, in the order of bits; NULL: no more. */
const struct model_saved *model_segment_next(const struct model *model, uint8_t *bit, uint64_t at);
const struct msg_segment_save *model_segment_asked(const struct model *model,
						   const struct model_saved *segment);
uint64_t model_segment_count(const struct model *model, const struct model_saved *segment,
			     uint64_t at);

/* What stands against saving or dropping it at a number; ERROR_OK: nothing. */
enum error model_save_fault(const struct model *model, const struct msg_segment_save *m,
			    uint64_t at);
enum error model_drop_fault(const struct model *model, struct wire_text name, uint64_t at);

/* The newest event saves or drops one (M1). */
void model_segment_changes(struct model *model);
/* It is of membership, of a customer who was so before it (M2). */
void model_segment_moves(struct model *model, const struct person_state *before);
/* M3, at the last event. */
void model_segments_settled(const struct model *model);
/* The events above `last` go. */
void model_segments_cut(struct model *model, uint64_t last);

#endif
