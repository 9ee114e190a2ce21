/* show.c -- answers as sheets and sentences; see show.h.
 *
 *   answer --> sheet --> json.c, commas.c, table.c
 *     +------> sentence                        (table format of commands that write)
 *
 * To add an answer: a function that fills its cells, and its row in `shows`.
 */
#include <inttypes.h>

#include "client/cli/commas.h"
#include "client/cli/json.h"
#include "client/cli/show_private.h"
#include "client/cli/table.h"
#include "protocol/messages.h"

const char *show_dot(const struct screen *screen)
{
	return screen->utf8 ? " · " : ", ";
}

const char *show_arrow(const struct screen *screen)
{
	return screen->utf8 ? "→" : "->";
}

void show_round_trip(FILE *out, int64_t us)
{
	fprintf(out, "round trip %" PRId64 ".%02d ms", us / 1000, (int)(us % 1000 / 10));
}

bool show_row(const struct shown *shown, struct cell *cells, size_t count, bool turned)
{
	struct sheet sheet = {cells, count, 1};
	if (shown->format == SHOW_JSON)
		return json_print(shown->out, &sheet);
	if (shown->format == SHOW_CSV)
		commas_print(shown->out, &sheet);
	else if (turned)
		table_print_turned(shown->screen, shown->out, &sheet);
	else
		table_print(shown->screen, shown->out, &sheet);
	return true;
}

/* --- reads --- */

static bool show_ping(const struct shown *shown)
{
	uint64_t nonce;
	int64_t time_us;
	char text[CELL_TEXT_BYTES];
	const char *dot = show_dot(shown->screen);
	if (crm_result_ping(shown->result, 0, &nonce, &time_us) != 0)
		return false;
	if (shown->format != SHOW_TABLE) {
		struct cell cells[] = {
		    number_cell("time", CELL_TIME, time_us),
		    number_cell("round_trip_us", CELL_NUMBER, shown->round_trip_us)};
		return show_row(shown, cells, 2, false);
	}
	cell_format_time(time_us, " ", " UTC", text);
	fprintf(shown->out, "pong%sserver time %s%s", dot, text, dot);
	show_round_trip(shown->out, shown->round_trip_us);
	fputc('\n', shown->out);
	return true;
}

static const char *day_state(int state)
{
	return state == CRM_DAY_TURNED    ? "turned"
	       : state == CRM_DAY_TURNING ? "turning"
	       : state == CRM_DAY_SUSPECT ? "suspect"
					  : "unknown";
}

static bool show_info(const struct shown *shown)
{
	crm_info info;
	if (crm_result_info(shown->result, 0, &info) != 0)
		return false;
	struct cell cells[] = {
	    text_cell("version", info.version),
	    uuid_cell("database", info.database),
	    count_cell("incarnation", info.incarnation),
	    number_cell("started", CELL_TIME, info.started_us),
	    day_cell("today", info.today),
	    day_cell("clock_day", info.clock_day),
	    text_cell("day_state", day_state(info.day_state)),
	    count_cell("day_due", info.day_due),
	    count_cell("day_events", info.day_events),
	    number_cell("day_turn_us", CELL_NUMBER, info.day_turn_us),
	    id_cell("applied", info.applied),
	    id_cell("durable", info.durable),
	    id_cell("logged", info.logged),
	    count_cell("customers", info.customers),
	    count_cell("orders", info.orders),
	    money_cell("spend", info.spend, shown->facts->digits),
	    text_cell("currency", shown->facts->server.currency),
	    number_cell("points", CELL_NUMBER, info.points),
	    count_cell("keys", info.keys),
	    count_cell("memory_bytes", info.memory_bytes),
	    count_cell("connections", info.connections),
	    count_cell("commands", info.commands),
	    count_cell("flushes", info.flushes),
	};
	return show_row(shown, cells, sizeof cells / sizeof cells[0], true);
}

