/* client.c -- see client.h. */
#include "tests/sim/client.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "tests/sim/draw.h"
#include "tests/sim/encode.h"
#include "tests/sim/fail.h"
#include "tests/sim/model_days.h"
#include "tests/sim/model_fields.h"
#include "tests/sim/world.h"

static bool named(const struct client *client)
{
	return !wire_id_is_zero(client->instance);
}

static bool is_write(const struct intent *intent)
{
	return command_key(&intent->command) != NULL && intent->fault == FAULT_NONE;
}

/* --- sending again --- */

static bool retry_listed(const struct client *client, const struct intent *intent)
{
	for (uint32_t i = 0; i < client->retry_count; i++)
		if (client->retries[i] == intent)
			return true;
	return false;
}

static void add_retry(struct client *client, struct intent *intent)
{
	if (!named(client) || retry_listed(client, intent))
		return;
	if (client->retry_count == client->retry_capacity) {
		client->retry_capacity =
		    client->retry_capacity == 0 ? 64 : 2 * client->retry_capacity;
		client->retries =
		    realloc(client->retries, client->retry_capacity * sizeof(struct intent *));
		if (client->retries == NULL)
			fail_now("the simulation is out of memory");
	}
	client->retries[client->retry_count++] = intent;
	intent->listed++;
}

/* From here on it counts as sent. */
static void claim(const struct client *client, struct intent *intent)
{
	if (intent->waiting > 0 && intent->owner != client->index)
		intent->shared = true;
	intent->waiting++;
}

static uint32_t take_retries(struct client *client, struct intent **intents, uint32_t count)
{
	if (count > client->retry_count)
		count = client->retry_count;
	for (uint32_t i = 0; i < count; i++) {
		intents[i] = client->retries[i];
		intents[i]->listed--;
		claim(client, intents[i]);
	}
	client->retry_count -= count;
	memmove(client->retries, client->retries + count,
		client->retry_count * sizeof(struct intent *));
	return count;
}

void client_resolve(struct world *world, struct client *client)
{
	for (uint32_t i = 0; i < world->intents.count; i++) {
		struct intent *intent = world->intents.all[i];
		bool open = is_write(intent) && intent->state == INTENT_UNKNOWN;
		if (open && intent->owner == client->index && intent->waiting == 0)
			add_retry(client, intent);
	}
}

/* --- connecting and sending --- */

static void connect_line(struct world *world, struct client *client)
{
	static uint8_t frame[LIMIT_HELLO_BYTES];
	client->line = line_open(world, client);
	client->welcomed = false;
	client->eager = !named(client) && dice_chance(&world->dice, 500); /* C3 */
	uint32_t size = encode_hello(frame, sizeof frame, client->instance, client->slot);
	bytes_add(&client->line->to_server, frame, size);
}

static void mark_sent(struct world *world, struct intent *intent)
{
	if (intent->sent_us == 0)
		intent->sent_us = world->clock.wall_us;
	intent->sent_today = world->model.today;
	if (intent->command.opcode == OP_advance)
		model_ask_day(&world->model, intent->command.as.advance.day);
	if (intent->state == INTENT_REFUSED)
		intent->state = INTENT_UNKNOWN;
	intent->tries++;
	world->tally.sent++;
}

static void send_frame(struct world *world, struct client *client, struct intent **intents,
		       uint32_t count)
{
	static uint8_t frame[LIMIT_FRAME_BYTES];
	struct flight *flight = &client->flights[client->flight_count++];
	*flight =
	    (struct flight){++client->next_number, intents, count, 0, world->model.acknowledged};
	for (uint32_t i = 0; i < count; i++)
		mark_sent(world, intents[i]);
	uint32_t size =
	    encode_request(frame, sizeof frame, intents, (uint16_t)count, flight->number);
	if (!client->line->broken)
		bytes_add(&client->line->to_server, frame, size);
	world->tally.frames++;
}

