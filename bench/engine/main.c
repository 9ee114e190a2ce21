/* main.c -- crmdb-bench-engine: the engine alone, at a size, in one thread.
 *
 *   fill -> build the index -> memory -> tasks, each some times: the median counts -> check
 *
 * Times are CPU time of the thread, so that other work on the machine costs only what it takes of
 * the caches.
 *
 * Exit status: 0 measured, 1 the engine did not pass its check, 2 wrong usage, 3 out of memory.
 */
#include <argp.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/engine/tasks.h"
#include "bench/machine.h"
#include "bench/timing.h"
#include "server/engine/state.h"

#define ROWS_MOST 100000000u
#define REPETITIONS_MOST 99u
#define MEBIBYTE (1024.0 * 1024.0)

enum status {
	STATUS_MEASURED,
	STATUS_WRONG,
	STATUS_USAGE,
	STATUS_MEMORY
};

struct options {
	uint64_t rows, seed, repetitions;
	const char *only; /* tasks whose names begin so */
};

static const struct argp_option rows[] = {
    {"rows", 'n', "N", 0, "Customers (default 10000000, which take 6 GiB)", 0},
    {"repetitions", 'r', "N", 0, "Times each task is run; the median is shown (default 5)", 0},
    {"only", 'o', "TEXT", 0, "Run the tasks whose names begin with TEXT", 0},
    {"seed", 's', "N", 0, "Seed of the population and of what is drawn (default 1)", 0},
    {NULL, 0, NULL, 0, NULL, 0}};

static uint64_t number_take(struct argp_state *state, const char *text, uint64_t least,
			    uint64_t most)
{
	char *end = NULL;
	unsigned long long value = strtoull(text, &end, 10);
	if (end == text || *end != '\0' || text[0] == '-' || value < least || value > most)
		argp_error(state, "\"%s\" is not a whole number from %" PRIu64 " to %" PRIu64, text,
			   least, most);
	return value;
}

static error_t option_take(int key, char *text, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'n':
		options->rows = number_take(state, text, 1000, ROWS_MOST);
		return 0;
	case 'r':
		options->repetitions = number_take(state, text, 1, REPETITIONS_MOST);
		return 0;
	case 'o':
		options->only = text;
		return 0;
	case 's':
		options->seed = number_take(state, text, 0, UINT64_MAX);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "%s is too much: there are only options", text);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const char *argp_program_version = "crmdb-bench-engine " CRMDB_VERSION;

static void options_parse(struct options *options, int argc, char **argv)
{
	const struct argp argp = {rows,
				  option_take,
				  NULL,
				  "Measure crmdb's engine alone, without network and log."
				  "\vSee bench/README.md.",
				  NULL,
				  NULL,
				  NULL};
	*options = (struct options){.rows = 10000000, .seed = 1, .repetitions = 5, .only = ""};
	argp_err_exit_status = STATUS_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, options);
}

static void header_print(const struct options *options)
{
	struct machine machine;
	machine_describe(&machine);
	printf("machine     %s, %u cores, %.1f GiB, %s\n", machine.processor, machine.cores,
	       (double)machine.memory_bytes / MEBIBYTE / 1024.0, machine.kernel);
	printf("engine      %s, %" PRIu64 " customers, seed %" PRIu64 ", median of %" PRIu64 "\n\n",
	       CRMDB_VERSION, options->rows, options->seed, options->repetitions);
}

static double seconds_since(uint64_t from_ns)
{
	return (double)(timing_spent_ns() - from_ns) / 1e9;
}

/* False: out of memory. */
static bool fill(struct rig *rig)
{
	uint64_t spent_ns = rig_fill(rig);
	double events = (double)engine_applied(rig->engine);
	printf("%-32s %10.2f s, %.0f events, %.0f ns each, without index\n", "fill",
	       (double)spent_ns / 1e9, events, (double)spent_ns / events);
	return spent_ns > 0;
}