static bool show_advanced(const struct shown *shown)
{
	crm_advanced advanced;
	char day[CELL_TEXT_BYTES];
	if (crm_result_advanced(shown->result, 0, &advanced) != 0)
		return false;
	struct cell cells[] = {day_cell("today", advanced.today), id_cell("event", advanced.event)};
	if (shown->format != SHOW_TABLE)
		return show_row(shown, cells, 2, false);
	fprintf(shown->out, "%s is the programme's day", cell_format(&cells[0], day));
	show_end_sentence(shown, advanced.event);
	return true;
}

/* --- writes --- */

void show_end_sentence(const struct shown *shown, uint64_t event)
{
	bool repeated = crm_result_repeated(shown->result, 0) != 0;
	const char *dot = show_dot(shown->screen);
	fprintf(shown->out, "%sevent %" PRIu64 "%sdurable", dot, event, dot);
	fprintf(shown->out, "%s%s\n", repeated ? dot : "", repeated ? "already applied" : "");
}

static bool show_created(const struct shown *shown)
{
	uint64_t event, customer = shown->statement->customer;
	if (crm_result_created(shown->result, 0, &event) != 0)
		return false;
	if (shown->format != SHOW_TABLE) {
		bool repeated = crm_result_repeated(shown->result, 0) != 0;
		struct cell cells[] = {id_cell("customer", customer), id_cell("event", event),
				       flag_cell("repeated", repeated)};
		return show_row(shown, cells, 3, false);
	}
	fprintf(shown->out, "created %" PRIu64, customer);
	show_end_sentence(shown, event);
	return true;
}

static const char *done_to_points(uint16_t opcode)
{
	return opcode == OP_points_earn     ? "earned"
	       : opcode == OP_points_redeem ? "redeemed"
					    : "adjusted by";
}

static bool show_points(const struct shown *shown)
{
	const struct statement *statement = shown->statement;
	crm_points points;
	char change[CELL_TEXT_BYTES], before[CELL_TEXT_BYTES], after[CELL_TEXT_BYTES];
	if (crm_result_points(shown->result, 0, &points) != 0)
		return false;
	if (shown->format != SHOW_TABLE) {
		bool repeated = crm_result_repeated(shown->result, 0) != 0;
		struct cell cells[] = {id_cell("customer", statement->customer),
				       number_cell("points", CELL_NUMBER, statement->points),
				       number_cell("before", CELL_NUMBER, points.before),
				       number_cell("after", CELL_NUMBER, points.after),
				       id_cell("event", points.event),
				       flag_cell("repeated", repeated)};
		return show_row(shown, cells, 6, false);
	}
	fprintf(shown->out, "%s %s%sbalance %s %s %s", done_to_points(statement->verb->opcode),
		cell_group_digits(statement->points, change), show_dot(shown->screen),
		cell_group_digits(points.before, before), show_arrow(shown->screen),
		cell_group_digits(points.after, after));
	show_end_sentence(shown, points.event);
	return true;
}

static const struct show {
	uint16_t opcode;
	bool (*show)(const struct shown *shown);
} shows[] = {
    {OP_ping, show_ping},
    {OP_info, show_info},
    {OP_customer_create, show_created},
    {OP_customer_get, show_customer},
    {OP_customer_put, show_saved},
    {OP_customer_set, show_saved},
    {OP_customer_erase, show_erased},
    {OP_customer_find, show_found},
    {OP_customer_profile, show_profile},
    {OP_customer_consent, show_consent},
    {OP_customer_care, show_care},
    {OP_order, show_order},
    {OP_points_earn, show_points},
    {OP_points_redeem, show_points},
    {OP_points_adjust, show_points},
    {OP_history, show_history},
    {OP_query_count, show_count},
    {OP_segment_save, show_defined},
    {OP_segment_drop, show_defined},
    {OP_segment_test, show_membership},
    {OP_field_add, show_defined},
    {OP_field_rename, show_defined},
    {OP_field_drop, show_defined},
    {OP_matrix, show_matrix},
    {OP_advance, show_advanced},
};

bool show_answer(const struct shown *shown)
{
	if (shown->statement->is_query && shown->statement->query.explain)
		return show_plan(shown);
	for (size_t i = 0; i < sizeof shows / sizeof shows[0]; i++)
		if (shows[i].opcode == shown->statement->verb->opcode)
			return shows[i].show(shown);
	return false;
}
