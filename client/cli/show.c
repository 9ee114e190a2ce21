/* show.c -- answers as sheets and sentences; see show.h.
 *
 *   answer --> sheet --> json.c, table.c
 *     +------> sentence                        (table format of commands that write)
 *
 * To add an answer: a function that fills its cells, and its row in `shows`.
 */
#include "client/cli/show.h"

#include <inttypes.h>
#include <stdlib.h>

#include "client/cli/json.h"
#include "client/cli/table.h"
#include "protocol/messages.h"

struct output {
	const struct shown *shown;
	enum show_format format;
	const struct screen *screen;
	FILE *out;
};

static struct cell count_cell(const char *name, uint64_t value)
{
	return (struct cell){.name = name, .kind = CELL_COUNT, .as.count = value};
}

static struct cell id_cell(const char *name, uint64_t value)
{
	return (struct cell){.name = name, .kind = CELL_ID, .as.count = value};
}

static struct cell number_cell(const char *name, enum cell_kind kind, int64_t value)
{
	return (struct cell){.name = name, .kind = kind, .as.number = value};
}

static struct cell text_cell(const char *name, const char *text)
{
	return (struct cell){.name = name, .kind = CELL_TEXT, .as.text = text};
}

static struct cell uuid_cell(const char *name, const uint8_t *bytes)
{
	return (struct cell){.name = name, .kind = CELL_UUID, .as.uuid = bytes};
}

static struct cell flag_cell(const char *name, bool flag)
{
	return (struct cell){.name = name, .kind = CELL_FLAG, .as.flag = flag};
}

static const char *dot(const struct output *output)
{
	return output->screen->utf8 ? " · " : ", ";
}

/* --- reads --- */

static bool show_ping(const struct output *output)
{
	uint64_t nonce;
	int64_t time_us, trip_us = output->shown->round_trip_us;
	char text[CELL_TEXT_BYTES];
	if (crm_result_ping(output->shown->result, 0, &nonce, &time_us) != 0)
		return false;
	if (output->format == SHOW_JSON) {
		struct cell cells[] = {number_cell("time", CELL_TIME, time_us),
				       number_cell("round_trip_us", CELL_NUMBER, trip_us)};
		return json_print(output->out, &(struct sheet){cells, 2, 1});
	}
	cell_format_time(time_us, " ", " UTC", text);
	fprintf(output->out, "pong%sserver time %s%sround trip %" PRId64 ".%02d ms\n", dot(output),
		text, dot(output), trip_us / 1000, (int)(trip_us % 1000 / 10));
	return true;
}

static bool show_one(const struct output *output, struct cell *cells, size_t count, bool turned)
{
	struct sheet sheet = {cells, count, 1};
	if (output->format == SHOW_JSON)
		return json_print(output->out, &sheet);
	if (turned)
		table_print_turned(output->screen, output->out, &sheet);
	else
		table_print(output->screen, output->out, &sheet);
	return true;
}

static bool show_info(const struct output *output)
{
	crm_info info;
	if (crm_result_info(output->shown->result, 0, &info) != 0)
		return false;
	struct cell cells[] = {
	    text_cell("version", info.version),
	    uuid_cell("database", info.database),
	    count_cell("incarnation", info.incarnation),
	    number_cell("started", CELL_TIME, info.started_us),
	    id_cell("applied", info.applied),
	    id_cell("durable", info.durable),
	    id_cell("logged", info.logged),
	    count_cell("customers", info.customers),
	    number_cell("points", CELL_NUMBER, info.points),
	    count_cell("keys", info.keys),
	    count_cell("memory_bytes", info.memory_bytes),
	    count_cell("connections", info.connections),
	    count_cell("commands", info.commands),
	    count_cell("flushes", info.flushes),
	};
	return show_one(output, cells, sizeof cells / sizeof cells[0], true);
}

static bool show_customer(const struct output *output)
{
	crm_customer customer;
	if (crm_result_customer(output->shown->result, 0, &customer) != 0)
		return false;
	struct cell cells[] = {
	    id_cell("customer", customer.customer),
	    number_cell("points", CELL_NUMBER, customer.points),
	    number_cell("created", CELL_TIME, customer.created_us),
	    id_cell("event", customer.event),
	    count_cell("events", customer.events),
	};
	return show_one(output, cells, sizeof cells / sizeof cells[0], false);
}

#define HISTORY_COLUMNS 7u

static void fill_entry(struct cell *cells, const crm_entry *entry)
{
	cells[0] = id_cell("event", entry->event);
	cells[1] = number_cell("time", CELL_TIME, entry->time_us);
	cells[2] = text_cell("type", entry->type);
	/* The difference of two balances fits: the server keeps them within int64_t. */
	cells[3] = number_cell("change", CELL_CHANGE,
			       (int64_t)((uint64_t)entry->after - (uint64_t)entry->before));
	cells[4] = number_cell("before", CELL_NUMBER, entry->before);
	cells[5] = number_cell("after", CELL_NUMBER, entry->after);
	cells[6] = uuid_cell("key", entry->key.bytes);
}

