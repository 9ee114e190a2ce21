/* ping.c -- a sign of life from the thread that decides: it depends on no event. */
#include "server/engine/rules/rules.h"

void ping_decide(const struct engine *engine, const struct request *request,
		 struct decision *decision)
{
	(void)engine;
	outcome_answer(decision);
	decision->answer.as.ping.nonce = request->command->as.ping.nonce;
	decision->answer.as.ping.time_us = request->now_us;
}
