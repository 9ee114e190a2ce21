/* golden.h -- the bytes that must never change: one fixed sample of everything that is stored or
 * sent, a line each, "name hex". */
#ifndef CRMDB_TESTS_SUPPORT_GOLDEN_H
#define CRMDB_TESTS_SUPPORT_GOLDEN_H
#include <stdio.h>

/* Committed as tests/golden/protocol.txt; rewritten by `make generate`. */
void golden_write(FILE *out);

#endif
