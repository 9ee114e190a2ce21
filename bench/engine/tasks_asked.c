/* tasks_asked.c -- see tasks.h: questions in words, by any field.
 *
 * `{spend}` in a text is the spend of a customer drawn at random, another for each of a repetition,
 * so that quick questions find the caches as mixed questions would.  A repetition ends after SPENT
 * or when all drawn texts were asked.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/engine/asker.h"
#include "bench/engine/dress.h"
#include "bench/engine/tasks.h"
#include "bench/timing.h"
#include "server/engine/state.h"

#define DRAWN 256u
#define SPENT_NS UINT64_C(20000000)
#define MARK "{spend}"

static void text_draw(struct rig *rig, const char *text, char out[ASKER_TEXT_BYTES])
{
	const char *mark = strstr(text, MARK);
	uint32_t row = (uint32_t)random_below(&rig->random, rig->rows);
	int64_t spend = *rows_spend(&rig->engine->rows, row);
	if (mark == NULL)
		snprintf(out, ASKER_TEXT_BYTES, "%s", text);
	else
		snprintf(out, ASKER_TEXT_BYTES, "%.*s%" PRId64 ".%02" PRId64 "%s",
			 (int)(mark - text), text, spend / 100, spend % 100,
			 mark + sizeof MARK - 1);
}

double task_asked(struct rig *rig, const char *text)
{
	struct asker_command *commands = calloc(DRAWN, sizeof *commands);
	uint32_t count = 0;
	uint64_t from_ns, spent_ns = 0;
	if (commands == NULL || !rig_dress(rig)) {
		free(commands);
		return -1;
	}
	for (uint32_t i = 0; i < DRAWN; i++) {
		text_draw(rig, text, commands[i].text);
		asker_make(&commands[i]);
	}
	from_ns = timing_spent_ns();
	while (count < DRAWN && spent_ns < SPENT_NS) {
		if (asker_ask(rig, &commands[count++]) == UINT64_MAX)
			break;
		spent_ns = timing_spent_ns() - from_ns;
	}
	free(commands);
	return spent_ns == 0 ? -1 : (double)spent_ns / count;
}
