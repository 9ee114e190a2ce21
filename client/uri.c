/* uri.c -- parse addresses; see uri.h.
 *
 *   U1  Whatever the text, every string in struct uri ends with a NUL inside its array.
 *   U2  BAD_URI always names the part that is wrong.
 *
 * To add a setting: a row in `settings`, a field in struct uri with its default in uri_parse, and
 * a line in uri.h.
 */
#include "client/uri.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/error.h"
#include "protocol/common/utf8.h"

/* A part of the text, not NUL-terminated. */
struct span {
	const char *at;
	size_t size;
};

#define SHOWN(span) (int)((span).size > 80 ? 80 : (span).size), (span).at

static struct span cut(struct span *rest, char separator)
{
	const char *end = memchr(rest->at, separator, rest->size);
	struct span head = {rest->at, end == NULL ? rest->size : (size_t)(end - rest->at)};
	size_t used = end == NULL ? rest->size : head.size + 1;
	*rest = (struct span){rest->at + used, rest->size - used};
	return head;
}

static bool same(struct span span, const char *word)
{
	return span.size == strlen(word) && memcmp(span.at, word, span.size) == 0;
}

/* Advance past `word`, if the text starts with it. */
static bool skip(struct span *text, const char *word)
{
	size_t size = strlen(word);
	if (text->size < size || memcmp(text->at, word, size) != 0)
		return false;
	*text = (struct span){text->at + size, text->size - size};
	return true;
}

static int hex(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits) % 16;
}

