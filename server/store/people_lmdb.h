/* people_lmdb.h -- people.h on a data directory: people.mdb, and the secret beside it.
 *
 *   people.mdb     documents, pending versions, facts; own LMDB environment
 *   people.secret  32 random bytes (seal.h), made once, mode 0600
 */
#ifndef CRMDB_STORE_PEOPLE_LMDB_H
#define CRMDB_STORE_PEOPLE_LMDB_H
#include "protocol/wire.h"
#include "server/base/seal.h"
#include "server/store/people.h"

struct people_lmdb_options {
	const char *directory;
	struct wire_id database; /* of store_identity; a file of another database is refused */
	uint64_t seed;           /* of store_identity, for the checksums */
	/* The highest version the log names.  0: none, and missing files are made.  Else they must
	 * be there, and no older. */
	uint64_t newest_version;
	uint64_t map_bytes; /* of a new file; 0: PEOPLE_MAP_BYTES */
	bool read_only;     /* for --verify: commit and rewrite may not be called */
};

/* Check the files whole, open them, hand out the secret.  NULL: *failure says why and what to do,
 * and nothing was changed.  Freed by people_free. */
struct people *people_lmdb_open(const struct people_lmdb_options *options, struct seal *seal,
				struct failure *failure);

#endif
