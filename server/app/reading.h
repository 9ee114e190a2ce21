/* reading.h -- texts of profiles for the rows of an answer, read from people.mdb by a job.
 *
 *   rows (customer, version) --job--> documents --> a text for each row and column
 *
 * The version is the one of the question's event.  A document that was replaced meanwhile is gone:
 * then the version in force is read, so that a shown text is never older than the row.
 *
 * Thread rule: `reading_work` on a job's thread, all else on the loop's.
 */
#ifndef CRMDB_APP_READING_H
#define CRMDB_APP_READING_H
#include "server/engine/query/question.h"
#include "server/store/people.h"

#define READING_TEXT_BYTES 512u /* of a text that is shown; longer ones are cut */

struct reading;

/* What the next answer of a question shows.  NULL: out of memory.  Freed by reading_free. */
struct reading *reading_new(const struct engine *engine, struct question *question,
			    struct people *people);
void reading_free(struct reading *reading);

/* Read what is to be read. */
void reading_work(struct reading *reading);
/* After it: is all there?  False: some versions were replaced; work again. */
bool reading_is_whole(struct reading *reading, const struct engine *engine);
/* The last event that what it found depends on; 0: none behind the question's (I3). */
uint64_t reading_saw(const struct reading *reading);
/* Hand the texts to the question, which borrows them until it is answered. */
void reading_give(const struct reading *reading, struct question *question);
/* ERROR_OK, ERROR_OUT_OF_MEMORY, or ERROR_PROFILE_DAMAGED with *detail. */
enum error reading_error(const struct reading *reading, struct error_detail *detail);

#endif
