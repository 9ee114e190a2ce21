/* keeper.c -- see keeper.h. */
#include "tests/integration/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/crmdb/crmdb.h"

#define STORE_EVENTS 40u /* at most, between two files */

void keeper_open(struct keeper *keeper, const char *scratch)
{
	scratch_path(keeper->file, "%s/kept-%s", scratch, keeper->name);
	keeper->pid = 0;
	keeper->signs = mmap(NULL, sizeof *keeper->signs, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (keeper->signs == MAP_FAILED)
		scratch_die("mmap");
}

/* --- what is kept --- */

bool kept_has(const struct kept *kept, uint64_t customer)
{
	return (kept->members[customer / 8] >> customer % 8 & 1) != 0;
}

static void put(struct kept *kept, uint64_t customer, bool member)
{
	uint8_t bit = (uint8_t)(1u << customer % 8);
	if (member)
		kept->members[customer / 8] |= bit;
	else
		kept->members[customer / 8] &= (uint8_t)~bit;
}

uint64_t kept_count(const struct kept *kept)
{
	uint64_t count = 0;
	for (size_t i = 0; i < sizeof kept->members; i++)
		count += (uint64_t)__builtin_popcount(kept->members[i]);
	return count;
}

bool keeper_read(const struct keeper *keeper, struct kept *kept)
{
	int file = open(keeper->file, O_RDONLY);
	if (file < 0)
		return false;
	bool whole = read(file, kept, sizeof *kept) == (ssize_t)sizeof *kept;
	close(file);
	if (!whole)
		scratch_die(keeper->file);
	return true;
}

static void store(const struct keeper *keeper, const struct kept *kept)
{
	char beside[SCRATCH_PATH];
	scratch_path(beside, "%s.new", keeper->file);
	int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (file < 0 || write(file, kept, sizeof *kept) != (ssize_t)sizeof *kept ||
	    fdatasync(file) != 0 || close(file) != 0 || rename(beside, keeper->file) != 0)
		scratch_die(beside);
}

/* --- an exact list --- */

/* The parts of a stream into the members. */
static bool take_parts(struct keeper_list *list, uint32_t stream, struct kept *kept)
{
	int more;
	do {
		crm_batch_clear(list->batch);
		crm_batch_stream_next(list->batch, stream);
		if (crm_exec(list->db, list->batch, &list->result, NULL) != CRM_OK ||
		    crm_result_first_error(list->result, NULL) != CRM_OK)
			return false;
		for (int i = 0; i < crm_result_rows_size(list->result, 0); i++) {
			uint64_t customer = 0;
			crm_result_row(list->result, 0, (uint32_t)i, &customer);
			if (customer <= KEEPER_CUSTOMERS)
				put(kept, customer, true);
		}
		more = crm_result_stream_more(list->result, 0);
	} while (more == 1);
	return more == 0;
}

/* Say again what is to be asked: to save first, a condition in words. */
static bool ask(struct keeper_list *list, const char *question, crm_condition *condition)
{
	char ref[SCRATCH_PATH];
	snprintf(ref, sizeof ref, "save-%s", list->name);
	crm_batch_clear(list->batch);
	if (list->save != NULL) {
		crm_segment_new segment = {list->name, condition, list->save};
		if (crm_condition_parse(condition, list->save, NULL) != CRM_OK)
			return false;
		crm_batch_segment_save(list->batch, &segment, ref);
	}
	crm_batch_query(list->batch, question);
	crm_batch_segment_list(list->batch, 0);
	return crm_exec(list->db, list->batch, &list->result, NULL) == CRM_OK &&
	       crm_result_first_error(list->result, NULL) == CRM_OK;
}

static void find_bit(struct keeper_list *list, uint32_t at, struct kept *kept)
{
	crm_segment_info info;
	for (int i = 0; i < crm_result_segments_size(list->result, at); i++) {
		crm_result_segment(list->result, at, (uint32_t)i, &info);
		if (info.name.size != strlen(list->name) ||
		    memcmp(info.name.bytes, list->name, info.name.size) != 0)
			continue;
		kept->bit = info.number;
		list->built = info.building != 0;
	}
}

uint64_t keeper_stream(struct keeper_list *list, const char *question, struct kept *kept)
{
	uint32_t at = list->save != NULL;
	crm_condition *condition = crm_condition_new();
	bool asked = ask(list, question, condition);
	crm_condition_free(condition);
	if (!asked)
		return 0;
	memset(kept, 0, sizeof *kept);
	kept->began = crm_result_sequence(list->result, at);
	uint32_t stream = crm_result_stream(list->result, at);
	find_bit(list, at + 1, kept);
	return take_parts(list, stream, kept) ? kept->began : 0;
}

/* --- the process --- */

/* Until it comes about, whatever becomes of the server meanwhile. */
static void begin(const struct keeper *keeper, struct kept *kept)
{
	char uri[SCRATCH_PATH], question[SCRATCH_PATH];
	struct keeper_list list = {.name = keeper->name, .save = keeper->save};
	list.batch = crm_batch_new();
	scratch_path(uri, "%s?pool=1&timeout=5s", keeper->uri);
	scratch_path(question, "stream @%s show id", keeper->name);
	for (uint64_t number = 0; number == 0; scratch_sleep_us(2000)) {
		list.db = crm_open(uri, NULL);
		if (list.db != NULL)
			number = keeper_stream(&list, question, kept);
		crm_close(list.db);
	}
	if (list.built)
		keeper->signs->begun_while_built++;
	kept->position.event = kept->began;
	store(keeper, kept);
	crm_result_free(list.result);
	crm_batch_free(list.batch);
}

/* False: nothing more will come. */
static bool take(const struct keeper *keeper, struct kept *kept, const crm_event *event)
{
	struct keeper_signs *signs = keeper->signs;
	uint64_t bit = UINT64_C(1) << kept->bit, customer = event->customer;
	signs->events++;
	if (strcmp(event->entry.type, "customer_erased") == 0) {
		put(kept, customer, false);
		signs->erasures++;
		return true;
	}
	if (strcmp(event->entry.type, "membership") == 0 && customer <= KEEPER_CUSTOMERS) {
		bool enters = (event->entered & bit) != 0;
		if (enters == ((event->left & bit) != 0) || enters == kept_has(kept, customer))
			signs->slips++;
		put(kept, customer, enters);
		return true;
	}
	snprintf(signs->last, sizeof signs->last, "%s", event->entry.type);
	return false;
}

static crm_feed *open_feed(const struct keeper *keeper, const struct kept *kept, crm_error *error)
{
	crm_feed_options options = {.after = &kept->position, .segment = keeper->name};
	for (int i = 0; i < 500; i++) {
		crm_feed *feed = crm_feed_open(keeper->uri, &options, error);
		if (feed != NULL || !error->retryable)
			return feed;
		scratch_sleep_us(5000);
	}
	return NULL;
}

static int follow(const struct keeper *keeper, struct kept *kept)
{
	crm_error error = {0};
	crm_event event;
	unsigned fresh = 0;
	crm_feed *feed = open_feed(keeper, kept, &error);
	bool goes_on = feed != NULL;
	keeper->signs->follows = goes_on;
	while (goes_on) {
		int got = crm_feed_next(feed, 50, &event);
		if (got < 0)
			crm_feed_error(feed, &error);
		goes_on = got >= 0 && (got == 0 || take(keeper, kept, &event));
		crm_feed_position(feed, &kept->position);
		fresh += got > 0;
		uint64_t until = keeper->signs->until;
		bool enough = until > 0 && kept->position.event >= until;
		if (got == 0 || fresh == STORE_EVENTS || enough || !goes_on) {
			store(keeper, kept);
			fresh = 0;
		}
		if (enough)
			break;
	}
	crm_feed_close(feed);
	if (error.code != CRM_OK)
		snprintf(keeper->signs->last, sizeof keeper->signs->last, "%s", error.name);
	return error.code != CRM_OK ? 3 : goes_on ? 1 : 2;
}

void keeper_start(struct keeper *keeper)
{
	pid_t parent = getpid();
	fflush(NULL);
	keeper->pid = fork();
	if (keeper->pid < 0)
		scratch_die("fork");
	if (keeper->pid > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(98);
	static struct kept kept;
	keeper->signs->starts++;
	keeper->signs->follows = 0;
	if (!keeper_read(keeper, &kept))
		begin(keeper, &kept);
	keeper->signs->ended = follow(keeper, &kept);
	_exit(0);
}

void keeper_kill(struct keeper *keeper)
{
	if (keeper->pid == 0)
		return;
	kill(keeper->pid, SIGKILL);
	waitpid(keeper->pid, NULL, 0);
	keeper->pid = 0;
}

bool keeper_await(struct keeper *keeper, int timeout_ms)
{
	int64_t end = scratch_now_us() + (int64_t)timeout_ms * 1000;
	while (keeper->pid != 0 && scratch_now_us() < end) {
		if (waitpid(keeper->pid, NULL, WNOHANG) == keeper->pid)
			keeper->pid = 0;
		else
			scratch_sleep_us(2000);
	}
	return keeper->pid == 0;
}
