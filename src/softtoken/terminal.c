/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "softtoken/pin.h"
#include "softtoken/terminal.h"

/* Signals that would leave a terminal behind that does not echo. */
static const int caught[] = { SIGALRM, SIGHUP, SIGINT, SIGPIPE, SIGQUIT,
	SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU };

#define CAUGHT_N (sizeof(caught) / sizeof(caught[0]))

static volatile sig_atomic_t arrived;

static void
note_signal(int number)
{
	arrived = number;
}

static void
catch_signals(struct sigaction before[CAUGHT_N])
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	sigemptyset(&action.sa_mask);
	action.sa_handler = note_signal; /* without SA_RESTART: read ends */
	arrived = 0;
	for (size_t i = 0; i < CAUGHT_N; i++) {
		sigaction(caught[i], NULL, &before[i]);
		if (before[i].sa_handler != SIG_IGN)
			sigaction(caught[i], &action, NULL);
	}
}

static void
release_signals(const struct sigaction before[CAUGHT_N])
{
	for (size_t i = 0; i < CAUGHT_N; i++)
		sigaction(caught[i], &before[i], NULL);
}

static int
echo_off(int tty, struct termios *before)
{
	struct termios quiet;

	if (tcgetattr(tty, before) < 0)
		return -1;
	quiet = *before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	quiet.c_lflag |= ICANON | ISIG;
	return tcsetattr(tty, TCSAFLUSH, &quiet);
}

/* One line into LINE; its length, -1 where it ended otherwise or is too long.
 */
static ssize_t
read_line(int tty, char line[PIN_MAX + 1])
{
	ssize_t len = 0;
	char c = '\0';

	while (arrived == 0) {
		ssize_t n = read(tty, &c, 1);

		if (n <= 0)
			return -1; /* end of file, or a signal */
		if (c == '\n' || c == '\r')
			return len > PIN_MAX ? -1 : len;
		if (len <= PIN_MAX)
			line[len++] = c;
	}
	return -1;
}

static enum segl_status
no_answer(struct segl *segl, const char *why)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "cannot ask for the PIN: %s", why);
	error_remedy(segl,
	    "say where it is kept, which needs no terminal: --pin file:PATH, "
	    "fd:N, env:NAME or credential:NAME");
	return SEGL_EUSAGE;
}

/* One question; SEEN is the signal that arrived meanwhile, 0 for none. */
static ssize_t
ask(int tty, const char *file, char line[PIN_MAX + 1], int *seen)
{
	struct sigaction before[CAUGHT_N];
	struct termios attributes;
	ssize_t len = -1;

	catch_signals(before);
	if (echo_off(tty, &attributes) == 0) {
		(void)file_write_all(tty, "PIN of ", 7);
		(void)file_write_all(tty, file, strlen(file));
		(void)file_write_all(tty, ": ", 2);
		len = read_line(tty, line);
		(void)file_write_all(tty, "\n", 1);
		/* another signal must not leave it without an echo */
		while (tcsetattr(tty, TCSAFLUSH, &attributes) < 0 &&
		    errno == EINTR && arrived != SIGTTOU)
			;
	}
	release_signals(before);
	*seen = arrived;
	if (*seen != 0)
		(void)raise(*seen);
	return len;
}

static int
is_stop(int number)
{
	return number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

enum segl_status
terminal_ask(struct segl *segl, const char *file, struct secret **out)
{
	enum segl_status status = SEGL_OK;
	char line[PIN_MAX + 1];
	ssize_t len;
	int tty, seen;

	*out = NULL;
	tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty < 0)
		return no_answer(segl, "there is no terminal");
	do {
		len = ask(tty, file, line, &seen);
	} while (is_stop(seen)); /* stopped, continued: ask again */
	close(tty);
	if (len < 0) {
		status = no_answer(segl, "no answer was typed");
	} else {
		*out = secret_new(line, (size_t)len);
		if (*out == NULL)
			status = error_nomem(segl);
	}
	secret_wipe(line, sizeof(line));
	return status;
}
