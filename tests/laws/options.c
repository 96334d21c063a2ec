/* SPDX-License-Identifier: ISC */
/*
 * The table of options as lines, for the law about manual pages: name, what
 * the file may say, choices, variable, the variable people already have, the
 * program whose page describes it; "-" where there is none.
 */
#include <stdio.h>

#include "settings/options.h"

static const char *
shown(const char *text)
{
	return text == NULL ? "-" : text;
}

int
main(void)
{
	const struct option *option;

	for (size_t i = 0; (option = option_at(i)) != NULL; i++)
		printf("%s %s %s %s %s %s\n", option->name,
		    (option->flags & OPTION_IN_FILE) != 0 ? "file" : "-",
		    shown(option->choices), shown(option->variable),
		    shown(option->other_variable),
		    option->commands == COMMAND_DAEMON ? "segld" : "segl");
	return 0;
}
