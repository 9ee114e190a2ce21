/* genesis.c -- see genesis.h.
 *
 * The zone's offsets are copied into the event, so that replay never asks the machine's tzdata.
 */
#include "server/app/genesis.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/common/date.h"
#include "server/app/zone.h"
#include "server/engine/calendar.h"

#define DEFAULT_CURRENCY "CNY"
#define DEFAULT_ZONE "Asia/Shanghai"

static struct wire_text text_of(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

static bool equal(struct wire_text a, struct wire_text b)
{
	return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

/* Minor digits that are not 2 (ISO 4217, the currencies retailers met most). */
static uint64_t usual_digits(const char *code)
{
	static const char *const none[] = {"JPY", "KRW", "VND", "CLP", "ISK"};
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		if (strncmp(code, none[i], 3) == 0)
			return 0;
	return 2;
}

/* "CNY" or "CNY:2". */
static bool read_currency(const char *text, struct part_genesis *genesis, struct failure *failure)
{
	bool plain = strlen(text) == 3;
	bool named = strlen(text) == 5 && text[3] == ':' && text[4] >= '0' && text[4] <= '4';
	for (int i = 0; i < 3 && (plain || named); i++)
		plain = plain && text[i] >= 'A' && text[i] <= 'Z',
		named = named && text[i] >= 'A' && text[i] <= 'Z';
	if (!plain && !named)
		return failure_set(failure, EXIT_USAGE,
				   "--currency: \"%s\" is not CODE or CODE:DIGITS, such as CNY:2",
				   text);
	genesis->currency = (struct wire_text){text, 3};
	genesis->currency_digits = named ? (uint64_t)(text[4] - '0') : usual_digits(text);
	return true;
}

static bool read_clock(const char *text, struct part_genesis *genesis, struct failure *failure)
{
	int32_t day;
	if (!date_parse(text, strlen(text), &day))
		return failure_set(failure, EXIT_USAGE,
				   "--clock: \"%s\" is not a date such as 1998-07-01", text);
	if (day < 0 || day >= CALENDAR_LAST_DAY)
		return failure_set(failure, EXIT_USAGE,
				   "--clock: %s is not from 1970-01-01 to 2099-12-30", text);
	genesis->clock_fixed = 1;
	genesis->clock_day = day;
	return true;
}

bool genesis_make(const struct genesis_source *source, struct event *event, struct failure *failure)
{
	const struct options *options = source->options;
	struct part_genesis *genesis = &event->genesis;
	const char *zone = options->zone != NULL ? options->zone : DEFAULT_ZONE;
	const char *currency = options->currency != NULL ? options->currency : DEFAULT_CURRENCY;
	uint32_t table_size;
	*event = (struct event){.number = 1,
				.time_us = source->now_us,
				.type = EVENT_genesis,
				.parts = PART_genesis | PART_programme,
				.row = EVENT_ROW_UNKNOWN};
	genesis->database = source->identity->database;
	genesis->hash_seed = source->identity->seed;
	genesis->tiers = text_of(programme_default_tiers());
	genesis->stages = text_of(grade_stages());
	if (!read_currency(currency, genesis, failure) ||
	    (options->clock != NULL && !read_clock(options->clock, genesis, failure)) ||
	    !zone_read(zone, source->zone_table, GENESIS_ZONE_TABLE_BYTES, &table_size, failure))
		return false;
	programme_default((unsigned)genesis->currency_digits, source->tiers, &event->programme);
	genesis->zone = text_of(zone);
	genesis->zone_table = (struct wire_text){(const char *)source->zone_table, table_size};
	return true;
}

static bool compare_currency(const char *text, const struct part_genesis *genesis,
			     struct failure *failure)
{
	struct part_genesis named = {0};
	if (!read_currency(text, &named, failure))
		return false;
	if (equal(named.currency, genesis->currency) &&
	    named.currency_digits == genesis->currency_digits)
		return true;
	return failure_set(
	    failure, EXIT_USAGE,
	    "--currency %s contradicts the database, which was made with %.*s:%" PRIu64
	    ": leave the flag out, or use another directory",
	    text, (int)genesis->currency.size, genesis->currency.bytes, genesis->currency_digits);
}

static bool compare_clock(const char *text, const struct part_genesis *genesis,
			  struct failure *failure)
{
	struct part_genesis named = {0};
	char day[DATE_TEXT_BYTES] = "the system's clock";
	if (!read_clock(text, &named, failure))
		return false;
	if (genesis->clock_fixed == 1 && named.clock_day == genesis->clock_day)
		return true;
	if (genesis->clock_fixed == 1)
		date_format((int32_t)genesis->clock_day, day);
	return failure_set(failure, EXIT_USAGE,
			   "--clock %s contradicts the database, which was made with %s: leave the "
			   "flag out, or use another directory",
			   text, day);
}

bool genesis_compare(const struct options *options, const struct part_genesis *genesis,
		     struct failure *failure)
{
	if (options->currency != NULL && !compare_currency(options->currency, genesis, failure))
		return false;
	if (options->clock != NULL && !compare_clock(options->clock, genesis, failure))
		return false;
	if (options->zone == NULL || equal(text_of(options->zone), genesis->zone))
		return true;
	return failure_set(
	    failure, EXIT_USAGE,
	    "--zone %s contradicts the database, which was made with %.*s: leave the "
	    "flag out, or use another directory",
	    options->zone, (int)genesis->zone.size, genesis->zone.bytes);
}
