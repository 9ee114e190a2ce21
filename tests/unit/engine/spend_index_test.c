/* spend_index_test.c -- the spend index against a sorted array, and against failures and faults. */
#include "tests/unit/engine/fixture.h"

#include "server/engine/index/spend_private.h"

#define NAIVE_MAX 40000u

/* The model: the same keys in order of (spend, id), whatever the cell. */
struct naive {
	uint32_t size;
	struct spend_key keys[NAIVE_MAX];
};

static bool naive_less(const struct spend_key *a, const struct spend_key *b)
{
	return a->spend != b->spend ? a->spend < b->spend : a->id < b->id;
}

/* The first key not below `key`. */
static uint32_t naive_find(const struct naive *naive, const struct spend_key *key)
{
	uint32_t at = 0, end = naive->size;
	while (at < end) {
		uint32_t middle = (at + end) / 2;
		if (naive_less(&naive->keys[middle], key))
			at = middle + 1;
		else
			end = middle;
	}
	return at;
}

static void naive_add(struct naive *naive, const struct spend_key *key)
{
	uint32_t at = naive_find(naive, key);
	assert_true(naive->size < NAIVE_MAX);
	memmove(naive->keys + at + 1, naive->keys + at, (naive->size - at) * sizeof *key);
	naive->keys[at] = *key;
	naive->size++;
}

static void naive_remove(struct naive *naive, uint32_t at)
{
	naive->size--;
	memmove(naive->keys + at, naive->keys + at + 1, (naive->size - at) * sizeof *naive->keys);
}

static bool matches(const struct spend_query *query, const struct spend_key *key)
{
	return (query->tiers >> key->tier & 1) != 0 && (query->stages >> key->stage & 1) != 0 &&
	       key->spend >= query->from && key->spend <= query->to;
}

static uint64_t naive_count(const struct naive *naive, const struct spend_query *query)
{
	uint64_t count = 0;
	for (uint32_t i = 0; i < naive->size; i++)
		count += matches(query, &naive->keys[i]);
	return count;
}

static uint32_t naive_page(const struct naive *naive, const struct spend_page *page,
			   struct spend_key *out)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < naive->size && count < page->limit; i++) {
		const struct spend_key *key =
		    &naive->keys[page->descending ? naive->size - 1 - i : i];
		bool behind = page->after == NULL;
		if (!behind) {
			struct spend_key after = {0, 0, page->after->spend, page->after->id};
			behind =
			    page->descending ? naive_less(key, &after) : naive_less(&after, key);
		}
		if (behind && matches(&page->query, key))
			out[count++] = *key;
	}
	return count;
}

/* How keys are drawn; each makes another part of the trees work. */
struct shape {
	const char *name;
	uint64_t spends; /* so many different ones; 0: any i64, extremes often */
	uint64_t ids;    /* so many different ones; 0: any u64 but 0 */
	uint8_t tiers, stages;
};

static const struct shape shapes[] = {
    /* name           spends   ids     tiers stages */
    {"one cell", 1 << 30, 1 << 30, 1, 1},
    {"all cells", 1 << 20, 1 << 30, 16, 7},
    {"ties", 5, 1 << 30, 1, 2},
    {"all tied", 1, 20000, 1, 1},
    {"extremes", 0, 0, 2, 2},
};

