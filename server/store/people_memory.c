/* people_memory.c -- see people_memory.h.
 *
 *   disk      documents: (3,1) -> text   (3,4) -> text   (9,2) -> text      sorted, texts shared
 *             pending:   (3,4) put       (9,5) erase
 *   commit    a copy of both tables is changed, then becomes the disk's: all or nothing (P1)
 *
 *   M1  The disk changes at one place (disk_become), at once.
 *   M2  A table is sorted by (customer, version), without doubles.
 */
#include "server/store/people_memory.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/ensure.h"
#include "server/base/limits.h"

/* Written once (P2), so that tables may share it. */
struct text {
	unsigned users;
	uint32_t size;
	uint8_t bytes[];
};

struct entry {
	uint64_t customer, version;
	struct text *text; /* documents; NULL in pending */
	bool erase;        /* pending */
};

struct table {
	struct entry *entries;
	size_t count, capacity;
};

struct tables {
	struct table documents, pending;
	uint64_t last_version;
	bool wants_rewrite;
};

struct people_memory_disk {
	struct tables tables;
	bool in_use;
};

struct people_memory {
	struct people base;
	struct people_memory_disk *disk;
	uint64_t crash_at; /* commits until the script strikes; 0: no script */
	enum people_memory_crash_place place;
	bool crashed;
};

static struct people_memory *self(struct people *people)
{
	return (struct people_memory *)people;
}

static const struct tables *tables_of(const struct people *people)
{
	return &((const struct people_memory *)people)->disk->tables;
}

/* --- tables --- */

/* The first entry not below (customer, version). */
static size_t table_seek(const struct table *table, uint64_t customer, uint64_t version)
{
	size_t low = 0, high = table->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct entry *entry = &table->entries[middle];
		if (entry->customer < customer ||
		    (entry->customer == customer && entry->version < version))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void table_insert(struct table *table, struct entry entry)
{
	size_t at = table_seek(table, entry.customer, entry.version);
	if (table->count == table->capacity) {
		table->capacity = table->capacity == 0 ? 16 : table->capacity * 2;
		table->entries = realloc(table->entries, table->capacity * sizeof *table->entries);
		ENSURE(table->entries != NULL);
	}
	struct entry *room = &table->entries[at];
	ENSURE(at == table->count || room->customer != entry.customer ||
	       room->version != entry.version); /* M2 */
	memmove(room + 1, room, (table->count - at) * sizeof *room);
	*room = entry;
	table->count++;
}

static void text_release(struct text *text)
{
	if (text != NULL && --text->users == 0)
		free(text);
}

/* The versions `first` .. `last` of a customer. */
static void table_remove(struct table *table, uint64_t customer, uint64_t first, uint64_t last)
{
	size_t from = table_seek(table, customer, first), to = from;
	while (to < table->count && table->entries[to].customer == customer &&
	       table->entries[to].version <= last)
		text_release(table->entries[to++].text);
	if (to == from)
		return; /* perhaps there are no entries at all */
	memmove(&table->entries[from], &table->entries[to],
		(table->count - to) * sizeof *table->entries);
	table->count -= to - from;
}

static struct table table_copy(const struct table *table)
{
	struct table copy = {.count = table->count, .capacity = table->count};
	if (table->count == 0)
		return copy;
	copy.entries = malloc(table->count * sizeof *copy.entries);
	ENSURE(copy.entries != NULL);
	memcpy(copy.entries, table->entries, table->count * sizeof *copy.entries);
	for (size_t i = 0; i < copy.count; i++)
		if (copy.entries[i].text != NULL)
			copy.entries[i].text->users++;
	return copy;
}

static void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		text_release(table->entries[i].text);
	free(table->entries);
}

static void tables_free(struct tables *tables)
{
	table_free(&tables->documents);
	table_free(&tables->pending);
}

/* --- the disk --- */

struct people_memory_disk *people_memory_disk_new(void)
{
	return calloc(1, sizeof(struct people_memory_disk));
}

void people_memory_disk_free(struct people_memory_disk *disk)
{
	if (disk == NULL)
		return;
	tables_free(&disk->tables);
	free(disk);
}

/* M1 */
static void disk_become(struct people_memory_disk *disk, const struct tables *tables)
{
	tables_free(&disk->tables);
	disk->tables = *tables;
}

/* --- the contract --- */

static void put_document(struct tables *tables, const struct people_step *step)
{
	ENSURE(step->size <= PEOPLE_DOCUMENT_BYTES);
	struct text *text = malloc(sizeof *text + step->size);
	ENSURE(text != NULL);
	text->users = 1;
	text->size = step->size;
	if (step->size > 0)
		memcpy(text->bytes, step->document, step->size);
	table_insert(&tables->documents,
		     (struct entry){.customer = step->customer, step->version, .text = text});
}

static void put_pending(struct tables *tables, const struct people_step *step)
{
	bool erase = step->kind == PEOPLE_ERASING;
	table_insert(&tables->pending, (struct entry){step->customer, step->version, NULL, erase});
	if (step->version > tables->last_version)
		tables->last_version = step->version;
}

