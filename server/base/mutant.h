/* mutant.h -- asks whether a deliberate fault is switched on; see mutants.def. */
#ifndef CRMDB_BASE_MUTANT_H
#define CRMDB_BASE_MUTANT_H

enum mutant {
#define MUTANT_ROW(name, doc) MUTANT_##name,
#include "server/base/mutants.def"
};

#ifdef CRMDB_MUTANTS
extern enum mutant mutant_chosen; /* from CRMDB_MUTANT, before main; an unknown name aborts */
#define MUTANT(name) (mutant_chosen == MUTANT_##name)
#else
#define MUTANT(name) 0
#endif

#endif
