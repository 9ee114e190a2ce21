/* usage.c -- see usage.h.
 *
 * The sum comes from the process's CPU clock, which is exact and includes ended threads.  /proc
 * adds the split into user and system, the threads, and what was written to storage.
 */
#include "bench/usage.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/timing.h"

#define PATH_BYTES 96u

/* The first line of a small /proc file, or false. */
static bool line_read(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");
	bool got = file != NULL && fgets(line, size, file) != NULL;
	if (file != NULL)
		fclose(file);
	return got;
}

static void split_read(const char *folder, struct usage *usage)
{
	char path[PATH_BYTES], line[1024];
	uint64_t user = 0, system = 0;
	long ticks = sysconf(_SC_CLK_TCK);
	snprintf(path, sizeof path, "%s/stat", folder);
	if (ticks <= 0 || !line_read(path, line, sizeof line))
		return;
	const char *rest = strrchr(line, ')'); /* the name before it may hold anything */
	if (rest == NULL ||
	    sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64,
		   &user, &system) != 2)
		return;
	usage->user_ns = user * (TIMING_SECOND_NS / (uint64_t)ticks);
	usage->system_ns = system * (TIMING_SECOND_NS / (uint64_t)ticks);
}

static void memory_read(const char *folder, struct usage *usage)
{
	char path[PATH_BYTES], line[256];
	uint64_t pages = 0;
	long page_bytes = sysconf(_SC_PAGESIZE);
	snprintf(path, sizeof path, "%s/statm", folder);
	if (page_bytes > 0 && line_read(path, line, sizeof line) &&
	    sscanf(line, "%*u %" SCNu64, &pages) == 1)
		usage->resident_bytes = pages * (uint64_t)page_bytes;
}

static void written_read(const char *folder, struct usage *usage)
{
	char path[PATH_BYTES], line[256];
	snprintf(path, sizeof path, "%s/io", folder);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (sscanf(line, "write_bytes: %" SCNu64, &usage->written_bytes) == 1)
			break;
	if (file != NULL)
		fclose(file);
}

static void thread_read(const char *folder, long id, struct usage *usage)
{
	char path[PATH_BYTES], line[256];
	struct usage_thread *thread = &usage->threads[usage->thread_count];
	snprintf(path, sizeof path, "%s/task/%ld/schedstat", folder, id);
	if (!line_read(path, line, sizeof line) || sscanf(line, "%" SCNu64, &thread->cpu_ns) != 1)
		return;
	thread->id = id;
	snprintf(path, sizeof path, "%s/task/%ld/comm", folder, id);
	if (!line_read(path, line, sizeof line))
		line[0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	snprintf(thread->name, sizeof thread->name, "%.15s", line);
	usage->thread_count++;
}

static void threads_read(const char *folder, struct usage *usage)
{
	char path[PATH_BYTES];
	const struct dirent *entry;
	snprintf(path, sizeof path, "%s/task", folder);
	DIR *tasks = opendir(path);
	while (tasks != NULL && usage->thread_count < USAGE_THREADS &&
	       (entry = readdir(tasks)) != NULL) {
		long id = strtol(entry->d_name, NULL, 10);
		if (id > 0)
			thread_read(folder, id, usage);
	}
	if (tasks != NULL)
		closedir(tasks);
}

void usage_read(pid_t pid, struct usage *usage)
{
	clockid_t clock;
	struct timespec time;
	char folder[32];
	memset(usage, 0, sizeof *usage);
	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0)
		return;
	usage->known = true;
	usage->cpu_ns = timing_read_ns(clock);
	snprintf(folder, sizeof folder, "/proc/%ld", (long)(pid == 0 ? getpid() : pid));
	split_read(folder, usage);
	memory_read(folder, usage);
	written_read(folder, usage);
	threads_read(folder, usage);
}

static uint64_t thread_cpu(const struct usage *usage, long id)
{
	for (uint32_t i = 0; i < usage->thread_count; i++)
		if (usage->threads[i].id == id)
			return usage->threads[i].cpu_ns;
	return 0; /* it began later */
}

void usage_subtract(const struct usage *after, const struct usage *before, struct usage *out)
{
	struct usage spent = *after;
	spent.known = after->known && before->known;
	spent.cpu_ns -= before->cpu_ns;
	spent.user_ns -= before->user_ns;
	spent.system_ns -= before->system_ns;
	spent.written_bytes -= before->written_bytes;
	for (uint32_t i = 0; i < spent.thread_count; i++)
		spent.threads[i].cpu_ns -= thread_cpu(before, spent.threads[i].id);
	*out = spent;
}

const struct usage_thread *usage_busiest(const struct usage *usage)
{
	const struct usage_thread *busiest = NULL;
	for (uint32_t i = 0; i < usage->thread_count; i++)
		if (busiest == NULL || usage->threads[i].cpu_ns > busiest->cpu_ns)
			busiest = &usage->threads[i];
	return busiest;
}
