/* questions.h -- questions about many customers, and the answers a plain scan gives.
 *
 *   stream of all customers, exact at one event --> questions_scan --> counts, pages, groups
 *                              the server's answers --> questions_compare --'
 */
#ifndef CRMDB_BENCH_QUESTIONS_H
#define CRMDB_BENCH_QUESTIONS_H
#include <crmdb/crmdb.h>
#include <stdbool.h>
#include <stdint.h>

enum question_name {
#define QUESTION(name, kind, text, where, passes) QUESTION_##name,
#include "bench/questions.def"
	QUESTIONS_COUNT
};

enum question_form {
	QUESTION_COUNT,
	QUESTION_PAGE,
	QUESTION_GROUPS
};

struct question_asked {
	const char *name, *text, *where; /* static */
	enum question_form form;
};
extern const struct question_asked questions_asked[QUESTIONS_COUNT];

/* What a scan reads of a customer. */
struct person {
	uint64_t customer;
	int64_t spend, spend12, points;
	int32_t last_order, birth_date; /* PERSON_NO_DAY: none */
	uint8_t tier, stage;            /* CRM's numbers */
	bool female, north, sms;
};
#define PERSON_NO_DAY INT32_MIN

/* Is the birthday from `today` on within so many days?  29 February is on 28 February in other
 * years. */
bool person_has_birthday(const struct person *person, int32_t today, int32_t days);

struct questions_outcome {
	uint64_t customers;            /* scanned */
	uint32_t asked, wrong;         /* answers unlike the scan's */
	int64_t sums[QUESTIONS_COUNT]; /* the scan's: a count, numbers of the customers of a page,
					  sums of all groups */
};

/* Ask all questions and scan all customers by a stream, both while nobody writes.  False: *error
 * says why. */
struct questions_place {
	const char *uri;
	int32_t today;      /* the programme's day */
	const char *export; /* file to write the customers scanned to, as CSV, or NULL */
};
bool questions_compare(const struct questions_place *place, struct questions_outcome *outcome,
		       crm_error *error);

#endif
