/* identity.h -- the normal form of what identifies a person, so that equal ones are equal bytes.
 *
 *   phone    +86 (138) 0013-8000   ->  +8613800138000
 *   email     Zoe.Li@Example.COM   ->  zoe.li@example.com
 *   card     mc-00 42x             ->  MC0042X
 *   social   WeChat:ZoeLi          ->  wechat:ZoeLi
 *
 * A normal form is never longer than what was given, and is its own normal form.  Any thread.
 */
#ifndef CRMDB_PROTOCOL_COMMON_IDENTITY_H
#define CRMDB_PROTOCOL_COMMON_IDENTITY_H
#include <stddef.h>

#define IDENTITY_BYTES 256u /* room for any normal form; more is never given */

/* The normal form of text[size], size <= IDENTITY_BYTES, into out[IDENTITY_BYTES]; returns its
 * size.  0: the text is none of this kind.  The text is UTF-8 without NUL. */
size_t identity_phone(const char *text, size_t size, char *out);
size_t identity_email(const char *text, size_t size, char *out);
size_t identity_card(const char *text, size_t size, char *out);
size_t identity_social(const char *text, size_t size, char *out);
size_t identity_external_id(const char *text, size_t size, char *out);

#endif
