/* execute_private.h -- what execute*.c share. */
#ifndef CRMDB_APP_EXECUTE_PRIVATE_H
#define CRMDB_APP_EXECUTE_PRIVATE_H
#include "server/app/session_private.h"

enum step {
	STEP_DONE,
	STEP_WAIT
};

/* Everything one call of execute_frame needs. */
struct run {
	struct session *session;
	struct core *core;
	const struct frame *frame;
	int64_t now_us; /* K1 */
	uint8_t *room;  /* for the records of one list, LIMIT_ANSWER_BYTES */
	struct decision decision;
	struct person_evidence
	    person; /* of the command being decided; its fingerprint, for a find: */
	uint8_t record[IDENTITY_RECORD_BYTES];
};

/* execute.c */
void run_answer(struct run *run, struct answer *answer, uint64_t saw);
void run_refuse(struct run *run, enum error error, struct error_detail detail, uint64_t saw);
/* Refuse because of a word that was said. */
void run_refuse_word(struct run *run, enum error error, struct wire_text word, uint64_t saw);

/* execute_feed.c */

/* May a connection that follows run it? */
bool execute_feed_takes(uint16_t opcode);
void execute_subscribe(struct run *run, const struct msg_subscribe *subscribe);
void execute_unsubscribe(struct run *run);

/* The sequence number an answer carries that saw this event. */
void run_stamp(struct run *run, struct answer *answer, uint64_t saw);
/* A question about sets takes its cost from the turn, as if it were that many commands. */
void run_cost(struct session *session, uint32_t cost);
/* Will others have their turn before the command behind the current one? */
bool run_ends(const struct session *session);

/* execute_questions.c: is it for question_run? */
bool questions_takes(uint16_t opcode);
enum step question_run(struct run *run, const struct command *command);

/* execute_queue.c */

/* The question of the current command cannot begin: wait in the queue, or be refused when its
 * deadline has passed there. */
enum step queue_wait(struct run *run, uint32_t timeout_ms);
void queue_leave(struct session *session);

/* execute_people.c */

/* The request of the current command, with the evidence there is.  Borrowed until the next. */
struct request run_request(struct run *run, const struct command *command);
/* VERDICT_PERSON or VERDICT_PROFILE: answer, or have people.mdb asked. */
enum step people_step(struct run *run, const struct command *command);
/* The current command is done: what was asked for it is settled. */
void people_pass(struct run *run);

#endif
