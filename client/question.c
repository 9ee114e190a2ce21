/* question.c -- questions as commands; see crmdb/query.h. */
#include "client/question.h"

#include "client/batch.h"
#include "client/condition.h"

#define LISTS_MOST 8192u /* bytes of lists of fields; longer ones are refused */

static const char too_long[] = "a list of fields is not valid";

/* NULL is empty. */
static struct wire_text text_of(const char *text)
{
	if (text == NULL)
		return (struct wire_text){NULL, 0};
	return (struct wire_text){text, (uint32_t)strnlen(text, LISTS_MOST + 1)};
}

static int ask(crm_batch *batch, const struct command *command, size_t lists, size_t program)
{
	if (lists > LISTS_MOST)
		return batch_refuse(batch, ERROR_BAD_ARGUMENT, too_long);
	return batch_add_question(batch, command, (uint32_t)(lists + program));
}

/* --- the four questions --- */

static int ask_count(crm_batch *batch, struct wire_text program)
{
	struct command command = {.opcode = OP_query_count};
	command.as.query_count.predicate = program;
	return ask(batch, &command, 0, program.size);
}

static int ask_page(crm_batch *batch, struct command *command)
{
	const struct msg_query_page *m = &command->as.query_page;
	command->opcode = OP_query_page;
	return ask(batch, command, (size_t)m->show.size + m->order.size, m->predicate.size);
}

static int ask_groups(crm_batch *batch, struct command *command)
{
	const struct msg_query_groups *m = &command->as.query_groups;
	command->opcode = OP_query_groups;
	return ask(batch, command, (size_t)m->by.size + m->measure.size, m->predicate.size);
}

static int ask_stream(crm_batch *batch, struct wire_text program, struct wire_text show)
{
	struct command command = {.opcode = OP_query_stream};
	command.as.query_stream.predicate = program;
	command.as.query_stream.show = show;
	return ask(batch, &command, show.size, program.size);
}

/* --- in words --- */

static int add_page(crm_batch *batch, const struct query *query)
{
	struct command command = {0};
	command.as.query_page = (struct msg_query_page){.predicate = query->program,
							.order = query->order,
							.descending = query->descending,
							.limit = query->limit,
							.show = text_of(query->show),
							.query = query->after.query,
							.after_null = query->after.null,
							.after_value = query->after.value,
							.after_customer = query->after.customer};
	return ask_page(batch, &command);
}

static int add_groups(crm_batch *batch, const struct query *query)
{
	struct command command = {0};
	command.as.query_groups = (struct msg_query_groups){.predicate = query->program,
							    .by = text_of(query->by),
							    .measure = query->measure,
							    .percentile = query->percentile};
	return ask_groups(batch, &command);
}

int question_add(crm_batch *batch, const struct query *query)
{
	switch (query->kind) {
	case QUERY_SEGMENT:
		return add_page(batch, query);
	case QUERY_STREAM:
		return ask_stream(batch, query->program, text_of(query->show));
	case QUERY_COUNT:
		return ask_count(batch, query->program);
	case QUERY_GROUPS:
		return add_groups(batch, query);
	}
	return -1; /* unreachable */
}

int crm_batch_query(crm_batch *batch, const char *text)
{
	uint8_t room[LIMIT_PREDICATE_BYTES];
	struct complaint complaint;
	struct query query;
	if (text == NULL)
		return batch_refuse(batch, ERROR_BAD_ARGUMENT, "no text was given");
	struct query_source source = {text, strlen(text), 0, room};
	if (!query_parse(&query, &source, &complaint))
		return batch_refuse_text(batch, ERROR_BAD_ARGUMENT, complaint.message,
					 (uint32_t)complaint.at + 1);
	return question_add(batch, &query);
}

/* --- built --- */

int crm_batch_count(crm_batch *batch, const crm_condition *condition)
{
	struct wire_text program;
	return condition_program(condition, batch, &program) ? ask_count(batch, program) : -1;
}

int crm_batch_page(crm_batch *batch, const crm_page_query *query)
{
	struct command command = {0};
	struct wire_text program;
	if (!condition_program(query->condition, batch, &program))
		return -1;
	command.as.query_page = (struct msg_query_page){.predicate = program,
							.order = text_of(query->order),
							.descending = query->descending != 0,
							.limit = query->limit,
							.show = text_of(query->show),
							.query = query->after.query,
							.after_null = query->after.null != 0,
							.after_value = query->after.value,
							.after_customer = query->after.customer};
	return ask_page(batch, &command);
}

int crm_batch_groups(crm_batch *batch, const crm_groups_query *query)
{
	struct command command = {0};
	struct wire_text program;
	if (!condition_program(query->condition, batch, &program))
		return -1;
	command.as.query_groups = (struct msg_query_groups){.predicate = program,
							    .by = text_of(query->by),
							    .measure = text_of(query->measure),
							    .percentile = query->percentile};
	return ask_groups(batch, &command);
}

int crm_batch_stream(crm_batch *batch, const crm_condition *condition, const char *show)
{
	struct wire_text program;
	if (!condition_program(condition, batch, &program))
		return -1;
	return ask_stream(batch, program, text_of(show));
}

int crm_batch_stream_next(crm_batch *batch, uint32_t stream)
{
	struct command command = {.opcode = OP_stream_next};
	command.as.stream_next.stream = stream;
	return batch_add_read(batch, &command);
}

int crm_batch_stream_close(crm_batch *batch, uint32_t stream)
{
	struct command command = {.opcode = OP_stream_close};
	command.as.stream_close.stream = stream;
	return batch_add_read(batch, &command);
}
