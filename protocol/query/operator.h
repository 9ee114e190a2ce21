/* operator.h -- how a test compares. */
#ifndef CRMDB_PROTOCOL_QUERY_OPERATOR_H
#define CRMDB_PROTOCOL_QUERY_OPERATOR_H
#include "protocol/query/parser.h"

enum comparison {
	OPERATOR_EQUAL,
	OPERATOR_NOT_EQUAL,
	OPERATOR_LESS,
	OPERATOR_AT_MOST,
	OPERATOR_GREATER,
	OPERATOR_AT_LEAST,
	OPERATOR_IN,
	OPERATOR_NOT_IN,
	OPERATOR_BETWEEN,
	OPERATOR_NOT_BETWEEN,
};

bool operator_parse(struct parser *parser, enum comparison *comparison);

#endif
