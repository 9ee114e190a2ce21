/* entry.h -- an event as an application sees it, from its record on the wire. */
#ifndef CRMDB_CLIENT_ENTRY_H
#define CRMDB_CLIENT_ENTRY_H
#include "client/crmdb/crmdb.h"
#include "protocol/messages.h"

void entry_read(const struct rec_entry *record, crm_entry *out);

#endif
