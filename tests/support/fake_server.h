/* fake_server.h -- a server that misbehaves on demand, in threads of the test, on a Unix socket.
 *
 * A plan says what happens to each request frame, counted over all connections from 0.
 */
#ifndef CRMDB_TESTS_SUPPORT_FAKE_SERVER_H
#define CRMDB_TESTS_SUPPORT_FAKE_SERVER_H
#include <pthread.h>
#include <stdbool.h>

#include "tests/support/fake_model.h"

enum fake_fate {
	FATE_FINE,
	FATE_CLOSE_BEFORE, /* not executed, connection closed */
	FATE_CLOSE_AFTER,  /* executed, connection closed */
	FATE_CUT,          /* executed, `value` bytes of the reply sent, connection closed */
	FATE_DRIP,         /* reply sent byte by byte */
	FATE_PARTS,        /* each answer in a part of its own */
	FATE_HOLD,         /* neither executed nor answered before fake_release */
	FATE_GOODBYE,      /* not executed, goodbye with status `value` */
	FATE_NUMBER,       /* executed, answered with another frame's number */
	FATE_GARBAGE,      /* bytes that are no frame */
};

#define FAKE_CONNECTIONS 256u
#define FAKE_PLAN 256u

struct fake {
	char directory[32], path[64], uri[128];
	int listener;
	pthread_t acceptor;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct fake_model model;
	struct fake_plan {
		enum fake_fate fate;
		int value;
	} plan[FAKE_PLAN];
	int hello_status, hello_times; /* goodbye to the next so many hellos */
	uint32_t frame_bytes, frame_commands;
	uint8_t database;
	bool released, stopping;
	unsigned frames, repeats;
	struct fake_connection {
		struct fake *fake;
		pthread_t thread;
		int fd;
		uint8_t instance[16];
		uint32_t slot;
		bool greeted, fenced;
	} connections[FAKE_CONNECTIONS];
	unsigned connected;
};

/* Start one, in a new directory, or in the one given (that of one stopped).  Ended by fake_stop. */
struct fake *fake_start(const char *directory);
void fake_stop(struct fake *fake);
/* Let held frames go on. */
void fake_release(struct fake *fake);
/* Wait until so many request frames have come, held ones included. */
void fake_wait_frames(struct fake *fake, unsigned count);

#endif
