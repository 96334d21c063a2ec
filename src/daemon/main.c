/* SPDX-License-Identifier: ISC */
/*
 * segld: the sidecar. This program is the keeper of daemon/message.h: it links
 * the C library alone, and lives as long as the service does.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <config.h>

#include "base/error.h"
#include "base/file.h"
#include "base/secret.h"
#include "daemon/hook.h"
#include "daemon/keeper.h"
#include "daemon/log.h"
#include "daemon/probe.h"
#include "settings/usage.h"

static enum segl_status
open_audit(struct keeper *keeper)
{
	const char *path = keeper->profiles.all[0].settings.audit_log;

	keeper->audit = -1;
	if (path == NULL)
		return SEGL_OK;
	if (strcmp(path, "-") == 0)
		keeper->audit = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		keeper->audit = open(path,
		    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	if (keeper->audit >= 0)
		return SEGL_OK;
	error_set(keeper->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the audit log %s cannot be opened: %s", path, strerror(errno));
	error_remedy(keeper->segl, "check its directory and --audit-log");
	return SEGL_EUSAGE;
}

static int
serve(struct keeper *keeper)
{
	const struct settings *settings = &keeper->profiles.all[0].settings;
	enum segl_status status;
	int code = 0;

	status = policy_new(keeper->segl, settings, 1, &keeper->policy);
	if (status == SEGL_OK)
		status = sinks_load(keeper->segl, settings, &keeper->sinks);
	if (status == SEGL_OK)
		status = open_audit(keeper);
	if (status == SEGL_OK)
		status = listeners_open(
		    keeper->segl, settings, keeper->policy, &keeper->listeners);
	if (status == SEGL_OK)
		code = keeper_run(keeper);
	listeners_close(&keeper->listeners);
	hook_clear(keeper);
	sinks_clear(&keeper->sinks);
	policy_free(keeper->policy);
	if (segl_error_status(keeper->segl) != SEGL_OK)
		code = log_failure(keeper->segl);
	return code;
}

static int
ask(struct segl *segl, const struct settings *settings)
{
	return probe(segl, settings) == SEGL_OK ? 0 : log_failure(segl);
}

static int
tell(const struct settings *settings)
{
	if (settings->command == COMMAND_VERSION)
		printf("segld %s\n", PACKAGE_VERSION);
	else
		usage_print(stdout, COMMAND_DAEMON);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	fputs("segld: cannot write to standard output\n", stderr);
	return segl_status_exit_code(SEGL_EINTERNAL);
}

int
main(int argc, char **argv)
{
	struct keeper keeper = { .argc = argc,
		.argv = argv,
		.audit = -1,
		.start_at_ms = -1,
		.lists_at_ms = -1 };
	int code;

	secret_harden_process();
	listeners_init(&keeper.listeners);
	keeper.segl = segl_new();
	if (keeper.segl == NULL || file_open_standard() != 0) {
		fputs("segld: out of memory\n", stderr);
		return segl_status_exit_code(SEGL_ENOMEM);
	}
	if (profiles_load(keeper.segl, argc, argv, &keeper.profiles) != SEGL_OK)
		code = log_failure(keeper.segl);
	else if (keeper.profiles.all[0].settings.command != COMMAND_DAEMON)
		code = tell(&keeper.profiles.all[0].settings);
	else if (keeper.profiles.all[0].settings.probe != NULL)
		code = ask(keeper.segl, &keeper.profiles.all[0].settings);
	else {
		log_notes(keeper.segl, &keeper.profiles.all[0].settings);
		code = serve(&keeper);
	}
	profiles_clear(&keeper.profiles);
	segl_free(keeper.segl);
	return code;
}
