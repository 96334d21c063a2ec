/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <segl/version.h>

#include "base/error.h"
#include "base/file.h"
#include "sim/child.h"
#include "sim/demo_pki.h"
#include "sim/options.h"
#include "sim/publish.h"
#include "sim/ready.h"

static void
log_line(const char *line)
{
	char at[sizeof("00:00:00")];
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(at, sizeof(at), "%H:%M:%S", &tm) == 0)
		at[0] = '\0';
	fprintf(stderr, "%s %s\n", at, line);
}

static int
complain(const struct segl *segl)
{
	const char *remedy = segl_error_remedy(segl);

	fprintf(stderr, "segl-sim: %s\n", segl_error_message(segl));
	if (remedy != NULL)
		fprintf(stderr, "segl-sim: %s\n", remedy);
	return segl_status_exit_code(segl_error_status(segl));
}

/* Tell the world, and in the background, let go of it. */
static enum segl_status
announce(struct segl *segl, char *const *variables)
{
	enum segl_status status;
	struct buffer lines;
	int null, error;

	buffer_init(&lines, 65536);
	status = ready_lines(&lines, variables);
	if (status == SEGL_OK && getenv(CHILD_BACKGROUND) != NULL)
		status =
		    buffer_printf(&lines, "SEGL_SIM_PID=%ld\n", (long)getpid());
	if (status != SEGL_OK) {
		buffer_clear(&lines);
		return error_nomem(segl);
	}
	error = file_write_all(STDOUT_FILENO, lines.data, lines.len);
	buffer_clear(&lines);
	if (error != 0)
		return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
		    "cannot write to the standard output: %s", strerror(error));
	if (getenv(CHILD_BACKGROUND) == NULL)
		return SEGL_OK;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		(void)dup2(null, STDOUT_FILENO);
		(void)dup2(null, STDERR_FILENO);
		close(null);
	}
	return SEGL_OK;
}

/* SIGCHLD, SIGINT and SIGTERM wait for sigwait(); OLD is what was before. */
static void
block_signals(sigset_t *signals, sigset_t *old)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigemptyset(signals);
	sigaddset(signals, SIGCHLD);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, signals, old);
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

/* Until a signal, or the end of the command; the exit status in CODE. */
static enum segl_status
stay(struct segl *segl, const struct command_line *line, const struct sim *sim,
    const sigset_t *signals, const sigset_t *old, int *code)
{
	char **variables = ready_variables(sim);
	enum segl_status status;
	pid_t pid;
	int sig;

	*code = 0;
	if (variables == NULL)
		return error_nomem(segl);
	if (line->program != NULL) {
		status = child_start(segl, line->program, variables, old, &pid);
		if (status == SEGL_OK)
			*code = child_wait(pid, signals);
	} else {
		status = announce(segl, variables);
		do {
			sig = SIGTERM;
		} while (status == SEGL_OK && sigwait(signals, &sig) == 0 &&
		    sig == SIGCHLD);
	}
	ready_free(variables);
	return status;
}

static int
serve(struct segl *segl, struct command_line *line, char **argv)
{
	enum segl_status status;
	sigset_t signals, old;
	struct sim *sim;
	int code;

	if (line->background && getenv(CHILD_BACKGROUND) == NULL) {
		code = child_background(segl, argv);
		return code < 0 ? complain(segl) : code;
	}
	if (!line->quiet)
		line->sim.log = log_line;
	block_signals(&signals, &old);
	status = sim_start(segl, &line->sim, &sim);
	if (status != SEGL_OK)
		return complain(segl);
	status = stay(segl, line, sim, &signals, &old, &code);
	sim_stop(sim);
	return status == SEGL_OK ? code : complain(segl);
}

static int
finish_output(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "segl-sim: cannot write to the standard output\n");
	return segl_status_exit_code(SEGL_EINTERNAL);
}

static int
run(struct segl *segl, struct command_line *line, char **argv)
{
	switch (line->command) {
	case COMMAND_SERVE:
		return serve(segl, line, argv);
	case COMMAND_DEMO_LISTS:
		if (publish_demo(segl, line->sim.dir, line->url) != SEGL_OK)
			return complain(segl);
		return 0;
	case COMMAND_DEMO_PKI:
		if (demo_pki_make(segl, line->sim.dir, line->url) != SEGL_OK)
			return complain(segl);
		return 0;
	case COMMAND_RULES:
		rules_print(&line->sim.rules, stdout);
		return finish_output(0);
	case COMMAND_VERSION:
		printf("segl-sim %s\n", segl_version());
		return finish_output(0);
	case COMMAND_HELP:
		command_line_help();
		return finish_output(0);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct segl *segl = segl_new();
	struct command_line line;
	int code;

	if (segl == NULL)
		return segl_status_exit_code(SEGL_ENOMEM);
	if (command_line_read(&line, segl, argc, argv) == SEGL_OK)
		code = run(segl, &line, argv);
	else
		code = complain(segl);
	command_line_clear(&line);
	segl_free(segl);
	return code;
}
