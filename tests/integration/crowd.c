/* crowd.c -- see crowd.h. */
#include "tests/integration/crowd.h"

#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/crmdb/crmdb.h"
#include "tests/integration/common/scratch.h"

#define FRAME 2000u
#define BATCH 30u
#define BUSY 4000u /* most of what happens, happens to so many */

struct writer {
	const struct crowd *crowd;
	crm_client *db;
	crm_batch *batch;
	crm_result *result;
	unsigned index;
	uint64_t dice, orders;
};

static uint64_t below(struct writer *w, uint64_t limit)
{
	return scratch_below(&w->dice, limit);
}

/* Until it is answered, or the test ends. */
static bool execute(struct writer *w)
{
	while (!w->crowd->shared->stop) {
		if (w->db == NULL)
			w->db = crm_open(w->crowd->uri, NULL);
		if (w->db != NULL && crm_exec(w->db, w->batch, &w->result, NULL) == CRM_OK)
			return true;
		scratch_sleep_us(3000); /* the server is away */
	}
	return false;
}

static void order(struct writer *w, uint64_t customer, int32_t day)
{
	char id[40];
	snprintf(id, sizeof id, "%u-%" PRIu64, w->index, w->orders++);
	crm_order order = {.customer = customer,
			   .id = id,
			   .day = day,
			   .amount = (int64_t)below(w, 20000),
			   .items = 1};
	crm_batch_order(w->batch, &order);
}

/* One value of the profile or of an added field; sometimes none. */
static void set(struct writer *w, uint64_t customer)
{
	static const char *const sports[] = {"golf", "chess", "tennis", ""};
	char text[32] = "";
	crm_assignment value = {"birth_date", text};
	crm_person person = {.customer = customer, .fields = &value, .count = 1};
	switch (below(w, 3)) {
	case 0:
		snprintf(text, sizeof text, "19%02u-%02u-%02u", (unsigned)below(w, 90) + 10,
			 (unsigned)below(w, 12) + 1, (unsigned)below(w, 28) + 1);
		break;
	case 1:
		value.field = "shoe_size";
		if (below(w, 5) > 0)
			snprintf(text, sizeof text, "%u.5", (unsigned)below(w, 12) + 34);
		break;
	default:
		value = (crm_assignment){"sports", sports[below(w, 4)]};
	}
	crm_batch_customer_set(w->batch, &person, NULL);
}

static void consent(struct writer *w, uint64_t customer)
{
	crm_consent consent = {.customer = customer,
			       .purpose = "marketing",
			       .channel = "email",
			       .granted = below(w, 3) > 0};
	crm_batch_consent(w->batch, &consent, NULL);
}

static void happen(struct writer *w)
{
	uint64_t among = below(w, 4) > 0 ? BUSY : w->crowd->customers;
	uint64_t customer = 1 + below(w, among), kind = below(w, 100);
	if (kind < 25)
		order(w, customer, CRM_TODAY);
	else if (kind < 45)
		crm_batch_points_earn(w->batch, customer, 1 + (int64_t)below(w, 200), NULL);
	else if (kind < 65)
		crm_batch_points_redeem(w->batch, customer, 1 + (int64_t)below(w, 200), NULL);
	else if (kind < 80)
		set(w, customer);
	else if (kind < 99)
		consent(w, customer);
	else
		crm_batch_customer_erase(w->batch, customer, NULL);
}

static void write_on(struct writer *w)
{
	while (!w->crowd->shared->stop) {
		crm_batch_clear(w->batch);
		for (unsigned i = 0; i < BATCH; i++)
			happen(w);
		if (execute(w))
			w->crowd->shared->batches++;
		scratch_sleep_us((int64_t)below(w, 4000));
	}
}

static void turn_days(struct writer *w)
{
	int32_t day = CROWD_FIRST_DAY;
	while (!w->crowd->shared->stop) {
		crm_batch_clear(w->batch);
		crm_batch_advance(w->batch, day + 1);
		if (execute(w) && crm_result_status(w->result, 0) == CRM_OK) {
			day++;
			w->crowd->shared->days++;
		}
		scratch_sleep_us((int64_t)below(w, 200000));
	}
}

/* --- before --- */

static void must(struct writer *w)
{
	crm_error error;
	if (!execute(w) || crm_result_first_error(w->result, &error) != CRM_OK)
		scratch_die("a frame of the test itself");
	crm_batch_clear(w->batch);
}

static void make_one(struct writer *w, uint64_t customer)
{
	char text[32];
	crm_assignment value = {"birth_date", text};
	crm_person person = {.customer = customer, .fields = &value, .count = 1, .create = 1};
	snprintf(text, sizeof text, "1970-%02u-%02u", (unsigned)below(w, 12) + 1,
		 (unsigned)below(w, 28) + 1);
	if (customer % 4 == 0)
		crm_batch_customer_set(w->batch, &person, NULL);
	else
		order(w, customer, CROWD_FIRST_DAY - (int32_t)below(w, 40));
}

void crowd_make(struct crowd *crowd)
{
	static const crm_new_field fields[] = {{"shoe_size", "number", 1, NULL},
					       {"sports", "tags", 0, "golf,chess,tennis"}};
	struct writer w = {.crowd = crowd, .index = 99, .dice = crowd->seed};
	crowd->shared = mmap(NULL, sizeof *crowd->shared, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (crowd->shared == MAP_FAILED)
		scratch_die("mmap");
	w.batch = crm_batch_new();
	crm_batch_field_add(w.batch, &fields[0], NULL);
	crm_batch_field_add(w.batch, &fields[1], NULL);
	must(&w);
	for (uint64_t customer = 1; customer <= crowd->customers; customer++) {
		make_one(&w, customer);
		if (customer % FRAME == 0 || customer == crowd->customers)
			must(&w);
	}
	crm_close(w.db);
	crm_batch_free(w.batch);
	crm_result_free(w.result);
}

void crowd_start(struct crowd *crowd)
{
	pid_t parent = getpid();
	fflush(NULL);
	for (unsigned i = 0; i <= CROWD_WRITERS; i++) {
		crowd->pids[i] = fork();
		if (crowd->pids[i] < 0)
			scratch_die("fork");
		if (crowd->pids[i] > 0)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(98);
		struct writer w = {.crowd = crowd, .index = i, .dice = crowd->seed + i + 1};
		w.batch = crm_batch_new();
		if (i < CROWD_WRITERS)
			write_on(&w);
		else
			turn_days(&w);
		_exit(0);
	}
}

void crowd_stop(struct crowd *crowd)
{
	crowd->shared->stop = 1;
	for (unsigned i = 0; i <= CROWD_WRITERS; i++)
		waitpid(crowd->pids[i], NULL, 0);
}
