/* engine.h -- the state of every customer, and the three steps of a command.
 *
 *   engine_decide   (const)   command, time -> answer, refusal, or the event that would record it
 *   engine_reserve            makes room: the only step that can run out of memory
 *   engine_apply              the only mutator, live and in replay; cannot fail
 *
 * The engine is a function of (state, time, command): no clock, no file, no socket, no random
 * number, no global (the linker proves it: make check).  One thread.
 */
#ifndef CRMDB_ENGINE_ENGINE_H
#define CRMDB_ENGINE_ENGINE_H
#include "protocol/messages.h"
#include "server/base/failure.h"
#include "server/base/memory.h"
#include "server/engine/event.h"

struct engine;

/* NULL: out of memory.  `memory` is copied; its context must outlive the engine.  Owned by the
 * caller; freed by engine_free. */
struct engine *engine_new(const struct memory *memory);
void engine_free(struct engine *engine);

/* What the past says about a command's key, when memory does not reach that far back (the resolve
 * step fetches it). */
struct evidence {
	uint64_t event;   /* the event bound to the key */
	uint64_t content; /* its content hash */
};

/* What app made of personal text, which the engine never keeps: for a put, set or erase what the
 * document becomes, for a find the fingerprint looked for. */
struct person_evidence {
	uint64_t base;    /* version it was worked out from; 0: none was there */
	uint64_t version; /* under which the new document waits, durable */
	enum error error; /* of the document; ERROR_OK, or why there is none */
	struct error_detail detail;
	struct wire_text added, removed; /* records of 13 bytes (event.h) */
};

struct question;

struct request {
	const struct command *command;
	int64_t now_us; /* I6: read once, in app */
	uint64_t actor;
	const struct evidence *evidence; /* older binding of this key, or NULL */
	uint8_t *room;    /* LIMIT_ANSWER_BYTES for the records of a list, borrowed by the answer */
	uint64_t content; /* keyed hash of a command that holds personal text; 0: command_content */
	const struct person_evidence *person; /* or NULL */
	struct question *question; /* room for one about sets (query/question.h); NULL: no memory */
};

enum verdict {
	VERDICT_ANSWER,   /* a read: `answer` is complete but for its sequence */
	VERDICT_REFUSED,  /* `answer` carries status and detail */
	VERDICT_EVENT,    /* `event` is what applying would record */
	VERDICT_REPEAT,   /* applied before, as event `past`: answer it again from the log (I7) */
	VERDICT_HISTORY,  /* `past` is the event to list from (0: none), `limit` entries */
	VERDICT_ADVANCE,  /* `day` is to be reached, then the command decided again */
	VERDICT_PERSON,   /* decide again with evidence worked out from profile version `past` */
	VERDICT_PROFILE,  /* show the document of version `past` (not 0) */
	VERDICT_QUESTION, /* rows are to be judged: begin the request's question */
};

struct decision {
	enum verdict verdict;
	uint64_t saw; /* I3: last event this outcome depends on */
	uint64_t past;
	uint32_t limit;
	int32_t day;
	uint32_t cost; /* beyond one command, of much text or many rows, in commands (0.3 us) */
	struct answer answer;
	struct event event;
};

/* Decide one command of any opcode but hello and info (which are app's).  Fills in only the
 * members its verdict names; `saw` always. */
void engine_decide(const struct engine *engine, const struct request *request,
		   struct decision *decision);

/* Build what is derived from the rows and not kept while the log is replayed: the spend index, the
 * matrix and the calendar queue.  Before the first question about sets; again: nothing.  ERROR_OK
 * or ERROR_OUT_OF_MEMORY. */
enum error engine_index(struct engine *engine);

/* Is this a genesis whose programme this build can apply?  Asked before event 1 is applied. */
bool engine_understands(const struct event *genesis);

/* Does it ask about sets of customers? */
bool engine_asks_sets(const struct command *command);

/* Room for so many more, up to one that adds a field, saves a segment or closes a day. */
enum error engine_reserve(struct engine *engine, size_t events);

/* Apply the next event (number = engine_applied + 1).  Needs room reserved.  Cannot fail: decide
 * proved it possible, or a checksum proved the log that says it happened. */
void engine_apply(struct engine *engine, const struct event *event);

/* I7: the answer to the command that made `events` (one, or two flagged `more`), but for its
 * sequence and flags.  The same function answers the first time and every repeat. */
void reply_from_events(const struct event *events, size_t count, struct answer *answer);

/* An event as a history shows it.  Its text is borrowed from the event. */
void entry_from_event(const struct event *event, struct rec_entry *entry);

/* Bring the cache lines a command will touch nearer: first the hash slots, then, once they are
 * there, the row.  Changes nothing; safe for any command. */
void engine_prefetch_slots(const struct engine *engine, const struct command *command);
void engine_prefetch_row(const struct engine *engine, const struct command *command);

/* Where an order of this command will move its customer in the spend index, for a window of
 * commands whose rows are near; up to ENGINE_WINDOW of them. */
#define ENGINE_WINDOW 16u
void engine_prefetch_index(const struct engine *engine, const struct command *const *commands,
			   uint32_t count);

/* What never changes about the database; NULL before genesis was applied.  Borrowed until
 * engine_free. */
const struct part_genesis *engine_genesis(const struct engine *engine);

struct engine_stats {
	uint64_t applied;    /* last event number */
	int64_t time_us;     /* of that event */
	uint64_t customers;  /* that are not erased */
	uint64_t profiles;   /* of them that have one */
	uint64_t identities; /* all they have */
	uint64_t keys;       /* bindings in memory */
	int64_t points;      /* sum of all balances, saturated */
	uint64_t orders;     /* recorded */
	int64_t spend;       /* sum of all lifetime spend, minor units, saturated */
	int32_t today;       /* the programme's day, since 1970-01-01 */
	uint64_t day_event;  /* with which it began */
	uint32_t day_due;    /* customers it has yet to look at, at most */
};
void engine_stats(const struct engine *engine, struct engine_stats *out);
uint64_t engine_applied(const struct engine *engine);
int32_t engine_today(const struct engine *engine);

/* What a start settles personal data by. */
struct engine_person {
	uint64_t profile; /* version in force; 0: none */
	uint64_t erased;  /* the event that erased it; 0: it is not */
};
/* Nobody has the id: all zero. */
struct engine_person engine_person(const struct engine *engine, uint64_t customer);
/* The customer who has the identity of a record (event.h); 0: nobody. */
uint64_t engine_holder(const struct engine *engine, const uint8_t *record);
uint64_t engine_newest_profile(const struct engine *engine); /* highest version any event named */

/* Prove every derived structure against its columns: hash against ids, keys, totals against rows,
 * conservation of points, windows and stages against the months, index and matrix against all. Slow
 * (reads everything).  False: *failure says what is wrong where. */
bool engine_check(const struct engine *engine, struct failure *failure);

/* Hash of the logical state at engine_applied: rows, live keys, totals, genesis.  Equal for equal
 * histories, however memory is laid out. */
uint64_t engine_digest(const struct engine *engine);

#endif
