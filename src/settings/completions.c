/* SPDX-License-Identifier: ISC */
/*
 * completions bash|zsh|fish -- prints what the shell completes the command
 * line of segl by, made from the table of options. Run when segl is built.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/options.h"

/* Operands that are words; the table tells them to people. */
static const struct {
	enum command command;
	const char *words;
} operands[] = {
	{ COMMAND_TRUST, "update import check list show status why" },
	{ COMMAND_CONFIG, "show validate path" },
	{ COMMAND_EXCHANGE, "customs altinn" },
	{ COMMAND_HELPER, "exec-credential get git gcp" },
	{ COMMAND_ISSUERS, "check" },
};

static const char *
words_of(enum command command)
{
	for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++) {
		if (operands[i].command == command)
			return operands[i].words;
	}
	return "";
}

static int
serves(const struct option *option, const struct command_row *row)
{
	return (option->commands & (unsigned int)row->command) != 0;
}

static int
names_file(const struct option *option)
{
	return option->argument != NULL &&
	    (strstr(option->argument, "FILE") != NULL ||
		strstr(option->argument, "DIR") != NULL ||
		strstr(option->argument, "SOCKET") != NULL);
}

/* The choices with blanks between them. */
static void
put_choices(const char *choices)
{
	for (const char *p = choices; *p != '\0'; p++)
		putchar(*p == '|' ? ' ' : *p);
}

/* TEXT between single quotes, with a backslash before each of SET. */
static void
put_escaped(const char *text, const char *set)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\'') {
			fputs("'\\''", stdout);
			continue;
		}
		if (strchr(set, *p) != NULL)
			putchar('\\');
		putchar(*p);
	}
}

/* ---- bash ---------------------------------------------------------------- */

static void
bash_commands(void)
{
	const struct command_row *row;

	fputs("\tlocal commands=\"", stdout);
	for (size_t i = 0; (row = command_at(i)) != NULL; i++)
		printf("%s%s", i > 0 ? " " : "", row->name);
	puts("\"");
}

/* What follows an option that takes a value: words, a file, or nothing. */
static void
bash_values(void)
{
	const struct option *o;

	puts("\tcase $prev in");
	for (size_t i = 0; (o = option_at(i)) != NULL; i++) {
		if (o->kind != OPTION_CHOICE)
			continue;
		printf("\t--%s)\n\t\tCOMPREPLY=($(compgen -W \"", o->name);
		put_choices(o->choices);
		puts("\" -- \"$cur\"))\n\t\treturn ;;");
	}
	for (int files = 1; files >= 0; files--) {
		size_t n = 0;

		for (size_t i = 0; (o = option_at(i)) != NULL; i++) {
			if (o->argument == NULL || o->kind == OPTION_CHOICE ||
			    names_file(o) != files)
				continue;
			printf("%s--%s", n++ > 0 ? "|" : "\t", o->name);
			if (o->letter != 0)
				printf("|-%c", o->letter);
		}
		printf(")\n%s\t\treturn ;;\n",
		    files ? "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n" : "");
	}
	puts("\tesac");
}

static void
bash_command(const struct command_row *row)
{
	const struct option *o;

	printf("\t%s)\n\t\twords=\"%s\"\n\t\toptions=\"", row->name,
	    words_of(row->command));
	for (size_t i = 0; (o = option_at(i)) != NULL; i++) {
		if (serves(o, row))
			printf("--%s ", o->name);
	}
	puts("--help\" ;;");
}

static void
bash(void)
{
	const struct command_row *row;

	puts("# bash completion for segl; made from its table of options\n"
	     "_segl()\n{\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev= command= i "
	     "words= options=\n"
	     "\tCOMPREPLY=()");
	bash_commands();
	/* "--as=eseal" comes as three words */
	puts("\t[ \"$COMP_CWORD\" -gt 0 ] && prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	     "\tif [ \"$cur\" = = ]; then\n\t\tcur=\n"
	     "\telif [ \"$prev\" = = ]; then\n"
	     "\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n\tfi\n"
	     "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	     "\t\tcase \" $commands \" in\n"
	     "\t\t*\" ${COMP_WORDS[i]} \"*)\n"
	     "\t\t\tcommand=${COMP_WORDS[i]}; break ;;\n\t\tesac\n\tdone");
	bash_values();
	puts("\tcase $command in\n"
	     "\t\"\")\n\t\twords=$commands options=\"--help --version\" ;;");
	for (size_t i = 0; (row = command_at(i)) != NULL; i++)
		bash_command(row);
	puts("\tesac\n"
	     "\tcase $cur in\n"
	     "\t-*) COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")) ;;\n"
	     "\t*)\n\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	     "\t\tif [ -n \"$command\" ]; then\n"
	     "\t\t\tCOMPREPLY+=($(compgen -f -- \"$cur\"))\n\t\tfi ;;\n"
	     "\tesac\n}\n"
	     "complete -o filenames -F _segl segl");
}

