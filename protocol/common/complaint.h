/* complaint.h -- what is wrong with a text that somebody typed, and where in it. */
#ifndef CRMDB_PROTOCOL_COMMON_COMPLAINT_H
#define CRMDB_PROTOCOL_COMMON_COMPLAINT_H
#include <stdbool.h>
#include <stddef.h>

struct complaint {
	char message[256]; /* a sentence */
	size_t at;         /* byte in the text, from 0 */
};

/* False, so that a parser can end with it. */
__attribute__((format(printf, 3, 4))) bool complain(struct complaint *complaint, size_t at,
						    const char *format, ...);

#endif
