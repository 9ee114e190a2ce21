/* draw_care.c -- attributes, consents, greetings, profiles and due lists: few texts, birthdays
 * around today, years around this one.
 */
#include <stdio.h>
#include <string.h>

#include "protocol/choices.h"
#include "protocol/common/date.h"
#include "protocol/person.h"
#include "tests/sim/draw_private.h"

/* Texts of the last set drawn, until the next. */
static uint8_t records[512];

static struct wire_text one_of(struct dice *dice, const char *const *texts, uint32_t count)
{
	const char *text = texts[dice_below(dice, count)];
	return (struct wire_text){text, (uint32_t)strlen(text)};
}

static const char *const regions[] = {"east", "west", "north"};
static const char *const tags[] = {"golf", "vegan", "vip", "kids", "pets"};
static const char *const holidays[] = {"eid", "xmas", "diwali"};

static void add(struct draw_fields *fields, uint16_t field, struct wire_text value)
{
	encode_rec_assignment(&fields->w, &(struct rec_assignment){field, value});
	fields->list.count++;
}

/* Within a few days of today in another year, or 29 February, or none. */
static void add_birth_date(struct world *world, struct draw_fields *fields)
{
	struct dice *dice = &world->dice;
	char text[DATE_TEXT_BYTES];
	struct date date = date_of_day(world->model.today + (int32_t)dice_range(dice, 0, 8) - 4);
	date.year = (int32_t)dice_range(dice, 1950, 1960);
	int32_t most = date_days_of_month(date.year, date.month);
	date.day = date.day > most ? most : date.day;
	date_format(date_to_day(date), text);
	if (dice_chance(dice, 150))
		snprintf(text, sizeof text, "%s", dice_chance(dice, 500) ? "1956-02-29" : "");
	add(fields, PERSON_birth_date, (struct wire_text){text, (uint32_t)strlen(text)});
}

void draw_attributes(struct world *world, struct draw_fields *fields)
{
	struct dice *dice = &world->dice;
	if (dice_chance(dice, 500))
		add_birth_date(world, fields);
	if (dice_chance(dice, 300))
		add(fields, PERSON_region, one_of(dice, regions, 3));
	for (uint32_t more = dice_below(dice, 4); more > 0; more--)
		add(fields, PERSON_tags, one_of(dice, tags, 5));
	for (uint32_t more = dice_below(dice, 3); more > 0; more--)
		add(fields, PERSON_holidays, one_of(dice, holidays, 3));
	if (dice_chance(dice, 50))
		add(fields, PERSON_tags, (struct wire_text){"", 0});
	if (world->knobs.fields > 0 && dice_chance(dice, 500))
		draw_added(world, fields);
}

static void draw_set(struct world *world, struct command *command)
{
	struct draw_fields fields = {{records, records + sizeof records, false}, {records, 0, 0}};
	draw_attributes(world, &fields);
	fields.list.size = (uint32_t)(fields.w.at - records);
	command->opcode = OP_customer_set;
	command->as.customer_set =
	    (struct msg_customer_set){.given = 3,
				      .key = draw_key(world, OP_customer_set),
				      .customer = draw_customer(world),
				      .fields = fields.list};
}

static void draw_consent(struct world *world, struct command *command)
{
	struct dice *dice = &world->dice;
	struct msg_customer_consent *m = &command->as.customer_consent;
	command->opcode = OP_customer_consent;
	m->given = 7;
	m->key = draw_key(world, OP_customer_consent);
	m->customer = draw_customer(world);
	m->purpose = (uint8_t)dice_below(dice, dice_chance(dice, 50) ? 6 : 2) + 1;
	m->channel = (uint8_t)dice_below(dice, dice_chance(dice, 50) ? 10 : 3) + 1;
	m->granted = dice_chance(dice, 20) ? 2 : (uint8_t)dice_below(dice, 2);
	if (dice_chance(dice, 300))
		m->policy = one_of(dice, regions, 3);
	if (dice_chance(dice, 300))
		m->source = one_of(dice, tags, 5);
}

static void draw_greeting(struct world *world, struct command *command)
{
	struct dice *dice = &world->dice;
	struct msg_customer_care *m = &command->as.customer_care;
	int32_t year = date_of_day(world->model.today).year;
	command->opcode = OP_customer_care;
	m->given = 6;
	m->key = draw_key(world, OP_customer_care);
	m->customer = draw_customer(world);
	m->kind = dice_chance(dice, 600) ? CARE_birthday : CARE_holiday;
	if (m->kind == CARE_holiday)
		m->holiday = one_of(dice, holidays, 3);
	if (dice_chance(dice, 300))
		m->channel = (uint8_t)dice_range(dice, 1, 3);
	if (dice_chance(dice, 300))
		m->year = (uint16_t)(year - 1 + (int32_t)dice_below(dice, 3));
	if (dice_chance(dice, 20))
		m->kind = dice_chance(dice, 500) ? 0 : 4;
}

void draw_care(struct world *world, struct command *command)
{
	uint32_t kind = dice_below(&world->dice, 100);
	if (kind < 50)
		draw_set(world, command);
	else if (kind < 70)
		draw_consent(world, command);
	else
		draw_greeting(world, command);
}

static void draw_due(struct world *world, struct command *command)
{
	struct dice *dice = &world->dice;
	struct msg_due *m = &command->as.due;
	command->opcode = OP_due;
	m->given = 8;
	m->kind = dice_chance(dice, 700) ? CARE_birthday : CARE_holiday;
	if (m->kind == CARE_holiday)
		m->holiday = one_of(dice, holidays, 3);
	m->first = world->model.today + (int64_t)dice_below(dice, 10) - 5;
	m->last = m->first + (dice_chance(dice, 100) ? 366 : dice_below(dice, 10));
	if (dice_chance(dice, 300)) {
		m->purpose = (uint8_t)dice_range(dice, 1, 2);
		m->channel = (uint8_t)dice_range(dice, 1, 3);
	}
	if (dice_chance(dice, 300))
		m->from = dice_below(dice, 20);
	m->limit = dice_chance(dice, 300) ? dice_range(dice, 1, 4) : dice_range(dice, 0, 501);
	if (dice_chance(dice, 30))
		m->last = m->first - 1 + (dice_chance(dice, 500) ? 368 : 0);
	if (dice_chance(dice, 30))
		m->purpose = 5;
	if (dice_chance(dice, 30))
		m->kind = 4;
}

void draw_care_read(struct world *world, struct command *command)
{
	if (dice_chance(&world->dice, 500)) {
		draw_due(world, command);
		return;
	}
	command->opcode = OP_customer_profile;
	command->as.customer_profile.given = 1;
	command->as.customer_profile.customer = draw_customer(world);
}
