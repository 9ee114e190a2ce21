/* decide.c -- the first step of a command: from opcode to rule.
 *
 *   command --> rules/once.c (writes: is the key free?) --> rules/<noun>.c --> decision
 *
 * The state is const here: a decision that is thrown away has left no trace.
 *
 * To add a command: its message in protocol/messages.def, its row in rules/rules.def, its function
 * in the file of its noun, its answer in reply.c, its effect in apply.c when the event has a new
 * part or type, a table in tests/cases.
 */
#include "server/engine/rules/rules.h"

#define CUSTOMER_RULE(name)                                                                        \
	case OP_##name:                                                                            \
		return command->as.name.customer;

uint64_t command_customer(const struct command *command)
{
	switch (command->opcode) {
#include "server/engine/rules/rules.def"
	default:
		return 0;
	}
}

#define SETS_RULE(name)                                                                            \
	case OP_##name:                                                                            \
		return true;

bool engine_asks_sets(const struct command *command)
{
	switch (command->opcode) {
#include "server/engine/rules/rules.def"
	default:
		return false;
	}
}

#define RULE(name)                                                                                 \
	case OP_##name:                                                                            \
		name##_decide(engine, request, decision);                                          \
		break;
#define CUSTOMER_RULE(name) RULE(name)
#define SETS_RULE(name) RULE(name)

void engine_decide(const struct engine *engine, const struct request *request,
		   struct decision *decision)
{
	ENSURE(engine->applied > 0); /* genesis comes first */
	decision->saw = 0;
	decision->cost = 0;
	decision->answer.opcode = request->command->opcode;
	if (command_key(request->command) != NULL && !once_admits(engine, request, decision))
		return;
	switch (request->command->opcode) {
#include "server/engine/rules/rules.def"
	default:
		outcome_refuse(decision, ERROR_UNSUPPORTED, request->command->opcode, 0);
	}
}
