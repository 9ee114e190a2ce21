/* lmdb_check.c -- see lmdb_check.h.
 *
 *   page   0        8     10      12      14      16
 *          +--------+-----+-------+-------+-------+------------+ ...free... +---------------+
 *          | number | pad | flags | lower | upper | offsets    |            | nodes         |
 *          +--------+-----+-------+-------+-------+------------+            +---------------+
 *   node   u16 low, u16 high, u16 flags, u16 key size, key, data
 *
 * Format of LMDB 0.9, 64 bits, little-endian.  The trees are walked on a private read-only map of
 * exactly the pages the meta page counts, every offset tested before it is followed.
 *
 *   C1  A page is claimed once: a tree cannot meet itself or another, or the free list.
 *   C2  Keys rise strictly through a tree, separators included.
 *   C3  Counts found equal the counts stored.
 *   C4  Checked whole, used and free pages together are all pages.
 *   C5  A page in use lies in the file; a free one at its end may never have been written: of a
 *       record put and removed in one transaction.
 */
#include "server/store/lmdb_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "protocol/wire.h"
#include "server/store/file.h"

#define PAGE_BYTES 4096u
#define PAGE_HEAD 16u
#define NODE_HEAD 8u
#define META_BYTES 152u
#define META_MAGIC 0xbeefc0deu
#define META_VERSION 1u
#define FREE_FLAGS 0x4008u /* one file, integer keys */
#define TREE_BYTES 48u
#define DEEPEST 16u
#define NO_PAGE UINT64_MAX

enum page_flag {
	PAGE_BRANCH = 1,
	PAGE_LEAF = 2,
	PAGE_OVERFLOW = 4,
	PAGE_META = 8
};
enum node_flag {
	NODE_BIG = 1,
	NODE_TREE = 2
};

struct tree {
	uint32_t pad;
	uint16_t flags, depth;
	uint64_t branches, leaves, overflows, entries, root;
};

struct meta {
	uint32_t magic, version;
	uint64_t address, map_bytes;
	struct tree free, main;
	uint64_t last_page, transaction;
	uint64_t page_number;
	uint16_t page_flags;
};

struct node {
	uint16_t flags, key_size;
	uint64_t child; /* branch */
	uint32_t size;  /* leaf: bytes of data */
	const uint8_t *key, *data;
};

struct walk;
typedef bool leaf_visitor(struct walk *walk, const struct node *node, const uint8_t *data);

struct walk {
	const uint8_t *pages;
	uint64_t page_count, claimed;
	uint64_t written; /* of these pages lie in the file; the others can only be free */
	uint8_t *seen;    /* a bit a page */
	const struct lmdb_layout *layout;
	enum lmdb_check_depth depth;
	struct failure *failure;
	/* the tree under way */
	bool integer_keys;
	struct tree found;
	uint16_t tree_depth;
	const uint8_t *bound; /* C2 */
	uint16_t bound_size;
	bool bound_taken; /* by a leaf's key: the next one must be larger */
	leaf_visitor *visit;
};

static bool damaged(struct walk *walk, uint64_t page, const char *what)
{
	return failure_set(walk->failure, EXIT_DAMAGE, "page %llu is damaged: %s",
			   (unsigned long long)page, what);
}

static struct tree tree_read(struct wire_reader *r)
{
	struct tree tree;
	tree.pad = wire_read_u32(r);
	tree.flags = wire_read_u16(r);
	tree.depth = wire_read_u16(r);
	tree.branches = wire_read_u64(r);
	tree.leaves = wire_read_u64(r);
	tree.overflows = wire_read_u64(r);
	tree.entries = wire_read_u64(r);
	tree.root = wire_read_u64(r);
	return tree;
}

static bool meta_read(int fd, unsigned which, struct meta *meta)
{
	uint8_t bytes[META_BYTES];
	if (!file_read(fd, bytes, sizeof bytes, (uint64_t)which * PAGE_BYTES))
		return false;
	struct wire_reader r = {bytes, bytes + sizeof bytes, false};
	meta->page_number = wire_read_u64(&r);
	wire_read_u16(&r);
	meta->page_flags = wire_read_u16(&r);
	wire_read_u32(&r);
	meta->magic = wire_read_u32(&r);
	meta->version = wire_read_u32(&r);
	meta->address = wire_read_u64(&r);
	meta->map_bytes = wire_read_u64(&r);
	meta->free = tree_read(&r);
	meta->main = tree_read(&r);
	meta->last_page = wire_read_u64(&r);
	meta->transaction = wire_read_u64(&r);
	return true;
}

