/* questions.c -- see questions.h: the list, and days that come again. */
#include "bench/questions.h"

#include "protocol/common/date.h"

const struct question_asked questions_asked[QUESTIONS_COUNT] = {
#define QUESTION(name, kind, text, where, passes) {#name, text, where, QUESTION_##kind},
#include "bench/questions.def"
};

bool person_has_birthday(const struct person *person, int32_t today, int32_t days)
{
	if (person->birth_date == PERSON_NO_DAY)
		return false;
	struct date born = date_of_day(person->birth_date);
	for (int32_t day = today; day <= today + days; day++) {
		struct date date = date_of_day(day);
		bool leap = date_days_of_month(date.year, 2) == 29;
		bool moved = born.month == 2 && born.day == 29 && !leap;
		if (date.month == born.month && date.day == (moved ? 28 : born.day))
			return true;
	}
	return false;
}
