/* import_send.c -- see import_send.h.
 *
 *   S1  A frame in flight keeps a struct import_kept for each command of it, in their order.
 *   S2  Rows up to `acknowledged` are recorded, were there before, or are reported as rejected.
 *
 * A refusal that says nothing about the row (the server shuts down, is out of memory) ends the
 * import: rows after it would fail for the same reason, and running it again repeats nothing.
 */
#include "client/cli/import_send.h"

#include "client/error.h"
#include "client/result.h"
#include "client/uri.h"

struct import_kept {
	uint64_t line, last;
	size_t at, size; /* in the frame's text */
};

static struct import_frame *frame_at(struct import_sender *sender, uint32_t place)
{
	return &sender->frames[(sender->head + place) % (sender->in_flight + 1)];
}

static const struct import_kept *kept(const struct import_frame *frame, uint32_t index)
{
	return (const struct import_kept *)(const void *)frame->rows.data + index;
}

bool import_send_begin(struct import_sender *sender, const char *uri)
{
	struct uri parts;
	if (uri_parse(&parts, uri, &sender->error) != CRM_OK)
		return false;
	sender->timeout_ms = (uint32_t)((parts.timeout_us + 999) / 1000);
	sender->batch = crm_batch_new();
	if (sender->batch == NULL) {
		error_set(&sender->error, ERROR_NO_MEMORY, (struct error_detail){0, 0});
		return false;
	}
	sender->pipeline = pipeline_open(uri, NULL, &sender->error);
	return sender->pipeline != NULL;
}

void import_send_end(struct import_sender *sender)
{
	pipeline_close(sender->pipeline);
	crm_batch_free(sender->batch);
	crm_result_free(sender->result);
	for (uint32_t i = 0; i <= IMPORT_IN_FLIGHT_MAX; i++) {
		buffer_free(&sender->frames[i].rows);
		buffer_free(&sender->frames[i].text);
	}
}

/* --- answers --- */

static bool is_final(const crm_error *error)
{
	return error_class_of(error->code) == ERROR_CLASS_REFUSED;
}

static void reject(struct import_sender *sender, const struct row *row, const crm_error *error,
		   int64_t field)
{
	struct import_reason place = {""};
	char reason[sizeof place.text + sizeof error->message + sizeof error->name + 8];
	if (sender->kind->place != NULL)
		sender->kind->place(sender->reader, (enum error)error->code, field, &place);
	snprintf(reason, sizeof reason, "%s%s (%s)", place.text, error->message, error->name);
	import_report_reject(sender->report, row, reason);
}

static bool take_answer(struct import_sender *sender, const struct import_frame *frame,
			uint32_t index)
{
	struct import_report *report = sender->report;
	const struct import_kept *row = kept(frame, index);
	struct row whole = {(const char *)frame->text.data + row->at, row->size, row->line,
			    row->last};
	crm_error error;
	crm_saved saved;
	if (crm_result_error(sender->result, index, &error) == CRM_OK) {
		if (crm_result_repeated(sender->result, index))
			report->repeated++;
		else
			report->recorded++;
		if (!crm_result_repeated(sender->result, index) &&
		    crm_result_saved(sender->result, index, &saved) == 0 && saved.created != 0)
			report->created++;
		return true;
	}
	if (!is_final(&error)) {
		sender->error = error;
		return false;
	}
	reject(sender, &whole, &error, result_detail(sender->result, index).a);
	return true;
}

/* The answer to the oldest frame. */
static bool receive(struct import_sender *sender)
{
	uint64_t number;
	struct import_frame *frame = frame_at(sender, 0);
	if (pipeline_receive(sender->pipeline, sender->timeout_ms, &sender->result, &number,
			     &sender->error) != CRM_OK)
		return false;
	uint32_t count = crm_result_size(sender->result);
	for (uint32_t i = 0; i < count; i++) { /* S1 */
		if (!take_answer(sender, frame, i))
			return false;
		sender->acknowledged = kept(frame, i)->last; /* S2 */
	}
	buffer_clear(&frame->rows);
	buffer_clear(&frame->text);
	sender->head = (sender->head + 1) % (sender->in_flight + 1);
	sender->flying--;
	return true;
}

/* --- rows --- */

static bool send_frame(struct import_sender *sender)
{
	if (crm_batch_size(sender->batch) == 0)
		return true;
	while (sender->flying >= sender->in_flight)
		if (!receive(sender))
			return false;
	if (pipeline_send(sender->pipeline, sender->batch, &sender->error) == 0)
		return false;
	crm_batch_clear(sender->batch);
	sender->flying++;
	return true;
}

bool import_send_row(struct import_sender *sender, const struct row *row)
{
	struct import_frame *frame = frame_at(sender, sender->flying);
	struct import_kept keep = {row->line, row->last, frame->text.size, row->size};
	if (!buffer_append(&frame->text, row->text, row->size) ||
	    !buffer_append(&frame->rows, &keep, sizeof keep)) {
		error_set(&sender->error, ERROR_NO_MEMORY, (struct error_detail){0, 0});
		return false;
	}
	sender->kind->add(sender->reader, sender->batch);
	if (crm_batch_size(sender->batch) < sender->batch_size &&
	    frame->text.size < IMPORT_TEXT_MAX && sender->batch->body.size < IMPORT_BODY_MAX)
		return true;
	return send_frame(sender);
}

bool import_send_finish(struct import_sender *sender)
{
	if (!send_frame(sender))
		return false;
	while (sender->flying > 0)
		if (!receive(sender))
			return false;
	return true;
}
