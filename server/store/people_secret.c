/* people_secret.c -- see people_secret.h. */
#include "server/store/people_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/file.h"

bool people_secret_make(const char *directory, struct failure *failure)
{
	struct seal seal;
	if (getrandom(seal.secret, sizeof seal.secret, 0) != (ssize_t)sizeof seal.secret)
		return failure_set(failure, EXIT_STORAGE, "cannot draw a secret: %s",
				   strerror(errno));
	return file_replace(directory, PEOPLE_SECRET_NAME, seal.secret, sizeof seal.secret,
			    failure);
}

int people_secret_open(const char *directory, struct seal *seal, struct failure *failure)
{
	struct file_path path = file_path(directory, PEOPLE_SECRET_NAME);
	struct stat stat_now;
	int fd = open(path.text, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		failure_set(failure, errno == ENOENT ? EXIT_DAMAGE : EXIT_DIRECTORY,
			    "cannot open %s: %s; without it nobody is found by phone or e-mail: "
			    "put it back from a backup",
			    path.text, strerror(errno));
		return -1;
	}
	if (fstat(fd, &stat_now) == 0 && stat_now.st_size == sizeof seal->secret &&
	    file_read(fd, seal->secret, sizeof seal->secret, 0))
		return fd;
	close(fd);
	failure_set(failure, EXIT_DAMAGE,
		    "%s does not hold %u bytes, so it is not the secret of this database: put it "
		    "back from a backup",
		    path.text, SEAL_SECRET_BYTES);
	return -1;
}
