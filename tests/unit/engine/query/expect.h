/* expect.h -- the answers of questions against a snapshot. */
#ifndef CRMDB_TESTS_ENGINE_QUERY_EXPECT_H
#define CRMDB_TESTS_ENGINE_QUERY_EXPECT_H
#include "tests/unit/engine/query/snapshot.h"

#define EXPECT_USUAL "tier,stage,spend,points"

struct expect_columns {
	uint32_t places[LIMIT_QUERY_SHOWN], count;
};

static inline struct expect_columns expect_columns(const char *names)
{
	struct expect_columns columns = {.count = 0};
	for (const char *at = names[0] == '\0' ? EXPECT_USUAL : names; *at != '\0';) {
		size_t size = strcspn(at, ",");
		int place = catalogue_find(at, size);
		assert_true(place >= 0);
		columns.places[columns.count++] = (uint32_t)place;
		at += size + (at[size] == ',');
	}
	return columns;
}

static inline void expect_heads(const struct wire_list *list, const struct expect_columns *columns,
				unsigned digits)
{
	struct wire_reader r = {list->bytes, list->bytes + list->size, false};
	struct rec_column column;
	for (uint32_t i = 0; i < columns->count; i++) {
		const struct catalogue_field *field = &catalogue_fields[columns->places[i]];
		assert_true(decode_rec_column(&r, &column));
		assert_int_equal(column.name.size, strlen(field->name));
		assert_memory_equal(column.name.bytes, field->name, column.name.size);
		assert_int_equal(column.kind, field->kind);
		assert_int_equal(column.places, field->kind == FIELD_KIND_money ? digits : 0);
	}
	assert_true(r.at == r.end);
}

static inline void expect_row(const struct rec_row *row, struct seen *seen,
			      const struct expect_columns *columns)
{
	const uint8_t *bytes = (const uint8_t *)row->values.bytes;
	struct wire_reader r = {bytes, bytes + row->values.size, false};
	struct cell cell;
	assert_true(row->customer == seen->id);
	for (uint32_t i = 0; i < columns->count; i++) {
		assert_true(cell_read(&r, &cell));
		seen_expect_cell(seen, columns->places[i], &cell);
	}
	assert_true(r.at == r.end);
}

/* --- groups --- */

struct expect_group {
	struct naive_value keys[2];
	uint64_t customers, valued;
	naive_number sum, least, greatest;
};

static inline bool expect_equal(const struct naive_value *a, const struct naive_value *b)
{
	return a->none == b->none && (a->none || a->number == b->number);
}

static inline bool expect_key_before(const struct naive_value *a, const struct naive_value *b)
{
	return a->none != b->none ? a->none : !a->none && a->number < b->number;
}

/* Groups of those found, in the order of their keys, none first; owned by the caller. */
static inline struct expect_group *expect_groups(const struct found *found,
						 const struct expect_columns *by, int measure,
						 uint32_t *count)
{
	struct expect_group *groups = calloc(found->count + 1, sizeof *groups);
	assert_non_null(groups);
	*count = 0;
	for (uint32_t i = 0; i < found->count; i++) {
		struct naive_value keys[2] = {{0}}, value = {.none = true};
		uint32_t at = 0, to;
		for (uint32_t k = 0; k < by->count; k++)
			keys[k] = seen_value(found->seen[i], by->places[k]);
		while (at < *count && (!expect_equal(&groups[at].keys[0], &keys[0]) ||
				       !expect_equal(&groups[at].keys[1], &keys[1])))
			at++;
		if (at == *count) {
			for (to = (*count)++;
			     to > 0 && (expect_key_before(&keys[0], &groups[to - 1].keys[0]) ||
					(expect_equal(&keys[0], &groups[to - 1].keys[0]) &&
					 expect_key_before(&keys[1], &groups[to - 1].keys[1])));
			     to--)
				groups[to] = groups[to - 1];
			at = to;
			groups[at] = (struct expect_group){.keys = {keys[0], keys[1]}};
		}
		struct expect_group *group = &groups[at];
		if (measure >= 0)
			value = seen_value(found->seen[i], (uint32_t)measure);
		group->customers++;
		if (value.none)
			continue;
		bool first = group->valued++ == 0;
		group->sum += value.number;
		group->least = first || value.number < group->least ? value.number : group->least;
		group->greatest =
		    first || value.number > group->greatest ? value.number : group->greatest;
	}
	return groups;
}

/* An id beyond 2^63 is summed up as a number with sign, as an i64 holds it. */
static inline void expect_group(const struct rec_group *record, const struct expect_group *group,
				const struct expect_columns *by)
{
	const uint8_t *bytes = (const uint8_t *)record->keys.bytes;
	struct wire_reader r = {bytes, bytes + record->keys.size, false};
	struct cell cell;
	for (uint32_t i = 0; i < by->count; i++) {
		const struct naive_value *key = &group->keys[i];
		assert_true(cell_read(&r, &cell));
		assert_int_equal(cell.form == CELL_NULL, key->none);
		if (cell.form == CELL_TEXT) {
			assert_int_equal(cell.text.size, key->text.size);
			assert_memory_equal(cell.text.bytes, key->text.bytes, key->text.size);
		} else if (cell.form == CELL_NUMBER) {
			assert_true(cell.number == (int64_t)key->number);
		}
	}
	assert_true(r.at == r.end);
	assert_int_equal(record->customers, group->customers);
	assert_int_equal(record->valued, group->valued);
	naive_number sum = group->sum > INT64_MAX ? INT64_MAX : group->sum;
	assert_true(record->sum == sum && record->least == group->least &&
		    record->greatest == group->greatest);
}

#endif
