/* dump.h -- bytes of the protocol, one field a line, with name and value. */
#ifndef CRMDB_TESTS_TOOLS_DUMP_H
#define CRMDB_TESTS_TOOLS_DUMP_H
#include <stdint.h>
#include <stdio.h>

/* A whole frame.  `opcodes`: of the commands in it, or of those its answers answer. */
void dump_frame(FILE *out, const uint8_t *bytes, uint32_t size, const uint16_t *opcodes);

#endif