/* False: out of memory. */
static bool build(struct rig *rig)
{
	uint64_t from_ns = timing_spent_ns();
	bool built = engine_index(rig->engine) == ERROR_OK;
	double seconds = seconds_since(from_ns);
	printf("%-32s %10.2f s, %.0f ns a customer\n", "build of the index", seconds,
	       seconds * 1e9 / (double)rig->rows);
	return built;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void task_print(const struct task *task, double *times, size_t count)
{
	qsort(times, count, sizeof *times, ascending);
	double median = times[count / 2];
	printf("%-32s %10.1f ns   (%.1f to %.1f)", task->name, median, times[0], times[count - 1]);
	if (task->goal_ns > 0)
		printf("   goal %.0f: %s", task->goal_ns,
		       median <= task->goal_ns ? "met" : "missed");
	putchar('\n');
	fflush(stdout);
}

/* False: out of memory. */
static bool task_run(struct rig *rig, const struct task *task, uint64_t repetitions)
{
	double times[REPETITIONS_MOST];
	for (uint64_t i = 0; i < repetitions; i++) {
		times[i] = task->asked != NULL ? task_asked(rig, task->asked) : task->run(rig);
		if (times[i] < 0)
			return false;
	}
	task_print(task, times, repetitions);
	return true;
}

/* False: the engine broke a rule. */
static bool check(struct rig *rig)
{
	struct failure failure;
	uint64_t from_ns = timing_spent_ns();
	if (!engine_check(rig->engine, &failure)) {
		fprintf(stderr, "crmdb-bench-engine: the check failed: %s\n", failure.text);
		return false;
	}
	printf("%-32s %10.2f s, passed\n", "check of everything", seconds_since(from_ns));
	return true;
}

static void memory_print(const char *what, double bytes, const struct rig *rig)
{
	printf("memory      %-20s %10.1f MiB %8.1f bytes a customer\n", what, bytes / MEBIBYTE,
	       bytes / (double)rig->rows);
}

static double table_bytes(const struct table *table, size_t slot_bytes)
{
	return (double)((table->run.capacity + table->next.capacity + table->old.capacity) *
			slot_bytes);
}

/* As filled, with the index; a key is an order's and is kept for ever. */
static void memories_print(const struct rig *rig, uint64_t index_bytes)
{
	const struct engine *engine = rig->engine;
	double used = (double)rig_memory(rig);
	double ranges = engine->rows.ranges_made * (double)sizeof(struct rows_range);
	double ids = table_bytes(&engine->ids.table, sizeof(struct ids_slot));
	double keys = table_bytes(&engine->keys.table, sizeof(struct keys_slot));
	double months = engine->months.used * (double)sizeof(struct months_cell);
	memory_print("rows", ranges, rig);
	memory_print("ids", ids, rig);
	memory_print("keys", keys, rig);
	memory_print("months", months, rig);
	memory_print("index", (double)index_bytes, rig);
	memory_print("the rest", used - ranges - ids - keys - months - (double)index_bytes, rig);
	memory_print("all", used, rig);
}

static void field_print(const char *name, const char *type, size_t bytes)
{
	printf("row         %-20s %-4s %3zu bytes\n", name, type, bytes);
}

static void fields_print(void)
{
	field_print("id", "u64", sizeof(uint64_t));
	field_print("hot record", "", sizeof(struct rows_hot));
#define FIELD(type, name, doc) field_print(#name, #type, sizeof(rows_##type));
#include "server/engine/fields.def"
	printf("row         %-20s %-4s %3.0f bytes\n\n", "all", "",
	       (double)sizeof(struct rows_range) / ROWS_RANGE);
}

static enum status measure(struct rig *rig, const struct options *options)
{
	if (!rig_open(rig, options->rows, options->seed) || !fill(rig))
		return STATUS_MEMORY;
	uint64_t before = rig_memory(rig);
	if (!build(rig))
		return STATUS_MEMORY;
	uint64_t index_bytes = rig_memory(rig) - before;
	putchar('\n');
	fields_print();
	memories_print(rig, index_bytes);
	putchar('\n');
	for (size_t i = 0; i < TASKS; i++)
		if (strncmp(tasks[i].name, options->only, strlen(options->only)) == 0 &&
		    !task_run(rig, &tasks[i], options->repetitions))
			return STATUS_MEMORY;
	return check(rig) ? STATUS_MEASURED : STATUS_WRONG;
}

int main(int argc, char **argv)
{
	static struct rig rig;
	struct options options;
	options_parse(&options, argc, argv);
	header_print(&options);
	enum status status = measure(&rig, &options);
	if (status == STATUS_MEMORY)
		fprintf(stderr, "crmdb-bench-engine: out of memory: ask for fewer --rows\n");
	rig_close(&rig);
	return (int)status;
}
