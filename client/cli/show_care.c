/* show_care.c -- consents and greetings: what was recorded, and what a customer agreed to. */
#include <inttypes.h>
#include <string.h>

#include "client/cli/show_private.h"
#include "protocol/choices.h"

bool show_consent(const struct shown *shown)
{
	const struct statement *statement = shown->statement;
	uint64_t event = crm_result_care_event(shown->result, 0);
	int before, after;
	if (crm_result_consent(shown->result, 0, &before, &after) != 0)
		return false;
	if (shown->format != SHOW_TABLE) {
		bool repeated = crm_result_repeated(shown->result, 0) != 0;
		struct cell cells[] = {id_cell("customer", statement->customer),
				       text_cell("purpose", statement->purpose),
				       text_cell("channel", statement->channel),
				       flag_cell("before", before != 0),
				       flag_cell("after", after != 0),
				       id_cell("event", event),
				       flag_cell("repeated", repeated)};
		return show_row(shown, cells, 7, false);
	}
	fprintf(shown->out, "customer %" PRIu64 "%s%s by %s %s%s", statement->customer,
		show_dot(shown->screen), statement->purpose, statement->channel,
		before == after ? "still " : "", after != 0 ? "allowed" : "not allowed");
	show_end_sentence(shown, event);
	return true;
}

bool show_care(const struct shown *shown)
{
	const struct statement *statement = shown->statement;
	uint64_t event = crm_result_care_event(shown->result, 0);
	int year = crm_result_care_year(shown->result, 0);
	bool holiday = statement->holiday != NULL;
	if (year < 0)
		return false;
	if (shown->format != SHOW_TABLE) {
		bool repeated = crm_result_repeated(shown->result, 0) != 0;
		struct cell cells[] = {
		    id_cell("customer", statement->customer),
		    text_cell("care", statement->care),
		    cell_if(holiday, text_cell("holiday", statement->holiday)),
		    id_cell("year", (uint64_t)year),
		    cell_if(statement->channel != NULL, text_cell("channel", statement->channel)),
		    id_cell("event", event),
		    flag_cell("repeated", repeated)};
		return show_row(shown, cells, 7, false);
	}
	fprintf(shown->out, "greeted %" PRIu64 "%s%s", statement->customer, show_dot(shown->screen),
		statement->care);
	if (holiday) {
		fputc(' ', shown->out);
		screen_write(shown->screen, shown->out, statement->holiday,
			     strlen(statement->holiday));
	}
	fprintf(shown->out, " %d", year);
	if (statement->channel != NULL)
		fprintf(shown->out, " by %s", statement->channel);
	show_end_sentence(shown, event);
	return true;
}

/* The channels of a purpose, "email, sms", into text[CONSENT_BYTES]; how many. */
static unsigned join_channels(const crm_result *result, const char *purpose, char *text)
{
	unsigned count = 0;
	const char *channel;
	size_t size = 0;
	for (unsigned n = 1; (channel = choice_name(CHOICE_channel, n)) != NULL; n++) {
		if (crm_result_has_consent(result, 0, purpose, channel) != 1)
			continue;
		size += (size_t)snprintf(text + size, CONSENT_BYTES - size, "%s%s",
					 count == 0 ? "" : ", ", channel);
		count++;
	}
	return count;
}

size_t show_consents(const struct shown *shown, char texts[CONSENTS_MOST][CONSENT_BYTES])
{
	const char *purpose, *channel;
	size_t count = 0;
	for (unsigned p = 1; (purpose = choice_name(CHOICE_purpose, p)) != NULL; p++) {
		char joined[CONSENT_BYTES];
		if (shown->format == SHOW_TABLE) {
			if (join_channels(shown->result, purpose, joined) > 0)
				snprintf(texts[count++], CONSENT_BYTES, "%s: %.100s", purpose,
					 joined);
			continue;
		}
		for (unsigned n = 1; (channel = choice_name(CHOICE_channel, n)) != NULL; n++)
			if (crm_result_has_consent(shown->result, 0, purpose, channel) == 1)
				snprintf(texts[count++], CONSENT_BYTES, "%s:%s", purpose, channel);
	}
	return count;
}

/* --- history --- */

/* "marketing by sms given, policy v2, at shop 12" or "holiday eid 1998 by sms". */
static void tell(const crm_entry *entry, char *text)
{
	size_t size = 0;
	if (entry->purpose != NULL) {
		snprintf(text, TOLD_BYTES, "%s by %s %s%s%s%s%s", entry->purpose,
			 entry->channel != NULL ? entry->channel : "unknown",
			 entry->granted != 0 ? "given" : "withdrawn",
			 entry->policy[0] == '\0' ? "" : ", policy ", entry->policy,
			 entry->source[0] == '\0' ? "" : ", at ", entry->source);
		return;
	}
	size =
	    (size_t)snprintf(text, TOLD_BYTES, "%s%s%s %u", entry->care,
			     entry->policy[0] == '\0' ? "" : " ", entry->policy, entry->care_year);
	if (entry->channel != NULL)
		snprintf(text + size, TOLD_BYTES - size, " by %s", entry->channel);
}

bool show_tells_care(const crm_entry *entry)
{
	return entry->purpose != NULL || entry->care != NULL;
}

size_t show_fill_care(const struct shown *shown, const crm_entry *entry, char text[TOLD_BYTES],
		      struct cell *cells)
{
	bool consent = entry->purpose != NULL, care = entry->care != NULL;
	bool channel = entry->channel != NULL;
	size_t n = 0;
	text[0] = '\0';
	if (shown->format == SHOW_TABLE) {
		if (show_tells_care(entry))
			tell(entry, text);
		cells[n++] = cell_if(text[0] != '\0', text_cell("told", text));
		return n;
	}
	cells[n++] = cell_if(consent, text_cell("purpose", entry->purpose));
	cells[n++] = cell_if(channel, text_cell("channel", entry->channel));
	cells[n++] = cell_if(consent, flag_cell("granted", entry->granted != 0));
	cells[n++] =
	    cell_if(consent && entry->policy[0] != '\0', text_cell("policy", entry->policy));
	cells[n++] =
	    cell_if(consent && entry->source[0] != '\0', text_cell("source", entry->source));
	cells[n++] = cell_if(care, text_cell("care", entry->care));
	cells[n++] = cell_if(care && entry->policy[0] != '\0', text_cell("holiday", entry->policy));
	cells[n++] = cell_if(care, id_cell("care_year", entry->care_year));
	return n;
}
