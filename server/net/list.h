/* list.h -- a doubly linked ring of links that live inside their owners.
 *
 * A link stands alone (points at itself) when it is in no list, so removing twice is harmless.
 */
#ifndef CRMDB_NET_LIST_H
#define CRMDB_NET_LIST_H
#include <stdbool.h>

struct link {
	struct link *next, *prev;
};

static inline void list_init(struct link *link)
{
	link->next = link;
	link->prev = link;
}

static inline bool list_is_empty(const struct link *list)
{
	return list->next == list;
}

static inline void list_remove(struct link *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
	list_init(link);
}

/* Append; a link that is in a list already moves. */
static inline void list_add(struct link *list, struct link *link)
{
	list_remove(link);
	link->prev = list->prev;
	link->next = list;
	list->prev->next = link;
	list->prev = link;
}

/* Everything of `from` goes to `to`, which is empty. */
static inline void list_move(struct link *from, struct link *to)
{
	if (list_is_empty(from))
		return;
	*to = *from;
	to->next->prev = to;
	to->prev->next = to;
	list_init(from);
}

#endif
