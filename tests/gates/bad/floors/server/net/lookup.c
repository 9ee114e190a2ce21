/* lookup.c -- another floor's library. */
#include <lmdb.h>
