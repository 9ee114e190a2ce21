/* show_people.c -- profiles, and who was found. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/commas.h"
#include "client/cli/json.h"
#include "client/cli/show_private.h"
#include "client/cli/table.h"
#include "protocol/messages.h"

bool show_saved(const struct shown *shown)
{
	const struct statement *statement = shown->statement;
	const char *dot = show_dot(shown->screen);
	crm_saved saved;
	if (crm_result_saved(shown->result, 0, &saved) != 0)
		return false;
	if (shown->format != SHOW_TABLE) {
		bool repeated = crm_result_repeated(shown->result, 0) != 0;
		struct cell cells[] = {
		    id_cell("customer", statement->customer),
		    cell_if(saved.version != 0, id_cell("version", saved.version)),
		    flag_cell("created", saved.created != 0), id_cell("event", saved.event),
		    flag_cell("repeated", repeated)};
		return show_row(shown, cells, 5, false);
	}
	fprintf(shown->out, "%s %" PRIu64, saved.created != 0 ? "new customer" : "customer",
		statement->customer);
	if (saved.version != 0) /* else attributes alone changed */
		fprintf(shown->out, "%sprofile version %" PRIu64, dot, saved.version);
	show_end_sentence(shown, saved.event);
	return true;
}

bool show_erased(const struct shown *shown)
{
	uint64_t event, customer = shown->statement->customer;
	int64_t points;
	char text[CELL_TEXT_BYTES];
	if (crm_result_erased(shown->result, 0, &event, &points) != 0)
		return false;
	if (shown->format != SHOW_TABLE) {
		bool repeated = crm_result_repeated(shown->result, 0) != 0;
		struct cell cells[] = {id_cell("customer", customer),
				       number_cell("points", CELL_NUMBER, points),
				       id_cell("event", event), flag_cell("repeated", repeated)};
		return show_row(shown, cells, 4, false);
	}
	fprintf(shown->out, "erased %" PRIu64 "%s%s points gone", customer, show_dot(shown->screen),
		cell_group_digits(points, text));
	show_end_sentence(shown, event);
	return true;
}

bool show_found(const struct shown *shown)
{
	uint64_t customer;
	if (crm_result_found(shown->result, 0, &customer) != 0)
		return false;
	struct cell cells[] = {id_cell("customer", customer)};
	return show_row(shown, cells, 1, false);
}

/* A text with a NUL behind it.  Owned by the caller.  NULL: out of memory. */
static char *text_of(const crm_value *value)
{
	char *text = malloc((size_t)value->size + 1);
	if (text == NULL)
		return NULL;
	memcpy(text, value->value, value->size);
	text[value->size] = '\0';
	return text;
}

/* Fill in the values; *texts are owned by the caller.  False: out of memory. */
static bool fill_values(const struct shown *shown, struct cell *cells, char **texts, size_t rows)
{
	cells[0] = text_cell("field", "");
	cells[1] = text_cell("value", "");
	for (size_t i = 0; i < rows; i++) {
		crm_value value;
		if (crm_result_profile_value(shown->result, 0, (uint32_t)i, &value) != 0)
			return false;
		texts[i] = text_of(&value);
		if (texts[i] == NULL)
			return false;
		cells[2 * i] = text_cell("field", value.field);
		cells[2 * i + 1] = text_cell("value", texts[i]);
	}
	return true;
}

static bool print_profile(const struct shown *shown, struct sheet *sheet)
{
	uint64_t version = crm_result_profile_version(shown->result, 0);
	if (shown->format == SHOW_JSON)
		return json_print_list(shown->out, "fields", sheet);
	if (shown->format == SHOW_CSV) {
		commas_print(shown->out, sheet);
		return true;
	}
	if (version != 0 || sheet->rows > 0)
		table_print(shown->screen, shown->out, sheet);
	if (version != 0)
		fprintf(shown->out, "profile version %" PRIu64 "\n", version);
	else
		fprintf(shown->out, "%sno profile was given\n",
			sheet->rows > 0 ? "attributes and consents alone, " : "");
	return true;
}

/* Values of the profile, attributes, then consents. */
bool show_profile(const struct shown *shown)
{
	char consents[CONSENTS_MOST][CONSENT_BYTES];
	int size = crm_result_profile_size(shown->result, 0);
	size_t values = size > 0 ? (size_t)size : 0, agreed = show_consents(shown, consents);
	struct cell *cells = calloc(2 * (values + agreed + 1), sizeof *cells);
	char **texts = calloc(values + 1, sizeof *texts);
	bool fine =
	    size >= 0 && cells != NULL && texts != NULL && fill_values(shown, cells, texts, values);
	for (size_t i = 0; fine && i < agreed; i++) {
		cells[2 * (values + i)] = text_cell("field", "consent");
		cells[2 * (values + i) + 1] = text_cell("value", consents[i]);
	}
	fine = fine && print_profile(shown, &(struct sheet){cells, 2, values + agreed});
	for (size_t i = 0; texts != NULL && i < values; i++)
		free(texts[i]);
	free(texts);
	free(cells);
	return fine;
}
