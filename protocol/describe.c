/* describe.c -- the tables of describe.h, expanded from the declarations.
 *
 * Each field array ends with an empty entry, so that a message without fields has an array too;
 * the counts leave it out.
 */
#include "protocol/describe.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD_COUNT(array) (COUNT(array) - 1)

#define FIELDS_BEGIN(array) static const struct field_info array[] = {
#define FIELDS_END                                                                                 \
	{                                                                                          \
		NULL, NULL, NULL, false                                                            \
	}                                                                                          \
	}                                                                                          \
	;

#define MESSAGE(name, opcode, access, since, doc) FIELDS_BEGIN(name##_fields)
#define FIELD(type, name, doc) {#type, #name, doc, false},
#define OPTION(type, name, doc) {#type, #name, doc, true},
#define ANSWER(name) FIELDS_END FIELDS_BEGIN(name##_results)
#define RESULT(type, name, doc) {#type, #name, doc, false},
#define END(name) FIELDS_END
#define RECORD(name, doc) FIELDS_BEGIN(name##_members)
#define MEMBER(type, name, doc) {#type, #name, doc, false},
#define END_RECORD(name) FIELDS_END
#include "protocol/messages.def"

const struct message_info message_infos[] = {
#define MESSAGE(name, opcode, access, since, doc)                                                  \
	{#name,                                                                                    \
	 opcode,                                                                                   \
	 #access,                                                                                  \
	 since,                                                                                    \
	 doc,                                                                                      \
	 name##_fields,                                                                            \
	 FIELD_COUNT(name##_fields),                                                               \
	 name##_results,                                                                           \
	 FIELD_COUNT(name##_results)},
#include "protocol/messages.def"
};
const size_t message_info_count = COUNT(message_infos);

const struct record_info record_infos[] = {
#define RECORD(name, doc) {#name, doc, name##_members, FIELD_COUNT(name##_members)},
#include "protocol/messages.def"
};
const size_t record_info_count = COUNT(record_infos);

const struct event_info event_infos[] = {
#define EVENT(name, number, doc) {#name, number, doc},
#include "protocol/events.def"
};
const size_t event_info_count = COUNT(event_infos);

const struct message_info *message_info(uint16_t opcode)
{
	for (size_t i = 0; i < message_info_count; i++)
		if (message_infos[i].opcode == opcode)
			return &message_infos[i];
	return NULL;
}

static const struct {
	const char *name, *doc;
} classes[] = {
    [ERROR_CLASS_OK] = {"ok", "Done."},
    [ERROR_CLASS_REFUSED] = {"refused", "Nothing was applied; the same again is refused again."},
    [ERROR_CLASS_RETRY] = {"retry", "Nothing was applied; the same may succeed later."},
    [ERROR_CLASS_UNKNOWN] = {"unknown", "In doubt: it may have been applied; retry with the same "
					"key to learn it."},
    [ERROR_CLASS_LOCAL] = {"local", "Raised by the client library; nothing was sent."},
};

const char *error_class_name(enum error_class class)
{
	return classes[class].name;
}

const char *error_class_doc(enum error_class class)
{
	return classes[class].doc;
}
