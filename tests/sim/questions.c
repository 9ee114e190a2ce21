/* questions.c -- see questions.h.  A list: a run asks some hundred questions. */
#include "tests/sim/questions.h"

#include <stdlib.h>

#include "tests/sim/fail.h"

static bool same(const struct question *a, const struct question *b)
{
	return a->tiers == b->tiers && a->stages == b->stages && a->from == b->from &&
	       a->to == b->to && a->descending == b->descending;
}

uint32_t questions_find(const struct question_names *questions, const struct question *question)
{
	for (uint32_t i = 0; i < questions->count; i++)
		if (same(&questions->all[i].question, question))
			return questions->all[i].hash;
	return 0;
}

void questions_learn(struct question_names *questions, const struct question *question,
		     uint32_t hash)
{
	uint32_t known = questions_find(questions, question);
	if (hash == 0 || (known != 0 && known != hash))
		fail_now("a question is called %u, and was called %u before", hash, known); /* Q1 */
	if (known != 0)
		return;
	if (questions->count > 0 && questions->all[questions->count - 1].hash == hash)
		fail_now("two questions are called %u", hash); /* Q2 */
	if (questions->count == questions->capacity) {
		questions->capacity = questions->capacity == 0 ? 64 : 2 * questions->capacity;
		questions->all =
		    realloc(questions->all, questions->capacity * sizeof *questions->all);
		if (questions->all == NULL)
			fail_now("the simulation is out of memory");
	}
	questions->all[questions->count++] = (struct questions_known){*question, hash};
}

void questions_clear(struct question_names *questions)
{
	free(questions->all);
	*questions = (struct question_names){0};
}
