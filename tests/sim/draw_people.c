/* draw_people.c -- profiles and identities: few of them, spelled in many ways, so that customers
 * want the same one; texts that no other command gives, so that a document of another is known.
 */
#include <stdio.h>
#include <string.h>

#include "protocol/person.h"
#include "tests/sim/draw_private.h"
#include "tests/sim/model_people.h"

#define RECORDS_BYTES (128u << 10)
#define LONG_BYTES 40000u /* two are more than a document may have */

/* Fields or value of the last command drawn, until the next. */
static uint8_t records[RECORDS_BYTES];
static char value[32];

static struct wire_text text_of(const char *text)
{
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

static void add(struct draw_fields *fields, uint16_t field, struct wire_text text)
{
	encode_rec_assignment(&fields->w, &(struct rec_assignment){field, text});
	fields->list.count++;
}

/* Of this command alone. */
static void add_unique(struct world *world, struct draw_fields *fields, uint16_t field)
{
	char text[32];
	snprintf(text, sizeof text, "%u.%u of %u", field, fields->list.count, world->intents.count);
	add(fields, field, text_of(text));
}

static void add_long(struct world *world, struct draw_fields *fields, uint16_t field)
{
	static char text[LONG_BYTES];
	uint32_t size = dice_range(&world->dice, LONG_BYTES / 2, LONG_BYTES);
	int head = snprintf(text, sizeof text, "%u", world->intents.count);
	memset(text + head, 'a' + (int)dice_below(&world->dice, 26), size - (uint32_t)head);
	add(fields, field, (struct wire_text){text, size});
}

/* As it may be asked for or given; seldom one that is wrong. */
static struct dossier_value draw_identity(struct world *world)
{
	struct dice *dice = &world->dice;
	bool wrong = dice_chance(dice, 15);
	if (!wrong && dice_chance(dice, 300)) {
		snprintf(value, sizeof value, "x%u", dice_below(dice, 30));
		return (struct dossier_value){PERSON_external_id, text_of(value)};
	}
	uint32_t at = dice_below(dice, wrong ? model_spelled : model_right);
	return (struct dossier_value){model_spellings[at].field, text_of(model_spellings[at].text)};
}

static void draw_values(struct world *world, struct draw_fields *fields)
{
	struct dice *dice = &world->dice;
	uint32_t identities = dice_below(dice, 3), addresses = dice_below(dice, 3);
	for (; identities > 0; identities--) {
		struct dossier_value identity = draw_identity(world);
		add(fields, identity.field, identity.text);
	}
	if (dice_chance(dice, 400))
		add_unique(world, fields, PERSON_name);
	if (dice_chance(dice, 300))
		add_unique(world, fields, PERSON_city);
	for (addresses = dice_chance(dice, 10) ? 9 : addresses; addresses > 0; addresses--)
		add_unique(world, fields, PERSON_address);
	if (dice_chance(dice, 100))
		add(fields, dice_chance(dice, 500) ? PERSON_phone : PERSON_city, text_of(""));
	if (world->knobs.giant == 0 && dice_chance(dice, 10))
		add_long(world, fields, PERSON_notes);
	if (world->knobs.giant == 0 && dice_chance(dice, 10))
		add_long(world, fields, PERSON_preferences);
	if (dice_chance(dice, 150))
		draw_attributes(world, fields);
}

static uint64_t draw_person(struct world *world, uint32_t strangers)
{
	if (dice_chance(&world->dice, strangers))
		return DRAW_STRANGER + dice_below(&world->dice, world->knobs.strangers);
	return draw_customer(world);
}

static void draw_put(struct world *world, struct command *command, bool set)
{
	struct draw_fields fields = {{records, records + sizeof records, false}, {records, 0, 0}};
	draw_values(world, &fields);
	fields.list.size = (uint32_t)(fields.w.at - records);
	command->opcode = set ? OP_customer_set : OP_customer_put;
	struct wire_id key = draw_key(world, command->opcode);
	uint64_t customer = draw_person(world, 400);
	bool create = dice_chance(&world->dice, 300);
	if (set)
		command->as.customer_set =
		    (struct msg_customer_set){4, key, customer, fields.list, create};
	else
		command->as.customer_put = (struct msg_customer_put){3, key, customer, fields.list};
}

static void draw_erase(struct world *world, struct command *command)
{
	command->opcode = OP_customer_erase;
	command->as.customer_erase = (struct msg_customer_erase){
	    2, draw_key(world, OP_customer_erase), draw_person(world, 900)};
}

static void draw_find(struct world *world, struct command *command)
{
	struct dossier_value identity = draw_identity(world);
	if (dice_chance(&world->dice, 15))
		identity = (struct dossier_value){PERSON_name, text_of("Zoe")};
	if (dice_chance(&world->dice, 15))
		identity = (struct dossier_value){PERSON_phone, text_of("")};
	command->opcode = OP_customer_find;
	command->as.customer_find = (struct msg_customer_find){2, identity.field, identity.text};
}

void draw_people(struct world *world, struct command *command)
{
	uint32_t kind = dice_below(&world->dice, 1000);
	if (kind < 300) {
		draw_put(world, command, false);
	} else if (kind < 550) {
		draw_put(world, command, true);
	} else if (kind < 550 + world->knobs.erase) {
		draw_erase(world, command);
	} else if (kind < 800) {
		draw_find(world, command);
	} else {
		command->opcode = OP_customer_profile;
		command->as.customer_profile =
		    (struct msg_customer_profile){1, draw_person(world, 400)};
	}
}
