/* event_test.c -- event codec: round trips, every truncation and bit flip at a guard page, and
 * each thing a decoder must refuse. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/unit/engine/fixture.h"

#include "protocol/catalogue.h"
#include "server/base/varint.h"

#define ROOM 4096u
#define SAMPLES 14u

#define GOLDEN_EARN                                                                                \
	"008098281765060003020200a0c21e6401a3185c50007000804d0000000000008877665544332211"         \
	"f2c001dac801"
#define GOLDEN_ORDER                                                                               \
	"008098281765060006023a00a0c21e6401a3185c50007000804d0000000000008877665544332211"         \
	"00900305412d393931cea201c0b80202c0b802010101000101c0b802e6a801010001"

#define GOLDEN_CONSENT                                                                             \
	"00809828176506000c02801000a0c21e6401a3185c50007000804d0000000000008877665544332211"       \
	"0103000102763203776562"
#define GOLDEN_CLOSED "00809828176506001400808004000000d0a2010563656c6c73087365676d656e7473"
#define GOLDEN_CARE                                                                                \
	"00809828176506000d02802000a0c21e6401a3185c50007000804d0000000000008877665544332211"       \
	"03020365696403ce0fcd0f"
#define GOLDEN_SET                                                                                 \
	"00809828176506000a02800c00a0c21e6401a3185c50007000804d0000000000008877665544332211"       \
	"074501046561737406430102450001"

#define GOLDEN_FIELD_ADDED                                                                         \
	"00809828176506000e02804400000001a3185c50007000804d000000000000887766554433221106"         \
	"81010372656481010500000368756500"
#define GOLDEN_FIELD_RENAMED                                                                       \
	"00809828176506000f02804000000001a3185c50007000804d000000000000887766554433221181"         \
	"0105000368756506636f6c6f757200"
#define GOLDEN_FIELD_DROPPED                                                                       \
	"00809828176506001002804000000001a3185c50007000804d000000000000887766554433221181"         \
	"01050006636f6c6f757200ac02"

/* Bytes placed so that the one behind the last cannot be touched. */
static uint8_t *guard_end;

static int guard_open(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	(void)state;
	uint8_t *map =
	    mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED || mprotect(map + 2 * page, page, PROT_NONE) != 0)
		return -1;
	guard_end = map + 2 * page;
	return 0;
}

static bool decode_guarded(const uint8_t *bytes, size_t size, uint64_t number, struct event *event)
{
	memcpy(guard_end - size, bytes, size);
	memset(event, 0, sizeof *event);
	return event_decode(guard_end - size, size, number, event);
}

static size_t encode(const struct event *event, uint8_t *bytes, size_t size)
{
	struct wire_writer w = {bytes, bytes + size, false};
	event_encode(&w, event);
	return w.failed ? 0 : (size_t)(w.at - bytes);
}

static struct event earn(void)
{
	struct event event;
	memset(&event, 0, sizeof event);
	event.number = 1000;
	event.time_us = FIXTURE_START_US;
	event.type = EVENT_points_earned;
	event.flags = EVENT_KEYED;
	event.parts = PART_points;
	event.row = EVENT_ROW_UNKNOWN;
	event.customer = 500000;
	event.previous = 900;
	event.key = fixture_key(FIXTURE_START_US, 77);
	event.content = 0x1122334455667788;
	event.points = (struct part_points){12345, 12845};
	return event;
}

static struct event order(void)
{
	struct event event = earn();
	event.type = EVENT_order_placed;
	event.parts = PART_order | PART_points | PART_tier | PART_stage;
	event.order = (struct part_order){fixture_text("A-991"), 10407, 20000, 2, 20000, 1, 1, 1};
	event.points = (struct part_points){0, 200};
	event.tier = (struct part_tier){0, 1, 1, 20000, 10803, 1};
	event.stage = (struct part_stage){0, 1};
	return event;
}

static struct event consent(void)
{
	struct event event = earn();
	event.type = EVENT_consent_changed;
	event.parts = PART_consent;
	event.consent = (struct part_consent){1, 3, 0, 1, fixture_text("v2"), fixture_text("web")};
	return event;
}

static struct event care(void)
{
	struct event event = earn();
	event.type = EVENT_customer_greeted;
	event.parts = PART_care;
	event.care = (struct part_care){3, 2, fixture_text("eid"), 3, 1998, 1997};
	return event;
}

static struct event closed(void)
{
	struct event event = earn();
	event.type = EVENT_day_closed;
	event.flags = 0;
	event.parts = PART_history;
	event.customer = event.previous = 0;
	event.key = (struct wire_id){0};
	event.content = 0;
	event.history =
	    (struct part_history){10408, fixture_text("cells"), fixture_text("segments")};
	return event;
}

