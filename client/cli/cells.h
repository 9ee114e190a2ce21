/* cells.h -- cells by their kind. */
#ifndef CRMDB_CLI_CELLS_H
#define CRMDB_CLI_CELLS_H
#include "client/cli/sheet.h"

static inline struct cell count_cell(const char *name, uint64_t value)
{
	return (struct cell){.name = name, .kind = CELL_COUNT, .as.count = value};
}

static inline struct cell id_cell(const char *name, uint64_t value)
{
	return (struct cell){.name = name, .kind = CELL_ID, .as.count = value};
}

static inline struct cell number_cell(const char *name, enum cell_kind kind, int64_t value)
{
	return (struct cell){.name = name, .kind = kind, .as.number = value};
}

static inline struct cell money_cell(const char *name, int64_t minor, unsigned digits)
{
	return (struct cell){
	    .name = name, .kind = CELL_MONEY, .digits = (uint8_t)digits, .as.number = minor};
}

/* Day -1 is none. */
static inline struct cell day_cell(const char *name, int32_t day)
{
	return (struct cell){.name = name, .kind = CELL_DAY, .none = day == -1, .as.number = day};
}

static inline struct cell text_cell(const char *name, const char *text)
{
	return (struct cell){.name = name, .kind = CELL_TEXT, .as.text = text};
}

static inline struct cell uuid_cell(const char *name, const uint8_t *bytes)
{
	return (struct cell){.name = name, .kind = CELL_UUID, .as.uuid = bytes};
}

static inline struct cell flag_cell(const char *name, bool flag)
{
	return (struct cell){.name = name, .kind = CELL_FLAG, .as.flag = flag};
}

/* The same cell, or one without a value. */
static inline struct cell cell_if(bool there, struct cell cell)
{
	cell.none = cell.none || !there;
	return cell;
}

#endif
