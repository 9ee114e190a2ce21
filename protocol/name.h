/* name.h -- names of what is made while the server runs: saved segments and added fields.
 *
 * Nothing here keeps state.
 */
#ifndef CRMDB_PROTOCOL_NAME_H
#define CRMDB_PROTOCOL_NAME_H
#include <stdbool.h>
#include <stddef.h>

/* 1 to LIMIT_NAME_BYTES small letters, digits and _, beginning with a letter. */
bool name_is_formed(const char *name, size_t size);

/* ... and no word of the language, so that a statement with it reads in one way. */
bool name_is_free(const char *name, size_t size);

#endif
