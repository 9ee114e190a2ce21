/* identity.c -- see identity.h.
 *
 * What is refused is what cannot be meant: whether a phone or an address exists, nobody here knows.
 */
#include "protocol/common/identity.h"

#include <string.h>

#include "protocol/common/ascii.h"

#define PHONE_DIGITS_MIN 8  /* the shortest international numbers in use */
#define PHONE_DIGITS_MAX 15 /* E.164 */
#define LOCAL_MAX 64        /* RFC 5321, 4.5.3.1.1 */
#define LABEL_MAX 63        /* RFC 1035, 2.3.4 */
#define NETWORK_MAX 32

struct span {
	const char *at;
	size_t size;
};

static struct span trim(const char *text, size_t size)
{
	while (size > 0 && ascii_is_blank(text[0]))
		text++, size--;
	while (size > 0 && ascii_is_blank(text[size - 1]))
		size--;
	return (struct span){text, size};
}

/* Blanks and controls; bytes of UTF-8 letters are fine. */
static bool is_hole(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f;
}

static bool is_in(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool is_beyond_ascii(char c)
{
	return (unsigned char)c >= 0x80;
}

size_t identity_phone(const char *text, size_t size, char *out)
{
	struct span span = trim(text, size);
	size_t used = 1;
	if (span.size == 0 || span.at[0] != '+')
		return 0; /* a national number means another phone in each country */
	out[0] = '+';
	for (size_t i = 1; i < span.size; i++) {
		char c = span.at[i];
		if (is_in(c, " -()./"))
			continue;
		if (!ascii_is_digit(c) || used > PHONE_DIGITS_MAX)
			return 0;
		out[used++] = c;
	}
	/* No country's code begins with 0. */
	return used > PHONE_DIGITS_MIN && out[1] != '0' ? used : 0;
}

static bool local_fits(struct span local)
{
	if (local.size == 0 || local.size > LOCAL_MAX || local.at[0] == '.' ||
	    local.at[local.size - 1] == '.')
		return false;
	for (size_t i = 0; i < local.size; i++) {
		char c = local.at[i];
		if (is_hole(c) || is_in(c, "\"(),:;<>@[\\]") ||
		    (c == '.' && local.at[i + 1] == '.'))
			return false;
	}
	return true;
}

static bool label_fits(struct span label)
{
	if (label.size == 0 || label.size > LABEL_MAX || label.at[0] == '-' ||
	    label.at[label.size - 1] == '-')
		return false;
	for (size_t i = 0; i < label.size; i++) {
		char c = label.at[i];
		if (!ascii_is_letter(c) && !ascii_is_digit(c) && c != '-' && !is_beyond_ascii(c))
			return false;
	}
	return true;
}

/* Two labels or more. */
static bool domain_fits(struct span domain)
{
	size_t labels = 0, from = 0;
	for (size_t i = 0; i <= domain.size; i++) {
		if (i < domain.size && domain.at[i] != '.')
			continue;
		if (!label_fits((struct span){domain.at + from, i - from}))
			return false;
		labels++;
		from = i + 1;
	}
	return labels >= 2;
}

/* The local part is lowered too: RFC 5321 lets a host tell Zoe@ from zoe@, hosts do not, and people
 * type either; two customers of one mailbox would be one person twice. */
size_t identity_email(const char *text, size_t size, char *out)
{
	struct span span = trim(text, size);
	const char *mark = span.size == 0 ? NULL : memchr(span.at, '@', span.size);
	if (mark == NULL)
		return 0;
	size_t local = (size_t)(mark - span.at);
	if (!local_fits((struct span){span.at, local}) ||
	    !domain_fits((struct span){mark + 1, span.size - local - 1}))
		return 0;
	for (size_t i = 0; i < span.size; i++)
		out[i] = ascii_lower(span.at[i]);
	return span.size;
}

size_t identity_card(const char *text, size_t size, char *out)
{
	size_t used = 0;
	for (size_t i = 0; i < size; i++) {
		char c = text[i];
		if (ascii_is_blank(c) || c == '-')
			continue;
		if (!ascii_is_letter(c) && !ascii_is_digit(c))
			return 0;
		out[used++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	return used;
}

size_t identity_social(const char *text, size_t size, char *out)
{
	struct span span = trim(text, size);
	const char *mark = span.size == 0 ? NULL : memchr(span.at, ':', span.size);
	if (mark == NULL)
		return 0;
	size_t network = (size_t)(mark - span.at);
	if (network == 0 || network > NETWORK_MAX || network + 1 == span.size)
		return 0;
	for (size_t i = 0; i < span.size; i++) {
		char c = span.at[i];
		bool plain = ascii_is_letter(c) || ascii_is_digit(c) || is_in(c, "._-");
		if (is_hole(c) || (i < network && !plain))
			return 0;
		out[i] = i < network ? ascii_lower(c) : c;
	}
	return span.size;
}

size_t identity_external_id(const char *text, size_t size, char *out)
{
	memcpy(out, text, size);
	return size;
}
