/* traits.c -- see traits.h. */
#include "bench/traits.h"

#define YEAR_DAYS 365
#define YOUNGEST_YEARS 18
#define AGES_YEARS 60u

static const char *const genders[] = {"female", "male", "female", "male",
				      "female", "male", "other",  NULL};
static const char *const regions[] = {"north", "north", "north", "north",  "south", "south",
				      "south", "south", "east",  "west",   "coast", "hills",
				      "lakes", "delta", "east",  "islands"};
static const char *const sources[] = {"app", "web", "store-1", "store-2",
				      "app", "web", "partner", "event"};

/* Not the stream that the orders of the same customer are drawn from. */
static struct random stream_of(uint64_t seed, uint64_t item)
{
	struct random random = {~seed ^ (item * UINT64_C(0x9fb21c651e98df25))};
	return (struct random){random_next(&random)};
}

static void draw_birth(const struct population *population, struct random *random,
		       struct traits *out)
{
	uint64_t days = random_below(random, AGES_YEARS * YEAR_DAYS);
	out->birth_date = TRAITS_NO_DAY;
	out->birth_text[0] = '\0';
	if (random_below(random, 8) == 0)
		return;
	out->birth_date = population->today - YOUNGEST_YEARS * YEAR_DAYS - (int32_t)days;
	date_format(out->birth_date, out->birth_text);
}

void traits_draw(const struct population *population, uint64_t item, struct traits *out)
{
	struct random random = stream_of(population->seed, item);
	draw_birth(population, &random, out);
	out->gender = genders[random_below(&random, sizeof genders / sizeof genders[0])];
	out->region = regions[random_below(&random, sizeof regions / sizeof regions[0])];
	out->source = sources[random_below(&random, sizeof sources / sizeof sources[0])];
	out->sms = random_below(&random, 5) < 2;
	out->email = random_below(&random, 5) < 3;
}

uint32_t traits_list(const struct traits *traits, struct trait list[TRAITS_FIELDS])
{
	uint32_t count = 0;
	if (traits->birth_date != TRAITS_NO_DAY)
		list[count++] = (struct trait){"birth_date", traits->birth_text};
	if (traits->gender != NULL)
		list[count++] = (struct trait){"gender", traits->gender};
	list[count++] = (struct trait){"region", traits->region};
	list[count++] = (struct trait){"source", traits->source};
	return count;
}
