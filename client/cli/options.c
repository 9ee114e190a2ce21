/* options.c -- see options.h.
 *
 * Options may stand anywhere.  A negative number such as -5 looks like one to argp: the digits are
 * hidden options whose value is the rest, and together they become a word again.
 */
#include "client/cli/options.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli/words.h"
#include "client/uri.h"
#include "protocol/key.h"

const char *argp_program_version = "crmdb-cli " CRMDB_VERSION;

#define DIGIT(c)                                                                                   \
	{                                                                                          \
		NULL, c, "", OPTION_ARG_OPTIONAL | OPTION_HIDDEN, NULL, 0                          \
	}

static const struct argp_option table[] = {
    {"uri", 'u', "URI", 0, "Server: crmdb://host:port or unix:///path", 0},
    {"format", 'F', "FORMAT", 0, "table (default), json or csv", 0},
    {"timeout", 't', "TIME", 0,
     "Give up after this time, such as 500ms or 5s; a plain number is milliseconds (5s)", 0},
    {"key", 'k', "UUID", 0, "Key of a command that writes: repeat it with the same one", 0},
    {"yes", 'y', NULL, 0, "Erase without asking", 0},
    {"command", 'c', "TEXT", 0, "The command as one text", 0},
    DIGIT('0'),
    DIGIT('1'),
    DIGIT('2'),
    DIGIT('3'),
    DIGIT('4'),
    DIGIT('5'),
    DIGIT('6'),
    DIGIT('7'),
    DIGIT('8'),
    DIGIT('9'),
    {0},
};

static void set_format(struct options *options, const char *text, struct argp_state *state)
{
	if (strcmp(text, "table") == 0)
		options->format = SHOW_TABLE;
	else if (strcmp(text, "json") == 0)
		options->format = SHOW_JSON;
	else if (strcmp(text, "csv") == 0)
		options->format = SHOW_CSV;
	else
		argp_error(state, "no format \"%s\"; there are table, json and csv", text);
}

static void set_key(struct options *options, const char *text, struct argp_state *state)
{
	struct wire_id key;
	if (!key_parse(text, strlen(text), &key))
		argp_error(state, "the key \"%s\" is not a UUID", text);
	options->key_given = true;
	memcpy(options->key.bytes, key.bytes, sizeof options->key.bytes);
}

static void set_timeout(struct options *options, const char *text, struct argp_state *state)
{
	int64_t us;
	if (!uri_parse_time(text, &us))
		argp_error(state,
			   "--timeout: \"%s\" is not a time such as 500ms, 5s or 2m, at most a day",
			   text);
	options->timeout = text;
}

/* -5 again, out of option 5 and its value: the argument just read, whole. */
static void add_negative(struct options *options, const struct argp_state *state)
{
	options->words[options->word_count++] = state->argv[state->next - 1];
}

static void check_command(const struct options *options, struct argp_state *state)
{
	if (options->command != NULL && options->word_count > 0)
		argp_error(state, "give the command with -c or as words, not both");
	if (options->command == NULL && options->word_count == 0)
		argp_error(state, "a command is missing");
	if (word_is(options->command != NULL ? options->command : options->words[0], "help"))
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'u':
		options->uri = argument;
		return 0;
	case 'F':
		set_format(options, argument, state);
		return 0;
	case 't':
		set_timeout(options, argument, state);
		return 0;
	case 'k':
		set_key(options, argument, state);
		return 0;
	case 'y':
		options->yes = true;
		return 0;
	case 'c':
		options->command = argument;
		return 0;
	case ARGP_KEY_ARG:
		options->words[options->word_count++] = argument;
		return 0;
	case ARGP_KEY_END:
		check_command(options, state);
		return 0;
	default:
		if (key >= '0' && key <= '9') {
			add_negative(options, state);
			return 0;
		}
		return ARGP_ERR_UNKNOWN;
	}
}

static char *filter_help(int key, const char *text, void *input)
{
	(void)input;
	if (key == ARGP_KEY_HELP_POST_DOC)
		return verbs_help();
	return (char *)(uintptr_t)text;
}

void options_parse(struct options *options, int argc, char **argv)
{
	static const struct argp argp = {.options = table,
					 .parser = parse_option,
					 .args_doc = "COMMAND...",
					 .doc = "Talk to a crmdb server.\v ",
					 .help_filter = filter_help};
	*options = (struct options){.words = calloc((size_t)argc + 1, sizeof(char *))};
	argp_err_exit_status = EXIT_USAGE;
	if (options->words == NULL)
		exit(EXIT_REFUSED);
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, options) != 0)
		exit(EXIT_USAGE);
}
