/* SPDX-License-Identifier: ISC */
/*
 * segl-main: the commands. The front execs it with its own arguments, having
 * started segl-net where the command will need the network.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <segl.h>

#include "base/error.h"
#include "base/file.h"
#include "base/secret.h"
#include "cli/command.h"
#include "cli/report.h"
#include "cli/server.h"
#include "settings/usage.h"

static enum segl_status
print_version(void)
{
	printf("segl %s\nOpenSSL %s\njansson %s\n", segl_version(),
	    segl_version_openssl(), segl_version_jansson());
	return SEGL_OK;
}

static enum segl_status
run(struct segl *segl, const struct settings *settings)
{
	switch (settings->command) {
	case COMMAND_TOKEN:
		return command_token(segl, settings);
	case COMMAND_EXCHANGE:
		return command_exchange(segl, settings);
	case COMMAND_CALL:
		return command_call(segl, settings);
	case COMMAND_EXEC:
		return command_exec(segl, settings);
	case COMMAND_HELPER:
		return command_helper(segl, settings);
	case COMMAND_INTROSPECT:
		return command_introspect(segl, settings);
	case COMMAND_GRANT:
		return command_grant(segl, settings);
	case COMMAND_CHECK:
		return command_check(segl, settings);
	case COMMAND_TRUST:
		return command_trust(segl, settings);
	case COMMAND_ISSUERS:
		return command_issuers(segl, settings);
	case COMMAND_CSR:
		return command_csr(segl, settings);
	case COMMAND_BUNDLE:
		return command_bundle(segl, settings);
	case COMMAND_RENEW:
		return command_renew(segl, settings);
	case COMMAND_ONBOARD:
		return command_onboard(segl, settings);
	case COMMAND_CONFIG:
		return command_config(segl, settings);
	case COMMAND_EXPLAIN:
		return command_explain(segl, settings);
	case COMMAND_DECODE:
		return command_decode(segl, settings);
	case COMMAND_VERSION:
		return print_version();
	case COMMAND_HELP:
	case COMMAND_NONE:
		usage_print(stdout, settings->help_for);
		return SEGL_OK;
	case COMMAND_DAEMON:
		break; /* segld is a program of its own */
	}
	return SEGL_EINTERNAL;
}

int
main(int argc, char **argv)
{
	struct settings settings;
	enum segl_status status;
	struct segl *segl;
	int exit_code = 0, error;

	secret_harden_process();
	server_wait_at_exit();
	segl = segl_new();
	error = segl == NULL ? ENOMEM : file_open_standard();
	if (error != 0) {
		fprintf(stderr, "segl: cannot start: %s\n", strerror(error));
		return segl_status_exit_code(SEGL_ENOMEM);
	}
	status = settings_parse(segl, argc, argv, &settings);
	report_notes(segl, &settings);
	if (status == SEGL_OK)
		status = run(segl, &settings);
	if (status == SEGL_OK && (fflush(stdout) != 0 || ferror(stdout)))
		status = error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
		    "the result could not be written to standard output");
	/* a verdict of segl check is told already, and no failure */
	if (status != SEGL_OK && segl_error_status(segl) == SEGL_OK)
		exit_code = segl_status_exit_code(status);
	else if (status != SEGL_OK)
		exit_code = report_failure(segl, &settings);
	settings_clear(&settings);
	segl_free(segl);
	return exit_code;
}
