/* cell.h -- one value of a row that a question shows.
 *
 *   u8 0                      none
 *   u8 1, i64                 number (10^-places), money (minor units), date (days), boolean
 *   u8 2, u32 size, bytes     text: tier, choice, tags (separated by commas), profile
 *
 * Which of them a column has, its kind says (catalogue.def).  Nothing here keeps state.
 */
#ifndef CRMDB_PROTOCOL_CELL_H
#define CRMDB_PROTOCOL_CELL_H
#include "protocol/wire.h"

enum cell_form {
	CELL_NULL = 0,
	CELL_NUMBER = 1,
	CELL_TEXT = 2
};

struct cell {
	enum cell_form form;
	int64_t number;
	struct wire_text text; /* borrowed from the bytes */
};

static inline void cell_write_null(struct wire_writer *w)
{
	wire_write_u8(w, CELL_NULL);
}

static inline void cell_write_number(struct wire_writer *w, int64_t number)
{
	wire_write_u8(w, CELL_NUMBER);
	wire_write_i64(w, number);
}

static inline void cell_write_text(struct wire_writer *w, struct wire_text text)
{
	wire_write_u8(w, CELL_TEXT);
	wire_write_text(w, text);
}

/* False: the bytes end, or are no cell. */
static inline bool cell_read(struct wire_reader *r, struct cell *cell)
{
	*cell = (struct cell){.form = CELL_NULL};
	uint8_t form = wire_read_u8(r);
	cell->form = (enum cell_form)form;
	if (form == CELL_NUMBER)
		cell->number = wire_read_i64(r);
	else if (form == CELL_TEXT)
		cell->text = wire_read_text(r);
	return !r->failed && form <= CELL_TEXT;
}

#endif
