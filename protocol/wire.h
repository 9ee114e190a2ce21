/* wire.h -- checked little-endian reads and writes over caller-owned bytes.
 *
 * Both cursors carry a sticky failure flag: a codec reads every field straight through and asks
 * once, at the end, whether it all fitted.  Bounds are always tested as "needed <= remaining";
 * no pointer is advanced first and compared later, so no length taken from the wire can wrap.
 *
 *   W1  A failed cursor never moves again, and reads from it give zero.
 *   W2  Nothing outside [at, end) is ever read or written (guard-page test: tests/unit/protocol).
 *
 * Everything is inline: the codecs of messages.c are hot (a million commands a second).
 * Thread rule: a cursor belongs to one thread; there is no shared state.
 */
#ifndef CRMDB_PROTOCOL_WIRE_H
#define CRMDB_PROTOCOL_WIRE_H
#include "protocol/wire_read.h"
#include "protocol/wire_types.h"
#include "protocol/wire_write.h"

#endif
