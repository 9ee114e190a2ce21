/* conversation.h -- the example of PROTOCOL.md: hello, a batch of two commands, their answers. */
#ifndef CRMDB_TESTS_TOOLS_CONVERSATION_H
#define CRMDB_TESTS_TOOLS_CONVERSATION_H
#include <stdio.h>

void conversation_write(FILE *out);

#endif
