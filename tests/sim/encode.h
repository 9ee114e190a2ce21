/* encode.h -- frames as clients send them, spoiled commands included. */
#ifndef CRMDB_TESTS_SIM_ENCODE_H
#define CRMDB_TESTS_SIM_ENCODE_H
#include "tests/sim/intents.h"

/* Both return the size of the whole frame. */
uint32_t encode_hello(uint8_t *frame, size_t room, struct wire_id instance, uint32_t slot);
uint32_t encode_request(uint8_t *frame, size_t room, struct intent **intents, uint16_t count,
			uint64_t number);

#endif
