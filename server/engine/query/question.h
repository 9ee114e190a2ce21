/* question.h -- a question about many customers: bound, planned, answered in slices between
 * commands, exact as of one event.
 *
 *   engine_decide --> VERDICT_ANSWER                              the index knew, or it was refused
 *              '----> VERDICT_QUESTION --> question_begin --> question_step ... --> question_answer
 *                                              |                  |
 *                                    event N was applied    rows judged once: when met, or just
 *                                                           before their first change (apply)
 *
 *   U1  A question sees every row as it was when event `question_number` had been applied, and no
 *       row made later; its `today` stays that day.
 *   U2  A row is judged once.  What the answer shows of it is captured then.
 *   U3  What it holds comes from the memory it was made with, never from the engine's.
 *   U4  Texts of the profile are not the engine's: a row names their version.
 *
 * Thread rule: the engine's.
 */
#ifndef CRMDB_ENGINE_QUERY_QUESTION_H
#define CRMDB_ENGINE_QUERY_QUESTION_H
#include "protocol/limits.h"
#include "server/engine/engine.h"

struct question;

/* `memory` is borrowed until question_free.  NULL: out of memory.  Not running, so it can be asked;
 * a question may be asked again when it has ended. */
struct question *question_new(const struct memory *memory);
void question_free(struct question *question);

/* VERDICT_QUESTION was the verdict: start, as of now.  ERROR_OK, or ERROR_QUERY_TOO_LARGE: it did
 * not start. */
enum error question_begin(struct engine *engine, struct question *question);

enum question_state {
	QUESTION_MORE,  /* the budget is used up */
	QUESTION_DONE,  /* every row was judged */
	QUESTION_FULL,  /* a stream has a part ready; later ones wait until it is taken */
	QUESTION_FAILED /* it needs more than its memory: question_answer says so */
};
/* Judge about `rows` rows by a few fields, or fewer by many; at least a range. */
enum question_state question_step(struct engine *engine, struct question *question, uint32_t rows);

/* The answer of a question that is done or failed, but for its sequence, into the decision as
 * engine_decide would; of a stream, right after it began.  `room` as in struct request. */
void question_answer(const struct engine *engine, struct question *question, uint8_t *room,
		     struct decision *decision);

/* The next part of a stream (or of groups behind the first answer); the answer's `more` is 0 when
 * nothing is left.  Refused: ERROR_SNAPSHOT_LOST. */
void question_part(const struct engine *engine, struct question *question, uint8_t *room,
		   struct decision *decision);
/* Is its first answer only the beginning of a stream? */
bool question_is_stream(const struct question *question);
/* Groups that did not fit the first answer. */
bool question_has_rest(const struct question *question);

/* Texts of the profile (U4).  A question that shows some is answered, or a part of it given, after
 * they were handed to it: for each row of question_people, in their order, a text of each field of
 * question_texts_wanted, none with size 0. */
struct question_person {
	uint64_t customer, version; /* of its profile then; 0: none */
};
/* How many fields of the profile it shows, and their numbers in people.def. */
uint32_t question_texts_wanted(const struct question *question, uint16_t fields[LIMIT_QUERY_SHOWN]);
/* Who is in the next answer or part. */
uint32_t question_people(const struct engine *engine, struct question *question,
			 struct question_person people[LIMIT_MEMBERS_PAGE]);
/* Borrowed until the question is answered. */
void question_give_texts(struct question *question, const struct wire_text *texts, uint32_t rows);

/* Stop, and give back what it held.  Again: nothing. */
void question_end(struct engine *engine, struct question *question);

uint64_t question_number(const struct question *question);

#endif
