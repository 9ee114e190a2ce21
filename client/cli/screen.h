/* screen.h -- text as it may be shown: control bytes and bytes that are not UTF-8 become \xNN. */
#ifndef CRMDB_CLI_SCREEN_H
#define CRMDB_CLI_SCREEN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What the place that output goes to can show. */
struct screen {
	bool utf8; /* else plain ASCII */
};

/* By the locale's character set and TERM. */
struct screen screen_detect(void);

/* Write `size` bytes of text; `out` NULL: only count.  Returns the columns taken. */
size_t screen_write(const struct screen *screen, FILE *out, const char *text, size_t size);
void screen_pad(FILE *out, size_t columns);

#endif
