/* reading_test.c -- texts of the profile in the answers of questions: read by a job, as of the
 * row's version or later; connections that go meanwhile.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/desk_people.h"

#include "protocol/cell.h"
#include "protocol/predicate.h"

#define CUSTOMERS 40u

static uint8_t program[64];
static struct wire_text everybody;

static int open_desk(void **state)
{
	static struct desk desk;
	struct peer peer;
	struct wire_writer w = {program, program + sizeof program, false};
	predicate_write(&w, &(struct predicate_step){.op = PREDICATE_ALL});
	everybody = (struct wire_text){(const char *)program, (uint32_t)(w.at - program)};
	desk_open(&desk);
	peer_open(&desk, &peer);
	peer_greet(&peer, 1);
	for (uint64_t id = 1; id <= CUSTOMERS; id++) {
		char fields[64];
		snprintf(fields, sizeof fields, "name=Name %u,card=A%u,card=B%u", (unsigned)id,
			 (unsigned)id, (unsigned)id);
		struct command put = desk_put(&desk, id, fields);
		peer_send(&peer, &put, 1, id);
		desk_run(&desk, &peer);
		assert_int_equal(peer_answer(&peer, id, OP_customer_put).status, ERROR_OK);
	}
	peer_close(&peer);
	*state = &desk;
	return 0;
}

static int close_desk(void **state)
{
	desk_close(*state);
	return 0;
}

static struct command page(const char *order, const char *show)
{
	struct command command = {.opcode = OP_query_page};
	command.as.query_page.predicate = everybody;
	command.as.query_page.order = (struct wire_text){order, (uint32_t)strlen(order)};
	command.as.query_page.show = (struct wire_text){show, (uint32_t)strlen(show)};
	return command;
}

/* Text `column` of the n-th row; NULL: none.  Good until the next call. */
static const char *text_of(struct wire_list rows, uint32_t n, uint32_t column)
{
	static char text[1024];
	struct wire_reader r = {rows.bytes, rows.bytes + rows.size, false};
	struct rec_row row;
	for (uint32_t i = 0; i <= n; i++)
		assert_true(decode_rec_row(&r, &row));
	const uint8_t *bytes = (const uint8_t *)row.values.bytes;
	struct wire_reader c = {bytes, bytes + row.values.size, false};
	struct cell cell;
	for (uint32_t i = 0; i <= column; i++)
		assert_true(cell_read(&c, &cell));
	if (cell.form == CELL_NULL)
		return NULL;
	assert_int_equal(cell.form, CELL_TEXT);
	snprintf(text, sizeof text, "%.*s", (int)cell.text.size, cell.text.bytes);
	return text;
}

static void greet(struct desk *desk, struct peer *peer, uint32_t slot)
{
	peer_open(desk, peer);
	peer_greet(peer, slot);
}

static void test_texts_are_shown(void **state)
{
	struct desk *desk = *state;
	static const char *const orders[] = {"", "spend", "points"};
	for (uint32_t i = 0; i < 3; i++) {
		struct peer peer;
		struct command ask = page(orders[i], "name,id,card,city");
		greet(desk, &peer, 2);
		peer_send(&peer, &ask, 1, 1);
		assert_true(peer_silent(&peer)); /* a job reads */
		desk_run(desk, &peer);
		struct answer answer = peer_answer(&peer, 1, OP_query_page);
		assert_int_equal(answer.status, ERROR_OK);
		assert_int_equal(answer.as.query_page.rows.count, CUSTOMERS);
		assert_string_equal(text_of(answer.as.query_page.rows, 6, 0), "Name 7");
		assert_string_equal(text_of(answer.as.query_page.rows, 6, 2), "A7,B7");
		assert_null(text_of(answer.as.query_page.rows, 6, 3));
		peer_close(&peer);
	}
}

/* The row's version is gone: a newer text is shown, of an erased customer none. */
static void test_replaced_and_erased_meanwhile(void **state)
{
	struct desk *desk = *state;
	struct peer reader, writer;
	struct command ask = page("", "name");
	greet(desk, &reader, 3);
	greet(desk, &writer, 4);
	peer_send(&reader, &ask, 1, 1);
	struct job reading = desk->job; /* it stays where it is while the others work */
	desk->job = (struct job){0};
	desk->jobs--;
	struct command set = desk_set(desk, 2, "name=Newer");
	peer_send(&writer, &set, 1, 1);
	desk_run(desk, &writer);
	struct command erase = desk_erase(desk, 3);
	peer_send(&writer, &erase, 1, 2);
	desk_run(desk, &writer);
	desk_settle_people(desk); /* the old documents have gone */
	reading.work(reading.job);
	reading.done(reading.job);
	peer_input(&reader, NULL, 0);
	desk_run(desk, &reader);
	struct answer answer = peer_answer(&reader, 1, OP_query_page);
	assert_int_equal(answer.status, ERROR_OK);
	assert_int_equal(answer.as.query_page.rows.count, CUSTOMERS);
	assert_string_equal(text_of(answer.as.query_page.rows, 1, 0), "Newer");
	assert_null(text_of(answer.as.query_page.rows, 2, 0));
	assert_string_equal(text_of(answer.as.query_page.rows, 3, 0), "Name 4");
	peer_close(&reader);
	peer_close(&writer);
}