static int64_t draw_spend(uint64_t *random, const struct shape *shape)
{
	const int64_t extremes[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
	if (shape->spends != 0)
		return (int64_t)(fixture_random(random) % shape->spends);
	if (fixture_random(random) % 4 == 0)
		return (int64_t)fixture_random(random);
	return extremes[fixture_random(random) % 7];
}

static struct spend_key draw(uint64_t *random, const struct shape *shape)
{
	struct spend_key key = {(uint8_t)(fixture_random(random) % shape->tiers),
				(uint8_t)(fixture_random(random) % shape->stages),
				draw_spend(random, shape), 1};
	if (shape->ids != 0)
		key.id = 1 + fixture_random(random) % shape->ids;
	else if (fixture_random(random) % 3 != 0)
		key.id = fixture_random(random) | 1;
	else if (fixture_random(random) % 2 == 0)
		key.id = UINT64_MAX;
	return key;
}

/* A key whose (spend, id) the model does not have.  False: none was found quickly. */
static bool draw_new(uint64_t *random, const struct shape *shape, const struct naive *naive,
		     struct spend_key *key)
{
	for (int i = 0; i < 20; i++) {
		*key = draw(random, shape);
		uint32_t at = naive_find(naive, key);
		if (at == naive->size || naive_less(key, &naive->keys[at]))
			return true;
	}
	return false;
}

static void expect_sound(const struct spend_index *index)
{
	struct failure failure = {EXIT_FINE, ""};
	if (!spend_index_check(index, &failure))
		fail_msg("spend_index_check: %s", failure.text);
}

static struct spend_query draw_query(uint64_t *random, const struct shape *shape)
{
	struct spend_query query = {(uint16_t)fixture_random(random),
				    (uint8_t)(fixture_random(random) % 128),
				    draw_spend(random, shape), draw_spend(random, shape)};
	if (fixture_random(random) % 2 == 0)
		query.tiers = UINT16_MAX, query.stages = 127;
	if (fixture_random(random) % 8 == 0)
		query.from = INT64_MIN;
	if (fixture_random(random) % 8 == 0)
		query.to = INT64_MAX;
	return query;
}

static void compare(const struct spend_index *index, const struct naive *naive,
		    const struct shape *shape, uint64_t *random)
{
	static struct spend_key found[300], expected[300];
	struct spend_query query = draw_query(random, shape);
	struct spend_key near = draw(random, shape);
	if (naive->size > 0 && fixture_random(random) % 2 == 0)
		near = naive->keys[fixture_random(random) % naive->size];
	struct spend_place after = {near.spend, near.id};
	struct spend_page page = {query, fixture_random(random) % 3 == 0 ? NULL : &after,
				  fixture_random(random) % 2 == 0,
				  (uint32_t)(fixture_random(random) % 300)};
	assert_int_equal(spend_index_count(index, &query), naive_count(naive, &query));
	uint32_t count = spend_index_page(index, &page, found);
	assert_int_equal(count, naive_page(naive, &page, expected));
	for (uint32_t i = 0; i < count; i++)
		assert_true(found[i].tier == expected[i].tier && found[i].id == expected[i].id &&
			    found[i].stage == expected[i].stage &&
			    found[i].spend == expected[i].spend);
}

/* One change, drawn so that the index grows to `target` and stays about there.
 */
static void change(struct spend_index *index, struct naive *naive, const struct shape *shape,
		   uint32_t target, uint64_t *random)
{
	struct spend_key key;
	uint64_t dice = fixture_random(random) % 10;
	bool fresh = draw_new(random, shape, naive, &key);
	uint32_t at = naive->size == 0 ? 0 : (uint32_t)(fixture_random(random) % naive->size);
	assert_true(spend_index_reserve(index, 1));
	if (naive->size == 0 || (dice < 5 && naive->size < target)) {
		if (!fresh)
			return;
		spend_index_add(index, &key);
		naive_add(naive, &key);
	} else if (dice < 8 && fresh) {
		struct spend_key keys[2] = {naive->keys[at], key};
		spend_index_prefetch(index, keys, 2);
		spend_index_move(index, &keys[0], &keys[1]);
		naive_remove(naive, at);
		naive_add(naive, &key);
	} else if (naive->size > target / 2 || dice == 9) {
		spend_index_remove(index, &naive->keys[at]);
		naive_remove(naive, at);
	}
}

static void run_shape(const struct shape *shape, struct naive *naive, uint64_t *random)
{
	struct fixture_memory memory;
	fixture_memory(&memory);
	struct spend_index *index = spend_index_open(&memory.memory);
	naive->size = 0;
	print_message("%s\n", shape->name);
	for (uint32_t i = 0; i < 60000; i++) {
		uint32_t target = i < 45000 ? 6000 : 0; /* and empty it again */
		change(index, naive, shape, target, random);
		if (i % 40 == 0)
			compare(index, naive, shape, random);
		if (i % 5000 == 0)
			expect_sound(index);
	}
	while (naive->size > 0) {
		spend_index_remove(index, &naive->keys[naive->size / 2]);
		naive_remove(naive, naive->size / 2);
		if (naive->size % 500 == 0)
			expect_sound(index);
	}
	assert_int_equal(index->leaves.given + index->inners.given, 0);
	compare(index, naive, shape, random);
	spend_index_close(index);
	assert_int_equal(memory.used, 0);
}

static void test_like_a_sorted_array(void **state)
{
	uint64_t random = fixture_seed(11);
	struct naive *naive = malloc(sizeof *naive);
	(void)state;
	assert_non_null(naive);
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		run_shape(&shapes[i], naive, &random);
	free(naive);
}

static void key_at(void *context, uint64_t at, struct spend_key *out)
{
	*out = ((const struct spend_key *)context)[at];
}

static void fill(struct naive *naive, const struct shape *shape, uint32_t count, uint64_t *random)
{
	struct spend_key key;
	naive->size = 0;
	for (uint32_t i = 0; i < count; i++)
		if (draw_new(random, shape, naive, &key))
			naive_add(naive, &key);
}

/* Build from the model's keys in any order; NULL: out of memory. */
static struct spend_index *build(const struct naive *naive, struct fixture_memory *memory,
				 uint64_t *random)
{
	struct spend_key *keys = malloc(sizeof naive->keys);
	assert_non_null(keys);
	for (uint32_t i = 0; i < naive->size; i++) { /* shuffled */
		uint32_t other = (uint32_t)(fixture_random(random) % (i + 1));
		keys[i] = keys[other];
		keys[other] = naive->keys[i];
	}
	struct spend_index *index = spend_index_open(&memory->memory);
	struct spend_source source = {key_at, keys, naive->size};
	if (index != NULL && !spend_index_build(index, &source)) {
		expect_sound(index);
		assert_int_equal(index->entries, 0);
		spend_index_close(index);
		index = NULL;
	}
	free(keys);
	return index;
}

static void test_building_equals_adding(void **state)
{
	static const uint32_t sizes[] = {0, 1, 36, 37, 48, 49, 1000, 30000};
	uint64_t random = fixture_seed(12);
	struct naive *naive = malloc(sizeof *naive);
	(void)state;
	assert_non_null(naive);
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes * 8; i++) {
		const struct shape *shape = &shapes[i / 8];
		struct fixture_memory memory;
		fixture_memory(&memory);
		fill(naive, shape, sizes[i % 8], &random);
		struct spend_index *index = build(naive, &memory, &random);
		assert_non_null(index);
		expect_sound(index);
		for (int turn = 0; turn < 200; turn++) {
			compare(index, naive, shape, &random);
			change(index, naive, shape, naive->size, &random);
		}
		expect_sound(index);
		spend_index_close(index);
		assert_int_equal(memory.used, 0);
	}
	free(naive);
}