void client_act(struct world *world, struct client *client, bool settle)
{
	if (client->line == NULL) {
		if (!settle || client->retry_count > 0)
			connect_line(world, client);
		return;
	}
	if ((!client->welcomed && !client->eager) || client->flight_count >= world->knobs.depth ||
	    (settle && client->retry_count == 0))
		return;
	uint32_t count = draw_batch(world);
	struct intent **intents = calloc(count, sizeof(struct intent *));
	if (intents == NULL)
		fail_now("the simulation is out of memory");
	if (client->retry_count > 0 && (settle || dice_chance(&world->dice, 700)))
		count = take_retries(client, intents, count);
	else
		for (uint32_t i = 0; i < count; i++) {
			intents[i] = draw_intent(world, client);
			claim(client, intents[i]);
		}
	send_frame(world, client, intents, count);
}

/* --- ends --- */

/* C2: what a goodbye calls off was never executed. */
static void call_off(struct intent *intent)
{
	intent->tries--;
	if (!is_write(intent) || intent->tries > 0 || intent->shared || intent->state == INTENT_OK)
		return;
	if (intent->event != 0)
		fail_now("left unanswered by a goodbye, but event %" PRIu64 " applied it: %s",
			 intent->event, intents_describe(intent));
	intent->state = INTENT_REFUSED;
}

static void give_back(struct world *world, struct client *client, struct intent *intent)
{
	intent->waiting--;
	if (is_write(intent) && intent->state != INTENT_OK && dice_chance(&world->dice, 850))
		add_retry(client, intent);
}

static void let_go(struct world *world, struct client *client, bool goodbye)
{
	for (uint32_t f = 0; f < client->flight_count; f++) {
		struct flight *flight = &client->flights[f];
		for (uint32_t i = flight->answered; i < flight->count && goodbye; i++)
			call_off(flight->intents[i]);
		for (uint32_t i = flight->answered; i < flight->count; i++)
			give_back(world, client, flight->intents[i]);
		free(flight->intents);
	}
	client->flight_count = 0;
	client->line = NULL;
	bytes_clear(&client->received);
}

void client_lost(struct world *world, struct client *client)
{
	client->line->client = NULL;
	let_go(world, client, false);
}

bool client_quiet(const struct client *client)
{
	return client->flight_count == 0 && client->retry_count == 0;
}

void client_free(struct client *client)
{
	for (uint32_t f = 0; f < client->flight_count; f++)
		free(client->flights[f].intents);
	free(client->retries);
	bytes_clear(&client->received);
}

/* --- receiving --- */

static void note_sequence(struct world *world, uint64_t sequence)
{
	if (sequence > world->model.acknowledged)
		world->model.acknowledged = sequence;
}

static void take_welcome(struct world *world, struct client *client, const struct frame *frame)
{
	struct wire_reader r = {frame->body, frame->body + frame->body_size, false};
	struct answer answer;
	const struct ans_hello *hello = &answer.as.hello;
	if (client->welcomed || frame->count != 1 || !answer_decode(&r, OP_hello, &answer) ||
	    answer.status != ERROR_OK || r.at != r.end)
		fail_now("client %u got a welcome it cannot understand", client->index);
	if (hello->version != PROTOCOL_VERSION || hello->incarnation > world->machine.incarnation ||
	    !wire_id_equal(hello->database, world->machine.core.identity.database))
		fail_now("client %u got a welcome of another server", client->index);
	if (answer.sequence > world->model.last ||
	    hello->today != model_newest(&world->model, answer.sequence)->today)
		fail_now("client %u is told at event %" PRIu64 " that today is day %" PRId64,
			 client->index, answer.sequence, hello->today);
	note_sequence(world, answer.sequence);
	client->welcomed = true;
}

/* The event an answer shows of its customer; 0: none. */
static uint64_t shown_event(const struct intent *intent, const struct answer *answer)
{
	if (answer->status != ERROR_OK)
		return 0;
	switch (intent->command.opcode) {
	case OP_customer_create:
		return answer->as.customer_create.event;
	case OP_customer_get:
		return answer->as.customer_get.event;
	case OP_points_earn:
	case OP_points_redeem:
	case OP_points_adjust:
		return answer->as.points_earn.event;
	case OP_order:
		return answer->as.order.event;
	case OP_customer_put:
		return answer->as.customer_put.event;
	case OP_customer_erase:
		return answer->as.customer_erase.event;
	case OP_customer_set:
		return answer->as.customer_set.event;
	case OP_customer_consent:
		return answer->as.customer_consent.event;
	case OP_customer_care:
		return answer->as.customer_care.event;
	default:
		return 0;
	}
}

