/* set_clock.c -- LD_PRELOAD into crmdb-server: the wall clock says what a file tells it to.
 *
 *   the file named by CRMDB_CLOCK_FILE     CLOCK_REALTIME
 *   +315360000, -3600                      so many seconds later or earlier than the machine's
 *   =1767225600                            stands still at this second since 1970
 *   missing or empty                       the machine's
 *
 * The file is read at each call, so the clock can be set while the server runs: write it beside and
 * rename it, or the server may see half a number.  Other clocks are left alone: timers go on.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TEXT_BYTES 32u

/* What the file holds; "" when there is none. */
static void read_setting(char text[TEXT_BYTES])
{
	const char *name = getenv("CRMDB_CLOCK_FILE");
	int fd = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? 0 : read(fd, text, TEXT_BYTES - 1);
	if (fd >= 0)
		close(fd);
	text[size > 0 ? size : 0] = '\0';
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	static int (*real)(clockid_t, struct timespec *);
	char text[TEXT_BYTES];
	if (real == NULL) {
		void *found = dlsym(RTLD_NEXT, "clock_gettime");
		memcpy(&real, &found, sizeof real); /* as in block_flush.c */
	}
	int status = real(clock, now);
	if (clock != CLOCK_REALTIME || status != 0)
		return status;
	read_setting(text);
	if (text[0] == '=')
		*now = (struct timespec){.tv_sec = strtoll(text + 1, NULL, 10)};
	else
		now->tv_sec += strtoll(text, NULL, 10);
	return status;
}
