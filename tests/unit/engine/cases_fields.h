/* cases_fields.h -- rows of the tables of tests/cases that change fields of all customers.
 *
 *   field_add KEY KIND NAME PLACES[:VALUES] -> ...     KIND: its name, or a number
 *   field_rename KEY - NAME NEW -> ...
 *   field_drop KEY - NAME - -> ...
 *
 * "latin1" is a name that is not UTF-8, "*49" one of so many letters, - none.
 */
#ifndef CRMDB_TESTS_ENGINE_CASES_FIELDS_H
#define CRMDB_TESTS_ENGINE_CASES_FIELDS_H
#include "tests/unit/engine/fixture.h"

#include "protocol/catalogue.h"

static_assert(offsetof(struct msg_field_add, key) == offsetof(struct msg_field_rename, key) &&
		  offsetof(struct msg_field_add, key) == offsetof(struct msg_field_drop, key),
	      "a key is where every command has it");

static struct wire_text cases_name(const char *word, char *room, size_t size)
{
	int letters = 0;
	if (strcmp(word, "-") == 0)
		return (struct wire_text){"", 0};
	if (strcmp(word, "latin1") == 0)
		return (struct wire_text){"\xe9t\xe9", 3};
	if (sscanf(word, "*%d", &letters) != 1 || letters < 0 || (size_t)letters > size)
		return fixture_text(word);
	memset(room, 'x', (size_t)letters);
	return (struct wire_text){room, (uint32_t)letters};
}

static uint8_t cases_kind(const char *word)
{
	uint8_t number = (uint8_t)catalogue_kind_number(word, strlen(word));
	return number != 0 ? number : (uint8_t)strtoul(word, NULL, 10);
}

/* All of it but the key.  False: it is about something else.  *command borrows from the row and
 * from statics. */
static bool cases_field(char *const column[5], struct command *command)
{
	static char room[2][256];
	struct wire_text name = cases_name(column[3], room[0], sizeof room[0]);
	if (strncmp(column[0], "field_", 6) != 0)
		return false;
	memset(command, 0, sizeof *command);
	if (strcmp(column[0], "field_add") == 0) {
		const char *values = strchr(column[4], ':');
		command->opcode = OP_field_add;
		command->as.field_add = (struct msg_field_add){
		    .given = 5,
		    .name = name,
		    .kind = cases_kind(column[2]),
		    .places = (uint8_t)strtoul(column[4], NULL, 10),
		    .values = fixture_text(values == NULL ? "" : values + 1)};
	} else if (strcmp(column[0], "field_rename") == 0) {
		command->opcode = OP_field_rename;
		command->as.field_rename = (struct msg_field_rename){
		    .given = 3, .name = name, .to = cases_name(column[4], room[1], sizeof room[1])};
	} else {
		command->opcode = OP_field_drop;
		command->as.field_drop = (struct msg_field_drop){.given = 2, .name = name};
	}
	return true;
}

#endif