static bool print_history(const struct output *output, struct sheet *sheet)
{
	uint64_t next = crm_result_history_next(output->shown->result, 0);
	if (output->format == SHOW_JSON)
		return json_print_page(output->out, "entries", sheet, next);
	table_print(output->screen, output->out, sheet);
	fprintf(output->out, "%zu event%s", sheet->rows, sheet->rows == 1 ? "" : "s");
	if (next != 0)
		fprintf(output->out, "%snext: from %" PRIu64, dot(output), next);
	fputc('\n', output->out);
	return true;
}

static bool show_history(const struct output *output)
{
	const crm_result *result = output->shown->result;
	int size = crm_result_history_size(result, 0);
	size_t rows = size > 0 ? (size_t)size : 0;
	crm_entry *entries = calloc(rows + 1, sizeof *entries); /* cells borrow the keys */
	struct cell *cells = calloc((rows + 1) * HISTORY_COLUMNS, sizeof *cells);
	bool fine = size >= 0 && entries != NULL && cells != NULL;
	for (size_t i = 0; fine && i < rows; i++) {
		fine = crm_result_history_entry(result, 0, (uint32_t)i, &entries[i]) == 0;
		fill_entry(&cells[i * HISTORY_COLUMNS], &entries[i]);
	}
	if (fine)
		fine = print_history(output, &(struct sheet){cells, HISTORY_COLUMNS, rows});
	free(cells);
	free(entries);
	return fine;
}

/* --- writes --- */

static void end_sentence(const struct output *output, uint64_t event)
{
	bool repeated = crm_result_repeated(output->shown->result, 0) != 0;
	fprintf(output->out, "%sevent %" PRIu64 "%sdurable", dot(output), event, dot(output));
	fprintf(output->out, "%s%s\n", repeated ? dot(output) : "",
		repeated ? "already applied" : "");
}

static bool show_created(const struct output *output)
{
	const struct shown *shown = output->shown;
	uint64_t event;
	if (crm_result_created(shown->result, 0, &event) != 0)
		return false;
	if (output->format == SHOW_JSON) {
		bool repeated = crm_result_repeated(shown->result, 0) != 0;
		struct cell cells[] = {id_cell("customer", shown->statement->customer),
				       id_cell("event", event), flag_cell("repeated", repeated)};
		return json_print(output->out, &(struct sheet){cells, 3, 1});
	}
	fprintf(output->out, "created %" PRIu64, shown->statement->customer);
	end_sentence(output, event);
	return true;
}

static const char *done_to_points(uint16_t opcode)
{
	return opcode == OP_points_earn     ? "earned"
	       : opcode == OP_points_redeem ? "redeemed"
					    : "adjusted by";
}

static bool show_points(const struct output *output)
{
	const struct statement *statement = output->shown->statement;
	crm_points points;
	char change[CELL_TEXT_BYTES], before[CELL_TEXT_BYTES], after[CELL_TEXT_BYTES];
	if (crm_result_points(output->shown->result, 0, &points) != 0)
		return false;
	if (output->format == SHOW_JSON) {
		bool repeated = crm_result_repeated(output->shown->result, 0) != 0;
		struct cell cells[] = {id_cell("customer", statement->customer),
				       number_cell("points", CELL_NUMBER, statement->points),
				       number_cell("before", CELL_NUMBER, points.before),
				       number_cell("after", CELL_NUMBER, points.after),
				       id_cell("event", points.event),
				       flag_cell("repeated", repeated)};
		return json_print(output->out, &(struct sheet){cells, 6, 1});
	}
	fprintf(output->out, "%s %s%sbalance %s %s %s", done_to_points(statement->verb->opcode),
		cell_group_digits(statement->points, change), dot(output),
		cell_group_digits(points.before, before), output->screen->utf8 ? "→" : "->",
		cell_group_digits(points.after, after));
	end_sentence(output, points.event);
	return true;
}

static const struct show {
	uint16_t opcode;
	bool (*show)(const struct output *output);
} shows[] = {
    {OP_ping, show_ping},
    {OP_info, show_info},
    {OP_customer_create, show_created},
    {OP_customer_get, show_customer},
    {OP_points_earn, show_points},
    {OP_points_redeem, show_points},
    {OP_points_adjust, show_points},
    {OP_history, show_history},
};

bool show_answer(const struct shown *shown, enum show_format format, const struct screen *screen,
		 FILE *out)
{
	struct output output = {shown, format, screen, out};
	for (size_t i = 0; i < sizeof shows / sizeof shows[0]; i++)
		if (shows[i].opcode == shown->statement->verb->opcode)
			return shows[i].show(&output);
	return false;
}
