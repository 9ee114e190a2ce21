/* people.h -- personal data at rest: documents by (customer, version), and what is not settled yet.
 *
 *   people_lmdb    people.mdb
 *   people_memory  the same contract in memory, with scripted crashes, for simulation
 *
 *   PUT ------ event durable ----> KEEP      document is the customer's, older ones go
 *    |  pending
 *    +-------- never will be ----> DROP      document goes
 *   ERASING -- event durable ----> ERASE     all documents of the customer go, then the file is
 *              never will be ----> DROP      rewritten: no byte of them is left
 *
 *   P1  All steps of a commit are durable or none is.
 *   P2  A document is written once, under a version never used before, and never changed.
 *   P3  `pending` lists the versions PUT or ERASING that were not kept, dropped or erased since.
 *   P4  What people_read gives is what was put: anything else is PEOPLE_DAMAGED.
 *   P5  After a rewrite no byte of a document that was removed before it is in the directory.
 *
 * Thread rule: read from any thread at any time; all else from one thread at a time.
 */
#ifndef CRMDB_STORE_PEOPLE_H
#define CRMDB_STORE_PEOPLE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/failure.h"

struct people;

enum people_step_kind {
	PEOPLE_PUT = 1, /* write `document` under (customer, version), which is pending */
	PEOPLE_ERASING, /* (customer, version) is pending: the event that erases is on its way */
	PEOPLE_KEEP,    /* the event of (customer, version) is durable: older documents go */
	PEOPLE_DROP,    /* it never will be: the document, if there is one, goes */
	/* The customer is erased for good: every document and pending entry of it goes, and the
	 * file wants a rewrite.  Also for a put that was refused because its customer was erased
	 * before: its text has reached the disk.  The version says nothing. */
	PEOPLE_ERASE,
};

/* KEEP, DROP and ERASE of what is not there any more change nothing: settling twice is harmless. */
struct people_step {
	enum people_step_kind kind;
	uint64_t customer, version; /* PUT, ERASING: above people_last_version before the commit */
	const uint8_t *document;    /* PUT: borrowed until people_commit returns */
	uint32_t size;              /* 0 .. PEOPLE_DOCUMENT_BYTES */
};

enum people_read_result {
	PEOPLE_FOUND,
	PEOPLE_ABSENT,
	PEOPLE_DAMAGED, /* it does not match its checksum, or cannot be read */
};

/* One document read back.  `bytes` is the caller's room of PEOPLE_DOCUMENT_BYTES. */
struct people_record {
	uint8_t *bytes;
	uint32_t size;
};

/* A version whose event was not known to be durable. */
struct people_pending {
	uint64_t customer, version;
	bool erase; /* ERASING; else PUT */
};

struct people_document {
	uint64_t customer, version;
	const uint8_t *bytes; /* borrowed until the visitor returns */
	uint32_t size;
};

/* False stops the visit and makes it fail (with *failure set by the visitor). */
typedef bool people_pending_visitor(void *context, const struct people_pending *pending,
				    struct failure *failure);
typedef bool people_document_visitor(void *context, const struct people_document *document,
				     struct failure *failure);

struct people_ops {
	bool (*commit)(struct people *people, const struct people_step *steps, size_t count,
		       struct failure *failure);
	enum people_read_result (*read)(struct people *people, uint64_t customer, uint64_t version,
					struct people_record *record);
	bool (*pending)(struct people *people, people_pending_visitor *visit, void *context,
			struct failure *failure);
	bool (*walk)(struct people *people, people_document_visitor *visit, void *context,
		     struct failure *failure);
	uint64_t (*last_version)(const struct people *people);
	bool (*wants_rewrite)(const struct people *people);
	bool (*rewrite)(struct people *people, struct failure *failure);
	void (*free)(struct people *people);
};

struct people {
	const struct people_ops *ops;
};

/* In order, as one transaction.  True: durable (P1).  False: unknown, and final: the process stops.
 * A caller splits what is much above LIMIT_TXN_BYTES. */
static inline bool people_commit(struct people *people, const struct people_step *steps,
				 size_t count, struct failure *failure)
{
	return people->ops->commit(people, steps, count, failure);
}

static inline enum people_read_result people_read(struct people *people, uint64_t customer,
						  uint64_t version, struct people_record *record)
{
	return people->ops->read(people, customer, version, record);
}

/* Every pending entry, by (customer, version).  The visitor may not commit. */
static inline bool people_pending(struct people *people, people_pending_visitor *visit,
				  void *context, struct failure *failure)
{
	return people->ops->pending(people, visit, context, failure);
}

/* Every document, by (customer, version); the first damaged one ends it with EXIT_DAMAGE. */
static inline bool people_walk(struct people *people, people_document_visitor *visit, void *context,
			       struct failure *failure)
{
	return people->ops->walk(people, visit, context, failure);
}

/* The highest version ever PUT or ERASING, also of dropped ones; 0: none. */
static inline uint64_t people_last_version(const struct people *people)
{
	return people->ops->last_version(people);
}

/* Something was erased since the last rewrite; survives a restart. */
static inline bool people_wants_rewrite(const struct people *people)
{
	return people->ops->wants_rewrite(people);
}

/* Write what is live into a fresh file and put it in the place of the old one (P5).  True: done, or
 * put off while another process reads the file: then people_wants_rewrite stays true.  False: as of
 * people_commit. */
static inline bool people_rewrite(struct people *people, struct failure *failure)
{
	return people->ops->rewrite(people, failure);
}

/* Also without settling what is pending: then it leaves what a crash would. */
static inline void people_free(struct people *people)
{
	people->ops->free(people);
}

#endif