/* Ascending keys take the way of the last node of each level. */
static void test_climbing(void **state)
{
	struct fixture_memory memory;
	fixture_memory(&memory);
	struct spend_index *index = spend_index_open(&memory.memory);
	struct spend_query all = {1, 1, INT64_MIN, INT64_MAX - 1};
	(void)state;
	for (uint64_t i = 1; i <= 200000; i++) {
		struct spend_key key = {0, 0, (int64_t)i, i};
		assert_true(spend_index_reserve(index, 1));
		spend_index_add(index, &key);
	}
	expect_sound(index);
	assert_int_equal(index->levels_max, 3);
	assert_int_equal(spend_index_count(index, &all), 200000);
	assert_int_equal(spend_index_cell_count(index, 0, 0), 200000);
	for (uint64_t i = 1; i <= 200000; i++) {
		struct spend_key key = {0, 0, (int64_t)i, i}, to = {0, 1, 0, i};
		assert_true(spend_index_reserve(index, 1));
		spend_index_move(index, &key, &to);
	}
	expect_sound(index);
	assert_int_equal(spend_index_cell_count(index, 0, 0), 0);
	assert_int_equal(spend_index_cell_count(index, 0, 1), 200000);
	spend_index_close(index);
}

/* Pages one after the other give every entry once, both ways, over ties and page ends. */
static void test_pages_follow_each_other(void **state)
{
	static struct spend_key out[64];
	uint64_t random = fixture_seed(13);
	struct naive *naive = malloc(sizeof *naive);
	struct fixture_memory memory;
	(void)state;
	assert_non_null(naive);
	fixture_memory(&memory);
	fill(naive, &shapes[2], 5000, &random);
	struct spend_index *index = build(naive, &memory, &random);
	for (int descending = 0; descending < 2; descending++) {
		struct spend_place last;
		struct spend_page page = {
		    {UINT16_MAX, 127, INT64_MIN, INT64_MAX}, NULL, descending, 64};
		uint32_t seen = 0, count;
		while ((count = spend_index_page(index, &page, out)) > 0) {
			for (uint32_t i = 0; i < count; i++, seen++) {
				uint32_t at = descending ? naive->size - 1 - seen : seen;
				assert_int_equal(out[i].id, naive->keys[at].id);
			}
			last = (struct spend_place){out[count - 1].spend, out[count - 1].id};
			page.after = &last;
		}
		assert_int_equal(seen, naive->size);
	}
	spend_index_close(index);
	free(naive);
}

