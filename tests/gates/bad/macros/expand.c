/* expand.c -- expands a table, so its macros may. */
#define ROW(name) return name;
#include "rows.def"
