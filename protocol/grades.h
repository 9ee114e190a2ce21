/* grades.h -- stages and value bands of grades.def as numbers and names. */
#ifndef CRMDB_PROTOCOL_GRADES_H
#define CRMDB_PROTOCOL_GRADES_H

enum stage {
#define STAGE(name, number, doc) STAGE_##name = number,
#include "protocol/grades.def"
};

enum band {
#define BAND(name, number, doc) BAND_##name = number,
#include "protocol/grades.def"
};

enum tier_cause {
	TIER_CAUSE_none = 0, /* the tier did not change */
#define TIER_CAUSE(name, number, doc) TIER_CAUSE_##name = number,
#include "protocol/grades.def"
};

enum {
	STAGE_COUNT = 0
#define STAGE(name, number, doc) +1
#include "protocol/grades.def"
};

/* "prospect,new,active,...", as the hello says it.  Static. */
const char *grade_stages(void);

/* "high"; "unknown" for a number of a newer server.  Static. */
const char *grade_band_name(unsigned band);

/* "kept"; "unknown" likewise.  Static. */
const char *grade_tier_cause_name(unsigned cause);

#endif
