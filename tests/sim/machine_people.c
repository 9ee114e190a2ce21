/* machine_people.c -- people.mdb of the machine: opened, crashed by a script, compared (S4). */
#include <inttypes.h>
#include <string.h>

#include "tests/sim/fail.h"
#include "tests/sim/machine.h"
#include "tests/sim/model_people.h"

static bool count_pending(void *context, const struct people_pending *pending,
			  struct failure *failure)
{
	(void)pending, (void)failure;
	++*(uint64_t *)context;
	return true;
}

static uint64_t pending_of(struct people *people)
{
	struct failure failure;
	uint64_t count = 0;
	if (!people_pending(people, count_pending, &count, &failure))
		fail_now("people.mdb cannot be read: %s", failure.text);
	return count;
}

struct comparison {
	const struct model *model;
	uint64_t documents;
};

static bool compare(void *context, const struct people_document *document, struct failure *failure)
{
	static uint8_t bytes[DOSSIER_BYTES];
	struct comparison *comparison = context;
	struct model_dossier dossier =
	    model_dossier(comparison->model, document->customer, UINT64_MAX);
	(void)failure;
	if (dossier.version != document->version)
		fail_now("people.mdb has version %" PRIu64 " of customer %" PRIu64 ", but %" PRIu64
			 " is in force",
			 document->version, document->customer, dossier.version);
	struct wire_list list = model_dossier_write(&dossier, bytes);
	if (list.size != document->size ||
	    (list.size > 0 && memcmp(list.bytes, document->bytes, list.size) != 0))
		fail_now("version %" PRIu64 " of customer %" PRIu64
			 " is another document than what was accepted",
			 document->version, document->customer);
	comparison->documents++;
	return true;
}

/* S4 */
static void check(struct machine *machine)
{
	struct comparison comparison = {machine->model, 0};
	struct failure failure;
	uint64_t profiles = 0, pending = pending_of(machine->people);
	if (pending > 0)
		fail_now("%" PRIu64 " versions of profiles are pending", pending);
	if (!people_walk(machine->people, compare, &comparison, &failure))
		fail_now("people.mdb cannot be walked: %s", failure.text);
	for (uint32_t i = 0; i < machine->model->people_count; i++)
		profiles += model_dossier(machine->model, machine->model->people[i].id, UINT64_MAX)
				.version != 0;
	if (comparison.documents != profiles)
		fail_now("people.mdb has %" PRIu64 " documents, but %" PRIu64
			 " customers have a profile",
			 comparison.documents, profiles);
}

/* NULL: a commit crashed. */
static struct registry *settle(struct machine *machine)
{
	struct failure failure;
	struct registry_source source = {.people = machine->people,
					 .seal = {INTENTS_SECRET},
					 .erase_within_us = machine->erase_within_us,
					 .engine = machine->engine};
	if (dice_chance(machine->dice, machine->start_fails))
		machine_people_script(machine);
	struct registry *registry = registry_open(&source, &failure);
	if (registry == NULL && !people_memory_crashed(machine->people))
		fail_now("people.mdb cannot be settled: %s", failure.text);
	return registry;
}

void machine_people_open(struct machine *machine)
{
	struct registry *registry = NULL;
	while (registry == NULL) {
		machine->people = people_memory_open(machine->people_disk);
		if (machine->people == NULL)
			fail_now("the simulation is out of memory");
		uint64_t last = people_last_version(machine->people);
		if (last < machine->model->newest_version)
			fail_now("an event named version %" PRIu64 ", people.mdb ends at %" PRIu64,
				 machine->model->newest_version, last);
		machine->unsettled += pending_of(machine->people) > 0;
		registry = settle(machine);
		if (registry == NULL)
			people_memory_crash(machine->people);
	}
	machine->core.registry = registry;
	check(machine);
}

bool machine_people_finish(struct machine *machine)
{
	struct failure failure;
	if (!registry_finish(machine->core.registry, &failure)) {
		if (!people_memory_crashed(machine->people))
			fail_now("people.mdb does not stop: %s", failure.text);
		return false;
	}
	if (people_wants_rewrite(machine->people))
		fail_now("people.mdb wants a rewrite after a clean stop");
	check(machine);
	return true;
}

void machine_people_script(struct machine *machine)
{
	static const enum people_memory_crash_place places[] = {
	    PEOPLE_CRASH_BEFORE, PEOPLE_CRASH_MIDDLE, PEOPLE_CRASH_AFTER};
	people_memory_script(machine->people, dice_range(machine->dice, 1, 4),
			     places[dice_below(machine->dice, 3)]);
}

void machine_people_spare(struct machine *machine)
{
	people_memory_script(machine->people, 0, PEOPLE_CRASH_BEFORE);
	machine->start_fails = 0;
}

bool machine_people_settled(struct machine *machine)
{
	return pending_of(machine->people) == 0 && !people_wants_rewrite(machine->people);
}
