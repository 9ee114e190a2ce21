/* load_note.c -- what a client was told, as records; see load_client.c for the rules. */
#include "protocol/errors.h"
#include "protocol/messages.h"
#include "tests/kill/load_private.h"

static void forget_unknown(struct client *c, uint32_t number)
{
	for (uint32_t i = 0; i < c->unknown_count; i++)
		if (c->unknown[i].number == number) {
			c->unknown[i] = c->unknown[--c->unknown_count];
			return;
		}
}

static void note(struct client *c, const struct record *intent, enum record_kind kind,
		 uint16_t status)
{
	struct record *ack = &c->acks[c->ack_count++];
	*ack = *intent;
	ack->kind = (uint16_t)kind;
	ack->status = status;
}

static void note_unknown(struct client *c, const struct item *item)
{
	if (item->role != ROLE_NEW)
		return; /* L3: a retry stays what it was */
	note(c, &item->intent, RECORD_UNKNOWN, 0);
	c->unknown[c->unknown_count++] = item->intent;
}

static void read_answer(const struct client *c, uint32_t index, struct record *answer)
{
	crm_points points = {0};
	if (answer->opcode == OP_order) {
		load_placed(c->result, index, answer);
		return;
	}
	if (load_is_person(answer->opcode)) {
		load_person(c->result, index, answer);
		return;
	}
	if (answer->opcode == OP_customer_create)
		crm_result_created(c->result, index, &points.event);
	else
		crm_result_points(c->result, index, &points);
	answer->before = points.before;
	answer->after = points.after;
	answer->event = points.event;
}

void load_note_ok(struct client *c, const struct item *item, uint32_t index)
{
	struct record first = item->intent;
	first.kind = RECORD_OK;
	read_answer(c, index, &first);
	first.repeated = (uint16_t)crm_result_repeated(c->result, index);
	if (item->role == ROLE_CONFLICT) {
		note(c, &item->intent, RECORD_COMPLAINT, COMPLAINT_CONTENT_TAKEN);
	} else if (item->role == ROLE_REPEAT) {
		if (first.event != item->intent.event || first.before != item->intent.before ||
		    first.after != item->intent.after ||
		    !record_placed_equal(&first.placed, &item->intent.placed))
			note(c, &first, RECORD_COMPLAINT, COMPLAINT_OTHER_ANSWER);
		else if (!first.repeated)
			note(c, &first, RECORD_COMPLAINT, COMPLAINT_NOT_REPEATED);
	} else {
		note(c, &first, RECORD_OK, 0);
		forget_unknown(c, first.number);
		c->recent[c->recent_next++ % RECENT] = first;
		c->recent_count += c->recent_count < RECENT;
	}
}

void load_note_refused(struct client *c, const struct item *item, uint16_t status)
{
	enum error_class class = error_info(status)->class;
	if (class == ERROR_CLASS_UNKNOWN ||
	    (class == ERROR_CLASS_RETRY && item->role != ROLE_NEW)) {
		note_unknown(c, item);
	} else if (item->role == ROLE_CONFLICT) {
		if (status != ERROR_EXISTS_DIFFERENT)
			note(c, &item->intent, RECORD_COMPLAINT, COMPLAINT_CONTENT_TAKEN);
	} else if (item->role == ROLE_REPEAT) {
		note(c, &item->intent, RECORD_COMPLAINT, COMPLAINT_REPEAT_REFUSED);
	} else {
		note(c, &item->intent, RECORD_REFUSED, status);
		forget_unknown(c, item->intent.number);
	}
}

void load_note_failed(struct client *c, const crm_error *error)
{
	for (uint32_t i = 0; i < c->item_count; i++) {
		if (error->in_doubt)
			note_unknown(c, &c->items[i]);
		else if (c->items[i].role == ROLE_NEW)
			note(c, &c->items[i].intent, RECORD_REFUSED, (uint16_t)error->code);
	}
}