/* region none -> "east", new; gender female -> male. */
static struct event set(void)
{
	struct event event = earn();
	event.type = EVENT_customer_set;
	event.parts = PART_words | PART_attributes;
	event.words.list = fixture_text("\x45\x01\x04"
					"east");
	event.attributes.list = (struct wire_text){"\x43\x01\x02\x45\x00\x01", 6};
	return event;
}

/* Choice 129 "hue", with "red". */
static struct event field_added(void)
{
	struct event event = earn();
	event.type = EVENT_field_added;
	event.customer = event.previous = 0;
	event.parts = PART_words | PART_field;
	event.words.list = fixture_text("\x81\x01\x03"
					"red");
	event.field = (struct part_field){
	    .number = 129, .kind = FIELD_KIND_choice, .after = fixture_text("hue")};
	return event;
}

static struct event field_renamed(void)
{
	struct event event = field_added();
	event.type = EVENT_field_renamed;
	event.parts = PART_field;
	event.field.before = fixture_text("hue");
	event.field.after = fixture_text("colour");
	return event;
}

static struct event field_dropped(void)
{
	struct event event = field_added();
	event.type = EVENT_field_dropped;
	event.parts = PART_field;
	event.field.before = fixture_text("colour");
	event.field.after = (struct wire_text){NULL, 0};
	event.field.customers = 300;
	return event;
}

static size_t samples(struct event out[SAMPLES])
{
	size_t count = 0;
	out[count++] = order();
	out[count++] = fixture_genesis();
	out[count++] = earn();
	out[count++] = consent();
	out[count++] = care();
	out[count++] = closed();
	out[count++] = set();
	out[count++] = field_added();
	out[count++] = field_renamed();
	out[count++] = field_dropped();
	out[count] = earn();
	out[count].type = EVENT_customer_created;
	out[count].previous = 0;
	out[count++].parts = 0;
	out[count] = earn();
	out[count].type = EVENT_points_redeemed;
	out[count++].flags = EVENT_KEYED | EVENT_MORE;
	out[count] = earn();
	out[count].type = EVENT_points_adjusted;
	out[count++].flags = 0;
	out[count] = earn(); /* the largest plain one */
	out[count].number = UINT64_MAX;
	out[count].previous = 1;
	out[count].time_us = INT64_MIN;
	out[count].actor = out[count].customer = UINT64_MAX;
	out[count++].points = (struct part_points){INT64_MIN, INT64_MAX};
	return count;
}

static void test_round_trip(void **state)
{
	struct event list[SAMPLES], back;
	uint8_t bytes[ROOM], again[ROOM];
	size_t count = samples(list);
	(void)state;
	for (size_t i = 0; i < count; i++) {
		size_t size = encode(&list[i], bytes, sizeof bytes);
		assert_true(size > 0);
		assert_true(list[i].type == EVENT_genesis || size <= EVENT_PLAIN_BYTES);
		assert_true(decode_guarded(bytes, size, list[i].number, &back));
		assert_int_equal(back.previous, list[i].previous);
		assert_int_equal(back.customer, list[i].customer);
		assert_int_equal(back.row, EVENT_ROW_UNKNOWN);
		assert_int_equal(back.points.after,
				 list[i].parts & PART_points ? list[i].points.after : 0);
		assert_int_equal(encode(&back, again, sizeof again), size);
		assert_memory_equal(again, bytes, size);
	}
}

static void test_earn_is_small(void **state)
{
	struct event event = earn();
	uint8_t bytes[ROOM];
	(void)state;
	size_t size = encode(&event, bytes, sizeof bytes);
	print_message("an earn takes %zu bytes\n", size);
	assert_true(size <= 48);
}

/* The log's bytes are for ever: from 1.0 on these do not change; before, the format version does.
 */
static void test_golden(void **state)
{
	static const struct {
		struct event (*make)(void);
		const char *hex;
	} rows[] = {{earn, GOLDEN_EARN},
		    {order, GOLDEN_ORDER},
		    {consent, GOLDEN_CONSENT},
		    {care, GOLDEN_CARE},
		    {closed, GOLDEN_CLOSED},
		    {set, GOLDEN_SET},
		    {field_added, GOLDEN_FIELD_ADDED},
		    {field_renamed, GOLDEN_FIELD_RENAMED},
		    {field_dropped, GOLDEN_FIELD_DROPPED}};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct event event = rows[i].make();
		uint8_t bytes[ROOM];
		char hex[2 * ROOM + 1];
		size_t size = encode(&event, bytes, sizeof bytes);
		for (size_t at = 0; at < size; at++)
			snprintf(hex + 2 * at, 3, "%02x", bytes[at]);
		assert_string_equal(hex, rows[i].hex);
	}
}