/* A transaction writes the meta page of its own parity. */
static bool meta_sound(const struct meta *meta, unsigned which)
{
	return meta->page_number == which && meta->page_flags == PAGE_META &&
	       meta->magic == META_MAGIC && meta->version == META_VERSION && meta->address == 0 &&
	       meta->free.pad == PAGE_BYTES && meta->free.flags == FREE_FLAGS &&
	       meta->main.pad == 0 && meta->main.flags == 0 && meta->last_page > 0 &&
	       meta->last_page < meta->map_bytes / PAGE_BYTES &&
	       (meta->transaction == 0 || meta->transaction % 2 == which);
}

bool lmdb_check_size(int fd, const struct lmdb_layout *layout, struct failure *failure)
{
	struct stat stat_now;
	struct meta metas[2];
	if (fstat(fd, &stat_now) != 0)
		return failure_set(failure, EXIT_DAMAGE, "cannot read its size: %s",
				   strerror(errno));
	unsigned long long size = (unsigned long long)stat_now.st_size;
	for (unsigned i = 0; i < 2; i++) {
		if (!meta_read(fd, i, &metas[i]))
			return failure_set(failure, EXIT_DAMAGE, "cut to %llu bytes", size);
		if (!meta_sound(&metas[i], i))
			return failure_set(failure, EXIT_DAMAGE, "meta page %u is damaged", i);
		unsigned long long needed = (metas[i].last_page + 1) * PAGE_BYTES;
		if (needed > size && !layout->frees)
			return failure_set(failure, EXIT_DAMAGE,
					   "cut to %llu bytes of at least %llu", size, needed);
	}
	uint64_t a = metas[0].transaction, b = metas[1].transaction;
	if (metas[0].map_bytes != metas[1].map_bytes || (a != b && a + 1 != b && b + 1 != a))
		return failure_set(failure, EXIT_DAMAGE, "its two meta pages do not agree");
	return true;
}

/* C1, and C5: before `end`. */
static bool claim(struct walk *walk, uint64_t page, uint64_t count, uint64_t end)
{
	if (count > end || page < 2 || page > end - count)
		return damaged(walk, page, "it lies outside the file");
	for (uint64_t i = page; i < page + count; i++) {
		uint8_t bit = (uint8_t)(1u << i % 8);
		if (walk->seen[i / 8] & bit)
			return damaged(walk, i, "it has two uses");
		walk->seen[i / 8] |= bit;
	}
	walk->claimed += count;
	return true;
}

static uint16_t u16_at(const uint8_t *bytes)
{
	uint16_t value;
	memcpy(&value, bytes, sizeof value);
	return value;
}

static uint64_t u64_at(const uint8_t *bytes)
{
	uint64_t value;
	memcpy(&value, bytes, sizeof value);
	return value;
}

static int compare(const struct walk *walk, const uint8_t *key, uint16_t size)
{
	if (walk->integer_keys) {
		uint64_t a = u64_at(key), b = u64_at(walk->bound);
		return a < b ? -1 : a > b;
	}
	uint16_t shorter = size < walk->bound_size ? size : walk->bound_size;
	int order = memcmp(key, walk->bound, shorter);
	return order != 0 ? order : (int)size - (int)walk->bound_size;
}

/* C2: `key` comes after everything met so far; a leaf's first key may equal its separator. */
static bool rises(struct walk *walk, const struct node *node, bool leaf)
{
	if (node->key_size == 0 || (walk->integer_keys && node->key_size != 8))
		return false;
	if (walk->bound != NULL) {
		int order = compare(walk, node->key, node->key_size);
		if (order < 0 || (order == 0 && (!leaf || walk->bound_taken)))
			return false;
	}
	walk->bound = node->key;
	walk->bound_size = node->key_size;
	walk->bound_taken = leaf;
	return true;
}

/* Node `i` of a page whose head was tested; its bytes on the page, or 0 when it does not fit. */
static uint32_t node_read(const uint8_t *page, unsigned i, bool leaf, struct node *node)
{
	uint16_t offset = u16_at(page + PAGE_HEAD + 2 * i), upper = u16_at(page + 14);
	if (offset < upper || offset % 2 != 0 || offset > PAGE_BYTES - NODE_HEAD)
		return 0;
	const uint8_t *at = page + offset;
	node->flags = u16_at(at + 4);
	node->key_size = u16_at(at + 6);
	node->size = (uint32_t)u16_at(at) | (uint32_t)u16_at(at + 2) << 16;
	node->child = (uint64_t)node->size | (uint64_t)node->flags << 32;
	node->key = at + NODE_HEAD;
	node->data = node->key + node->key_size;
	uint64_t bytes = (uint64_t)NODE_HEAD + node->key_size;
	if (leaf)
		bytes += node->flags & NODE_BIG ? 8 : node->size;
	bytes += bytes % 2;
	return bytes <= (uint64_t)PAGE_BYTES - offset ? (uint32_t)bytes : 0;
}

