/* people_kit.h -- what the tests of people.h share: documents whose content follows from (customer,
 * version), and steps in short. */
#ifndef CRMDB_TESTS_UNIT_STORE_PEOPLE_KIT_H
#define CRMDB_TESTS_UNIT_STORE_PEOPLE_KIT_H
#include "server/store/people_lmdb.h"
#include "server/store/people_memory.h"
#include "tests/unit/store/kit.h"

#define PEOPLE_KIT_MAP_BYTES ((uint64_t)1 << 30)
#define PEOPLE_KIT_STEPS 64u

static inline struct people_lmdb_options people_kit_options(const char *directory)
{
	return (struct people_lmdb_options){
	    .directory = directory,
	    .database = kit_database,
	    .seed = KIT_SEED,
	    .map_bytes = PEOPLE_KIT_MAP_BYTES,
	};
}

static inline struct people *people_kit_open(const struct people_lmdb_options *options)
{
	struct failure failure = {0};
	struct seal seal;
	struct people *people = people_lmdb_open(options, &seal, &failure);
	if (people == NULL)
		print_error("%s\n", failure.text);
	return people;
}

/* Around the sizes at which LMDB changes its ways: with key and checksum 2,007 bytes and more leave
 * the page for pages of their own, and 4,072 fill one of those exactly. */
static inline uint32_t people_kit_size(uint64_t customer, uint64_t version)
{
	static const uint32_t sizes[] = {0,    1,    40,   90,   90,   400,  400,   700,
					 2006, 2007, 2022, 2023, 4072, 4073, 20000, 65536};
	return sizes[hash_u64(customer * 1000003 + version, 7) % (sizeof sizes / sizeof sizes[0])];
}

/* Of any size; never the same for two versions. */
static inline void people_kit_fill(uint64_t customer, uint64_t version, uint8_t *bytes,
				   uint32_t size)
{
	for (uint32_t at = 0; at < size; at += 8) {
		uint64_t eight = hash_u64(customer * 1000003 + version, at / 8);
		memcpy(bytes + at, &eight, size - at < 8 ? size - at : 8);
	}
}

static inline bool people_kit_is(uint64_t customer, uint64_t version, const uint8_t *bytes,
				 uint32_t size)
{
	static _Thread_local uint8_t expected[PEOPLE_DOCUMENT_BYTES];
	people_kit_fill(customer, version, expected, size);
	return size == people_kit_size(customer, version) && memcmp(bytes, expected, size) == 0;
}

/* Steps of one commit, with room for their documents. */
struct people_kit_batch {
	struct people_step steps[PEOPLE_KIT_STEPS];
	uint8_t *documents[PEOPLE_KIT_STEPS];
	unsigned count;
};

static inline void people_kit_add(struct people_kit_batch *batch, enum people_step_kind kind,
				  uint64_t customer, uint64_t version)
{
	struct people_step *step = &batch->steps[batch->count];
	assert_true(batch->count < PEOPLE_KIT_STEPS);
	*step = (struct people_step){.kind = kind, .customer = customer, .version = version};
	batch->documents[batch->count] = NULL;
	if (kind == PEOPLE_PUT) {
		step->size = people_kit_size(customer, version);
		uint8_t *document = malloc(step->size + 1u);
		people_kit_fill(customer, version, document, step->size);
		batch->documents[batch->count] = document;
		step->document = document;
	}
	batch->count++;
}

static inline bool people_kit_commit(struct people *people, struct people_kit_batch *batch)
{
	struct failure failure = {0};
	bool done = people_commit(people, batch->steps, batch->count, &failure);
	for (unsigned i = 0; i < batch->count; i++)
		free(batch->documents[i]);
	batch->count = 0;
	return done;
}

/* A commit of one step, which must succeed. */
static inline void people_kit_do(struct people *people, enum people_step_kind kind,
				 uint64_t customer, uint64_t version)
{
	struct people_kit_batch batch = {.count = 0};
	people_kit_add(&batch, kind, customer, version);
	assert_true(people_kit_commit(people, &batch));
}

static inline enum people_read_result people_kit_read(struct people *people, uint64_t customer,
						      uint64_t version)
{
	static _Thread_local uint8_t bytes[PEOPLE_DOCUMENT_BYTES];
	struct people_record record = {bytes, 0};
	enum people_read_result result = people_read(people, customer, version, &record);
	if (result == PEOPLE_FOUND && !people_kit_is(customer, version, bytes, record.size))
		fail_msg("WRONG DOCUMENT %" PRIu64 "/%" PRIu64, customer, version);
	return result;
}

#endif
