/* grades.c -- the names of grades.def; see grades.h. */
#include "protocol/grades.h"

#define STAGE(name, number, doc) "," #name

const char *grade_stages(void)
{
	static const char behind_commas[] =
#include "protocol/grades.def"
	    ;
	return behind_commas + 1;
}

#define BAND(name, number, doc)                                                                    \
	case BAND_##name:                                                                          \
		return #name;

const char *grade_band_name(unsigned band)
{
	switch (band) {
#include "protocol/grades.def"
	default:
		return "unknown";
	}
}

#define TIER_CAUSE(name, number, doc)                                                              \
	case TIER_CAUSE_##name:                                                                    \
		return #name;

const char *grade_tier_cause_name(unsigned cause)
{
	switch (cause) {
#include "protocol/grades.def"
	default:
		return "unknown";
	}
}
