/* session_private.h -- a session's inside, for session.c, reply.c and execute.c only. */
#ifndef CRMDB_APP_SESSION_PRIVATE_H
#define CRMDB_APP_SESSION_PRIVATE_H
#include "protocol/frame.h"
#include "server/app/asks.h"
#include "server/app/outbox.h"
#include "server/app/questions.h"
#include "server/app/resolve.h"
#include "server/app/session.h"

enum session_state {
	SESSION_NEW,  /* no hello yet */
	SESSION_OPEN, /* executes frames */
	SESSION_ENDED /* said goodbye: what waits still leaves, nothing is executed (E1) */
};

#define ASKED_OF_SESSION (LIMIT_QUERY_NEIGHBOURS + STREAMS_OF_SESSION)

/* Why execution stands still. */
enum session_pause {
	PAUSE_NONE,
	PAUSE_TURN,     /* did its share of this turn */
	PAUSE_GROUP,    /* the open group is full */
	PAUSE_OUTPUT,   /* too many replies wait */
	PAUSE_DAY,      /* the programme's day is turning */
	PAUSE_QUEUE,    /* too many questions run */
	PAUSE_QUESTION, /* rows are judged for a question, or for the part of a stream */
	PAUSE_JOB       /* a job fetches something of the past */
};

/* What the running deadline is for. */
enum session_deadline {
	DEADLINE_HELLO,
	DEADLINE_IDLE,
	DEADLINE_FRAME,
	DEADLINE_STALL
};

struct feed;

struct session {
	struct core *core;
	void *conn; /* NULL once closed */
	enum session_state state;
	enum session_pause pause;
	enum session_deadline deadline;
	struct session *older, *newer;           /* core->sessions */
	struct session *busy_older, *busy_newer; /* core->busy */
	bool busy;

	struct wire_id instance; /* of the client; zero before hello */
	uint32_t slot;
	uint64_t offered;     /* bytes given to the connection or its outbox, ever */
	uint64_t stall_taken; /* of them the peer had taken when the stall deadline was set */

	/* The frame under execution: it stays in the connection's buffer. */
	bool in_frame;
	uint32_t frame_at;   /* offset in its body of the next command */
	uint16_t frame_done; /* commands executed */
	bool advancing;      /* the current command is an advance that waits for its day */
	uint64_t turn;       /* of core, in which it last ran */
	uint32_t turn_left;  /* commands that may still run in that turn */

	/* The part of a reply under construction, in core->scratch. */
	uint64_t part_number; /* of its frame */
	struct wire_writer part;
	uint16_t part_count;
	uint64_t part_stamp;

	struct outbox outbox;
	struct resolve resolve; /* evidence for the frame under execution */
	struct asks asks;       /* and that of people.mdb */
	bool job_running;

	/* Questions that judge rows: of the frame under execution, and streams. */
	struct asked asked[ASKED_OF_SESSION];
	uint32_t streams; /* number of the newest */
	uint32_t awaited; /* stream whose part the current command waits for; 0: none */
	bool queued;      /* in the queue of questions (T2) */
	struct session *queue_next;
	int64_t queue_until_us;  /* deadline of what it waits to ask; 0: none */
	struct reading *reading; /* texts for the answer of the current command; NULL: none */
	struct feed *feed;       /* what the connection follows; NULL: nothing */
};

/* Ask to be called in session_turn_ended. */
void session_mark_busy(struct session *session);
/* Say goodbye; nothing more is executed (E1).  The connection closes when what waits has left. */
void session_end(struct session *session, enum error error, struct error_detail detail);
size_t session_unsent(const struct session *session); /* replies waiting anywhere, bytes */
/* Stand still, and stop reading, until the reason is gone. */
void session_stand(struct session *session, enum session_pause why);
/* A job of this session is done: on the loop, go on or be freed. */
void session_job_done(void *session);

/* reply.c: answers into parts, parts into the outbox. */
void reply_begin(struct session *session, uint64_t frame_number);
void reply_add(struct session *session, const struct answer *answer, uint64_t stamp);
void reply_seal(struct session *session, bool last);
/* ... as answer_encode wrote it. */
void reply_add_bytes(struct session *session, const uint8_t *bytes, uint32_t size, uint64_t stamp);
/* A frame of its own with one answer: welcome or goodbye. */
void reply_alone(struct session *session, enum frame_kind kind, const struct answer *answer);

/* A frame of a feed, sealed. */
void reply_push(struct session *session, const uint8_t *bytes, uint32_t size);

/* execute.c: run commands of `frame`.  True: it is done.  False: the session paused. */
bool execute_frame(struct session *session, const struct frame *frame);

/* execute_people.c: nothing that was asked for will be used any more. */
void execute_forget_people(struct session *session);

/* execute_questions.c: nothing asked in the frame will be used any more; `streams`: nor are they.
 */
void execute_forget_questions(struct session *session, bool streams);
void execute_forget_reading(struct session *session);
/* Is what the current command waits for there?  May it begin (T2)? */
bool questions_ready(const struct session *session);
bool questions_admits(const struct session *session);
/* ... or is its deadline over, while it waits in the queue? */
bool questions_may_go_on(const struct session *session);
/* execute_feed.c: push a frame, if there is one and the peer keeps up.  True: there is more. */
bool execute_feed_turn(struct session *session);
void execute_forget_feed(struct session *session);

#endif
