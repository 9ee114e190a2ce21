/* commit.c -- see commit.h for the picture and the invariants.
 *
 * Groups not yet logged form a list, oldest first; the newest may be open.  The list is short (a
 * second's worth), and searched from its newest end, where recent events are.
 */
#include "server/app/commit.h"

#include <stdlib.h>

#include "server/base/ensure.h"
#include "server/base/limits.h"
#include "server/engine/settle.h"

#define COMMIT_WINDOW 64u /* events between two calls of commit_reserve, beside those of days */

struct held {
	struct group *group;
	struct held *older, *newer;
};

struct commit {
	struct store *store;
	struct held *oldest, *newest; /* submitted groups, not yet logged */
	struct group *open;           /* NULL: nothing gathered */
	uint64_t next;                /* number of the next event */
	uint64_t submitted;           /* last event given to the store */
	struct store_marks marks;
};

struct commit *commit_new(struct store *store, uint64_t last)
{
	struct commit *commit = calloc(1, sizeof *commit);
	if (commit == NULL)
		return NULL;
	commit->store = store;
	commit->next = last + 1;
	commit->submitted = last;
	store_marks(store, &commit->marks);
	return commit;
}

static void drop_oldest(struct commit *commit)
{
	struct held *held = commit->oldest;
	commit->oldest = held->newer;
	if (held->newer != NULL)
		held->newer->older = NULL;
	else
		commit->newest = NULL;
	group_free(held->group);
	free(held);
}

void commit_free(struct commit *commit)
{
	if (commit == NULL)
		return;
	while (commit->oldest != NULL)
		drop_oldest(commit);
	if (commit->open != NULL)
		group_free(commit->open);
	free(commit);
}

bool commit_reserve(struct commit *commit, size_t count, uint32_t size)
{
	if (commit->open == NULL)
		commit->open = group_new(commit->next);
	uint32_t settling = (SETTLE_MOST + COMMIT_WINDOW) * (SETTLE_EVENT_BYTES + 4); /* C3 */
	uint32_t bytes = (uint32_t)(count * (size + 4)) + settling;
	return commit->open != NULL && group_reserve(commit->open, bytes);
}

void commit_add(struct commit *commit, const struct event *event, uint32_t size)
{
	ENSURE(event->number == commit->next);
	if (!group_reserve(commit->open, size))
		ENSURE(size <= EVENT_PLAIN_BYTES); /* what commit_reserve promised */
	uint8_t *room = group_room(commit->open);
	struct wire_writer w = {room, room + size, false};
	event_encode(&w, event);
	ENSURE(!w.failed);
	group_commit(commit->open, (uint32_t)(w.at - room));
	commit->next++;
}

void commit_submit(struct commit *commit)
{
	struct group *group = commit->open;
	if (group == NULL || group->count == 0 || commit->submitted > commit->marks.durable)
		return; /* C1 */
	struct held *held = calloc(1, sizeof *held);
	if (held == NULL)
		return; /* tried again next turn */
	held->group = group;
	held->older = commit->newest;
	if (commit->newest != NULL)
		commit->newest->newer = held;
	else
		commit->oldest = held;
	commit->newest = held;
	commit->open = NULL;
	commit->submitted = group_last(group);
	store_submit(commit->store, group);
}

void commit_refresh(struct commit *commit)
{
	store_marks(commit->store, &commit->marks);
	while (commit->oldest != NULL && group_last(commit->oldest->group) <= commit->marks.logged)
		drop_oldest(commit);
}

uint64_t commit_durable(const struct commit *commit)
{
	return commit->marks.durable;
}

uint64_t commit_logged(const struct commit *commit)
{
	return commit->marks.logged;
}

uint64_t commit_flushes(const struct commit *commit)
{
	return commit->marks.flushes;
}

bool commit_is_flushing(const struct commit *commit)
{
	return commit->submitted > commit->marks.durable;
}

bool commit_idle(const struct commit *commit)
{
	return (commit->open == NULL || commit->open->count == 0) && !commit_is_flushing(commit);
}

const uint8_t *commit_find(const struct commit *commit, uint64_t number, uint32_t *size)
{
	if (number == 0 || number >= commit->next)
		return NULL;
	if (commit->open != NULL && number >= commit->open->first)
		return group_record(commit->open, number, size);
	for (struct held *held = commit->newest; held != NULL; held = held->older)
		if (number >= held->group->first)
			return number <= group_last(held->group)
				   ? group_record(held->group, number, size)
				   : NULL;
	return NULL;
}
