/* screen.c -- see screen.h.  Widths are utf8proc's, not the locale's: columns align everywhere. */
#include "client/cli/screen.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

struct screen screen_detect(void)
{
	const char *terminal = getenv("TERM");
	setlocale(LC_CTYPE, "");
	bool dumb = terminal != NULL && strcmp(terminal, "dumb") == 0;
	return (struct screen){!dumb && strcmp(nl_langinfo(CODESET), "UTF-8") == 0};
}

/* The character at `text` in *point and its length; 0: it must not be shown as it is. */
static size_t showable(const struct screen *screen, const char *text, size_t size,
		       utf8proc_int32_t *point)
{
	utf8proc_ssize_t length =
	    utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, point);
	if (length <= 0 || (*point >= 0x80 && !screen->utf8))
		return 0;
	switch (utf8proc_category(*point)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return 0;
	default:
		return (size_t)length;
	}
}

size_t screen_write(const struct screen *screen, FILE *out, const char *text, size_t size)
{
	size_t columns = 0;
	while (size > 0) {
		utf8proc_int32_t point;
		size_t length = showable(screen, text, size, &point);
		if (length > 0) {
			columns += (size_t)utf8proc_charwidth(point);
			if (out != NULL)
				fwrite(text, 1, length, out);
		} else {
			length = 1;
			columns += 4;
			if (out != NULL)
				fprintf(out, "\\x%02x", (unsigned char)*text);
		}
		text += length;
		size -= length;
	}
	return columns;
}

void screen_pad(FILE *out, size_t columns)
{
	while (columns-- > 0)
		fputc(' ', out);
}
