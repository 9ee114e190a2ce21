/* question_private.h -- a question's inside, for question*.c, scan.c and their tests. */
#ifndef CRMDB_ENGINE_QUERY_QUESTION_PRIVATE_H
#define CRMDB_ENGINE_QUERY_QUESTION_PRIVATE_H
#include "server/engine/query/captured.h"
#include "server/engine/query/chunk.h"
#include "server/engine/query/groups.h"
#include "server/engine/query/percentile.h"
#include "server/engine/query/plan.h"
#include "server/engine/query/question.h"
#include "server/engine/query/show.h"
#include "server/engine/query/top.h"

enum question_kind {
	QUESTION_COUNT,
	QUESTION_PAGE,
	QUESTION_GROUPS,
	QUESTION_STREAM
};

/* In which order a page is. */
enum page_order {
	PAGE_CREATED,
	PAGE_SPEND,
	PAGE_FIELD
};

struct page_ask {
	enum page_order order;
	struct source source;     /* to order by */
	bool descending, started; /* started: go on behind `after` */
	uint32_t limit, hash;
	struct top_key after;
};

struct group_ask {
	uint32_t by; /* fields grouped by */
	struct source keys[2], measure;
	bool measured;
	uint32_t percentile; /* of the measure, hundredths of a percent; 0: none */
};

#define CANDIDATES_AT_ONCE CHUNK_BLOCK

struct question {
	struct memory memory; /* U3 */
	enum question_kind kind;
	struct bound bound;
	struct plan_ranges plan;
	enum plan answered_by;
	struct show show;
	struct page_ask page;
	struct group_ask group;

	/* Texts of the profile for the next answer (U4). */
	const struct wire_text *texts;
	uint32_t text_rows, text_columns;

	/* A run. */
	bool complete; /* the index found all there is to show before it began */
	bool sorted;   /* top is */
	bool running, failed;
	bool gone;             /* failed: a field was dropped */
	struct question *next; /* engine->questions */
	uint64_t number;       /* U1 */
	uint32_t rows;         /* there were, U1 */
	uint32_t at;           /* next row of a scan */
	uint32_t range;        /* of the plan, whose candidates are looked at */
	bool in_range;
	struct spend_place place; /* in that range */
	uint8_t *judged;          /* U2: a bit each; of a scan only rows before their turn */
	uint32_t early;           /* rows judged before their turn */
	uint8_t *arena;
	size_t arena_bytes;
	struct chunk chunk;
	uint64_t judged_rows, passed;

	/* What it found. */
	struct top top;
	struct groups groups;
	struct percentile percentile;
	struct captured captured;
	uint32_t given;              /* groups that were answered */
	char near[LIMIT_WORD_BYTES]; /* behind a refusal */
};

/* question_take.c: a matching row goes into what is found.  False: out of memory. */
bool question_take(const struct engine *engine, struct question *question, uint32_t row);

/* Those of question->chunk that are marked. */
void question_take_marked(const struct engine *engine, struct question *question,
			  const uint8_t *marks);

/* Was every row judged that the answer can depend on? */
bool question_is_through(const struct question *question);

/* A key as the page orders by it: with the text of a word. */
struct top_key question_key_of(const struct engine *engine, const struct page_ask *page,
			       const struct top_key *key);

#endif
