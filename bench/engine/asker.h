/* asker.h -- asks the rig's engine one question in words, as the server would: bound, planned, and
 * judged in slices of 32,768 rows. */
#ifndef CRMDB_BENCH_ENGINE_ASKER_H
#define CRMDB_BENCH_ENGINE_ASKER_H
#include "bench/engine/rig.h"
#include "protocol/query/query.h"

#define ASKER_TEXT_BYTES 192u

struct asker_command {
	struct command command; /* borrows what follows: never moved once made */
	char text[ASKER_TEXT_BYTES];
	struct query query;
	uint8_t program[LIMIT_PREDICATE_BYTES];
};

/* From asked->text; wrong text is a broken task (ENSURE). */
void asker_make(struct asker_command *asked);

/* Ask, to the end of a stream.  Returns what was found: customers counted, rows given, groups.
 * UINT64_MAX: out of memory. */
uint64_t asker_ask(struct rig *rig, const struct asker_command *asked);

#endif
