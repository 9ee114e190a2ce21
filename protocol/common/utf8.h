/* utf8.h -- is this text UTF-8?  Strictly: RFC 3629, table 3-7 of the Unicode standard.
 *
 *   bytes         first      second     third      fourth
 *   1             00..7f
 *   2             c2..df     80..bf                            c0, c1 would be overlong
 *   3             e0         a0..bf     80..bf                 below a0: overlong
 *                 e1..ec     80..bf     80..bf
 *                 ed         80..9f     80..bf                 above 9f: surrogates
 *                 ee..ef     80..bf     80..bf
 *   4             f0         90..bf     80..bf     80..bf      below 90: overlong
 *                 f1..f3     80..bf     80..bf     80..bf
 *                 f4         80..8f     80..bf     80..bf      above 8f: over U+10FFFF
 *
 * Any thread; no state.
 */
#ifndef CRMDB_PROTOCOL_COMMON_UTF8_H
#define CRMDB_PROTOCOL_COMMON_UTF8_H
#include <stdbool.h>
#include <stddef.h>

/* True for empty text and for NUL bytes: what they mean is the caller's to judge. */
bool utf8_is_valid(const char *text, size_t size);

#endif
