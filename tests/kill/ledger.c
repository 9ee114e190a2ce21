/* ledger.c -- reading the clients' files into intents; see ledger.h.  Tables: ledger_tables.c. */
#include "tests/kill/ledger.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/messages.h"
#include "tests/integration/common/scratch.h"
#include "tests/kill/ledger_tables.h"

void verdict_add(struct verdict *verdict, const char *format, ...)
{
	char text[sizeof verdict->first];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (verdict->count < 20)
		printf("#   wrong: %s\n", text);
	if (verdict->count++ == 0)
		memcpy(verdict->first, text, sizeof text);
}

void ledger_open(struct ledger *ledger, const char *directory)
{
	char path[SCRATCH_PATH];
	memset(ledger, 0, sizeof *ledger);
	for (unsigned i = 0; i < LOAD_CLIENTS; i++) {
		load_file(path, directory, i);
		ledger->files[i] = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
		if (ledger->files[i] < 0)
			scratch_die(path);
	}
}

void ledger_close(struct ledger *ledger)
{
	for (unsigned i = 0; i < LOAD_CLIENTS; i++) {
		close(ledger->files[i]);
		free(ledger->by_number[i]);
	}
	free(ledger->intents);
	free(ledger->by_key);
	free(ledger->accounts);
	free(ledger->touched);
	free(ledger->acked);
	free(ledger->days);
}

static void read_intent(struct ledger *ledger, const struct record *record)
{
	struct intent intent = {.key = record->key,
				.customer = record->customer,
				.points = record->points,
				.purchase = record->purchase,
				.number = record->number,
				.opcode = record->opcode,
				.state = INTENT_OPEN,
				.client = (uint8_t)record->client};
	ledger_add_intent(ledger, &intent, record->number);
}

static void read_ok(struct ledger *ledger, uint32_t index, const struct record *record,
		    struct verdict *verdict)
{
	struct intent *intent = &ledger->intents[index];
	if (intent->state == INTENT_OK) {
		if (intent->event != record->event || intent->before != record->before ||
		    intent->after != record->after ||
		    !record_placed_equal(&intent->placed, &record->placed))
			verdict_add(verdict,
				    "client %u command %u was answered as event %" PRIu64
				    " and then as event %" PRIu64,
				    record->client, record->number, intent->event, record->event);
		return;
	}
	if (intent->state == INTENT_REFUSED)
		verdict_add(verdict, "client %u command %u was refused and then applied",
			    record->client, record->number);
	if (intent->seen != 0 && intent->seen != record->event)
		verdict_add(verdict,
			    "client %u command %u is event %" PRIu64
			    " in the history, but was acknowledged as %" PRIu64,
			    record->client, record->number, intent->seen, record->event);
	if (intent->seen != 0 && !record->repeated)
		verdict_add(verdict,
			    "client %u command %u (event %" PRIu64
			    ") was applied before, but not marked as repeated",
			    record->client, record->number, record->event);
	intent->state = INTENT_OK;
	intent->event = record->event;
	intent->before = record->before;
	intent->after = record->after;
	intent->placed = record->placed;
	ledger_add_acked(ledger, index);
}

static void read_refused(struct intent *intent, const struct record *record,
			 struct verdict *verdict)
{
	if (intent->seen != 0)
		verdict_add(verdict,
			    "client %u command %u is event %" PRIu64
			    " in the history, but was refused with status %u",
			    record->client, record->number, intent->seen, record->status);
	intent->state = INTENT_REFUSED;
}

static void read_complaint(const struct record *record, struct verdict *verdict)
{
	static const char *const words[] = {
	    [COMPLAINT_OTHER_ANSWER] = "a repeat got another answer than the first time",
	    [COMPLAINT_NOT_REPEATED] = "a repeat was not marked as repeated",
	    [COMPLAINT_REPEAT_REFUSED] = "a repeat was refused",
	    [COMPLAINT_CONTENT_TAKEN] = "a used key with other content was not EXISTS_DIFFERENT"};
	verdict_add(verdict, "client %u command %u: %s", record->client, record->number,
		    words[record->status]);
}

static void read_record(struct ledger *ledger, unsigned client, const struct record *record,
			struct verdict *verdict)
{
	if (record->kind == RECORD_INTENT) {
		ledger_touch(ledger, record->customer);
		read_intent(ledger, record);
		return;
	}
	if (record->kind == RECORD_DAY) {
		ledger_add_day(ledger, &(struct told_day){record->purchase.day, record->event});
		return;
	}
	if (record->number >= ledger->numbers[client]) {
		verdict_add(verdict, "client %u: an answer without an intent", client);
		return;
	}
	uint32_t index = ledger->by_number[client][record->number];
	ledger_touch(ledger, record->customer);
	if (record->kind == RECORD_OK)
		read_ok(ledger, index, record, verdict);
	else if (record->kind == RECORD_REFUSED)
		read_refused(&ledger->intents[index], record, verdict);
	else if (record->kind == RECORD_UNKNOWN)
		ledger->intents[index].state = INTENT_UNKNOWN;
	else
		read_complaint(record, verdict);
}

void ledger_read(struct ledger *ledger, struct verdict *verdict)
{
	struct record record;
	for (unsigned i = 0; i < LOAD_CLIENTS; i++)
		while (record_next(ledger->files[i], &record))
			read_record(ledger, i, &record, verdict);
}

void ledger_forget_touched(struct ledger *ledger)
{
	for (uint32_t i = 0; i < ledger->touched_count; i++)
		ledger_account(ledger, ledger->touched[i])->touched = false;
	ledger->touched_count = ledger->acked_count = 0;
	for (uint32_t i = 0; i < ledger->intent_count; i++)
		if (ledger->intents[i].state == INTENT_UNKNOWN)
			ledger_touch(ledger, ledger->intents[i].customer);
}

void ledger_touch_all(struct ledger *ledger)
{
	for (uint32_t i = 0; i < ledger->intent_count; i++)
		ledger_touch(ledger, ledger->intents[i].customer);
}

void ledger_forget_seen(struct ledger *ledger)
{
	ledger_forget_touched(ledger);
	for (uint32_t i = 0; i < ledger->account_slots; i++) {
		struct account *account = &ledger->accounts[i];
		*account =
		    (struct account){.customer = account->customer, .touched = account->touched};
	}
	for (uint32_t i = 0; i < ledger->intent_count; i++) {
		ledger->intents[i].seen = 0;
		ledger_touch(ledger, ledger->intents[i].customer);
		if (ledger->intents[i].state == INTENT_OK)
			ledger_add_acked(ledger, i);
	}
}