/* Did the answer depend on the customer's row? */
static bool saw_row(const struct answer *answer)
{
	switch (answer->status) {
	case ERROR_OK:
		return (answer->flags & ANSWER_REPEATED) == 0;
	case ERROR_NOT_FOUND:
	case ERROR_EXISTS:
	case ERROR_ERASED:
	case ERROR_IDENTITY_TAKEN:
	case ERROR_PROFILE_TOO_LARGE:
	case ERROR_CARE_NO_DAY:
	case ERROR_CARE_DONE:
	case ERROR_BALANCE_TOO_LOW:
	case ERROR_AMOUNT_OVERFLOW:
	case ERROR_SPEND_OVERFLOW:
	case ERROR_LIMIT_TOO_HIGH:
	case ERROR_CURSOR_INVALID:
	case ERROR_OUT_OF_MEMORY:
		return true;
	default:
		return false;
	}
}

/* The last event the client knows of anybody: what an answer about everybody saw.  Who is in which
 * segment changes no matrix. */
static uint64_t told_of_all(const struct world *world, const struct client *client, uint16_t opcode)
{
	uint64_t last = 0;
	bool all = opcode == OP_info || opcode == OP_advance || opcode == OP_segment_walk ||
		   opcode == OP_matrix || opcode == OP_due || opcode == OP_segment_list;
	for (uint32_t i = 0; i < CLIENT_CUSTOMERS && all; i++) {
		uint64_t told = client->told[i];
		while (opcode == OP_matrix && told > 0 &&
		       model_fact(&world->model, told)->event.type == EVENT_membership)
			told = model_fact(&world->model, told)->event.previous;
		last = told > last ? told : last;
	}
	return last;
}

/* C4 */
static void check_age(const struct world *world, struct client *client, const struct intent *intent,
		      const struct answer *answer)
{
	uint64_t customer = intents_customer(intent), shown = shown_event(intent, answer);
	uint64_t floor = client->flights[0].floor;
	if (customer < CLIENT_CUSTOMERS && customer > 0 && saw_row(answer) &&
	    client->told[customer] > floor)
		floor = client->told[customer];
	uint64_t all = answer->status == ERROR_OK ? told_of_all(world, client, answer->opcode) : 0;
	floor = all > floor ? all : floor;
	if (answer->sequence < floor)
		fail_now("an answer is at %" PRIu64 ", but event %" PRIu64 " was known before: %s",
			 answer->sequence, floor, intents_describe(intent));
	if (customer < CLIENT_CUSTOMERS && shown > client->told[customer])
		client->told[customer] = shown;
}

static bool about_sets(uint16_t opcode)
{
	return opcode == OP_segment_count || opcode == OP_segment_page ||
	       opcode == OP_segment_walk || opcode == OP_matrix || opcode == OP_due ||
	       opcode == OP_trend || opcode == OP_matrix_on;
}

/* Where the next page goes on. */
static void note_place(struct client *client, const struct command *command,
		       const struct answer *answer)
{
	const struct ans_segment_page *page = &answer->as.segment_page;
	switch (answer->opcode) {
	case OP_history:
		client->cursor = answer->as.history.next;
		client->cursor_customer = command->as.history.customer;
		break;
	case OP_segment_page:
		client->page = command->as.segment_page;
		client->page.query = page->query;
		client->page.after_spend = page->next_spend;
		client->page.after_customer = page->next_customer;
		break;
	case OP_segment_walk:
		client->walk = answer->as.segment_walk.next;
		break;
	default:
		break;
	}
}

static void count_people(struct world *world, uint16_t opcode, uint16_t status)
{
	world->tally.found += opcode == OP_customer_find;
	world->tally.unknown += status == ERROR_IDENTITY_UNKNOWN;
	world->tally.taken += status == ERROR_IDENTITY_TAKEN;
	world->tally.gone += status == ERROR_ERASED;
	world->tally.puts += opcode == OP_customer_put;
	world->tally.erased += opcode == OP_customer_erase;
	world->tally.sets += opcode == OP_customer_set;
	world->tally.consents += opcode == OP_customer_consent;
	world->tally.greetings += opcode == OP_customer_care;
	world->tally.profiles += opcode == OP_customer_profile;
	world->tally.fields += status == ERROR_OK && model_is_field(opcode);
}

