/* crmdb/crmdb.h -- the C client of crmdb.
 *
 *   crm_client   a blocking, thread-safe client with a pool of connections
 *   crm_batch    commands to execute in one round trip, in order
 *   crm_result   their answers
 *   crm_error    what went wrong, owned by the caller
 *
 * What answers say is in crmdb/answer.h, purchases are in crmdb/order.h, people in crmdb/people.h,
 * fields added at run time in crmdb/fields.h, questions by any field in crmdb/query.h; they and the
 * others come with this header.  Feeds are in crmdb/feed.h, to be included of itself.
 *
 * Exactly once: every command that writes carries a key.  Without one given, the library makes a
 * fresh one, so that its own retries are safe; with a `ref` (text, up to 64 bytes) the key is made
 * from operation and text, so that the application's retries are safe too, for ever.
 *
 * Units: points are whole points (int64_t); money is minor units of the database's currency; times
 * are microseconds since 1970, UTC; days are days since 1970-01-01; timeouts are milliseconds.  The
 * library never prints, never aborts, installs no signal handler (a lost connection raises no
 * SIGPIPE).  Strings given are copied; strings returned are borrowed from the handle they were
 * asked of, until it is freed.
 *
 * Threads: a crm_client may be used by any number of threads at once.  A crm_batch, crm_result or
 * crm_error belongs to one thread at a time.
 */
#ifndef CRMDB_CRMDB_H
#define CRMDB_CRMDB_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Status of an operation or a call: the numbers of protocol/errors.def. */
typedef int crm_status;
#define CRM_OK 0

typedef struct crm_client crm_client;
typedef struct crm_batch crm_batch;
typedef struct crm_result crm_result;
typedef struct crm_condition crm_condition; /* crmdb/query.h */

/* Text of an answer: borrowed from the result; not NUL-terminated. */
typedef struct crm_text {
	const char *bytes;
	uint32_t size;
} crm_text;

/* Caller-owned; no cleanup needed. */
typedef struct crm_error {
	crm_status code;      /* CRM_OK: no error */
	int in_doubt;         /* 1: writes may have been applied or not; retry with the same ref */
	int retryable;        /* 1: the same may succeed later */
	uint32_t batch_index; /* which operation, 0 for errors of the whole call */
	uint32_t column;      /* byte in a question's text, from 1; 0: none */
	char name[32];        /* "BALANCE_TOO_LOW" */
	char message[256];    /* a sentence */
	char hint[160];       /* what to do */
} crm_error;

/* A key: 128 bits. */
typedef struct crm_key {
	uint8_t bytes[16];
} crm_key;

/* Open a client.  `uri`: crmdb://host:port or unix:///path, then optional settings
 * ?timeout=5s&connect_timeout=2s&pool=4&app=NAME (units us, ms, s, m; plain numbers are ms).  The
 * times and the pool shown are the defaults; app is the program's name unless given.
 * NULL uri: CRMDB_URI from the environment, else crmdb://127.0.0.1:7878.
 * Makes one connection, so that a wrong address is known at once.  NULL: *error says why.
 * Owned by the caller; freed by crm_close. */
crm_client *crm_open(const char *uri, crm_error *error);
/* Close.  No other thread may be using the client.  NULL is allowed. */
void crm_close(crm_client *client);

/* Facts about the server, as of the last handshake.  Borrowed until crm_close. */
typedef struct crm_server {
	uint8_t database[16];
	uint64_t incarnation;
	uint16_t protocol_version;
	uint8_t currency_digits;
	char currency[8];
	char zone[64];
	char tiers[256];
	char stages[256]; /* names, separated by commas; a number is a place in them */
	int32_t today;    /* the programme's day */
	uint8_t salt[16]; /* keys the hash of personal data a ref is made of; in no log */
} crm_server;
void crm_server_facts(crm_client *client, crm_server *out);

/* A fresh timed key, by this machine's clock corrected to the server's. */
crm_key crm_key_new(crm_client *client);

/* Batches.  Every crm_batch_* command returns its index in the batch, or -1 when the argument is
 * invalid or memory is out: crm_exec then reports it and sends nothing.  A batch holds at most
 * 16,384 commands and 1 MiB, or what the server announces: crm_exec refuses a larger or empty one.
 * `ref`: text of 1 to 64 bytes of UTF-8, NUL-terminated, or NULL for a fresh key. */
crm_batch *crm_batch_new(void); /* NULL: out of memory.  Freed by crm_batch_free. */
void crm_batch_free(crm_batch *batch);
void crm_batch_clear(crm_batch *batch);          /* empty it, keeping its memory */
uint32_t crm_batch_size(const crm_batch *batch); /* commands in it */

int crm_batch_ping(crm_batch *batch, uint64_t nonce);
int crm_batch_info(crm_batch *batch);
int crm_batch_customer_create(crm_batch *batch, uint64_t customer, const char *ref);
int crm_batch_customer_get(crm_batch *batch, uint64_t customer);
int crm_batch_points_earn(crm_batch *batch, uint64_t customer, int64_t points, const char *ref);
int crm_batch_points_redeem(crm_batch *batch, uint64_t customer, int64_t points, const char *ref);
int crm_batch_points_adjust(crm_batch *batch, uint64_t customer, int64_t points, const char *ref);
/* Newest first; `from`: crm_history_next of the page before, 0 for the newest; `limit`: 1 to 200,
 * 0 for 50. */
int crm_batch_history(crm_batch *batch, uint64_t customer, uint64_t from, uint32_t limit);

/* Give the last added command (a write, but not an order) this key instead.  -1: it does not write;
 * crm_exec then refuses the batch. */
int crm_batch_key(crm_batch *batch, crm_key key);

/* Execute a batch: one round trip, answers in order, each operation with its own status.
 * Returns CRM_OK when the frame was answered, whatever the operations say
 * (crm_result_first_error); then *result is owned by the caller, freed by crm_result_free.
 * Otherwise *error says why and *result is NULL.  The batch may be executed again: it keeps its
 * keys, those made for NULL refs too, so its writes are applied at most once; crm_batch_clear
 * begins anew.
 * An earlier *result may be passed in again to reuse its memory (or NULL). */
crm_status crm_exec(crm_client *client, crm_batch *batch, crm_result **result, crm_error *error);

void crm_result_free(crm_result *result);
uint32_t crm_result_size(const crm_result *result);
/* Below, an index out of range gives BAD_ARGUMENT for a crm_status, 0 for a number. */
crm_status crm_result_status(const crm_result *result, uint32_t index);
/* 1: this write was applied before; the answer is the first one again. */
int crm_result_repeated(const crm_result *result, uint32_t index);
/* Last event number the answer depends on; durable. */
uint64_t crm_result_sequence(const crm_result *result, uint32_t index);
/* The error of one operation; CRM_OK clears *error. */
crm_status crm_result_error(const crm_result *result, uint32_t index, crm_error *error);
/* First failed operation into *error; CRM_OK when all are well. */
crm_status crm_result_first_error(const crm_result *result, crm_error *error);

/* Version of the library, "0.1.0".  Static. */
const char *crm_version(void);

#ifdef __cplusplus
}
#endif

#include <crmdb/answer.h>
#include <crmdb/care.h>
#include <crmdb/fields.h>
#include <crmdb/order.h>
#include <crmdb/people.h>
#include <crmdb/query.h>
#include <crmdb/saved.h>
#include <crmdb/segment.h>
#include <crmdb/trend.h>

#endif
