/* machine.c -- see machine.h. */
#include "bench/machine.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

static void processor_read(char *text, size_t size)
{
	char line[256];
	snprintf(text, size, "unknown");
	FILE *file = fopen("/proc/cpuinfo", "re");
	while (file != NULL && fgets(line, sizeof line, file) != NULL) {
		const char *colon = strchr(line, ':');
		if (strncmp(line, "model name", 10) != 0 || colon == NULL)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(text, size, "%s", colon + 1 + strspn(colon + 1, " "));
		break;
	}
	if (file != NULL)
		fclose(file);
}

void machine_describe(struct machine *machine)
{
	struct utsname name;
	memset(machine, 0, sizeof *machine);
	processor_read(machine->processor, sizeof machine->processor);
	if (uname(&name) == 0)
		snprintf(machine->kernel, sizeof machine->kernel, "%.60s %.60s %.60s", name.sysname,
			 name.release, name.machine);
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	long pages = sysconf(_SC_PHYS_PAGES);
	long page_bytes = sysconf(_SC_PAGESIZE);
	machine->cores = cores > 0 ? (uint32_t)cores : 0;
	if (pages > 0 && page_bytes > 0)
		machine->memory_bytes = (uint64_t)pages * (uint64_t)page_bytes;
}

bool machine_touch(uint32_t gib)
{
	long pages = sysconf(_SC_AVPHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
	const size_t size = (size_t)gib << 30;
	if (pages <= 0 || page_bytes <= 0 || size / (size_t)page_bytes >= (size_t)pages)
		return false;
	volatile uint8_t *memory =
	    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return false;
	madvise((void *)memory, size, MADV_HUGEPAGE);
	for (size_t at = 0; at < size; at += (size_t)page_bytes)
		memory[at] = 1;
	munmap((void *)memory, size);
	return true;
}
