/* people_text.h -- the whole content of a people store as one line of text, to compare. */
#ifndef CRMDB_TESTS_UNIT_STORE_PEOPLE_TEXT_H
#define CRMDB_TESTS_UNIT_STORE_PEOPLE_TEXT_H
#include "tests/unit/store/people_kit.h"

/* The whole content: "3/1 3/4 | 3/4 9/5! | last 5 | rewrite", documents, pending (! erases). */
struct people_text {
	char text[16384];
	size_t size;
};

static inline bool people_text_document(void *context, const struct people_document *document,
					struct failure *failure)
{
	struct people_text *out = context;
	uint64_t customer = document->customer, version = document->version;
	if (!people_kit_is(customer, version, document->bytes, document->size))
		return failure_set(failure, EXIT_USAGE, "WRONG DOCUMENT %" PRIu64 "/%" PRIu64,
				   customer, version);
	out->size += (size_t)snprintf(out->text + out->size, sizeof out->text - out->size,
				      "%" PRIu64 "/%" PRIu64 " ", customer, version);
	return true;
}

static inline bool people_text_pending(void *context, const struct people_pending *pending,
				       struct failure *failure)
{
	struct people_text *out = context;
	(void)failure;
	out->size += (size_t)snprintf(out->text + out->size, sizeof out->text - out->size,
				      "%" PRIu64 "/%" PRIu64 "%s ", pending->customer,
				      pending->version, pending->erase ? "!" : "");
	return true;
}

/* False: damaged (*failure says so). */
static inline bool people_text_of(struct people *people, struct people_text *out,
				  struct failure *failure)
{
	*out = (struct people_text){.size = 0};
	if (!people_walk(people, people_text_document, out, failure))
		return false;
	out->size += (size_t)snprintf(out->text + out->size, sizeof out->text - out->size, "| ");
	if (!people_pending(people, people_text_pending, out, failure))
		return false;
	out->size += (size_t)snprintf(out->text + out->size, sizeof out->text - out->size,
				      "| last %" PRIu64 "%s", people_last_version(people),
				      people_wants_rewrite(people) ? " | rewrite" : "");
	assert_true(out->size < sizeof out->text);
	return true;
}

static inline void people_text_expect(struct people *people, const char *expected)
{
	struct people_text out;
	struct failure failure = {0};
	if (!people_text_of(people, &out, &failure))
		fail_msg("%s", failure.text);
	assert_string_equal(out.text, expected);
}

#endif
