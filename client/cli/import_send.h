/* import_send.h -- rows on their way: several frames in flight on one connection.
 *
 *   head          tail
 *   | frame | frame | being filled |       answers come in the order of the frames
 *
 * The rows of a frame are kept until it is answered, so that a refusal can name its row.
 */
#ifndef CRMDB_CLI_IMPORT_SEND_H
#define CRMDB_CLI_IMPORT_SEND_H
#include "client/buffer.h"
#include "client/cli/import_kind.h"
#include "client/cli/import_report.h"
#include "client/pipeline.h"

#define IMPORT_BATCH_MAX 8000u /* 128 bytes an order: it fits a frame */
#define IMPORT_IN_FLIGHT_MAX 64u
#define IMPORT_TEXT_MAX (1u << 20) /* bytes of rows kept with a frame; then it leaves */
#define IMPORT_BODY_MAX (3u << 18) /* of its commands, likewise: one more row fits a frame */

struct import_frame {
	struct buffer rows; /* struct import_kept */
	struct buffer text; /* the rows as they were */
};

struct import_sender {
	struct pipeline *pipeline;
	struct import_report *report;
	const struct import_kind *kind;
	void *reader; /* the kind's; borrowed */
	crm_batch *batch;
	crm_result *result;
	struct import_frame frames[IMPORT_IN_FLIGHT_MAX + 1];
	uint32_t head, flying;
	uint32_t batch_size, in_flight, timeout_ms;
	uint64_t acknowledged; /* last line of the last frame answered */
	crm_error error;       /* why it ended */
};

/* Connect; `uri` as in pipeline_open.  False: sender->error. */
bool import_send_begin(struct import_sender *sender, const char *uri);
void import_send_end(struct import_sender *sender);

/* Send what the reader read of a row, in its time.  False: sender->error; the import is over. */
bool import_send_row(struct import_sender *sender, const struct row *row);
/* Send the rest and wait for every answer.  False as above. */
bool import_send_finish(struct import_sender *sender);

#endif
