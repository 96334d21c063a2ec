/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <string.h>

#include "settings/options.h"
#include "settings/usage.h"

#define HELP_COLUMN 30
#define HELP_WIDTH  78

/* TEXT from column HELP_COLUMN on, broken at blanks. */
static void
print_help(FILE *to, int column, const char *text)
{
	while (*text != '\0') {
		size_t room = HELP_WIDTH - HELP_COLUMN;
		size_t n = strlen(text);

		if (n > room) {
			n = room;
			while (n > 0 && text[n] != ' ')
				n--;
			if (n == 0)
				n = strcspn(text, " ");
		}
		fprintf(
		    to, "%*s%.*s\n", HELP_COLUMN - column, "", (int)n, text);
		column = 0;
		text += n + strspn(text + n, " ");
	}
}

static void
print_option(FILE *to, const struct option *option)
{
	char left[80];
	int n;

	n = snprintf(left, sizeof(left), "  %c%c%s--%s%s%s",
	    option->letter != 0 ? '-' : ' ',
	    option->letter != 0 ? option->letter : ' ',
	    option->letter != 0 ? ", " : "  ", option->name,
	    option->argument == NULL ? "" : " ",
	    option->argument == NULL ? "" : option->argument);
	fputs(left, to);
	if (n >= HELP_COLUMN) {
		fputc('\n', to);
		n = 0;
	}
	print_help(to, n, option->help);
}

static void
print_command(FILE *to, const struct command_row *row)
{
	int daemon = row->command == COMMAND_DAEMON;

	fprintf(to, "Usage: %s%s [OPTION...]%s%s\n\n%c%s.\n\nOptions:\n",
	    daemon ? "" : "segl ", row->name,
	    row->operands[0] == '\0' ? "" : " ", row->operands,
	    toupper((unsigned char)row->help[0]), row->help + 1);
	for (size_t i = 0; i < option_count(); i++)
		if ((option_at(i)->commands & row->command) != 0)
			print_option(to, option_at(i));
	fputs("  -h, --help                  print this help\n", to);
	if (daemon)
		fputs("      --version               print the version\n", to);
	fprintf(to,
	    "\nMost options can be set in the environment: --ca-only as "
	    "SEGL_CA_ONLY.\n%s tells all.\n",
	    daemon ? "segld(8)" : "segl(1)");
}

void
usage_print(FILE *to, enum command command)
{
	if (command == COMMAND_DAEMON) {
		print_command(to, command_daemon());
		return;
	}
	for (size_t i = 0; command_at(i) != NULL; i++)
		if (command_at(i)->command == command &&
		    command != COMMAND_HELP) {
			print_command(to, command_at(i));
			return;
		}
	fputs("Usage: segl COMMAND [OPTION...]\n\n"
	      "From an eSeal soft token to an access token of Maskinporten.\n"
	      "\nCommands:\n",
	    to);
	for (size_t i = 0; command_at(i) != NULL; i++)
		fprintf(to, "  %-10s %s\n", command_at(i)->name,
		    command_at(i)->help);
	fputs("\nA first token:\n"
	      "  segl token --env test --scope digdir:verksemd.eu \\\n"
	      "      --softtoken eseal.p12 --pin prompt\n\n"
	      "segl help COMMAND lists its options; segl(1) tells all.\n",
	    to);
}
