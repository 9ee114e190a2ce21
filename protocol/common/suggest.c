/* suggest.c -- see suggest.h. */
#include "protocol/common/suggest.h"

#include <stdint.h>
#include <string.h>

#include "protocol/common/ascii.h"

#define LONGEST 31u

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return ascii_lower(a) == ascii_lower(b);
}

size_t suggest_distance(const char *a, const char *b)
{
	size_t rows = strlen(a), columns = strlen(b);
	size_t d[LONGEST + 1][LONGEST + 1];
	if (rows > LONGEST || columns > LONGEST)
		return SIZE_MAX;
	for (size_t i = 0; i <= rows; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= columns; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= rows; i++) {
		for (size_t j = 1; j <= columns; j++) {
			size_t change = d[i - 1][j - 1] + !same(a[i - 1], b[j - 1]);
			d[i][j] = least(change, least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[rows][columns];
}

int suggest_is_near(const char *typed, const char *meant)
{
	return suggest_distance(typed, meant) <= (strlen(meant) > 4 ? 2u : 1u);
}