static void take_answer(struct world *world, struct client *client, struct intent *intent,
			struct wire_reader *r)
{
	struct answer answer;
	struct judge judge = {&world->model, &world->questions, world->clock.high_us,
			      world->clock.back_us, world->knobs.memory_fails > 0};
	if (!answer_decode(r, intent->command.opcode, &answer))
		fail_now("client %u cannot decode the answer to %s", client->index,
			 intents_describe(intent));
	judge_answer(&judge, intent, &answer);
	check_age(world, client, intent, &answer);
	note_sequence(world, answer.sequence);
	intent->waiting--;
	world->tally.answers++;
	world->tally.repeated += (answer.flags & ANSWER_REPEATED) != 0;
	world->tally.refused += answer.status != ERROR_OK;
	world->tally.questions += about_sets(answer.opcode);
	world->tally.tests += answer.opcode == OP_segment_test && answer.status == ERROR_OK;
	count_people(world, answer.status == ERROR_OK ? answer.opcode : 0, answer.status);
	if (answer.status != ERROR_OK)
		return;
	note_place(client, &intent->command, &answer);
}

/* C1 */
static void take_reply(struct world *world, struct client *client, const struct frame *frame)
{
	struct flight *flight = &client->flights[0];
	struct wire_reader r = {frame->body, frame->body + frame->body_size, false};
	bool more = (frame->flags & FRAME_MORE) != 0;
	if (!client->welcomed || client->flight_count == 0 || frame->number != flight->number)
		fail_now("client %u got the reply of frame %" PRIu64 ", but waits for %" PRIu64,
			 client->index, frame->number,
			 client->flight_count == 0 ? 0 : flight->number);
	if (frame->count > flight->count - flight->answered ||
	    more == (frame->count == flight->count - flight->answered))
		fail_now("client %u got %u answers%s of frame %" PRIu64 " where %u are missing",
			 client->index, frame->count, more ? " and more to come" : "",
			 frame->number, flight->count - flight->answered);
	for (uint16_t i = 0; i < frame->count; i++)
		take_answer(world, client, flight->intents[flight->answered++], &r);
	if (r.at != r.end)
		fail_now("client %u got a reply with bytes behind its answers", client->index);
	if (more)
		return;
	free(flight->intents);
	client->flight_count--;
	memmove(client->flights, client->flights + 1,
		client->flight_count * sizeof *client->flights);
}

static void take_goodbye(struct world *world, struct client *client, const struct frame *frame)
{
	struct wire_reader r = {frame->body, frame->body + frame->body_size, false};
	struct answer answer;
	if (frame->count != 1 || !answer_decode(&r, 0, &answer) || r.at != r.end)
		fail_now("client %u got a goodbye it cannot understand", client->index);
	bool timeout = answer.status == ERROR_FRAME_TIMEOUT || answer.status == ERROR_HELLO_TIMEOUT;
	if (!timeout && answer.status != ERROR_SHUTTING_DOWN &&
	    answer.status != ERROR_TOO_MANY_CLIENTS && answer.status != ERROR_FENCED &&
	    !client->line->spoiled)
		fail_now("client %u was sent away with %s for nothing", client->index,
			 error_info(answer.status)->name);
	world->tally.goodbyes++;
	line_let_go(client->line);
	let_go(world, client, true);
}

static void take_frame(struct world *world, struct client *client, const struct frame *frame)
{
	switch (frame->kind) {
	case FRAME_WELCOME:
		take_welcome(world, client, frame);
		break;
	case FRAME_REPLY:
		take_reply(world, client, frame);
		break;
	case FRAME_GOODBYE:
		take_goodbye(world, client, frame);
		break;
	default:
		fail_now("client %u got a frame of kind %u", client->index, frame->kind);
	}
}

void client_receive(struct world *world, struct client *client)
{
	struct frame frame;
	struct frame_fault fault;
	while (client->line != NULL) {
		enum frame_verdict verdict =
		    frame_next(bytes_at(&client->received), bytes_size(&client->received),
			       LIMIT_REPLY_BYTES, &frame, &fault);
		if (verdict == FRAME_PARTIAL)
			return;
		if (verdict == FRAME_BAD)
			fail_now("client %u got bytes that are no frame", client->index);
		take_frame(world, client, &frame);
		if (client->line != NULL)
			bytes_drop(&client->received, frame.size);
	}
}