static void test_the_connection_goes_meanwhile(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct command ask = page("", "name");
	greet(desk, &peer, 5);
	peer_send(&peer, &ask, 1, 1);
	peer_close(&peer);
	desk_jobs(desk);
	assert_int_equal(desk->core.questions.count, 0);
}

static void test_streams_show_texts(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct command ask = {.opcode = OP_query_stream};
	ask.as.query_stream.predicate = everybody;
	ask.as.query_stream.show = (struct wire_text){"name", 4};
	greet(desk, &peer, 6);
	peer_send(&peer, &ask, 1, 1);
	desk_run(desk, &peer);
	struct answer answer = peer_answer(&peer, 1, OP_query_stream);
	struct command next = {.opcode = OP_stream_next};
	next.as.stream_next.stream = answer.as.query_stream.stream;
	peer_send(&peer, &next, 1, 2);
	desk_run(desk, &peer);
	answer = peer_answer(&peer, 2, OP_stream_next);
	assert_int_equal(answer.status, ERROR_OK);
	assert_true(answer.as.stream_next.rows.count >= CUSTOMERS - 1);
	assert_string_equal(text_of(answer.as.stream_next.rows, 0, 0), "Name 1");
	assert_int_equal(answer.as.stream_next.more, 0);
	peer_close(&peer);
}

/* A part whose texts are being read is not idle, however long that takes (T3). */
static void test_a_slow_job_of_a_stream(void **state)
{
	struct desk *desk = *state;
	struct peer peer;
	struct command ask = {.opcode = OP_query_stream}, next = {.opcode = OP_stream_next};
	struct command shown = page("", "name");
	ask.as.query_stream.predicate = everybody;
	ask.as.query_stream.show = (struct wire_text){"card", 4};
	greet(desk, &peer, 7);
	peer_send(&peer, &ask, 1, 1);
	desk_run(desk, &peer);
	next.as.stream_next.stream = peer_answer(&peer, 1, OP_query_stream).as.query_stream.stream;
	peer_send(&peer, &next, 1, 2);
	desk->now_us += 2 * STREAM_IDLE_MS * INT64_C(1000);
	core_turn_ended(&desk->core);
	desk_run(desk, &peer);
	struct answer answer = peer_answer(&peer, 2, OP_stream_next);
	assert_int_equal(answer.status, ERROR_OK);
	assert_string_equal(text_of(answer.as.stream_next.rows, 0, 0), "A1,B1");
	peer_send(&peer, &shown, 1, 3);
	desk_run(desk, &peer);
	answer = peer_answer(&peer, 3, OP_query_page);
	assert_string_equal(text_of(answer.as.query_page.rows, 0, 0), "Name 1");
	peer_close(&peer);
}

/* I3: a text that is read because its version has gone may be of an event that is not durable. */
static void test_a_newer_text_waits_for_its_flush(void **state)
{
	struct desk *desk = *state;
	struct peer reader, writer;
	struct command ask = page("", "name");
	greet(desk, &reader, 8);
	greet(desk, &writer, 9);
	peer_send(&reader, &ask, 1, 1);
	struct job reading = desk->job;
	desk->job = (struct job){0};
	desk->jobs--;
	struct command set = desk_set(desk, 5, "name=Second");
	peer_send(&writer, &set, 1, 1);
	desk_run(desk, &writer);
	desk_settle_people(desk); /* the first document has gone */
	set = desk_set(desk, 5, "name=Third");
	peer_send(&writer, &set, 1, 2);
	for (uint32_t i = 0; i < 8; i++) { /* applied, and no flush ends */
		desk_jobs(desk);
		peer_input(&writer, NULL, 0);
	}
	struct engine_stats stats;
	engine_stats(desk->engine, &stats);
	assert_true(commit_durable(desk->core.commit) < stats.applied);
	reading.work(reading.job);
	reading.done(reading.job);
	peer_input(&reader, NULL, 0);
	desk_jobs(desk);
	peer_input(&reader, NULL, 0);
	core_turn_ended(&desk->core);
	assert_true(peer_silent(&reader));
	desk_run(desk, &reader);
	struct answer answer = peer_answer(&reader, 1, OP_query_page);
	assert_int_equal(answer.status, ERROR_OK);
	assert_string_equal(text_of(answer.as.query_page.rows, 3, 0), "Third");
	peer_close(&reader);
	peer_close(&writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_texts_are_shown),
	    cmocka_unit_test(test_streams_show_texts),
	    cmocka_unit_test(test_the_connection_goes_meanwhile),
	    cmocka_unit_test(test_a_slow_job_of_a_stream),
	    cmocka_unit_test(test_replaced_and_erased_meanwhile),
	    cmocka_unit_test(test_a_newer_text_waits_for_its_flush),
	};
	return cmocka_run_group_tests(tests, open_desk, close_desk);
}
