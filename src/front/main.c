/* SPDX-License-Identifier: ISC */
/*
 * segl: the front. It links nothing but libc, so that what needs no key and no
 * network costs a bare process: a kept token above all. All else it execs;
 * where the network will be needed it starts segl-net first, which connects
 * while the key is opened.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "front/ahead.h"
#include "front/kept.h"
#include "front/sidecar.h"
#include "settings/settings.h"

static void
exec_main(char **argv)
{
	const char *dir = secure_getenv("SEGL_LIBEXECDIR");
	char path[4096];

	errno = ENAMETOOLONG;
	if (dir == NULL)
		dir = SEGL_LIBEXECDIR;
	if ((size_t)snprintf(path, sizeof(path), "%s/segl-main", dir) <
	    sizeof(path))
		execv(path, argv);
	fprintf(stderr,
	    "segl: %s cannot be started: %s\n"
	    "  what to do:  install segl again\n",
	    path, strerror(errno));
}

int
main(int argc, char **argv)
{
	struct segl *segl = segl_new();
	struct settings settings;
	int exit_code, error;

	secret_harden_process();
	error = segl == NULL ? ENOMEM : file_open_standard();
	if (error != 0) {
		fprintf(stderr, "segl: cannot start: %s\n", strerror(error));
		return segl_status_exit_code(SEGL_ENOMEM);
	}
	/* segl-main parses again, and is the one to tell mistakes */
	if (settings_parse(segl, argc, argv, &settings) == SEGL_OK &&
	    settings.command == COMMAND_TOKEN) {
		if (sidecar_serve(segl, &settings, &exit_code) ||
		    kept_serve(&settings, &exit_code)) {
			settings_clear(&settings);
			segl_free(segl);
			return exit_code;
		}
		ahead_connect(segl, &settings);
	}
	exec_main(argv);
	return segl_status_exit_code(SEGL_EINTERNAL);
}
