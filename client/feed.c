/* feed.c -- follow the events on a connection of its own; see crmdb/feed.h.
 *
 *             subscribe from position + 1          frame: records, complete up to n
 *   closed ---------------------------------> open -----------------> given one by one
 *      ^            refused for good |         |  ends, or silent       position = n
 *      |                             v         v
 *      +--- pause, longer each time  ended     closed
 *
 *   P1  The position moves when an event is given, and to the end of a frame when all of it was.
 *   P2  The connection is not touched while records of a frame are left: they lie in its buffer.
 *   P3  A server gives a sign of life every 10 s; after SILENCE_US the connection is given up.
 */
#include "client/crmdb/feed.h"

#include <stdlib.h>
#include <string.h>

#include "client/clock.h"
#include "client/entry.h"
#include "client/error.h"
#include "client/link.h"
#include "client/random.h"
#include "protocol/events.h"

#define PAUSE_FIRST_US 20000
#define PAUSE_MAX_US 1000000
#define SILENCE_US 30000000

struct crm_feed {
	struct uri uri;
	struct link link;
	struct exchange_identity identity;
	uint64_t kinds;
	char segment[LIMIT_NAME_BYTES + 1];
	crm_position position;
	uint64_t from; /* before anything is known; 0: the next event */
	bool placed;   /* position.event is set */

	struct wire_reader records; /* of the frame that came last */
	uint32_t left;              /* not given yet */
	uint64_t complete;          /* what the frame says */
	int64_t heard_us;

	int64_t retry_us, pause_us;
	bool ended;
	crm_error error;
};

uint64_t crm_feed_kind(const char *type)
{
	uint16_t number = type == NULL ? EVENT_NONE : event_type_number(type);
	return number == EVENT_NONE ? 0 : UINT64_C(1) << number;
}

/* --- connecting --- */

static void place(struct crm_feed *feed, uint64_t event)
{
	const struct crm_server *facts = &feed->link.exchange.facts;
	memcpy(feed->position.database, facts->database, sizeof feed->position.database);
	feed->position.incarnation = facts->incarnation;
	feed->position.event = event;
	feed->placed = true;
}

static bool send_subscribe(struct crm_feed *feed)
{
	uint8_t body[256];
	struct wire_writer w = {body, body + sizeof body, false};
	struct command command = {.opcode = OP_subscribe};
	struct msg_subscribe *m = &command.as.subscribe;
	m->from = feed->placed ? feed->position.event + 1 : feed->from;
	m->incarnation = feed->position.incarnation;
	memcpy(m->database.bytes, feed->position.database, sizeof m->database.bytes);
	m->kinds = feed->kinds;
	m->segment = (struct wire_text){feed->segment, (uint32_t)strlen(feed->segment)};
	command_encode(&w, &command);
	return !w.failed &&
	       exchange_send(&feed->link.exchange, body, (uint32_t)(w.at - body), 1) != 0;
}

/* The answer to subscribe. */
static crm_status take_answer(struct crm_feed *feed, const struct exchange_reply *reply)
{
	struct wire_reader r = {reply->body, reply->body + reply->size, false};
	struct answer answer;
	if (reply->pushed || !answer_decode(&r, OP_subscribe, &answer))
		return error_set(&feed->error, ERROR_BAD_REPLY, (struct error_detail){0, 0});
	if (answer.status == ERROR_OK) {
		place(feed, answer.as.subscribe.from - 1);
		return CRM_OK;
	}
	error_set(&feed->error, answer.status, answer.detail);
	error_format_words(answer.status, &answer.detail, &answer.words, feed->error.message,
			   sizeof feed->error.message);
	return (crm_status)answer.status;
}

static crm_status subscribe(struct crm_feed *feed)
{
	struct link *link = &feed->link;
	struct exchange_reply reply;
	int64_t deadline_us = clock_now_us() + feed->uri.connect_timeout_us;
	crm_status status = link_open(link, &feed->uri, &feed->identity, deadline_us, &feed->error);
	if (status != CRM_OK)
		return status;
	link->exchange.follows = true;
	if (!send_subscribe(feed))
		return error_set(&feed->error, ERROR_NO_MEMORY, (struct error_detail){0, 0});
	status = link_next(link, deadline_us, &reply);
	if (status == CRM_OK)
		return take_answer(feed, &reply);
	if (status == ERROR_TIMEOUT)
		return error_say(&feed->error, ERROR_UNREACHABLE,
				 "the server took the connection but did not answer");
	return link_error(link, &feed->error);
}

static bool may_retry(crm_status status)
{
	return status == ERROR_DISCONNECTED || error_class_of(status) == ERROR_CLASS_RETRY;
}

/* The connection is of no use: later another one, or never. */
static void give_up(struct crm_feed *feed, crm_status status)
{
	link_close(&feed->link);
	feed->ended = !may_retry(status);
	feed->retry_us = clock_now_us() + feed->pause_us;
	feed->pause_us = clock_earlier(2 * feed->pause_us, PAUSE_MAX_US);
}

/* False: it did not come about; feed->error says why. */
static bool connect_again(struct crm_feed *feed)
{
	crm_status status = subscribe(feed);
	if (status != CRM_OK) {
		give_up(feed, status);
		return false;
	}
	error_clear(&feed->error);
	feed->pause_us = PAUSE_FIRST_US;
	feed->heard_us = clock_now_us();
	return true;
}

