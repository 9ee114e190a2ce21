/* pipeline.h -- the two threads of the store: one flushes groups to the journal, one folds them
 * into the log behind it.
 *
 *   submit -->  [ queued ] --journal thread--> [ durable ] --log thread--> logged
 *                             one flush each                 whole groups, at most 8 MB or 1/2 s
 */
#ifndef CRMDB_STORE_PIPELINE_H
#define CRMDB_STORE_PIPELINE_H
#include "server/store/eventlog.h"
#include "server/store/journal.h"

struct pipeline;

/* Start the threads.  Journal and log are borrowed until pipeline_free; `epoch` goes into every
 * group.  NULL: *failure.  Owned by the caller; freed by pipeline_free. */
struct pipeline *pipeline_new(struct journal *journal, struct eventlog *log, uint64_t epoch,
			      const struct store_listener *listener, struct failure *failure);

/* Borrowed until logged >= the group's last event.  One thread. */
void pipeline_submit(struct pipeline *pipeline, struct group *group);

/* Any thread. */
void pipeline_marks(const struct pipeline *pipeline, struct store_marks *marks);

/* Finish everything submitted and end the threads.  False: the store had failed, with this. */
bool pipeline_drain(struct pipeline *pipeline, struct failure *failure);

/* End the threads after the step they are in, if they still run, and free. */
void pipeline_free(struct pipeline *pipeline);

#endif
