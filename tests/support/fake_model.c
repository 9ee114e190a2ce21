/* fake_model.c -- see fake_model.h. */
#include "tests/support/fake_model.h"

#include <string.h>

#include "protocol/limits.h"

static void points(struct fake_model *model, uint64_t customer, int64_t change,
		   struct answer *answer)
{
	struct ans_points_earn *earn = &answer->as.points_earn; /* all three look alike */
	earn->before = model->balances[customer % FAKE_CUSTOMERS];
	earn->after = earn->before + change;
	if (earn->after < 0) {
		answer->status = ERROR_BALANCE_TOO_LOW;
		answer->detail = (struct error_detail){earn->before, -change};
		return;
	}
	model->balances[customer % FAKE_CUSTOMERS] = earn->after;
	earn->event = ++model->event;
}

static void history_page(struct fake_model *model, const struct msg_history *history,
			 struct answer *answer)
{
	static _Thread_local uint8_t bytes[LIMIT_ANSWER_BYTES];
	struct wire_writer w = {bytes, bytes + sizeof bytes, false};
	for (uint32_t i = 0; i < history->limit; i++) {
		struct rec_entry entry = {.event = model->event - i, .type = 3, .before = i};
		encode_rec_entry(&w, &entry);
	}
	answer->as.history.entries =
	    (struct wire_list){bytes, (uint32_t)(w.at - bytes), history->limit};
	answer->as.history.next = 77;
}

static void info(struct fake_model *model, struct ans_info *info)
{
	info->today = model->today;
	info->day_state = model->turning > 0;
	info->day_due = model->turning;
	model->turning -= model->turning > 0;
}

static void decide(struct fake_model *model, const struct command *command, struct answer *answer)
{
	const struct msg_points_earn *m = &command->as.points_earn;
	switch (command->opcode) {
	case OP_ping:
		answer->as.ping.nonce = command->as.ping.nonce;
		break;
	case OP_customer_create:
		answer->as.customer_create.event = ++model->event;
		break;
	case OP_customer_get:
		answer->as.customer_get.customer = command->as.customer_get.customer;
		answer->as.customer_get.points =
		    model->balances[command->as.customer_get.customer % FAKE_CUSTOMERS];
		break;
	case OP_points_earn:
	case OP_points_adjust:
		points(model, m->customer, m->points, answer);
		break;
	case OP_points_redeem:
		points(model, m->customer, -m->points, answer);
		break;
	case OP_info:
		info(model, &answer->as.info);
		break;
	case OP_advance:
		answer->as.advance = (struct ans_advance){command->as.advance.day, model->event};
		break;
	case OP_history:
		history_page(model, &command->as.history, answer);
		break;
	default:
		break;
	}
}

/* The place of a key, or the empty one where it belongs. */
static struct fake_key *place_of(struct fake_model *model, const struct wire_id *key)
{
	uint32_t place;
	memcpy(&place, key->bytes + 12, sizeof place);
	for (;; place++) {
		struct fake_key *at = &model->applied[place % FAKE_KEYS];
		if (wire_id_is_zero(at->key) || wire_id_equal(at->key, *key))
			return at;
	}
}

void fake_execute(struct fake_model *model, const struct command *command, struct answer *answer)
{
	const struct wire_id *key = command_key(command);
	struct fake_key *place = key == NULL ? NULL : place_of(model, key);
	if (place != NULL && !wire_id_is_zero(place->key)) {
		*answer = place->answer;
		answer->flags = ANSWER_REPEATED;
		return;
	}
	*answer = (struct answer){.opcode = command->opcode, .sequence = model->event};
	decide(model, command, answer);
	if (place != NULL && answer->status == ERROR_OK)
		*place = (struct fake_key){*key, *answer};
}
