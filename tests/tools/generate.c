/* generate.c -- writes the text of the repository that is made from declarations.
 *
 *   generate golden              tests/golden/protocol.txt
 *   generate doc <PROTOCOL.md    PROTOCOL.md again, every section between a pair of markers anew:
 *                                <!-- generated: NAME --> ... <!-- end -->
 *
 * To add a section: a function and a row in `sections`.  Run by tests/tools/generate.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/describe.h"
#include "protocol/limits.h"
#include "protocol/person.h"
#include "tests/support/golden.h"
#include "tests/tools/conversation.h"

static void write_fields(FILE *out, const char *title, const struct field_info *fields,
			 size_t count)
{
	if (count == 0) {
		fprintf(out, "\n%s: nothing.\n", title);
		return;
	}
	fprintf(out, "\n| %s | type | meaning |\n|---|---|---|\n", title);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "| `%s` | %s%s | %s |\n", fields[i].name, fields[i].type,
			fields[i].optional ? ", optional" : "", fields[i].doc);
}

static void write_messages(FILE *out)
{
	for (size_t i = 0; i < message_info_count; i++) {
		const struct message_info *m = &message_infos[i];
		fprintf(out, "%s### `0x%02x` %s\n\n%s %s; since version %u.\n", i == 0 ? "" : "\n",
			m->opcode, m->name, m->doc, m->access, m->since);
		write_fields(out, "request", m->fields, m->field_count);
		write_fields(out, "answer", m->results, m->result_count);
	}
}

static void write_records(FILE *out)
{
	for (size_t i = 0; i < record_info_count; i++) {
		fprintf(out, "%s### %s\n\n%s\n", i == 0 ? "" : "\n", record_infos[i].name,
			record_infos[i].doc);
		write_fields(out, "member", record_infos[i].members, record_infos[i].member_count);
	}
}

static void write_classes(FILE *out)
{
	fputs("| class | in doubt | meaning |\n|---|---|---|\n", out);
	for (int kind = ERROR_CLASS_OK; kind <= ERROR_CLASS_LOCAL; kind++)
		fprintf(out, "| %s | %s | %s |\n", error_class_name((enum error_class)kind),
			kind == ERROR_CLASS_UNKNOWN ? "yes" : "no",
			error_class_doc((enum error_class)kind));
}

static void write_errors(FILE *out)
{
	fputs("| number | name | class | sentence | hint |\n|---|---|---|---|---|\n", out);
	for (size_t i = 0; i < error_info_count; i++)
		fprintf(out, "| %d | `%s` | %s | %s | %s |\n", (int)error_infos[i].error,
			error_infos[i].name, error_class_name(error_infos[i].class),
			error_infos[i].sentence, error_infos[i].hint);
}

static void write_events(FILE *out)
{
	fputs("| number | name | meaning |\n|---|---|---|\n", out);
	for (size_t i = 0; i < event_info_count; i++)
		fprintf(out, "| %u | `%s` | %s |\n", event_infos[i].number, event_infos[i].name,
			event_infos[i].doc);
}

static void write_people(FILE *out)
{
	fputs("| number | name | identifies | bytes of a value | values | meaning |\n"
	      "|---|---|---|---|---|---|\n",
	      out);
	for (size_t i = 0; i < person_field_count; i++) {
		const struct person_field *field = &person_fields[i];
		fprintf(out, "| %u | `%s` | %s | %u | %u | %s |\n", field->number, field->name,
			field->identity ? "yes" : "", field->limit, field->many, field->doc);
	}
}

#define ROW(number, name, doc) fprintf(out, "| %d | `%s` | %s |\n", number, #name, doc);

static void write_grades(FILE *out)
{
	fputs("| stage | name | default rule, the first that fits of churned, at_risk, won_back, "
	      "new, "
	      "loyal |\n|---|---|---|\n",
	      out);
#define STAGE(name, number, doc) ROW(number, name, doc)
#include "protocol/grades.def"
	fputs("\n| band | name | default rule |\n|---|---|---|\n", out);
#define BAND(name, number, doc) ROW(number, name, doc)
#include "protocol/grades.def"
}

static const char *attribute_kind(enum person_kind kind)
{
	static const char *const kinds[] = {
	    [PERSON_KIND_DATE] = "date",       [PERSON_KIND_WORD] = "word",
	    [PERSON_KIND_TAGS] = "tags",       [PERSON_KIND_GENDER] = "gender",
	    [PERSON_KIND_CHANNEL] = "channel",
	};
	return kinds[kind];
}

static void write_attributes(FILE *out)
{
	fputs("| number | name | kind | bytes of a value | values | meaning |\n"
	      "|---|---|---|---|---|---|\n",
	      out);
	for (size_t i = 0; i < person_field_count; i++) {
		const struct person_field *field = &person_fields[i];
		if (field->attribute)
			fprintf(out, "| %u | `%s` | %s | %u | %u | %s |\n", field->number,
				field->name, attribute_kind(field->kind), field->limit, field->many,
				field->doc);
	}
}

#define CHOICE(list, number, name, doc)                                                            \
	fprintf(out, "| %s | %d | `%s` | %s |\n", list, number, #name, doc);

static void write_choices(FILE *out)
{
	fputs("| list | number | name | meaning |\n|---|---|---|---|\n", out);
#define GENDER(name, number, doc) CHOICE("gender", number, name, doc)
#define CHANNEL(name, number, doc) CHOICE("channel", number, name, doc)
#define PURPOSE(name, number, doc) CHOICE("purpose", number, name, doc)
#define CARE(name, number, doc) CHOICE("care", number, name, doc)
#include "protocol/choices.def"
}

static void write_limits(FILE *out)
{
	static const struct {
		const char *what;
		unsigned long value;
		const char *unit;
	} limits[] = {
	    {"hello frame", LIMIT_HELLO_BYTES, "bytes"},
	    {"request frame", LIMIT_FRAME_BYTES, "bytes, announced in the welcome"},
	    {"commands in a request frame", LIMIT_FRAME_COMMANDS, "announced in the welcome"},
	    {"reply frame", LIMIT_REPLY_BYTES, "bytes; a longer reply comes in parts"},
	    {"one answer, head and body", LIMIT_ANSWER_BYTES, "bytes"},
	    {"ref", LIMIT_REF_BYTES, "bytes of UTF-8"},
	    {"application name", LIMIT_APP_BYTES, "bytes of UTF-8"},
	    {"credential", LIMIT_CREDENTIAL_BYTES, "bytes"},
	    {"entries of a history page", LIMIT_HISTORY_PAGE, "50 when none are named"},
	    {"customers of a page or walk", LIMIT_MEMBERS_PAGE, "100 when none are named"},
	    {"days of a due list behind its first", LIMIT_DUE_DAYS, "days"},
	    {"policy or source of a consent", LIMIT_NOTE_BYTES, "bytes of UTF-8"},
	    {"order id", LIMIT_ORDER_BYTES, "bytes of UTF-8"},
	    {"profile", LIMIT_PROFILE_BYTES, "bytes of its records"},
	    {"assignments of a command", LIMIT_PROFILE_VALUES, ""},
	    {"tiers of a programme", LIMIT_TIERS, "numbered from 0"},
	    {"timed key ahead of the server", KEY_AHEAD_MS, "milliseconds"},
	    {"timed key behind the server", KEY_WINDOW_MS, "milliseconds"},
	};
	fputs("| limit | value | unit |\n|---|---|---|\n", out);
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		fprintf(out, "| %s | %lu | %s |\n", limits[i].what, limits[i].value,
			limits[i].unit);
}

static const struct {
	const char *name;
	void (*write)(FILE *out);
} sections[] = {
    {"messages", write_messages},
    {"records", write_records},
    {"classes", write_classes},
    {"errors", write_errors},
    {"events", write_events},
    {"people", write_people},
    {"grades", write_grades},
    {"limits", write_limits},
    {"conversation", conversation_write},
    {"attributes", write_attributes},
    {"choices", write_choices},
};

/* "<!-- generated: NAME -->": write that section.  False: no such section. */
static bool write_section(const char *name, FILE *out)
{
	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
		if (strcmp(sections[i].name, name) == 0) {
			sections[i].write(out);
			return true;
		}
	return false;
}

static int rewrite(FILE *in, FILE *out)
{
	char *line = NULL, name[32];
	size_t capacity = 0;
	bool copying = true;
	int status = 0;
	while (status == 0 && getline(&line, &capacity, in) > 0) {
		if (strcmp(line, "<!-- end -->\n") == 0)
			copying = true;
		if (copying)
			fputs(line, out);
		if (sscanf(line, "<!-- generated: %31[a-z] -->", name) == 1) {
			copying = false;
			if (!write_section(name, out)) {
				fprintf(stderr, "generate: no section \"%s\"\n", name);
				status = 1;
			}
		}
	}
	if (status == 0 && !copying) {
		fprintf(stderr, "generate: section \"%s\" has no <!-- end -->\n", name);
		status = 1;
	}
	free(line);
	return status;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "golden") == 0) {
		golden_write(stdout);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "doc") == 0)
		return rewrite(stdin, stdout);
	fprintf(stderr, "usage: generate golden | generate doc <PROTOCOL.md\n");
	return 2;
}
