/* sheet.c -- cells as text; see sheet.h. */
#include "client/cli/sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "protocol/key.h"

/* Digits with a comma before every third from the end. */
static const char *group(const char *sign, uint64_t value, char *text)
{
	char digits[24];
	size_t count = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, value);
	char *to = text;
	while (*sign != '\0')
		*to++ = *sign++;
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && (count - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return text;
}

static const char *group_signed(const char *plus, int64_t value, char *text)
{
	return group(value < 0   ? "-"
		     : value > 0 ? plus
				 : "",
		     value < 0 ? 0 - (uint64_t)value : (uint64_t)value, text);
}

const char *cell_group_digits(int64_t value, char *text)
{
	return group_signed("", value, text);
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

const char *cell_format(const struct cell *cell, char *text)
{
	struct wire_id id;
	switch (cell->kind) {
	case CELL_COUNT:
		return group("", cell->as.count, text);
	case CELL_NUMBER:
		return group_signed("", cell->as.number, text);
	case CELL_CHANGE:
		return group_signed("+", cell->as.number, text);
	case CELL_ID:
		snprintf(text, CELL_TEXT_BYTES, "%" PRIu64, cell->as.count);
		return text;
	case CELL_TEXT:
		return cell->as.text;
	case CELL_UUID:
		memcpy(id.bytes, cell->as.uuid, sizeof id.bytes);
		key_format(id, text);
		return text;
	case CELL_TIME:
		cell_format_time(cell->as.number, " ", "", text);
		return text;
	case CELL_FLAG:
		return cell->as.flag ? "yes" : "no";
	}
	return "";
}
