/* show.h -- the fields a question shows of a customer: named, captured, written.
 *
 *   "tier,spend,name" --> columns --> captured: raw values of one moment --> cells of an answer
 *
 * What is captured stays right while the customer changes: codes of words are for ever, and a text
 * of the profile is named by its version.
 */
#ifndef CRMDB_ENGINE_QUERY_SHOW_H
#define CRMDB_ENGINE_QUERY_SHOW_H
#include "server/engine/query/bind.h"

struct show {
	uint32_t count;
	struct source
	    columns[LIMIT_QUERY_SHOWN]; /* of the profile: kind text, raw is its version */
	bool profile;                   /* some of them are */
};

/* `names` separated by commas; empty: tier, stage, spend, points.  False: *fault. */
bool show_parse(const struct engine *engine, struct wire_text names, struct show *out,
		struct bind_fault *fault);

/* The raw values of a row, into values[show->count]. */
void show_capture(const struct engine *engine, const struct show *show, uint32_t row, int32_t today,
		  uint64_t *values);

/* Records `column` into `w`; returns how many.  A field that was renamed meanwhile has its new
 * name: the letters of the old one are gone. */
uint32_t show_columns(const struct engine *engine, const struct source *columns, uint32_t count,
		      struct wire_writer *w);

/* One value as a cell; text of the profile as none: who can read people.mdb puts it there. */
void show_cell(const struct engine *engine, const struct source *source, uint64_t raw,
	       struct wire_writer *w);

#endif
