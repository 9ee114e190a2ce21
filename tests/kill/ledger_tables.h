/* ledger_tables.h -- the growing tables of a ledger, for ledger.c alone. */
#ifndef CRMDB_KILL_LEDGER_TABLES_H
#define CRMDB_KILL_LEDGER_TABLES_H
#include "tests/kill/ledger.h"

/* All end the process when memory is out. */
void ledger_add_intent(struct ledger *ledger, const struct intent *intent, uint32_t number);
void ledger_add_acked(struct ledger *ledger, uint32_t index);
void ledger_add_day(struct ledger *ledger, const struct told_day *day);
void ledger_touch(struct ledger *ledger, uint64_t customer);

#endif
