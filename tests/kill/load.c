/* load.c -- starting, pausing and ending the client processes; see load.h. */
#include "tests/kill/load.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/integration/common/scratch.h"

void load_file(char *path, const char *directory, unsigned client)
{
	scratch_path(path, "%s/client-%u", directory, client);
}

void load_start(struct load *load, const struct load_options *options)
{
	pid_t parent = getpid();
	load->gate = mmap(NULL, sizeof *load->gate, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (load->gate == MAP_FAILED)
		scratch_die("mmap");
	load->asked = 1;
	atomic_store(&load->gate->today, LOAD_FIRST_DAY);
	atomic_store(&load->gate->ask, 1);
	fflush(NULL);
	for (unsigned i = 0; i < LOAD_CLIENTS; i++) {
		load->pids[i] = fork();
		if (load->pids[i] < 0)
			scratch_die("fork");
		if (load->pids[i] != 0)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		load_client(options, i, load->gate);
	}
}

bool load_pause(struct load *load, int timeout_ms)
{
	int64_t end = scratch_now_us() + (int64_t)timeout_ms * 1000;
	atomic_store(&load->gate->ask, ++load->asked);
	for (unsigned i = 0; i < LOAD_CLIENTS;) {
		if (atomic_load(&load->gate->idle[i]) == load->asked) {
			i++;
			continue;
		}
		if (scratch_now_us() > end || waitpid(load->pids[i], NULL, WNOHANG) != 0)
			return false;
		scratch_sleep_us(300);
	}
	return true;
}

void load_resume(struct load *load)
{
	atomic_store(&load->gate->ask, 0);
}

static bool turns_a_month(const struct load *load)
{
	return atomic_load(&load->gate->turning) > atomic_load(&load->gate->today) + 2;
}

bool load_await_month(const struct load *load, int timeout_ms)
{
	int64_t end = scratch_now_us() + (int64_t)timeout_ms * 1000;
	while (!turns_a_month(load) && scratch_now_us() < end)
		scratch_sleep_us(50);
	return turns_a_month(load);
}

uint64_t load_batches(const struct load *load)
{
	uint64_t sum = 0;
	for (unsigned i = 0; i < LOAD_CLIENTS; i++)
		sum += atomic_load(&load->gate->batches[i]);
	return sum;
}

void load_stop(struct load *load)
{
	for (unsigned i = 0; i < LOAD_CLIENTS; i++) {
		kill(load->pids[i], SIGKILL);
		waitpid(load->pids[i], NULL, 0);
	}
	munmap(load->gate, sizeof *load->gate);
}