/* Where a leaf node's data lie: on the page, or on overflow pages of their own. */
static bool node_data(struct walk *walk, const struct node *node, const uint8_t **data)
{
	*data = node->data;
	if (!(node->flags & NODE_BIG))
		return true;
	uint64_t first = u64_at(node->data);
	uint64_t count = ((uint64_t)node->size + PAGE_HEAD + PAGE_BYTES - 1) / PAGE_BYTES;
	if (!claim(walk, first, count, walk->written))
		return false;
	const uint8_t *page = walk->pages + first * PAGE_BYTES;
	uint32_t stored;
	memcpy(&stored, page + 12, sizeof stored);
	if (u64_at(page) != first || u16_at(page + 10) != PAGE_OVERFLOW || stored != count)
		return damaged(walk, first, "it is no overflow page");
	walk->found.overflows += count;
	*data = page + PAGE_HEAD;
	return true;
}

static leaf_visitor visit_main;

/* Trees stand in the main tree alone; nothing has duplicates. */
static bool has_known_flags(const struct walk *walk, const struct node *node)
{
	if (walk->visit == visit_main)
		return node->flags == NODE_TREE;
	return node->flags == 0 || node->flags == NODE_BIG;
}

static bool check_leaf_node(struct walk *walk, uint64_t page, const struct node *node)
{
	const uint8_t *data;
	if (!has_known_flags(walk, node))
		return damaged(walk, page, "an entry is of no known kind");
	if (!rises(walk, node, true))
		return damaged(walk, page, "its keys are out of order");
	if (!node_data(walk, node, &data))
		return false;
	walk->found.entries++;
	return walk->visit == NULL || walk->visit(walk, node, data);
}

/* Head of a tree page; its number of nodes, 0 when it is no such page. */
static unsigned page_nodes(const uint8_t *page, uint64_t number, bool *leaf)
{
	uint16_t flags = u16_at(page + 10), lower = u16_at(page + 12), upper = u16_at(page + 14);
	*leaf = flags == PAGE_LEAF;
	if (u64_at(page) != number || (flags != PAGE_LEAF && flags != PAGE_BRANCH) ||
	    u16_at(page + 8) != 0 || lower < PAGE_HEAD || lower % 2 != 0 || lower > upper ||
	    upper > PAGE_BYTES)
		return 0;
	unsigned count = (lower - PAGE_HEAD) / 2u;
	return !*leaf && count < 2 ? 0 : count;
}

static bool check_page(struct walk *walk, uint64_t number, unsigned depth)
{
	bool leaf;
	uint32_t used = 0;
	if (!claim(walk, number, 1, walk->written))
		return false;
	const uint8_t *page = walk->pages + number * PAGE_BYTES;
	unsigned count = page_nodes(page, number, &leaf);
	if (count == 0 || leaf != (depth == walk->tree_depth))
		return damaged(walk, number, "its head is wrong");
	if (leaf)
		walk->found.leaves++;
	else
		walk->found.branches++;
	for (unsigned i = 0; i < count; i++) {
		struct node node;
		uint32_t bytes = node_read(page, i, leaf, &node);
		if (bytes == 0)
			return damaged(walk, number, "an entry runs over its end");
		used += bytes;
		if (leaf && !check_leaf_node(walk, number, &node))
			return false;
		if (!leaf && i > 0 && !rises(walk, &node, false))
			return damaged(walk, number, "its keys are out of order");
		if (!leaf && !check_page(walk, node.child, depth + 1))
			return false;
	}
	if (used != PAGE_BYTES - u16_at(page + 14))
		return damaged(walk, number, "its entries do not fill it");
	return true;
}