static void test_truncated_and_extended(void **state)
{
	struct event list[SAMPLES], back;
	uint8_t bytes[ROOM];
	size_t count = samples(list);
	(void)state;
	for (size_t i = 0; i < count; i++) {
		size_t size = encode(&list[i], bytes, sizeof bytes);
		for (size_t cut = 0; cut < size; cut++)
			assert_false(decode_guarded(bytes, cut, list[i].number, &back));
		bytes[size] = 0;
		assert_false(decode_guarded(bytes, size + 1, list[i].number, &back));
	}
}

/* What still decodes after a flip is an event of exactly these bytes. */
static void test_bit_flips(void **state)
{
	struct event list[SAMPLES], back;
	uint8_t bytes[ROOM], again[ROOM];
	size_t count = samples(list);
	(void)state;
	for (size_t i = 0; i < count; i++) {
		size_t size = encode(&list[i], bytes, sizeof bytes);
		for (size_t bit = 0; bit < size * 8; bit++) {
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			if (decode_guarded(bytes, size, list[i].number, &back)) {
				assert_int_equal(encode(&back, again, sizeof again), size);
				assert_memory_equal(again, bytes, size);
			}
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

static void test_random_bytes(void **state)
{
	uint64_t random = fixture_seed(20), decoded = 0;
	struct event back;
	uint8_t bytes[64];
	(void)state;
	for (int i = 0; i < 200000; i++) {
		for (size_t k = 0; k < sizeof bytes; k++)
			bytes[k] = (uint8_t)(fixture_random(&random) >> 56);
		bytes[8] %= 8; /* often a known type and few flags */
		bytes[9] %= 4;
		bytes[10] %= 4;
		decoded += decode_guarded(bytes, fixture_random(&random) % 65, 1 << 20, &back);
	}
	assert_true(decoded < 200000);
}

static void test_writer_too_small(void **state)
{
	struct event list[SAMPLES];
	uint8_t bytes[ROOM];
	size_t count = samples(list);
	(void)state;
	for (size_t i = 0; i < count; i++) {
		size_t size = encode(&list[i], bytes, sizeof bytes);
		for (size_t room = 0; room < size; room++)
			assert_int_equal(encode(&list[i], guard_end - room, room), 0);
		assert_int_equal(encode(&list[i], guard_end - size, size), size);
	}
}

static void test_unknown_refused(void **state)
{
	struct event event = earn(), back;
	uint8_t bytes[ROOM];
	(void)state;
	size_t size = encode(&event, bytes, sizeof bytes);
	uint8_t type = bytes[8], flags = bytes[9], parts = bytes[10];
	bytes[8] = 0;
	assert_false(decode_guarded(bytes, size, 1000, &back));
	bytes[8] = 250;
	assert_false(decode_guarded(bytes, size, 1000, &back));
	bytes[8] = type;
	bytes[9] = flags | 4;
	assert_false(decode_guarded(bytes, size, 1000, &back));
	bytes[9] = flags;
	bytes[10] = parts | 4;
	assert_false(decode_guarded(bytes, size, 1000, &back));
	bytes[10] = parts;
	assert_true(decode_guarded(bytes, size, 1000, &back));
	assert_false(decode_guarded(bytes, size, 100, &back)); /* its previous one would be 0 */
}

static void test_varints(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		bool valid;
		uint64_t value;
	} rows[] = {
	    {"\x00", 1, true, 0},
	    {"\x7f", 1, true, 127},
	    {"\x80\x01", 2, true, 128},
	    {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, true, UINT64_MAX},
	    {"", 0, false, 0},
	    {"\x80", 1, false, 0},
	    {"\x80\x00", 2, false, 0},
	    {"\xff\x00", 2, false, 0},
	    {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, false, 0},
	    {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", 11, false, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		memcpy(guard_end - rows[i].size, rows[i].bytes, rows[i].size);
		struct wire_reader r = {guard_end - rows[i].size, guard_end, false};
		uint64_t value = varint_read(&r);
		assert_int_equal(!r.failed, rows[i].valid);
		assert_true(value == rows[i].value);
	}
}

static void test_signed_varints(void **state)
{
	static const int64_t values[] = {0, -1, 1, -64, 64, INT64_MIN, INT64_MAX};
	uint8_t bytes[VARINT_MAX_BYTES];
	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct wire_writer w = {bytes, bytes + sizeof bytes, false};
		varint_write_signed(&w, values[i]);
		struct wire_reader r = {bytes, w.at, false};
		assert_true(varint_read_signed(&r) == values[i]);
		assert_true(!w.failed && !r.failed && r.at == w.at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trip),       cmocka_unit_test(test_earn_is_small),
	    cmocka_unit_test(test_golden),           cmocka_unit_test(test_truncated_and_extended),
	    cmocka_unit_test(test_bit_flips),        cmocka_unit_test(test_random_bytes),
	    cmocka_unit_test(test_writer_too_small), cmocka_unit_test(test_unknown_refused),
	    cmocka_unit_test(test_varints),          cmocka_unit_test(test_signed_varints),
	};
	return cmocka_run_group_tests(tests, guard_open, NULL);
}