/* Every allocation fails once: nothing changed, and the next attempt succeeds.
 */
static void test_without_memory(void **state)
{
	uint64_t random = fixture_seed(14);
	struct naive *naive = malloc(sizeof *naive);
	struct spend_index *index = NULL;
	(void)state;
	assert_non_null(naive);
	fill(naive, &shapes[0], 20000, &random);
	for (uint64_t fail_at = 1; index == NULL; fail_at++) {
		struct fixture_memory memory;
		fixture_memory(&memory);
		memory.fail_at = fail_at;
		index = build(naive, &memory, &random);
		if (index == NULL) {
			assert_int_equal(memory.used, 0);
			continue;
		}
		assert_true(fail_at > 5);
		memory.fail_at = memory.calls + 1;
		assert_false(spend_index_reserve(index, 5000));
		expect_sound(index);
		compare(index, naive, &shapes[0], &random);
		memory.fail_at = memory.calls + 5; /* in the middle of making room */
		assert_false(spend_index_reserve(index, 5000));
		change(index, naive, &shapes[0], 30000, &random);
		memory.fail_at = 0;
		assert_true(spend_index_reserve(index, 5000));
		uint64_t calls = memory.calls;
		for (int i = 0; i < 5000; i++)
			change(index, naive, &shapes[0], 30000, &random);
		assert_int_equal(memory.calls, calls); /* there was room */
		expect_sound(index);
		spend_index_close(index);
		assert_int_equal(memory.used, 0);
	}
	free(naive);
}

static void expect_damage(struct spend_index *index, const char *what)
{
	struct failure failure = {EXIT_FINE, ""};
	assert_false(spend_index_check(index, &failure));
	if (strstr(failure.text, what) == NULL)
		fail_msg("\"%s\" instead of \"%s\"", failure.text, what);
	assert_int_equal(failure.code, EXIT_DAMAGE);
}

#define WITH_FAULT(index, place, value, what)                                                      \
	do {                                                                                       \
		__typeof__(place) kept = (place);                                                  \
		(place) = (value);                                                                 \
		expect_damage(index, what);                                                        \
		(place) = kept;                                                                    \
		expect_sound(index);                                                               \
	} while (0)

