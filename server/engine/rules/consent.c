/* consent.c -- what a customer agreed to, by purpose and channel.
 *
 * A bit says what holds now; the events say who was shown which policy where, and when it was
 * withdrawn.  Giving what is given already is recorded too: it may be of another policy.
 */
#include "server/engine/attributes.h"
#include "server/engine/rules/rules.h"

#include "protocol/choices.h"
#include "protocol/common/utf8.h"
#include "protocol/limits.h"

static bool note_fits(struct wire_text text)
{
	return text.size <= LIMIT_NOTE_BYTES && utf8_is_valid(text.bytes, text.size);
}

void customer_consent_decide(const struct engine *engine, const struct request *request,
			     struct decision *decision)
{
	const struct msg_customer_consent *m = &request->command->as.customer_consent;
	if (!outcome_named(decision, m->customer))
		return;
	if (choice_name(CHOICE_purpose, m->purpose) == NULL ||
	    choice_name(CHOICE_channel, m->channel) == NULL || m->granted > 1 ||
	    !note_fits(m->policy) || !note_fits(m->source)) {
		outcome_refuse(decision, ERROR_CONSENT_INVALID, m->purpose, m->channel);
		return;
	}
	uint32_t row = outcome_known(engine, decision, m->customer);
	if (row == EVENT_ROW_UNKNOWN)
		return;
	uint32_t bit = consent_bit(m->purpose, m->channel);
	struct event *event = &decision->event;
	outcome_event(engine, request, decision, EVENT_consent_changed, row);
	event->customer = m->customer;
	event->parts = PART_consent;
	event->consent = (struct part_consent){
	    .purpose = m->purpose,
	    .channel = m->channel,
	    .before = (*rows_consents(&engine->rows, row) & bit) != 0,
	    .after = m->granted,
	    .policy = m->policy,
	    .source = m->source,
	};
}
