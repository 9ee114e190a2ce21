/* draw_fields.c -- fields added, renamed and dropped, and their values: few names, so that commands
 * want the same one; numbers of fields that are not there yet, or no more.
 */
#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/person.h"
#include "tests/sim/draw_private.h"
#include "tests/sim/model_fields.h"

static struct wire_text draw_name(struct dice *dice)
{
	uint32_t all = dice_chance(dice, 150) ? model_field_names_all : FIELD_NAMES;
	const char *text = model_field_names[dice_below(dice, all)].text;
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

void draw_field(struct world *world, struct command *command)
{
	static const uint8_t kinds[] = {FIELD_KIND_number, FIELD_KIND_boolean, FIELD_KIND_choice,
					FIELD_KIND_tags, FIELD_KIND_tags};
	struct dice *dice = &world->dice;
	uint32_t kind = dice_below(dice, 100);
	if (kind < 50) {
		struct wire_text values = {"w2,w1", dice_chance(dice, 300) ? 5 : 0};
		uint8_t of = dice_chance(dice, 50) ? FIELD_KIND_tier : kinds[dice_below(dice, 5)];
		command->opcode = OP_field_add;
		command->as.field_add = (struct msg_field_add){
		    5, draw_key(world, OP_field_add), draw_name(dice), of, 0, values};
	} else if (kind < 75) {
		command->opcode = OP_field_rename;
		command->as.field_rename = (struct msg_field_rename){
		    3, draw_key(world, OP_field_rename), draw_name(dice), draw_name(dice)};
	} else {
		command->opcode = OP_field_drop;
		command->as.field_drop =
		    (struct msg_field_drop){2, draw_key(world, OP_field_drop), draw_name(dice)};
	}
}

void draw_added(struct world *world, struct draw_fields *fields)
{
	static const char *const texts[] = {"1", "22", "true", "false", "w1", "w2", "w3", ""};
	struct dice *dice = &world->dice;
	uint16_t field = (uint16_t)(PERSON_ADDED + dice_below(dice, 4));
	for (uint32_t more = dice_below(dice, 2) + 1; more > 0; more--) {
		const char *text = texts[dice_below(dice, 8)];
		struct rec_assignment value = {field, {text, (uint32_t)strlen(text)}};
		encode_rec_assignment(&fields->w, &value);
		fields->list.count++;
	}
}
