/* machine.h -- what the figures were measured on. */
#ifndef CRMDB_BENCH_MACHINE_H
#define CRMDB_BENCH_MACHINE_H
#include <stdbool.h>
#include <stdint.h>

struct machine {
	char processor[128]; /* "AMD EPYC"; "unknown" when /proc does not say */
	char kernel[192];    /* "Linux 6.1.0-18-amd64 x86_64" */
	uint32_t cores;
	uint64_t memory_bytes;
};

void machine_describe(struct machine *machine);

/* Write to that much memory, a page at a time, and give it back, so that a virtual machine has it
 * ready for whoever uses it next.  False: so much is not free. */
bool machine_touch(uint32_t gib);

#endif
