/* state.h -- the private half of engine.h; included only inside server/engine, and by what
 * proves or measures it from inside (its tests, bench/engine). */
#ifndef CRMDB_ENGINE_STATE_H
#define CRMDB_ENGINE_STATE_H
#include "server/base/limits.h"
#include "server/engine/added.h"
#include "server/engine/census.h"
#include "server/engine/engine.h"
#include "server/engine/history.h"
#include "server/engine/identities.h"
#include "server/engine/ids.h"
#include "server/engine/index/day_queue.h"
#include "server/engine/keys.h"
#include "server/engine/months.h"
#include "server/engine/programme.h"
#include "server/engine/rows.h"
#include "server/engine/segments.h"
#include "server/engine/sparse.h"
#include "server/engine/words.h"

/* Sums over all rows.  Conservation: issued + up = balance + spent + down + erased. */
struct engine_totals {
	engine_sum balance;
	engine_sum issued, spent; /* earned, redeemed */
	engine_sum up, down;      /* adjusted */
	engine_sum erased;        /* taken away with their owners */
	engine_sum spend;         /* lifetime, minor units */
	uint64_t orders;
	uint64_t gone;     /* rows that are erased */
	uint64_t profiles; /* rows that have one */
};

struct engine {
	struct memory memory;
	uint64_t applied; /* last event */
	size_t reserved;  /* events there is room for (E2) */
	int64_t time_us;  /* its time */
	struct rows rows;
	struct ids ids;
	struct keys keys;
	struct months months;
	struct sparse sparse;
	struct words words;
	struct added added;
	struct segments segments;
	struct census census; /* derived */
	struct identities identities;
	uint64_t identity_freed; /* last event that took an identity away */
	uint64_t newest_profile; /* highest version any event named */
	struct engine_totals totals;
	struct programme programme;  /* in force */
	int32_t today, month;        /* the programme's day, and its month */
	uint64_t days;               /* days begun by events */
	uint64_t day_event;          /* the last of them; 1: the first day, of genesis */
	struct history history;      /* of the days that ended */
	struct day_queue queue;      /* derived: rows by the day that may change them next */
	bool queued;                 /* it was built */
	struct question *questions;  /* that run (query/question.h); no part of the state */
	struct part_genesis genesis; /* its texts point into genesis_bytes */
	uint32_t genesis_size;
	uint8_t genesis_bytes[LIMIT_EVENT_BYTES]; /* event 1 as event_encode packs it */
};

#endif
