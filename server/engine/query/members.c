/* members.c -- see members.h. */
#include "server/engine/query/members.h"

#include "server/engine/purchases.h"

void members_prefetch(const struct engine *engine, uint32_t row)
{
	const struct rows *rows = &engine->rows;
	const struct rows_range *range = rows_at(rows, row);
	__builtin_prefetch(&range->id[row % ROWS_RANGE]);
	__builtin_prefetch(rows_hot(rows, row));
#define FIELD(type, name, doc) __builtin_prefetch(rows_##name(rows, row));
#include "server/engine/fields.def"
}

struct members members_begin(uint8_t *room)
{
	return (struct members){{room, room + LIMIT_ANSWER_BYTES, false}, room, 0};
}

void members_add(struct members *members, const struct engine *engine, uint32_t row)
{
	const struct rows *rows = &engine->rows;
	struct purchases purchases = purchases_read(rows, row);
	struct rec_member record = {
	    .customer = rows_id(rows, row),
	    .tier = *rows_tier(rows, row),
	    .stage = *rows_stage(rows, row),
	    .band = (uint8_t)purchases_band(&purchases, &engine->programme, engine->today),
	    .spend = purchases.spend,
	    .spend12 = purchases.spend12,
	    .points = *rows_points(rows, row),
	    .orders = purchases.orders,
	    .orders12 = purchases.orders12,
	    .first_day = rows_day_or_none(purchases.first_day),
	    .last_day = rows_day_or_none(purchases.last_day),
	    .previous_day = rows_day_or_none(purchases.previous_day),
	};
	encode_rec_member(&members->w, &record);
	members->count++;
}

struct wire_list members_end(const struct members *members)
{
	ENSURE(!members->w.failed); /* LIMIT_MEMBERS_PAGE records fit */
	return (struct wire_list){members->bytes, (uint32_t)(members->w.at - members->bytes),
				  members->count};
}
