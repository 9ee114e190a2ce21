/* keeper.h -- a consumer that keeps the members of one saved segment, in a process of its own.
 *
 *   no file --> exact stream of @name, number N --> file: position N, members
 *   file    --> feed from position + 1 --> members change --> file, now and then
 *                                    x kill -9, started again: what is in the file counts
 *
 * The file is replaced as a whole, so position and members are of one moment.  Each event must be
 * a change: who enters was not in, who leaves was (else it is counted as a slip).
 */
#ifndef CRMDB_TESTS_KEEPER_H
#define CRMDB_TESTS_KEEPER_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "client/crmdb/feed.h"
#include "tests/integration/common/scratch.h"

#define KEEPER_CUSTOMERS 60000u /* ids from 1 */

/* What is in the file. */
struct kept {
	crm_position position;
	uint64_t began; /* with which number */
	unsigned bit;
	uint8_t members[KEEPER_CUSTOMERS / 8 + 1];
};

/* Shared memory. */
struct keeper_signs {
	_Atomic uint64_t until; /* end when complete up to it; 0: go on */
	_Atomic uint64_t events, erasures, slips, starts, begun_while_built;
	_Atomic int follows; /* 1: its feed is open */
	_Atomic int ended;   /* 1: as asked for, 2: by a word of the feed, 3: it could not go on */
	char last[64];       /* the feed's last word */
};

struct keeper {
	const char *uri;
	const char *name;        /* of the segment */
	const char *save;        /* a condition: it saves the segment itself; NULL: it is saved */
	char file[SCRATCH_PATH]; /* of `kept` */
	uint64_t dice;           /* of the children's */
	struct keeper_signs *signs;
	pid_t pid; /* 0: not running */
};

void keeper_open(struct keeper *keeper, const char *scratch);
/* Start it; signal 9. */
void keeper_start(struct keeper *keeper);
void keeper_kill(struct keeper *keeper);
/* Wait until it ends by itself.  False: it did not. */
bool keeper_await(struct keeper *keeper, int timeout_ms);

/* What the file says.  False: there is none. */
bool keeper_read(const struct keeper *keeper, struct kept *kept);
bool kept_has(const struct kept *kept, uint64_t customer);
uint64_t kept_count(const struct kept *kept);

/* Read the members of a question `stream ...` exactly; sequence number, 0: it did not come about.
 * `save`: a condition to save as `name` in the same frame; NULL: none. */
struct keeper_list {
	crm_client *db;
	crm_batch *batch;
	crm_result *result;
	const char *name, *save;
	bool built; /* the segment was still built when the stream began */
};
uint64_t keeper_stream(struct keeper_list *list, const char *question, struct kept *kept);

#endif