/* --- opening --- */

static crm_status check_options(struct crm_feed *feed, const crm_feed_options *options,
				crm_error *error)
{
	static const crm_feed_options all;
	if (options == NULL)
		options = &all;
	if (options->segment != NULL && strlen(options->segment) > LIMIT_NAME_BYTES)
		return error_say(error, ERROR_BAD_ARGUMENT, "a segment's name has up to %u bytes",
				 LIMIT_NAME_BYTES);
	if (options->after != NULL && options->after->event == UINT64_MAX)
		return error_say(error, ERROR_BAD_ARGUMENT, "there is no event after the last");
	if (options->segment != NULL)
		memcpy(feed->segment, options->segment, strlen(options->segment));
	feed->placed = options->after != NULL;
	if (feed->placed)
		feed->position = *options->after;
	feed->from = options->from;
	feed->kinds = options->kinds;
	if (!random_fill(feed->identity.instance, sizeof feed->identity.instance))
		return error_say(error, ERROR_NO_MEMORY, "the system has no random bytes");
	return CRM_OK;
}

crm_feed *crm_feed_open(const char *uri, const crm_feed_options *options, crm_error *error)
{
	crm_feed *feed = calloc(1, sizeof *feed);
	error_clear(error);
	if (feed == NULL) {
		error_set(error, ERROR_NO_MEMORY, (struct error_detail){0, 0});
		return NULL;
	}
	link_init(&feed->link);
	feed->pause_us = PAUSE_FIRST_US;
	if (uri_parse(&feed->uri, uri, error) == CRM_OK &&
	    check_options(feed, options, error) == CRM_OK) {
		feed->identity.app = feed->uri.app;
		if (connect_again(feed))
			return feed;
		if (error != NULL)
			*error = feed->error;
	}
	crm_feed_close(feed);
	return NULL;
}

void crm_feed_close(crm_feed *feed)
{
	if (feed == NULL)
		return;
	link_free(&feed->link);
	free(feed);
}

/* --- following --- */

static void end(struct crm_feed *feed, enum error error)
{
	error_set(&feed->error, (uint16_t)error, (struct error_detail){0, 0});
	link_close(&feed->link);
	feed->left = 0;
	feed->ended = true;
}

static void take_frame(struct crm_feed *feed, const struct exchange_reply *reply)
{
	feed->heard_us = clock_now_us();
	if (!reply->pushed || reply->number < feed->position.event) {
		end(feed, ERROR_BAD_REPLY);
		return;
	}
	feed->records = (struct wire_reader){reply->body, reply->body + reply->size, false};
	feed->left = reply->records;
	feed->complete = reply->number;
	if (feed->left == 0)
		place(feed, feed->complete); /* P1 */
}

/* Give the next record.  False: it is none, or not the next. */
static bool give(struct crm_feed *feed, crm_event *event)
{
	struct rec_entry record;
	if (!decode_rec_entry(&feed->records, &record) || record.event <= feed->position.event ||
	    record.event > feed->complete)
		return false;
	entry_read(&record, &event->entry);
	event->customer = record.customer;
	event->entered = record.entered;
	event->left = record.left;
	event->more = (record.flags & 1) != 0;
	feed->left--;
	place(feed, feed->left == 0 ? feed->complete : record.event); /* P1 */
	return true;
}

/* Wait for a frame, or for a connection.  False: the deadline has passed. */
static bool await(struct crm_feed *feed, int64_t deadline_us)
{
	struct exchange_reply reply;
	int64_t silent_us = feed->heard_us + SILENCE_US;
	if (!link_is_open(&feed->link)) {
		clock_sleep_until(clock_earlier(feed->retry_us, deadline_us));
		if (clock_now_us() >= feed->retry_us)
			return connect_again(feed) || clock_now_us() < deadline_us;
		return false;
	}
	crm_status status = link_next(&feed->link, clock_earlier(deadline_us, silent_us), &reply);
	if (status == CRM_OK)
		take_frame(feed, &reply);
	else if (status != ERROR_TIMEOUT)
		give_up(feed, link_error(&feed->link, &feed->error));
	else if (clock_now_us() >= silent_us)
		give_up(feed, error_set(&feed->error, ERROR_DISCONNECTED,
					(struct error_detail){0, 0})); /* P3 */
	return status == CRM_OK || clock_now_us() < deadline_us;
}

int crm_feed_next(crm_feed *feed, uint32_t timeout_ms, crm_event *event)
{
	int64_t deadline_us = clock_now_us() + (int64_t)timeout_ms * 1000;
	bool late = false;
	for (;;) {
		if (feed->left > 0) { /* P2 */
			if (give(feed, event))
				return 1;
			end(feed, ERROR_BAD_REPLY);
		}
		if (feed->ended || late)
			return feed->ended ? -1 : 0;
		late = !await(feed, deadline_us);
	}
}

crm_status crm_feed_error(const crm_feed *feed, crm_error *error)
{
	if (error != NULL)
		*error = feed->error;
	return feed->error.code;
}

void crm_feed_position(const crm_feed *feed, crm_position *out)
{
	*out = feed->position;
}
