/* load.h -- the client processes: random commands, written down before and after.
 *
 *   harness                                 client i
 *   gate->ask = n     ------------------>   finishes its batch, gate->idle[i] = n, waits
 *   gate->ask = 0     ------------------>   goes on
 *
 * Clients outlive every server: the library reconnects and retries; what stays in doubt is noted as
 * unknown and tried again later with the same key.
 */
#ifndef CRMDB_KILL_LOAD_H
#define CRMDB_KILL_LOAD_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define LOAD_CLIENTS 4

/* The programme's day is set by hand; client 0 turns it, and it alone. */
#define LOAD_CLOCK "1998-07-01"
#define LOAD_FIRST_DAY 10408
#define LOAD_LAST_DAY 40000

struct load_gate { /* shared memory */
	_Atomic uint32_t ask;
	_Atomic uint32_t idle[LOAD_CLIENTS];
	_Atomic uint64_t batches[LOAD_CLIENTS];
	_Atomic int32_t today;   /* the last day that has turned, as client 0 was told */
	_Atomic int32_t turning; /* the day it waits for; 0: none */
};

struct load_options {
	const char *uri;       /* of the server, without settings */
	const char *directory; /* files client-0 .. client-3 are made here */
	uint64_t seed;
	uint64_t customers; /* the hot ones are 1 .. customers */
};

struct load {
	struct load_gate *gate;
	pid_t pids[LOAD_CLIENTS];
	uint32_t asked;
};

/* Fork the clients; each waits at the gate until load_resume. */
void load_start(struct load *load, const struct load_options *options);
/* Let all finish their batch and wait.  False: one died, or did not come within the time. */
bool load_pause(struct load *load, int timeout_ms);
void load_resume(struct load *load);
/* Wait until the days of a month are to be turned.  False: none were within the time. */
bool load_await_month(const struct load *load, int timeout_ms);
/* Batches executed by all clients so far. */
uint64_t load_batches(const struct load *load);
/* End them (they are waiting at the gate, or are killed). */
void load_stop(struct load *load);

/* Name of a client's file, into path[SCRATCH_PATH]. */
void load_file(char *path, const char *directory, unsigned client);

/* The id of a client's order, into id[64]: one an intent. */
void load_order_id(unsigned client, uint32_t number, char *id);

/* Add an order, and take its answer (0), as records know them; for clients and oracle. */
struct crm_batch;
struct crm_result;
struct record;
void load_add_order(struct crm_batch *batch, const struct record *intent);
int load_placed(const struct crm_result *result, uint32_t index, struct record *answer);

/* The same for puts, sets and erasures; points of a put or set are the number of its phone. */
#define LOAD_PERSONS (UINT64_C(1) << 62) /* customers from here on have profiles */
#define LOAD_PHONES 400u
struct load_profile {
	char name[40], phone[20], notes[20001];
};
bool load_is_person(uint16_t opcode);
void load_profile(const struct record *intent, struct load_profile *out);
void load_add_person(struct crm_batch *batch, const struct record *intent, const char *ref);
void load_add_find(struct crm_batch *batch, uint32_t phone);
int load_person(const struct crm_result *result, uint32_t index, struct record *answer);

/* The client process; in load_client.c. */
_Noreturn void load_client(const struct load_options *options, unsigned client,
			   struct load_gate *gate);

#endif
