/* utf8.c -- see the table in utf8.h: the first byte fixes the length and the range of the second;
 * all others are 80..bf. */
#include "protocol/common/utf8.h"

#include <stdint.h>

/* The forms of more than one byte, by range of the first byte and of the second. */
static const struct form {
	uint8_t first_low, first_high, second_low, second_high;
	size_t size;
} forms[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

static const struct form *find_form(uint8_t first)
{
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		if (first >= forms[i].first_low && first <= forms[i].first_high)
			return &forms[i];
	return NULL;
}

/* Bytes of the character at `at`, of which `left` bytes are there; 0: not UTF-8. */
static size_t character(const uint8_t *at, size_t left)
{
	if (at[0] < 0x80)
		return 1;
	const struct form *form = find_form(at[0]);
	if (form == NULL || form->size > left)
		return 0;
	if (at[1] < form->second_low || at[1] > form->second_high)
		return 0;
	for (size_t i = 2; i < form->size; i++)
		if (at[i] < 0x80 || at[i] > 0xbf)
			return 0;
	return form->size;
}

bool utf8_is_valid(const char *text, size_t size)
{
	const uint8_t *at = (const uint8_t *)text;
	while (size > 0) {
		size_t step = character(at, size);
		if (step == 0)
			return false;
		at += step;
		size -= step;
	}
	return true;
}