/* ---- zsh ----------------------------------------------------------------- */

static void
zsh_value(const struct option *o)
{
	if (o->argument == NULL)
		return;
	putchar(':');
	put_escaped(o->argument, "[]:\\");
	putchar(':');
	if (o->kind == OPTION_CHOICE) {
		putchar('(');
		put_choices(o->choices);
		putchar(')');
	} else if (names_file(o)) {
		fputs("_files", stdout);
	}
}

static void
zsh_option(const struct option *o)
{
	const char *often = o->kind == OPTION_LIST ? "*" : "";
	const char *equals = o->argument != NULL ? "=" : "";

	printf("\t\t    '%s--%s%s[", often, o->name, equals);
	put_escaped(o->help, "[]:\\");
	putchar(']');
	zsh_value(o);
	puts("' \\");
	if (o->letter == 0)
		return;
	printf("\t\t    '%s-%c[", often, o->letter);
	put_escaped(o->help, "[]:\\");
	putchar(']');
	zsh_value(o);
	puts("' \\");
}

static void
zsh_command(const struct command_row *row)
{
	const char *words = words_of(row->command);
	const struct option *o;

	printf("\t%s)\n\t\t_arguments \\\n", row->name);
	for (size_t i = 0; (o = option_at(i)) != NULL; i++) {
		if (serves(o, row))
			zsh_option(o);
	}
	puts("\t\t    '--help[print this help]' \\");
	if (words[0] != '\0')
		printf("\t\t    '1:what:(%s)' \\\n", words);
	puts("\t\t    '*:file:_files' ;;");
}

static void
zsh(void)
{
	const struct command_row *row;

	puts("#compdef segl\n"
	     "# zsh completion for segl; made from its table of options\n"
	     "_segl()\n{\n\tlocal command\n\tlocal -a commands\n"
	     "\tcommands=(");
	for (size_t i = 0; (row = command_at(i)) != NULL; i++) {
		printf("\t    '%s:", row->name);
		put_escaped(row->help, ":\\");
		puts("'");
	}
	puts("\t)\n"
	     "\tif (( CURRENT == 2 )); then\n"
	     "\t\t_describe command commands\n\t\treturn\n\tfi\n"
	     "\tcommand=$words[2]\n\tshift words\n\t(( CURRENT-- ))\n"
	     "\tcase $command in");
	for (size_t i = 0; (row = command_at(i)) != NULL; i++)
		zsh_command(row);
	puts("\tesac\n}\n_segl \"$@\"");
}

/* ---- fish ---------------------------------------------------------------- */

static void
fish_option(const struct command_row *row, const struct option *o)
{
	printf("complete -c segl -n '__fish_seen_subcommand_from %s' -l %s",
	    row->name, o->name);
	if (o->letter != 0)
		printf(" -s %c", o->letter);
	if (o->kind == OPTION_CHOICE) {
		fputs(" -x -a '", stdout);
		put_choices(o->choices);
		putchar('\'');
	} else if (o->argument != NULL) {
		fputs(names_file(o) ? " -r -F" : " -x", stdout);
	}
	fputs(" -d '", stdout);
	/* what stands between single quotes knows \' and \\ alone */
	for (const char *p = o->help; *p != '\0'; p++)
		printf("%s%c", *p == '\'' || *p == '\\' ? "\\" : "", *p);
	puts("'");
}

static void
fish(void)
{
	const struct command_row *row;
	const struct option *o;

	puts("# fish completion for segl; made from its table of options");
	for (size_t i = 0; (row = command_at(i)) != NULL; i++) {
		const char *words = words_of(row->command);

		printf("complete -c segl -f -n __fish_use_subcommand -a %s "
		       "-d '%s'\n",
		    row->name, row->help);
		if (words[0] != '\0')
			printf("complete -c segl -n "
			       "'__fish_seen_subcommand_from %s' -a '%s'\n",
			    row->name, words);
		for (size_t k = 0; (o = option_at(k)) != NULL; k++) {
			if (serves(o, row))
				fish_option(row, o);
		}
	}
}

int
main(int argc, char **argv)
{
	const char *shell = argc == 2 ? argv[1] : "";

	if (strcmp(shell, "bash") == 0)
		bash();
	else if (strcmp(shell, "zsh") == 0)
		zsh();
	else if (strcmp(shell, "fish") == 0)
		fish();
	else
		return 2;
	return fflush(stdout) == 0 && ferror(stdout) == 0 ? EXIT_SUCCESS
							  : EXIT_FAILURE;
}
