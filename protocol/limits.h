/* limits.h -- every limit of the wire on one page, with its unit and its reason.
 *
 * The server announces the ones a client must know in its hello and enforces each before it
 * allocates anything.  Limits of the server alone are in server/base/limits.h.
 */
#ifndef CRMDB_PROTOCOL_LIMITS_H
#define CRMDB_PROTOCOL_LIMITS_H

#include <assert.h>
#include <stdint.h>

#define LIMIT_FRAME_BYTES (1u << 20)   /* request frame, whole: 26,000 earns; one read buffer */
#define LIMIT_FRAME_COMMANDS 16384u    /* commands in a frame: keeps count in a u16 */
#define LIMIT_REPLY_BYTES (1u << 18)   /* reply frame, whole; a longer reply is cut into parts */
#define LIMIT_PROFILE_BYTES (1u << 16) /* document of a customer: records of all its fields */
#define LIMIT_PROFILE_VALUES 256u      /* assignments of one command: far more than fields take */
#define LIMIT_ANSWER_BYTES                                                                         \
	((1u << 16) + 16384u)          /* one answer, head and body: a profile and its attributes */
#define LIMIT_HELLO_BYTES 1024u        /* hello frame: read before anybody is trusted */
#define LIMIT_REF_BYTES 64u            /* text a key is made from */
#define LIMIT_APP_BYTES 64u            /* application name in the hello */
#define LIMIT_CREDENTIAL_BYTES 512u    /* credential in the hello; unused so far */
#define LIMIT_HISTORY_PAGE 200u        /* entries of one history answer: 200 * 350 < 72 KiB */
#define LIMIT_HISTORY_PAGE_DEFAULT 50u /* entries when the request names no limit */
#define LIMIT_MEMBERS_PAGE 500u        /* customers of one answer: 500 * 75 < 64 KiB */
#define LIMIT_MEMBERS_PAGE_DEFAULT 100u /* customers when the request names no limit */
#define LIMIT_ORDER_BYTES 64u           /* an order's id, as a ref */
#define LIMIT_NOTE_BYTES 64u            /* policy and source of a consent, as a ref */
#define LIMIT_DUE_DAYS 366u             /* of one question: a year round */
#define LIMIT_PREDICATE_BYTES 16384u    /* program of a condition: 1,000 ids in a list */
#define LIMIT_PREDICATE_STEPS 256u      /* tests and joints of it */
#define LIMIT_PREDICATE_VALUES 1024u    /* values of all its tests */
#define LIMIT_PREDICATE_DEPTH 16u       /* nesting */
#define LIMIT_QUERY_SHOWN 16u           /* fields a row shows */
#define LIMIT_QUERY_GROUPS 65536u       /* groups of one question */
#define LIMIT_QUERY_NEIGHBOURS 8u       /* questions of a frame that start at one number */
#define LIMIT_WORD_BYTES 160u           /* a text in the answer to a refused question */
#define LIMIT_SEGMENTS 64u              /* saved: a bit each in a u64 */
#define LIMIT_SEGMENT_SOURCE 4096u      /* text of a saved segment */
#define LIMIT_NAME_BYTES 48u            /* of a saved segment or a field added at run time */
#define LIMIT_FIELDS_ADDED 64u          /* fields added at run time, ever: bytes of a row */
#define LIMIT_FIELD_NAMES 256u          /* names of those, ever: none comes to mean another field */
#define LIMIT_ADDED_BYTES 8192u         /* added fields of a customer, as an answer lists them */
#define LIMIT_TIERS 16u                 /* of a programme: one bit each in a u16 */

#define ORDER_DAY_TODAY INT64_MIN /* in place of an order's business day: today's */

#define KEY_AHEAD_MS (5 * 60 * 1000)        /* a timed key may be this far ahead of the server */
#define KEY_WINDOW_MS (24 * 60 * 60 * 1000) /* timed keys are remembered so long */

static_assert(LIMIT_FRAME_COMMANDS <= 0xffff, "the frame header counts commands in 16 bits");
static_assert(LIMIT_PROFILE_BYTES + 64 <= LIMIT_ANSWER_BYTES, "a profile fits one answer");
static_assert(LIMIT_ANSWER_BYTES < LIMIT_REPLY_BYTES, "one answer fits one reply frame");

#endif
