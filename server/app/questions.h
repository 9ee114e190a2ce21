/* questions.h -- questions that judge rows, in slices between commands: who runs, who waits.
 *
 *   a command of a frame --begin--> running --slices--> ready --> answered in its place
 *          |                            |
 *          '--> queue, while too many    '--> parked: a stream whose part was not taken yet
 *
 *   T1  At the end of each turn of the loop running questions get QUESTIONS_SLICE_US together,
 *       QUESTIONS_ROWS each in turn: none waits for another's end, and commands wait for none.
 *   T2  At most QUESTIONS_MOST run or are parked; sessions beyond wait in the order they came.
 *   T3  A question ends with its session, at its deadline (in the queue, too), or STREAM_IDLE_MS
 *       after the last part of a stream was taken.
 *   T4  All of them share the memory of --query-memory.
 *   T5  Neighbouring questions of a frame begin together, as of one event, as far as there is room.
 *   T6  Streams have QUESTIONS_STREAMS of those places at most: the others are for questions that
 *       end by themselves, however slowly the streams of all clients are read.
 */
#ifndef CRMDB_APP_QUESTIONS_H
#define CRMDB_APP_QUESTIONS_H
#include <stdbool.h>

#include "protocol/limits.h"
#include "server/app/env.h"
#include "server/engine/query/question.h"

#define QUESTIONS_MOST 16u
#define QUESTIONS_STREAMS 12u /* of them (T6) */
#define QUESTIONS_SLICE_US 300
#define QUESTIONS_ROWS 32768u /* about 0.1 ms of a scan */
#define STREAM_IDLE_MS 60000
#define STREAMS_OF_SESSION 4u

struct session;

enum asked_state {
	ASKED_FREE,
	ASKED_HELD,    /* answered by the index; `bytes` waits for its place */
	ASKED_RUNNING, /* rows are being judged */
	ASKED_PARKED,  /* a stream: its part is ready, or was taken and nobody asked for more */
	ASKED_READY,   /* every row was judged, or it failed */
	ASKED_EXPIRED  /* its deadline passed; a stream is dropped then */
};

/* One question of a session. */
struct asked {
	enum asked_state state;
	uint16_t place;  /* command of the frame; of a stream unused */
	uint32_t stream; /* its number; 0: none */
	struct question *question;
	int64_t deadline_us; /* 0: none */
	uint32_t timeout_ms;
	int64_t engine_us; /* spent judging */
	uint8_t *bytes;    /* ASKED_HELD: the answer as reply.c would encode it */
	uint32_t size;
	uint64_t saw;
	struct asked *older, *newer; /* questions->running */
};

struct questions {
	struct engine *engine;
	struct memory memory;         /* T4 */
	uint64_t memory_limit;        /* bytes, for what is said of it */
	struct question *spare;       /* not running */
	struct asked *running;        /* newest first; parked ones too */
	struct asked *next;           /* whose turn it is */
	uint32_t count;               /* of them */
	struct session *first, *last; /* queue (T2) */
	uint64_t slices, rows;        /* made and judged since the start, for info */
};

void questions_open(struct questions *questions, struct engine *engine, const struct memory *memory,
		    uint64_t memory_limit);
/* No question may run. */
void questions_close(struct questions *questions);

/* Room for the next question to be asked; NULL: out of memory.  Borrowed until questions_start. */
struct question *questions_room(struct questions *questions);
/* Is there room to run one more (T2)? */
bool questions_has_room(const struct questions *questions);
/* Streams of all sessions (T6). */
uint32_t questions_streams(const struct questions *questions);
/* The question in the room begins, for `asked`.  ERROR_OK, or ERROR_QUERY_TOO_LARGE. */
enum error questions_start(struct questions *questions, struct asked *asked, int64_t now_us);
/* Right after it started: most end in their first slice, before anything else happens. */
void questions_first_slice(struct questions *questions, struct asked *asked, const struct env *env);
/* It is not needed any more, whatever its state; `asked` is free. */
void questions_drop(struct questions *questions, struct asked *asked);
/* A part of a stream was taken: it goes on. */
void questions_wake(struct questions *questions, struct asked *asked, int64_t now_us);

/* At the end of each turn of the loop (T1).  True: there is more to do at once. */
bool questions_turn(struct questions *questions, const struct env *env);

#endif
