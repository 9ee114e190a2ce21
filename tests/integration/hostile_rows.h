/* hostile_rows.h -- bytes no library would send, and the goodbye each must get.
 *
 * A builder writes into the connection's own buffer (raw->out) and returns the number of bytes.
 */
#ifndef CRMDB_TESTS_HOSTILE_ROWS_H
#define CRMDB_TESTS_HOSTILE_ROWS_H
#include "tests/integration/common/raw.h"

struct hostile_row {
	const char *name;
	uint32_t (*build)(struct raw *raw);
	enum error goodbye;
	bool hello; /* after a hello that was welcomed */
};

extern const struct hostile_row hostile_rows[];
extern const size_t hostile_row_count;

/* A good request that earns a point for customer 1 under a fresh key. */
uint32_t hostile_earn(struct raw *raw);
uint32_t hostile_hello(struct raw *raw, const struct command *command);
/* Give the frame of `size` bytes another kind and count; its checksum fits again. */
uint32_t hostile_reseal(struct raw *raw, uint32_t size, enum frame_kind kind, uint16_t count);

#endif
