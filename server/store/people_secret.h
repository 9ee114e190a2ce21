/* people_secret.h -- the file people.secret: 32 random bytes, made once, mode 0600.
 *
 * It never changes, so that its open descriptor also serves as the place where a rewrite of
 * people.mdb and a reader of another process find each other (flock).
 */
#ifndef CRMDB_STORE_PEOPLE_SECRET_H
#define CRMDB_STORE_PEOPLE_SECRET_H
#include "server/base/failure.h"
#include "server/base/seal.h"

#define PEOPLE_SECRET_NAME "people.secret"

/* Draw a secret; it is on disk, its name too, before true is returned. */
bool people_secret_make(const char *directory, struct failure *failure);
/* Read it: its descriptor, freed by close; -1 when it is missing or no secret. */
int people_secret_open(const char *directory, struct seal *seal, struct failure *failure);

#endif
