/* confirm.h -- ask before what cannot be taken back. */
#ifndef CRMDB_CLI_CONFIRM_H
#define CRMDB_CLI_CONFIRM_H
#include <stdbool.h>
#include <stdint.h>

/* May this customer be erased?  Asks on the terminal; where nobody can answer it says how to do
 * without. */
bool confirm_erase(uint64_t customer);

#endif