/* Copy with %XX decoded.  False: too long, or not an escape, or a NUL. */
static bool copy(char *to, size_t room, struct span from)
{
	size_t size = 0;
	for (size_t i = 0; i < from.size; i++) {
		char c = from.at[i];
		if (c == '%') {
			int high = i + 2 < from.size ? hex(from.at[i + 1]) : -1;
			int low = i + 2 < from.size ? hex(from.at[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (c == '\0' || size + 1 >= room)
			return false;
		to[size++] = c;
	}
	to[size] = '\0'; /* U1 */
	return true;
}

/* Digits only, up to `max`; advances past them.  False: no digit, or too large. */
static bool number(struct span *rest, uint64_t max, uint64_t *value)
{
	size_t i = 0;
	*value = 0;
	while (i < rest->size && rest->at[i] >= '0' && rest->at[i] <= '9') {
		*value = *value * 10 + (uint64_t)(rest->at[i++] - '0');
		if (*value > max)
			return false;
	}
	*rest = (struct span){rest->at + i, rest->size - i};
	return i > 0;
}

static bool whole_number(struct span text, uint64_t min, uint64_t max, uint64_t *value)
{
	return number(&text, max, value) && text.size == 0 && *value >= min;
}

static bool duration(struct span text, int64_t *us)
{
	static const struct {
		const char *unit;
		int64_t us;
	} units[] = {{"", 1000}, {"us", 1}, {"ms", 1000}, {"s", 1000000}, {"m", 60000000}};
	uint64_t value;
	if (!number(&text, URI_TIMEOUT_MAX_US, &value) || value == 0)
		return false;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (!same(text, units[i].unit))
			continue;
		if ((int64_t)value > URI_TIMEOUT_MAX_US / units[i].us)
			return false;
		*us = (int64_t)value * units[i].us;
		return true;
	}
	return false;
}

bool uri_parse_time(const char *text, int64_t *us)
{
	return duration((struct span){text, strlen(text)}, us);
}

/* --- settings --- */

static bool set_timeout(struct uri *uri, struct span value)
{
	return duration(value, &uri->timeout_us);
}

static bool set_connect_timeout(struct uri *uri, struct span value)
{
	return duration(value, &uri->connect_timeout_us);
}

static bool set_pool(struct uri *uri, struct span value)
{
	uint64_t size;
	if (!whole_number(value, 1, URI_POOL_MAX, &size))
		return false;
	uri->pool = (uint32_t)size;
	return true;
}

static bool set_app(struct uri *uri, struct span value)
{
	return copy(uri->app, sizeof uri->app, value) && utf8_is_valid(uri->app, strlen(uri->app));
}

static const struct setting {
	const char *name, *wanted;
	bool (*set)(struct uri *uri, struct span value);
} settings[] = {
    {"timeout", "a time such as 500ms, 5s or 2m, at most a day", set_timeout},
    {"connect_timeout", "a time such as 500ms, 5s or 2m, at most a day", set_connect_timeout},
    {"pool", "a number of connections from 1 to 256", set_pool},
    {"app", "a name of at most 64 bytes of UTF-8", set_app},
};

static crm_status parse_setting(struct uri *uri, struct span pair, crm_error *error)
{
	struct span name = cut(&pair, '=');
	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
		if (!same(name, settings[i].name))
			continue;
		if (settings[i].set(uri, pair))
			return CRM_OK;
		return error_say(error, ERROR_BAD_URI, "%s=%.*s in the address is not %s",
				 settings[i].name, SHOWN(pair), settings[i].wanted);
	}
	error_say(error, ERROR_BAD_URI, "the address has no setting \"%.*s\"", SHOWN(name));
	error_hint(error, "known are timeout, connect_timeout, pool and app");
	return ERROR_BAD_URI;
}

static crm_status parse_settings(struct uri *uri, struct span text, crm_error *error)
{
	while (text.size > 0) {
		crm_status status = parse_setting(uri, cut(&text, '&'), error);
		if (status != CRM_OK)
			return status;
	}
	return CRM_OK;
}

/* --- addresses --- */

static crm_status parse_port(struct uri *uri, struct span text, crm_error *error)
{
	uint64_t port;
	if (!whole_number(text, 1, UINT16_MAX, &port))
		return error_say(error, ERROR_BAD_URI,
				 "the port \"%.*s\" is not a number from 1 to 65535", SHOWN(text));
	uri->port = (uint16_t)port;
	return CRM_OK;
}

/* host, host:port, [v6] or [v6]:port */
static crm_status parse_host(struct uri *uri, struct span text, crm_error *error)
{
	struct span host, shown = text;
	bool bracketed = text.size > 0 && text.at[0] == '[';
	bool port_given;
	if (bracketed) {
		text = (struct span){text.at + 1, text.size - 1};
		if (memchr(text.at, ']', text.size) == NULL)
			return error_say(error, ERROR_BAD_URI, "the address \"%.*s\" lacks a ]",
					 SHOWN(shown));
		host = cut(&text, ']');
		port_given = text.size > 0;
		if (port_given && text.at[0] != ':')
			return error_say(error, ERROR_BAD_URI,
					 "\"%.*s\" is in the way between the address and its port",
					 SHOWN(text));
		text = port_given ? (struct span){text.at + 1, text.size - 1} : text;
	} else {
		port_given = memchr(text.at, ':', text.size) != NULL;
		host = cut(&text, ':');
	}
	if (host.size == 0 && text.size > 0 && memchr(text.at, ':', text.size) != NULL)
		return error_say(error, ERROR_BAD_URI,
				 "an IPv6 address needs brackets, as in crmdb://[::1]:7878");
	if (host.size == 0)
		return error_say(error, ERROR_BAD_URI, "the address names no host");
	if (memchr(host.at, '%', host.size) != NULL || !copy(uri->host, sizeof uri->host, host))
		return error_say(error, ERROR_BAD_URI, "the host \"%.*s\" is not a host's name",
				 SHOWN(host));
	return port_given ? parse_port(uri, text, error) : CRM_OK;
}

static crm_status parse_tcp(struct uri *uri, struct span text, crm_error *error)
{
	struct span host = cut(&text, '/');
	if (text.size > 0)
		return error_say(error, ERROR_BAD_URI,
				 "the address goes on with \"/%.*s\" after the port", SHOWN(text));
	return parse_host(uri, host, error);
}

static crm_status parse_unix(struct uri *uri, struct span path, crm_error *error)
{
	if (path.size == 0 || path.at[0] != '/')
		return error_say(error, ERROR_BAD_URI,
				 "the socket path \"%.*s\" does not start with /", SHOWN(path));
	if (!copy(uri->path, sizeof uri->path, path))
		return error_say(error, ERROR_BAD_URI,
				 "the socket path is over %u bytes, or has a bad %%XX",
				 URI_PATH_BYTES - 1);
	return CRM_OK;
}

/* What is before the settings. */
static crm_status parse_place(struct uri *uri, struct span text, crm_error *error)
{
	struct span rest = text;
	if (skip(&rest, "crmdb://"))
		return parse_tcp(uri, rest, error);
	if (skip(&rest, "unix://"))
		return parse_unix(uri, rest, error);
	return error_say(error, ERROR_BAD_URI,
			 "the address \"%.*s\" starts with neither crmdb:// nor unix:///",
			 SHOWN(text));
}

static const char *from_environment(void)
{
	const char *text = getenv("CRMDB_URI");
	return text == NULL || *text == '\0' ? URI_DEFAULT : text;
}

crm_status uri_parse(struct uri *uri, const char *text, crm_error *error)
{
	*uri = (struct uri){.port = URI_PORT_DEFAULT,
			    .timeout_us = 5000000,
			    .connect_timeout_us = 2000000,
			    .pool = 4};
	set_app(uri, (struct span){program_invocation_short_name,
				   strnlen(program_invocation_short_name, LIMIT_APP_BYTES)});
	if (text == NULL)
		text = from_environment();
	struct span settings_text = {text, strlen(text)};
	struct span place = cut(&settings_text, '?');
	crm_status status = parse_place(uri, place, error);
	if (status == CRM_OK)
		return parse_settings(uri, settings_text, error);
	error_hint(error, "for example " URI_DEFAULT " or unix:///run/crmdb.sock");
	return status;
}
