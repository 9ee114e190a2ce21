/* streaming.c -- all customers of a condition as of one moment, part by part.
 *
 *   frame 1   query_stream       columns and the number of the stream
 *   frame 2   stream_next        rows, as long as there are more
 *   ...
 */
#include "client/cli/asking.h"
#include "client/question.h"

static int take_part(struct asking *asking, uint32_t stream)
{
	crm_batch_clear(asking->batch);
	crm_batch_stream_next(asking->batch, stream);
	int status = asking_ask(asking);
	if (status != EXIT_FINE)
		return status;
	return asking_take_rows(asking) >= 0 && !ferror(stdout) ? EXIT_FINE
								: run_shown(asking->run, false);
}

static int take_all(struct asking *asking)
{
	uint32_t stream = crm_result_stream(asking->result, 0);
	if (!asking_begin_rows(asking, &lister_stream))
		return run_shown(asking->run, false);
	do {
		int status = take_part(asking, stream);
		if (status != EXIT_FINE)
			return status;
	} while (crm_result_stream_more(asking->result, 0) == 1);
	return asking_end(asking, 0, NULL);
}

int streaming_run(const struct run *run)
{
	struct asking asking;
	asking_start(&asking, run);
	question_add(asking.batch, &run->statement->query);
	int status = asking_ask(&asking);
	if (status == EXIT_FINE)
		status = take_all(&asking);
	asking_free(&asking);
	return status;
}
