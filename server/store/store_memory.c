/* store_memory.c -- see store_memory.h.
 *
 *   disk    groups[0 .. count)     sealed bytes, as the journal would hold them
 *                  ^ logged        groups before it are "in the log"
 *
 * Groups are sealed, copied and checked as the real journal's are, so that a crash in the middle of
 * one leaves real torn bytes and the next open must see that by checksum.
 *
 *   M1  On disk every group but the last is whole; open drops a torn last one.
 *   M2  The disk holds the durable groups exactly; queued ones are the caller's memory.
 */
#include "server/store/store_memory.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/ensure.h"
#include "server/base/limits.h"
#include "server/base/mutant.h"
#include "server/store/group_head.h"

#define RING_BYTES ((uint64_t)1 << 62) /* no lap ends */

struct image {
	uint8_t *bytes;
	struct group_head head;
};

struct store_memory_disk {
	struct group_ring ring;
	uint64_t incarnation;
	struct image *groups;
	size_t count, capacity;
	bool stopped, in_use;
	uint64_t stop_digest;
};

struct store_memory {
	struct store base;
	struct store_memory_disk *disk;
	struct store_listener listener;
	struct store_identity identity;
	struct group_link last;
	size_t logged_groups;
	struct store_marks marks;
	uint64_t oldest; /* what is before it was trimmed */
	struct group *queue, *queue_end;
};

static struct store_memory *self(struct store *store)
{
	return (struct store_memory *)store;
}

static const struct store_memory *self_const(const struct store *store)
{
	return (const struct store_memory *)store;
}

/* --- the disk --- */

struct store_memory_disk *store_memory_disk_new(struct wire_id database, uint64_t seed)
{
	struct store_memory_disk *disk = calloc(1, sizeof *disk);
	if (disk != NULL)
		disk->ring = (struct group_ring){database, seed, RING_BYTES};
	return disk;
}

void store_memory_disk_free(struct store_memory_disk *disk)
{
	if (disk == NULL)
		return;
	for (size_t i = 0; i < disk->count; i++)
		free(disk->groups[i].bytes);
	free(disk->groups);
	free(disk);
}

/* The first `reached` bytes of a sealed group are written; what lay there before were zeros. */
static void disk_write(struct store_memory_disk *disk, const struct group *group, size_t reached)
{
	struct group_head head;
	group_head_read(group->bytes, &head);
	size_t padded = (size_t)group_padded(head.size);
	if (disk->count == disk->capacity) {
		disk->capacity = disk->capacity == 0 ? 64 : disk->capacity * 2;
		disk->groups = realloc(disk->groups, disk->capacity * sizeof *disk->groups);
		ENSURE(disk->groups != NULL);
	}
	struct image *image = &disk->groups[disk->count++];
	image->bytes = calloc(1, padded);
	ENSURE(image->bytes != NULL);
	image->head = head;
	memcpy(image->bytes, group->bytes, reached < padded ? reached : padded);
}

/* What can be read of a torn group is taken for all of it (only a mutant takes one). */
static void bend(struct image *image)
{
	uint32_t size, left = image->head.count;
	struct group_cursor cursor =
	    group_cursor(image->bytes, image->head.size, image->head.count);
	while (group_cursor_next(&cursor, &size) != NULL)
		left--;
	image->head.count -= left;
}

/* M1.  False: torn. */
static bool check(const struct store_memory_disk *disk, struct image *image,
		  const struct group_link *link)
{
	struct group_head head;
	uint64_t padded = group_padded(image->head.size);
	enum group_verdict verdict = group_check(image->bytes, padded, &disk->ring, &head);
	if (verdict == GROUP_WHOLE) {
		ENSURE(group_follows(&head, link, &disk->ring));
		return true;
	}
	if (verdict == GROUP_TORN && MUTANT(torn_tail_accepted)) {
		bend(image);
		return true;
	}
	return false;
}

static struct group_link disk_recover(struct store_memory_disk *disk)
{
	struct group_link link = {0};
	for (size_t i = 0; i < disk->count; i++) {
		struct image *image = &disk->groups[i];
		if (!check(disk, image, &link)) {
			ENSURE(i + 1 == disk->count); /* M1 */
			free(image->bytes);
			disk->count--;
			break;
		}
		link = group_head_link(&image->head);
	}
	return link;
}

/* The record of event `number` of a group on disk. */
static const uint8_t *image_record(const struct image *image, uint64_t number, uint32_t *size)
{
	const uint8_t *record = NULL;
	struct group_cursor cursor =
	    group_cursor(image->bytes, image->head.size, image->head.count);
	uint64_t steps = number - image->head.first + 1;
	if (MUTANT(dropped_event) && steps == 2)
		steps = 1;
	for (; steps > 0; steps--)
		record = group_cursor_next(&cursor, size);
	return record;
}

/* --- the contract --- */

static void memory_identity(const struct store *store, struct store_identity *out)
{
	*out = self_const(store)->identity;
}

static bool replay_image(const struct image *image, store_visitor *visit, void *context,
			 struct failure *failure)
{
	struct group_cursor cursor =
	    group_cursor(image->bytes, image->head.size, image->head.count);
	for (uint32_t i = 0; i < image->head.count; i++) {
		uint32_t size;
		uint64_t number = image->head.first + i;
		const uint8_t *record = group_cursor_next(&cursor, &size);
		if (MUTANT(dropped_event) && i == 1)
			record = image_record(image, number, &size);
		ENSURE(record != NULL);
		if (!visit(context, number, record, size, failure))
			return false;
	}
	return true;
}

static bool memory_replay(struct store *store, store_visitor *visit, void *context,
			  struct failure *failure)
{
	struct store_memory *memory = self(store);
	for (size_t i = 0; i < memory->logged_groups; i++)
		if (!replay_image(&memory->disk->groups[i], visit, context, failure))
			return false;
	return true;
}

