/* scan.h -- what the rest of the engine owes running questions (question.h). */
#ifndef CRMDB_ENGINE_QUERY_SCAN_H
#define CRMDB_ENGINE_QUERY_SCAN_H
#include "server/engine/state.h"

/* Before anything of a row changes, however little: questions that have yet to judge it do (U1). */
void scan_before_change(struct engine *engine, uint32_t row);

/* Before an added field is dropped: questions that ask for it cannot go on. */
void scan_before_drop(struct engine *engine, uint16_t number);
/* These bits of column `segments` are going to be used again: a question that still reads what they
 * were fails. */
void scan_lose_saved(struct engine *engine, uint64_t bits);

#endif
