/* questions.h -- what the server calls each question about a set: the hash its cursors carry.
 *
 *   Q1  A question has one hash, never 0, for ever: across restarts too.
 *   Q2  The next question learnt has another.
 */
#ifndef CRMDB_TESTS_SIM_QUESTIONS_H
#define CRMDB_TESTS_SIM_QUESTIONS_H
#include <stdbool.h>
#include <stdint.h>

/* As the server takes it: the sets without bits that stand for all. */
struct question {
	uint16_t tiers, stages;
	int64_t from, to;
	bool descending;
};

struct questions_known {
	struct question question;
	uint32_t hash;
};

/* Zero it to begin; freed by questions_clear. */
struct question_names {
	struct questions_known *all;
	uint32_t count, capacity;
};

/* 0: not known yet. */
uint32_t questions_find(const struct question_names *questions, const struct question *question);
/* Q1, Q2: fails the run unless `hash` may be the question's. */
void questions_learn(struct question_names *questions, const struct question *question,
		     uint32_t hash);
void questions_clear(struct question_names *questions);

#endif
