/* names.c -- see names.h. */
#include "protocol/query/names.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "protocol/common/ascii.h"
#include "protocol/common/suggest.h"

/* The name at *at; *at moves behind it and its comma.  Returns its size. */
static size_t take(const char **at, const char **name)
{
	size_t size = strcspn(*at, ",");
	*name = *at;
	*at += size + ((*at)[size] == ',');
	return size;
}

unsigned names_count(const char *list)
{
	unsigned count = 0;
	const char *name;
	for (; *list != '\0'; count++)
		take(&list, &name);
	return count;
}

const char *names_get(const char *list, unsigned index, char *name)
{
	const char *found = "";
	size_t size = 0;
	for (unsigned i = 0; i <= index; i++)
		size = take(&list, &found);
	snprintf(name, NAME_BYTES, "%.*s", (int)(size < NAME_BYTES ? size : NAME_BYTES - 1), found);
	return name;
}

int names_find(const char *list, const char *text, size_t size)
{
	const char *name;
	for (int number = 0; *list != '\0'; number++)
		if (take(&list, &name) == size && ascii_same(name, text, size))
			return number;
	return -1;
}

int names_near(const char *list, const char *text, size_t size)
{
	char typed[NAME_BYTES], name[NAME_BYTES];
	size_t best = SIZE_MAX;
	int near = -1;
	unsigned count = names_count(list);
	if (size >= sizeof typed || memchr(text, '\0', size) != NULL)
		return -1;
	memcpy(typed, text, size);
	typed[size] = '\0';
	for (unsigned i = 0; i < count; i++) {
		names_get(list, i, name);
		size_t distance = suggest_distance(typed, name);
		if (!suggest_is_near(typed, name) || distance >= best)
			continue;
		best = distance;
		near = (int)i;
	}
	return near;
}
