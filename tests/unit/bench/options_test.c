/* options_test.c -- wrong command lines end with status 2 and one sentence that says what to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/options.h"

#define NO_SERVER                                                                                  \
	"give --server PROGRAM (a server of its own) or --uri URI: the run creates customers and " \
	"earns points there, for good"

/* In a process of its own, which options_parse ends: returns its status, `said` what it printed. */
static int parse_apart(char **argv, char *said, size_t size)
{
	int argc = 0, status = 0, ends[2];
	while (argv[argc] != NULL)
		argc++;
	fflush(NULL);
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		struct options options;
		dup2(ends[1], STDERR_FILENO);
		options_parse(&options, argc, argv);
		_exit(0);
	}
	close(ends[1]);
	FILE *printed = fdopen(ends[0], "r");
	assert_non_null(printed);
	said[fread(said, 1, size - 1, printed)] = '\0';
	fclose(printed);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

static void refuse(char *option, char *value, const char *sentence)
{
	char said[1024];
	char *argv[] = {"crmdb-bench", "run", option, value, NULL};
	int status = parse_apart(argv, said, sizeof said);
	if (status != 2 || strstr(said, sentence) == NULL)
		fail_msg("status %d, not 2 and \"%s\": %s", status, sentence, said);
}

static void test_a_server_must_be_named(void **state)
{
	(void)state;
	unsetenv("CRMDB_URI");
	refuse(NULL, NULL, NO_SERVER);
	refuse("--uri", "", NO_SERVER);
	setenv("CRMDB_URI", "", 1);
	refuse(NULL, NULL, NO_SERVER);
	unsetenv("CRMDB_URI");
}

static void test_the_environment_names_a_server(void **state)
{
	char *argv[] = {"crmdb-bench", "run", NULL};
	struct options options;
	(void)state;
	setenv("CRMDB_URI", "unix:///here", 1);
	options_parse(&options, 2, argv);
	assert_string_equal(options.uri, "unix:///here");
	unsetenv("CRMDB_URI");
}

static void test_a_server_of_its_own_comes_before_the_environment(void **state)
{
	char *argv[] = {"crmdb-bench", "run", "--server", "crmdb-server", NULL};
	struct options options;
	(void)state;
	setenv("CRMDB_URI", "unix:///here", 1);
	options_parse(&options, 4, argv);
	assert_null(options.uri);
	assert_string_equal(options.server, "crmdb-server");
	unsetenv("CRMDB_URI");
}

static void test_errors_name_their_option(void **state)
{
	(void)state;
	refuse("--batch", "0", "--batch: \"0\" is not a whole number from 1 to 16384\n");
	refuse("-b", "1x", "--batch: \"1x\" is not a whole number from 1 to 16384\n");
	refuse("--customers", "1", "--customers: \"1\" is not a whole number from 2 to");
	refuse("--server-pid", "-1", "--server-pid: \"-1\" is not a whole number from 1 to");
	refuse("--duration", "0", "--duration: \"0\" is not a number of seconds from 0.1 to 86400");
	refuse("--workload", "buy",
	       "--workload: \"buy\" is not one of earn, get, order, count, page, matrix");
	refuse("--limit", "501", "--limit: \"501\" is not a whole number from 1 to 500");
	refuse("--days", "10001", "--days: \"10001\" is not a whole number from 0 to 10000");
	refuse("--keys", "new", "--keys: \"new\" is not one of timed, ref\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_server_must_be_named),
	    cmocka_unit_test(test_the_environment_names_a_server),
	    cmocka_unit_test(test_a_server_of_its_own_comes_before_the_environment),
	    cmocka_unit_test(test_errors_name_their_option),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