static void make_step(struct tables *tables, const struct people_step *step)
{
	ENSURE(step->version > 0 || step->kind == PEOPLE_ERASE);
	switch (step->kind) {
	case PEOPLE_PUT:
		put_document(tables, step);
		put_pending(tables, step);
		break;
	case PEOPLE_ERASING:
		put_pending(tables, step);
		break;
	case PEOPLE_KEEP:
		table_remove(&tables->documents, step->customer, 0, step->version - 1);
		table_remove(&tables->pending, step->customer, step->version, step->version);
		break;
	case PEOPLE_DROP:
		table_remove(&tables->documents, step->customer, step->version, step->version);
		table_remove(&tables->pending, step->customer, step->version, step->version);
		break;
	case PEOPLE_ERASE:
		table_remove(&tables->documents, step->customer, 0, UINT64_MAX);
		table_remove(&tables->pending, step->customer, 0, UINT64_MAX);
		tables->wants_rewrite = true;
		break;
	}
}

/* Does the script strike with this commit? */
static bool strikes(struct people_memory *memory)
{
	return memory->crash_at > 0 && --memory->crash_at == 0;
}

static bool crash(struct people_memory *memory, struct failure *failure)
{
	memory->crashed = true;
	return failure_set(failure, EXIT_STORAGE, "crashed by the script");
}

/* Change a copy, which then is the disk's; a rewrite is a commit without steps. */
static bool change(struct people_memory *memory, const struct people_step *steps, size_t count,
		   bool rewritten, struct failure *failure)
{
	struct people_memory_disk *disk = memory->disk;
	if (memory->crashed)
		return failure_set(failure, EXIT_STORAGE, "crashed before");
	bool struck = strikes(memory);
	if (struck && memory->place == PEOPLE_CRASH_BEFORE)
		return crash(memory, failure);
	struct tables tables = disk->tables;
	tables.documents = table_copy(&disk->tables.documents);
	tables.pending = table_copy(&disk->tables.pending);
	tables.wants_rewrite = tables.wants_rewrite && !rewritten;
	bool lost = struck && memory->place == PEOPLE_CRASH_MIDDLE;
	for (size_t i = 0; i < (lost ? count / 2 : count); i++) {
		bool fresh = steps[i].kind == PEOPLE_PUT || steps[i].kind == PEOPLE_ERASING;
		ENSURE(!fresh || steps[i].version > disk->tables.last_version);
		make_step(&tables, &steps[i]);
	}
	if (lost) {
		tables_free(&tables);
		return crash(memory, failure);
	}
	disk_become(disk, &tables);
	return !struck || crash(memory, failure);
}

static bool memory_commit(struct people *people, const struct people_step *steps, size_t count,
			  struct failure *failure)
{
	return change(self(people), steps, count, false, failure);
}

static bool memory_rewrite(struct people *people, struct failure *failure)
{
	return change(self(people), NULL, 0, true, failure);
}

static enum people_read_result memory_read(struct people *people, uint64_t customer,
					   uint64_t version, struct people_record *record)
{
	const struct table *documents = &tables_of(people)->documents;
	size_t at = table_seek(documents, customer, version);
	if (at == documents->count || documents->entries[at].customer != customer ||
	    documents->entries[at].version != version)
		return PEOPLE_ABSENT;
	const struct text *text = documents->entries[at].text;
	record->size = text->size;
	memcpy(record->bytes, text->bytes, text->size);
	return PEOPLE_FOUND;
}

static bool memory_pending(struct people *people, people_pending_visitor *visit, void *context,
			   struct failure *failure)
{
	const struct table *pending = &tables_of(people)->pending;
	for (size_t i = 0; i < pending->count; i++) {
		const struct entry *entry = &pending->entries[i];
		struct people_pending shown = {entry->customer, entry->version, entry->erase};
		if (!visit(context, &shown, failure))
			return false;
	}
	return true;
}

static bool memory_walk(struct people *people, people_document_visitor *visit, void *context,
			struct failure *failure)
{
	const struct table *documents = &tables_of(people)->documents;
	for (size_t i = 0; i < documents->count; i++) {
		const struct entry *entry = &documents->entries[i];
		struct people_document shown = {entry->customer, entry->version, entry->text->bytes,
						entry->text->size};
		if (!visit(context, &shown, failure))
			return false;
	}
	return true;
}

static uint64_t memory_last_version(const struct people *people)
{
	return tables_of(people)->last_version;
}

static bool memory_wants_rewrite(const struct people *people)
{
	return tables_of(people)->wants_rewrite;
}

static void memory_free(struct people *people)
{
	self(people)->disk->in_use = false;
	free(self(people));
}

static const struct people_ops ops = {
    .commit = memory_commit,
    .read = memory_read,
    .pending = memory_pending,
    .walk = memory_walk,
    .last_version = memory_last_version,
    .wants_rewrite = memory_wants_rewrite,
    .rewrite = memory_rewrite,
    .free = memory_free,
};

struct people *people_memory_open(struct people_memory_disk *disk)
{
	struct people_memory *memory = calloc(1, sizeof *memory);
	if (memory == NULL)
		return NULL;
	ENSURE(!disk->in_use);
	disk->in_use = true;
	memory->base.ops = &ops;
	memory->disk = disk;
	return &memory->base;
}

/* --- the script --- */

void people_memory_script(struct people *people, uint64_t n, enum people_memory_crash_place place)
{
	self(people)->crash_at = n;
	self(people)->place = place;
}

bool people_memory_crashed(const struct people *people)
{
	return ((const struct people_memory *)people)->crashed;
}

void people_memory_crash(struct people *people)
{
	memory_free(people);
}
