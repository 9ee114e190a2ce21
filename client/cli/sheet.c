/* sheet.c -- cells as text; see sheet.h. */
#include "client/cli/sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "protocol/common/date.h"
#include "protocol/common/money.h"
#include "protocol/key.h"

/* A decimal number with a comma before every third digit from the point or the end. */
static const char *group(const char *sign, const char *number, char *text)
{
	size_t whole = strcspn(number, "."), used;
	used = (size_t)snprintf(text, CELL_TEXT_BYTES, "%s", sign);
	for (size_t i = 0; i < whole; i++) {
		if (i > 0 && (whole - i) % 3 == 0)
			text[used++] = ',';
		text[used++] = number[i];
	}
	snprintf(text + used, CELL_TEXT_BYTES - used, "%s", number + whole);
	return text;
}

static const char *group_unsigned(uint64_t value, char *text)
{
	char digits[24];
	snprintf(digits, sizeof digits, "%" PRIu64, value);
	return group("", digits, text);
}

static const char *group_signed(const char *plus, int64_t value, char *text)
{
	char digits[24];
	snprintf(digits, sizeof digits, "%" PRIu64,
		 value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
	return group(value < 0 ? "-" : value > 0 ? plus : "", digits, text);
}

const char *cell_group_digits(int64_t value, char *text)
{
	return group_signed("", value, text);
}

const char *cell_group_money(int64_t minor, unsigned digits, char *text)
{
	char number[MONEY_TEXT_BYTES];
	money_format(minor, digits, number);
	return group(minor < 0 ? "-" : "", number + (minor < 0), text);
}

void cell_format_time(int64_t us, const char *separator, const char *zone, char *text)
{
	int64_t part = us % 1000000;
	time_t seconds = (time_t)(us / 1000000 - (part < 0));
	struct tm parts;
	if (gmtime_r(&seconds, &parts) == NULL) {
		snprintf(text, CELL_TEXT_BYTES, "%" PRId64, us);
		return;
	}
	snprintf(text, CELL_TEXT_BYTES, "%04d-%02d-%02d%s%02d:%02d:%02d.%06d%s",
		 parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, separator, parts.tm_hour,
		 parts.tm_min, parts.tm_sec, (int)(part < 0 ? part + 1000000 : part), zone);
}

/* A day that no calendar has, of a server that errs, is shown as its number. */
static const char *format_day(int64_t day, char *text)
{
	if (day >= DATE_DAY_MIN && day <= DATE_DAY_MAX)
		date_format((int32_t)day, text);
	else
		snprintf(text, CELL_TEXT_BYTES, "%" PRId64, day);
	return text;
}

static const char *format_uuid(const uint8_t *bytes, char *text)
{
	struct wire_id id;
	memcpy(id.bytes, bytes, sizeof id.bytes);
	key_format(id, text);
	return text;
}

const char *cell_format(const struct cell *cell, char *text)
{
	if (cell->none)
		return "";
	switch (cell->kind) {
	case CELL_COUNT:
		return group_unsigned(cell->as.count, text);
	case CELL_NUMBER:
		return group_signed("", cell->as.number, text);
	case CELL_CHANGE:
		return group_signed("+", cell->as.number, text);
	case CELL_MONEY:
		return cell_group_money(cell->as.number, cell->digits, text);
	case CELL_TIME:
		cell_format_time(cell->as.number, " ", "", text);
		return text;
	case CELL_FLAG:
		return cell->as.flag ? "yes" : "no";
	case CELL_ID:
	case CELL_TEXT:
	case CELL_UUID:
	case CELL_DAY:
		break;
	}
	return cell_plain(cell, text);
}

const char *cell_plain(const struct cell *cell, char *text)
{
	if (cell->none)
		return "";
	switch (cell->kind) {
	case CELL_COUNT:
	case CELL_ID:
		snprintf(text, CELL_TEXT_BYTES, "%" PRIu64, cell->as.count);
		break;
	case CELL_NUMBER:
	case CELL_CHANGE:
		snprintf(text, CELL_TEXT_BYTES, "%" PRId64, cell->as.number);
		break;
	case CELL_MONEY:
		money_format(cell->as.number, cell->digits, text);
		break;
	case CELL_TEXT:
		return cell->as.text;
	case CELL_UUID:
		return format_uuid(cell->as.uuid, text);
	case CELL_TIME:
		cell_format_time(cell->as.number, "T", "Z", text);
		break;
	case CELL_DAY:
		return format_day(cell->as.number, text);
	case CELL_FLAG:
		return cell->as.flag ? "true" : "false";
	}
	return text;
}