static void memory_submit(struct store *store, struct group *group)
{
	struct store_memory *memory = self(store);
	uint64_t before =
	    memory->queue_end != NULL ? group_last(memory->queue_end) : memory->last.event;
	ENSURE(group->count > 0 && group->first == before + 1);
	group->next = NULL;
	if (memory->queue_end != NULL)
		memory->queue_end->next = group;
	else
		memory->queue = group;
	memory->queue_end = group;
}

static void memory_marks(const struct store *store, struct store_marks *out)
{
	*out = self_const(store)->marks;
}

static const struct image *find_image(const struct store_memory *memory, uint64_t number)
{
	size_t low = 0, high = memory->logged_groups;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (memory->disk->groups[middle].head.first <= number)
			low = middle;
		else
			high = middle;
	}
	return &memory->disk->groups[low];
}

static enum store_read_result memory_read(struct store *store, uint64_t number,
					  struct store_record *record)
{
	const struct store_memory *memory = self(store);
	if (number < memory->oldest || number > memory->marks.logged)
		return STORE_ABSENT;
	const struct image *image = find_image(memory, number);
	const uint8_t *bytes = image_record(image, number, &record->size);
	ENSURE(bytes != NULL);
	memcpy(record->bytes, bytes, record->size);
	return STORE_FOUND;
}

static enum store_read_result memory_read_run(struct store *store, uint64_t first,
					      const struct store_run *run)
{
	const struct store_memory *memory = self(store);
	uint32_t left = LIMIT_RUN_BYTES;
	if (first < memory->oldest || first > memory->marks.logged)
		return STORE_ABSENT;
	const struct image *image = find_image(memory, first); /* a group is the end of a file */
	uint64_t last = image->head.first + image->head.count - 1;
	if (last - first >= LIMIT_RUN_EVENTS)
		last = first + LIMIT_RUN_EVENTS - 1;
	for (uint64_t number = first; number <= last; number++) {
		uint32_t size;
		const uint8_t *bytes = image_record(image, number, &size);
		ENSURE(bytes != NULL);
		if (!run->visit(run->context, number, bytes, size) || size >= left)
			break;
		left -= size;
	}
	return STORE_FOUND;
}

static uint64_t memory_oldest(const struct store *store)
{
	return self_const(store)->oldest;
}

static bool memory_stop(struct store *store, uint64_t digest, struct failure *failure)
{
	struct store_memory *memory = self(store);
	(void)failure; /* memory does not fail */
	while (store_memory_flush(store)) {
	}
	while (store_memory_log(store)) {
	}
	memory->disk->stopped = true;
	memory->disk->stop_digest = digest;
	return true;
}

static void memory_free(struct store *store)
{
	self(store)->disk->in_use = false;
	free(self(store));
}

static const struct store_ops ops = {
    .identity = memory_identity,
    .replay = memory_replay,
    .submit = memory_submit,
    .marks = memory_marks,
    .read = memory_read,
    .read_run = memory_read_run,
    .oldest = memory_oldest,
    .stop = memory_stop,
    .free = memory_free,
};

struct store *store_memory_open(struct store_memory_disk *disk,
				const struct store_listener *listener)
{
	struct store_memory *memory = calloc(1, sizeof *memory);
	if (memory == NULL)
		return NULL;
	ENSURE(!disk->in_use);
	disk->in_use = true;
	memory->base.ops = &ops;
	memory->disk = disk;
	memory->listener = *listener;
	memory->last = disk_recover(disk);
	memory->logged_groups = disk->count;
	memory->oldest = 1;
	memory->marks.durable = memory->marks.logged = memory->last.event;
	memory->identity = (struct store_identity){
	    .database = disk->ring.database,
	    .seed = disk->ring.seed,
	    .incarnation = ++disk->incarnation,
	    .last = memory->last.event,
	    .stopped = disk->stopped,
	    .stop_digest = disk->stop_digest,
	};
	disk->stopped = false;
	disk->stop_digest = 0;
	return &memory->base;
}

/* --- the script --- */

static void advanced(const struct store_memory *memory)
{
	if (memory->listener.advanced != NULL)
		memory->listener.advanced(memory->listener.context);
}

bool store_memory_flush(struct store *store)
{
	struct store_memory *memory = self(store);
	struct group *group = memory->queue;
	if (group == NULL)
		return false;
	memory->queue = group->next;
	if (memory->queue == NULL)
		memory->queue_end = NULL;
	group_seal(group, &memory->disk->ring, memory->identity.incarnation, &memory->last);
	disk_write(memory->disk, group, SIZE_MAX); /* M2 */
	memory->marks.durable = memory->last.event;
	memory->marks.flushes++;
	advanced(memory);
	return true;
}

bool store_memory_log(struct store *store)
{
	struct store_memory *memory = self(store);
	if (memory->logged_groups == memory->disk->count)
		return false;
	const struct image *image = &memory->disk->groups[memory->logged_groups++];
	memory->marks.logged = group_head_link(&image->head).event;
	advanced(memory);
	return true;
}

void store_memory_trim(struct store *store, uint64_t oldest)
{
	ENSURE(oldest <= self(store)->marks.logged);
	self(store)->oldest = oldest;
}

void store_memory_crash(struct store *store, size_t torn_bytes)
{
	struct store_memory *memory = self(store);
	if (memory->queue != NULL && torn_bytes > 0) {
		group_seal(memory->queue, &memory->disk->ring, memory->identity.incarnation,
			   &memory->last);
		disk_write(memory->disk, memory->queue, torn_bytes);
	}
	memory_free(store);
}
