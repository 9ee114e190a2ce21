/* care.c -- consents, greetings and the programme's day; see crmdb/care.h. */
#include "client/batch.h"
#include "client/result.h"
#include "protocol/choices.h"
#include "protocol/limits.h"

static const char no_choice[] = "a name is not one of the choices of crmdb/care.h";

/* The number of a name; NULL is 0.  False: there is no such name. */
static bool choose(enum choice_list list, const char *name, uint8_t *number)
{
	*number = name == NULL ? 0 : (uint8_t)choice_number(list, name, strlen(name));
	return name == NULL || *number != 0;
}

/* One byte over the limit is enough to be refused as too long. */
static struct wire_text text_of(const char *text)
{
	if (text == NULL)
		return (struct wire_text){NULL, 0};
	return (struct wire_text){text, (uint32_t)strnlen(text, LIMIT_NOTE_BYTES + 1)};
}

static int add_write(crm_batch *batch, struct command *command, struct wire_id *key,
		     const char *ref)
{
	return batch_add_write(batch, command, key, &(struct batch_extra){ref, 0});
}

int crm_batch_consent(crm_batch *batch, const crm_consent *consent, const char *ref)
{
	struct command command = {.opcode = OP_customer_consent};
	struct msg_customer_consent *m = &command.as.customer_consent;
	if (consent->purpose == NULL || consent->channel == NULL ||
	    !choose(CHOICE_purpose, consent->purpose, &m->purpose) ||
	    !choose(CHOICE_channel, consent->channel, &m->channel))
		return batch_refuse(batch, ERROR_BAD_ARGUMENT, no_choice);
	m->customer = consent->customer;
	m->granted = consent->granted != 0;
	m->policy = text_of(consent->policy);
	m->source = text_of(consent->source);
	return add_write(batch, &command, &m->key, ref);
}

int crm_batch_care(crm_batch *batch, const crm_care *care, const char *ref)
{
	struct command command = {.opcode = OP_customer_care};
	struct msg_customer_care *m = &command.as.customer_care;
	if (care->kind == NULL || !choose(CHOICE_care, care->kind, &m->kind) ||
	    !choose(CHOICE_channel, care->channel, &m->channel))
		return batch_refuse(batch, ERROR_BAD_ARGUMENT, no_choice);
	m->customer = care->customer;
	m->holiday = text_of(care->holiday);
	m->year = care->year;
	return add_write(batch, &command, &m->key, ref);
}

int crm_batch_due(crm_batch *batch, const crm_due_query *query)
{
	struct command command = {.opcode = OP_due};
	struct msg_due *m = &command.as.due;
	if (query->kind == NULL || !choose(CHOICE_care, query->kind, &m->kind) ||
	    !choose(CHOICE_purpose, query->purpose, &m->purpose) ||
	    !choose(CHOICE_channel, query->channel, &m->channel))
		return batch_refuse(batch, ERROR_BAD_ARGUMENT, no_choice);
	m->first = query->first;
	m->last = query->last;
	m->holiday = text_of(query->holiday);
	m->from = query->from;
	m->limit = query->limit;
	return batch_add_read(batch, &command);
}

int crm_batch_advance(crm_batch *batch, int32_t day)
{
	struct command command = {.opcode = OP_advance};
	command.as.advance.day = day;
	return batch_add_read(batch, &command);
}

/* --- answers --- */

int crm_result_consent(const crm_result *result, uint32_t index, int *before, int *after)
{
	struct answer answer;
	if (!result_answer(result, index, OP_customer_consent, &answer))
		return -1;
	*before = answer.as.customer_consent.before;
	*after = answer.as.customer_consent.after;
	return 0;
}

int crm_result_care_year(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_customer_care, &answer)
		   ? answer.as.customer_care.year
		   : -1;
}

uint64_t crm_result_care_event(const crm_result *result, uint32_t index)
{
	struct answer answer;
	if (result_answer(result, index, OP_customer_care, &answer))
		return answer.as.customer_care.event;
	return result_answer(result, index, OP_customer_consent, &answer)
		   ? answer.as.customer_consent.event
		   : 0;
}

int crm_result_due_size(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_due, &answer) ? (int)answer.as.due.customers.count
							     : -1;
}

int crm_result_due(const crm_result *result, uint32_t index, uint32_t place, crm_due *out)
{
	struct answer answer;
	struct wire_reader r;
	struct rec_due record;
	if (!result_answer(result, index, OP_due, &answer) ||
	    !result_record(result, &answer.as.due.customers, place, &r) ||
	    !decode_rec_due(&r, &record))
		return -1;
	*out = (crm_due){.customer = record.customer,
			 .day = (int32_t)record.day,
			 .tier = record.tier,
			 .stage = record.stage,
			 .spend = record.spend,
			 .channel = choice_name(CHOICE_channel, record.preferred_channel)};
	return 0;
}

uint64_t crm_result_due_next(const crm_result *result, uint32_t index)
{
	struct answer answer;
	return result_answer(result, index, OP_due, &answer) ? answer.as.due.next : 0;
}

int crm_result_has_consent(const crm_result *result, uint32_t index, const char *purpose,
			   const char *channel)
{
	struct answer answer;
	uint8_t number[2];
	if (!choose(CHOICE_purpose, purpose, &number[0]) || number[0] == 0 ||
	    !choose(CHOICE_channel, channel, &number[1]) || number[1] == 0 ||
	    !result_answer(result, index, OP_customer_profile, &answer))
		return -1;
	unsigned bit = CHANNELS_MOST * (number[0] - 1u) + number[1] - 1u;
	return (int)(answer.as.customer_profile.consents >> bit & 1);
}

int crm_result_advanced(const crm_result *result, uint32_t index, crm_advanced *out)
{
	struct answer answer;
	if (!result_answer(result, index, OP_advance, &answer))
		return -1;
	*out = (crm_advanced){(int32_t)answer.as.advance.today, answer.as.advance.event};
	return 0;
}
