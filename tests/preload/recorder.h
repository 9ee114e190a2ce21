/* recorder.h -- what the recorder counted, as a file that survives the server's death.
 *
 * recorder.so maps the file named by CRMDB_RECORDER_FILE and counts in it; whoever ran the server
 * reads it afterwards.
 */
#ifndef CRMDB_PRELOAD_RECORDER_H
#define CRMDB_PRELOAD_RECORDER_H
#include <stdint.h>

#define RECORDER_MAGIC UINT64_C(0x72636d6472656331)

struct recorder_report {
	uint64_t magic;      /* set once the library is in place */
	uint64_t groups;     /* groups seen written and flushed */
	uint64_t durable;    /* last event they make durable */
	uint64_t sends;      /* system calls that took bytes to a client */
	uint64_t frames;     /* frames sent whole */
	uint64_t answers;    /* answers whose sequence was compared with `durable` */
	uint64_t unbased;    /* answers before the first group: compared when it came */
	uint64_t unreadable; /* bytes that are no frames, groups that are none: must be 0 */
	uint64_t violations; /* answers offered to the kernel before their flush returned */
	uint64_t first_sequence, first_durable; /* of the first violation */
};

#endif
