/* ascii.h -- letters of ASCII, whatever the locale; all other bytes are left alone. */
#ifndef CRMDB_PROTOCOL_COMMON_ASCII_H
#define CRMDB_PROTOCOL_COMMON_ASCII_H
#include <stdbool.h>
#include <stddef.h>

static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline bool ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool ascii_is_letter(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

static inline bool ascii_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The same `size` bytes, large letters and small being the same? */
static inline bool ascii_same(const char *a, const char *b, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (ascii_lower(a[i]) != ascii_lower(b[i]))
			return false;
	return true;
}

#endif
