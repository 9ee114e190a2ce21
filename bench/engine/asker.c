/* asker.c -- see asker.h. */
#include "bench/engine/asker.h"

#include <string.h>

#include "server/base/ensure.h"
#include "server/engine/query/question.h"

#define SLICE_ROWS 32768u /* as server/app/questions.h */

static struct wire_text text_of(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

void asker_make(struct asker_command *asked)
{
	struct query_source source = {asked->text, strlen(asked->text), 0, asked->program};
	struct query *query = &asked->query;
	struct command *command = &asked->command;
	struct complaint complaint;
	bool parsed = query_parse(query, &source, &complaint);
	ENSURE(parsed);
	*command = (struct command){.opcode = OP_query_count};
	switch (query->kind) {
	case QUERY_COUNT:
		command->as.query_count.predicate = query->program;
		break;
	case QUERY_SEGMENT:
		command->opcode = OP_query_page;
		command->as.query_page = (struct msg_query_page){.predicate = query->program,
								 .order = query->order,
								 .descending = query->descending,
								 .limit = query->limit,
								 .show = text_of(query->show)};
		break;
	case QUERY_GROUPS:
		command->opcode = OP_query_groups;
		command->as.query_groups = (struct msg_query_groups){.predicate = query->program,
								     .by = text_of(query->by),
								     .measure = query->measure};
		break;
	case QUERY_STREAM:
		command->opcode = OP_query_stream;
		command->as.query_stream = (struct msg_query_stream){.predicate = query->program,
								     .show = text_of(query->show)};
		break;
	}
}

static uint64_t found(const struct answer *answer)
{
	switch (answer->opcode) {
	case OP_query_count:
		return answer->as.query_count.customers;
	case OP_query_page:
		return answer->as.query_page.rows.count;
	case OP_query_groups:
		return answer->as.query_groups.groups.count;
	default:
		return 0;
	}
}

static uint64_t drain(struct rig *rig, struct question *question)
{
	uint64_t rows = 0;
	enum question_state state;
	do {
		state = question_step(rig->engine, question, SLICE_ROWS);
		if (state == QUESTION_MORE)
			continue;
		ENSURE(state != QUESTION_FAILED);
		question_part(rig->engine, question, rig->room, &rig->decision);
		rows += rig->decision.answer.as.stream_next.rows.count;
	} while (state == QUESTION_MORE || rig->decision.answer.as.stream_next.more);
	return rows;
}

static uint64_t judge(struct rig *rig, struct question *question, bool stream)
{
	enum question_state state = QUESTION_MORE;
	if (question_begin(rig->engine, question) != ERROR_OK)
		return UINT64_MAX;
	if (stream)
		return drain(rig, question);
	while (state == QUESTION_MORE)
		state = question_step(rig->engine, question, SLICE_ROWS);
	ENSURE(state == QUESTION_DONE);
	question_answer(rig->engine, question, rig->room, &rig->decision);
	return found(&rig->decision.answer);
}

uint64_t asker_ask(struct rig *rig, const struct asker_command *asked)
{
	if (rig->question == NULL && (rig->question = question_new(&rig->memory)) == NULL)
		return UINT64_MAX;
	struct request request = {
	    .command = &asked->command, .room = rig->room, .question = rig->question};
	engine_decide(rig->engine, &request, &rig->decision);
	if (rig->decision.verdict == VERDICT_ANSWER)
		return found(&rig->decision.answer);
	ENSURE(rig->decision.verdict == VERDICT_QUESTION);
	uint64_t count = judge(rig, rig->question, asked->command.opcode == OP_query_stream);
	question_end(rig->engine, rig->question);
	return count;
}
