/* found_reply.c -- see found_reply.h. */
#include "tests/support/found_reply.h"

#include <assert.h>

#include "protocol/catalogue.h"
#include "protocol/cell.h"

const struct batch_item found_asked[FOUND_ANSWERS] = {
    [FOUND_PAGE] = {0, OP_query_page, 0},         [FOUND_GROUPS] = {0, OP_query_groups, 0},
    [FOUND_STREAM] = {0, OP_query_stream, 0},     [FOUND_PART] = {0, OP_stream_next, 0},
    [FOUND_GROUPS_PART] = {0, OP_stream_next, 0}, [FOUND_COUNT] = {0, OP_query_count, 0},
    [FOUND_SEGMENTS] = {0, OP_segment_list, 0},   [FOUND_FIELDS] = {0, OP_field_list, 0},
    [FOUND_REFUSED] = {0, OP_query_count, 0},     [FOUND_TEST] = {0, OP_segment_test, 0},
    [FOUND_SAVED] = {0, OP_segment_save, 0},      [FOUND_DROPPED] = {0, OP_field_drop, 0},
};

#define TEXT(text) ((struct wire_text){text, sizeof(text) - 1})

struct run {
	uint8_t bytes[512];
	struct wire_writer w;
};

static struct wire_writer *begin(struct run *run)
{
	run->w = (struct wire_writer){run->bytes, run->bytes + sizeof run->bytes, false};
	return &run->w;
}

static struct wire_text text_of(const struct run *run)
{
	return (struct wire_text){(const char *)run->bytes, (uint32_t)(run->w.at - run->bytes)};
}

static struct wire_list list_of(const struct run *run, uint32_t count)
{
	assert(!run->w.failed);
	return (struct wire_list){run->bytes, (uint32_t)(run->w.at - run->bytes), count};
}

static struct wire_list columns(struct run *run)
{
	struct wire_writer *w = begin(run);
	encode_rec_column(w, &(struct rec_column){TEXT("tier"), FIELD_KIND_tier, 0});
	encode_rec_column(w, &(struct rec_column){TEXT("spend"), FIELD_KIND_money, 0});
	encode_rec_column(w, &(struct rec_column){TEXT("last_order"), FIELD_KIND_date, 0});
	encode_rec_column(w, &(struct rec_column){TEXT("size"), FIELD_KIND_number, 1});
	encode_rec_column(w, &(struct rec_column){TEXT("vegan"), FIELD_KIND_boolean, 0});
	return list_of(run, 5);
}

static struct wire_list rows(struct run *run)
{
	struct run cells;
	struct wire_writer *w = begin(run), *c = begin(&cells);
	cell_write_text(c, TEXT("gold"));
	cell_write_number(c, 123456);
	cell_write_number(c, 10408);
	cell_write_number(c, 425);
	cell_write_number(c, 1);
	encode_rec_row(w, &(struct rec_row){7, text_of(&cells)});
	c = begin(&cells);
	for (int i = 0; i < 5; i++)
		cell_write_null(c);
	encode_rec_row(w, &(struct rec_row){8, text_of(&cells)});
	return list_of(run, 2);
}

static struct wire_list groups(struct run *run)
{
	struct run cells;
	struct wire_writer *w = begin(run), *c = begin(&cells);
	cell_write_text(c, TEXT("gold"));
	encode_rec_group(w, &(struct rec_group){text_of(&cells), 5, 4, 1000, -7, 900, 300});
	cell_write_null(begin(&cells));
	encode_rec_group(w, &(struct rec_group){text_of(&cells), 1, 0, 0, 0, 0, 0});
	return list_of(run, 2);
}

static struct wire_list group_columns(struct run *run)
{
	struct wire_writer *w = begin(run);
	encode_rec_column(w, &(struct rec_column){TEXT("tier"), FIELD_KIND_tier, 0});
	encode_rec_column(w, &(struct rec_column){TEXT("spend"), FIELD_KIND_money, 0});
	return list_of(run, 2);
}

static struct wire_list segments(struct run *run)
{
	encode_rec_saved(begin(run), &(struct rec_saved){.name = TEXT("best"),
							 .number = 2,
							 .event = 70,
							 .building = 1,
							 .customers = 9,
							 .source = TEXT("tier = gold")});
	return list_of(run, 1);
}

static struct wire_list fields(struct run *run)
{
	encode_rec_field(begin(run), &(struct rec_field){.number = 128,
							 .name = TEXT("colour"),
							 .kind = FIELD_KIND_choice,
							 .added = 1,
							 .values = TEXT("red,green"),
							 .doc = TEXT("")});
	return list_of(run, 1);
}

size_t found_reply(uint8_t *bytes, size_t room)
{
	struct run run[6];
	struct wire_writer w = {bytes, bytes + room, false};
	struct answer answers[FOUND_ANSWERS] = {{0}};
	struct ans_query_page *page = &answers[FOUND_PAGE].as.query_page;
	struct ans_query_groups *grouped = &answers[FOUND_GROUPS].as.query_groups;
	*page = (struct ans_query_page){.columns = columns(&run[0]),
					.rows = rows(&run[1]),
					.more = 1,
					.query = 0xabc,
					.next_null = 1,
					.next_customer = 8,
					.plan = PLAN_scan,
					.estimate = 100,
					.judged = 90,
					.engine_us = 310};
	*grouped = (struct ans_query_groups){.columns = group_columns(&run[2]),
					     .groups = groups(&run[3]),
					     .stream = 9,
					     .plan = PLAN_index};
	answers[FOUND_STREAM].as.query_stream = (struct ans_query_stream){page->columns, 3};
	answers[FOUND_PART].as.stream_next = (struct ans_stream_next){page->rows, 1};
	answers[FOUND_GROUPS_PART].as.stream_next = (struct ans_stream_next){grouped->groups, 0};
	answers[FOUND_COUNT].as.query_count =
	    (struct ans_query_count){.customers = 61204, .plan = 99};
	answers[FOUND_SEGMENTS].as.segment_list = (struct ans_segment_list){segments(&run[4]), 3};
	answers[FOUND_FIELDS].as.field_list = (struct ans_field_list){fields(&run[5]), 40};
	answers[FOUND_REFUSED].status = ERROR_QUERY_FIELD;
	answers[FOUND_REFUSED].detail = (struct error_detail){9, 0};
	answers[FOUND_REFUSED].words =
	    (struct error_words){TEXT("teir"), TEXT("; did you mean \"tier\"?")};
	answers[FOUND_TEST].as.segment_test.member = 1;
	answers[FOUND_SAVED].as.segment_save = (struct ans_segment_save){71, 2};
	answers[FOUND_DROPPED].as.field_drop = (struct ans_field_drop){72, 12};
	for (size_t i = 0; i < FOUND_ANSWERS; i++) {
		answers[i].opcode = found_asked[i].opcode;
		answer_encode(&w, &answers[i]);
	}
	assert(!w.failed);
	return (size_t)(w.at - bytes);
}

crm_result *found_result(void)
{
	uint8_t bytes[4096];
	crm_result *result = NULL;
	size_t size = found_reply(bytes, sizeof bytes);
	crm_status status = result_take(&result, found_asked, FOUND_ANSWERS, bytes, size);
	assert(status == CRM_OK);
	return status == CRM_OK ? result : NULL;
}