static bool check_tree(struct walk *walk, const struct tree *tree, bool integer_keys,
		       leaf_visitor *visit)
{
	struct walk outer = *walk;
	walk->integer_keys = integer_keys;
	walk->found = (struct tree){0};
	walk->tree_depth = tree->depth;
	walk->bound = NULL;
	walk->visit = visit;
	if (tree->root == NO_PAGE ? tree->depth != 0 : tree->depth == 0 || tree->depth > DEEPEST)
		return failure_set(walk->failure, EXIT_DAMAGE, "a tree has an impossible depth");
	if (tree->root != NO_PAGE && !check_page(walk, tree->root, 1))
		return false;
	const struct tree *found = &walk->found; /* C3 */
	if (found->branches != tree->branches || found->leaves != tree->leaves ||
	    found->overflows != tree->overflows || found->entries != tree->entries)
		return failure_set(walk->failure, EXIT_DAMAGE, "a tree has lost or gained entries");
	outer.claimed = walk->claimed;
	*walk = outer;
	return true;
}

/* A record of the free list: a count, then so many page numbers. */
static bool visit_free(struct walk *walk, const struct node *node, const uint8_t *data)
{
	if (node->size < 8 || u64_at(data) > node->size / 8 - 1)
		return failure_set(walk->failure, EXIT_DAMAGE, "a free list runs over its end");
	uint64_t count = u64_at(data);
	for (uint64_t i = 1; i <= count; i++)
		if (!claim(walk, u64_at(data + 8 * i), 1, walk->page_count))
			return false;
	return true;
}

static bool is_named(const struct node *node, const char *name)
{
	return node->key_size == strlen(name) && memcmp(node->key, name, node->key_size) == 0;
}

/* A record of the main tree: the name and the tree of a database. */
static bool visit_main(struct walk *walk, const struct node *node, const uint8_t *data)
{
	const struct lmdb_layout *layout = walk->layout;
	unsigned which = 0;
	while (which < layout->count && !is_named(node, layout->names[which]))
		which++;
	if (node->size != TREE_BYTES || which == layout->count)
		return failure_set(walk->failure, EXIT_DAMAGE, "its list of databases is damaged");
	struct wire_reader r = {data, data + TREE_BYTES, false};
	struct tree tree = tree_read(&r);
	if (tree.pad != 0 || tree.flags != 0)
		return failure_set(walk->failure, EXIT_DAMAGE, "a database's head is damaged");
	if (which == layout->large && walk->depth == LMDB_CHECK_HEAD)
		return true;
	return check_tree(walk, &tree, false, NULL);
}

static bool check_trees(struct walk *walk, const struct meta *meta)
{
	if (meta->main.entries != walk->layout->count) /* by C2 each is there once */
		return failure_set(walk->failure, EXIT_DAMAGE, "it does not hold %u databases",
				   walk->layout->count);
	if (!check_tree(walk, &meta->main, false, visit_main))
		return false;
	if (walk->depth == LMDB_CHECK_HEAD)
		return true;
	if (!check_tree(walk, &meta->free, true, visit_free))
		return false;
	if (walk->claimed + 2 != walk->page_count) /* C4 */
		return failure_set(walk->failure, EXIT_DAMAGE, "%llu of its pages have no use",
				   (unsigned long long)(walk->page_count - walk->claimed - 2));
	return true;
}

bool lmdb_check_pages(int fd, const struct lmdb_layout *layout, uint64_t transaction,
		      enum lmdb_check_depth depth, struct failure *failure)
{
	struct meta meta;
	struct stat stat_now;
	if (fstat(fd, &stat_now) != 0)
		return failure_set(failure, EXIT_DAMAGE, "cannot read its size: %s",
				   strerror(errno));
	if (!meta_read(fd, (unsigned)(transaction % 2), &meta) || meta.transaction != transaction)
		return failure_set(failure, EXIT_DAMAGE, "transaction %llu is not on a meta page",
				   (unsigned long long)transaction);
	struct walk walk = {
	    .page_count = meta.last_page + 1,
	    .layout = layout,
	    .depth = depth,
	    .failure = failure,
	    .seen = calloc(meta.last_page / 8 + 1, 1),
	};
	uint64_t file_pages = (uint64_t)stat_now.st_size / PAGE_BYTES;
	walk.written = file_pages < walk.page_count ? file_pages : walk.page_count;
	size_t bytes = walk.written * PAGE_BYTES;
	void *pages = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
	bool sound = false;
	if (walk.seen == NULL || pages == MAP_FAILED) {
		failure_set(failure, EXIT_MEMORY, "no memory to check it");
	} else {
		walk.pages = pages;
		sound = check_trees(&walk, &meta);
	}
	if (pages != MAP_FAILED)
		munmap(pages, bytes);
	free(walk.seen);
	return sound;
}
