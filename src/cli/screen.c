/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/screen.h"

#define WIDTH_USUAL 80
#define WIDTH_LEAST 40
#define WIDTH_MOST  160

size_t
screen_columns(void)
{
	const char *variable = getenv("COLUMNS");
	struct winsize size;
	size_t n = WIDTH_USUAL;

	if (variable != NULL && strtoul(variable, NULL, 10) > 0)
		n = (size_t)strtoul(variable, NULL, 10);
	else if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
	    size.ws_col > 0)
		n = size.ws_col;
	return n < WIDTH_LEAST ? WIDTH_LEAST : n > WIDTH_MOST ? WIDTH_MOST : n;
}

int
screen_colour(int fd)
{
	const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return isatty(fd) && (no == NULL || no[0] == '\0') &&
	    terminal != NULL && strcmp(terminal, "dumb") != 0;
}