static void test_check_finds_faults(void **state)
{
	uint64_t random = fixture_seed(15);
	struct naive *naive = malloc(sizeof *naive);
	struct fixture_memory memory;
	(void)state;
	assert_non_null(naive);
	fixture_memory(&memory);
	fill(naive, &shapes[0], 20000, &random);
	struct spend_index *index = build(naive, &memory, &random);
	struct spend_tree *tree = &index->trees[0];
	struct spend_inner *root = spend_inner_at(index, tree->root);
	struct spend_inner *node = spend_inner_at(index, root->child[2]);
	struct spend_leaf *leaf = spend_leaf_at(index, node->child[3]);
	assert_int_equal(tree->levels, 2);
	WITH_FAULT(index, leaf->entry[5].spend, leaf->entry[5].spend + (1 << 30), "outside");
	WITH_FAULT(index, leaf->entry[5].id, leaf->entry[5].id + 1, "tag");
	WITH_FAULT(index, leaf->tag[5], (uint8_t)(leaf->tag[5] + 1), "tag");
	WITH_FAULT(index, leaf->fill, leaf->fill - 1, "count of a leaf");
	WITH_FAULT(index, leaf->fill, 0, "empty");
	WITH_FAULT(index, leaf->next, leaf->prev, "links");
	WITH_FAULT(index, leaf->prev, 0, "links");
	WITH_FAULT(index, node->count[3], node->count[3] + 1, "count of a leaf");
	WITH_FAULT(index, root->count[1], root->count[1] - 1, "counts of an inner");
	WITH_FAULT(index, node->child[3], 0, "no such leaf");
	WITH_FAULT(index, node->spend[3], node->spend[4], "outside");
	WITH_FAULT(index, root->spend[SPEND_INNER - 1], 0, "unused separator");
	WITH_FAULT(index, root->fill, 0, "child");
	WITH_FAULT(index, tree->count, tree->count + 1, "counts of an inner");
	WITH_FAULT(index, index->entries, index->entries - 1, "all entries");
	WITH_FAULT(index, index->leaves.fresh, index->leaves.fresh + 1, "lost");
	WITH_FAULT(index, index->inners.given, index->inners.given + 1, "lost");
	spend_index_close(index);
	free(naive);
}

static void test_empty(void **state)
{
	struct spend_key out[1];
	struct fixture_memory memory;
	fixture_memory(&memory);
	struct spend_index *index = spend_index_open(&memory.memory);
	struct spend_page page = {{UINT16_MAX, 127, INT64_MIN, INT64_MAX}, NULL, false, 1};
	struct spend_key key = {15, 6, INT64_MAX, UINT64_MAX};
	(void)state;
	expect_sound(index);
	assert_true(spend_index_reserve(index, 0));
	spend_index_prefetch(index, &key, 1);
	assert_int_equal(spend_index_count(index, &page.query), 0);
	assert_int_equal(spend_index_page(index, &page, out), 0);
	assert_true(spend_index_reserve(index, 1));
	spend_index_add(index, &key);
	assert_int_equal(spend_index_count(index, &page.query), 1);
	page.query.from = INT64_MAX;
	assert_int_equal(spend_index_page(index, &page, out), 1);
	assert_int_equal(out[0].id, UINT64_MAX);
	page.query.to = INT64_MIN; /* reversed */
	assert_int_equal(spend_index_page(index, &page, out), 0);
	assert_int_equal(spend_index_count(index, &page.query), 0);
	spend_index_remove(index, &key);
	expect_sound(index);
	spend_index_close(index);
	spend_index_close(NULL);
	assert_int_equal(memory.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_like_a_sorted_array),
	    cmocka_unit_test(test_building_equals_adding),
	    cmocka_unit_test(test_climbing),
	    cmocka_unit_test(test_pages_follow_each_other),
	    cmocka_unit_test(test_without_memory),
	    cmocka_unit_test(test_check_finds_faults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
