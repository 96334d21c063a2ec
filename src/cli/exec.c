/* SPDX-License-Identifier: ISC */
/*
 * segl exec: become another program that finds a fresh token. Nothing of segl
 * stays, so signals and the exit status are that program's own.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/obtain.h"
#include "present/present.h"

#define VARIABLE "MASKINPORTEN_ACCESS_TOKEN"

/* Highest descriptor that may be asked for. */
#define FD_LAST 255

/* Where the program finds the token. */
struct target {
	const char *variable; /* NULL: a descriptor */
	int fd;
};

#define NAME_CHARACTERS                                                        \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

static enum segl_status
take_target(struct segl *segl, const char *text, struct target *out)
{
	char *end;
	long fd;

	out->variable = VARIABLE;
	out->fd = -1;
	if (text == NULL)
		return SEGL_OK;
	if (strncmp(text, "env:", 4) == 0) {
		out->variable = text + 4;
		if (out->variable[0] > '9' &&
		    out->variable[strspn(out->variable, NAME_CHARACTERS)] ==
			'\0')
			return SEGL_OK;
	} else if (strncmp(text, "fd:", 3) == 0) {
		fd = strtol(text + 3, &end, 10);
		out->variable = NULL;
		out->fd = (int)fd;
		if (end != text + 3 && *end == '\0' && fd >= 3 && fd <= FD_LAST)
			return SEGL_OK;
	}
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "--token-to does not take this value");
	error_remedy(segl,
	    "write env:NAME for a variable, or fd:N for a descriptor from 3 "
	    "to %d",
	    FD_LAST);
	return SEGL_EUSAGE;
}

/* A file without a name that holds TEXT, at its beginning, as descriptor FD. */
static int
put_on_descriptor(const struct buffer *text, int fd)
{
	int memory =
	    memfd_create("segl-token", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int error;

	if (memory < 0)
		return errno;
	error = file_write_all(memory, text->data, text->len);
	if (error == 0 &&
	    (lseek(memory, 0, SEEK_SET) < 0 ||
		fcntl(memory, F_ADD_SEALS,
		    F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) <
		    0))
		error = errno;
	if (error == 0 && memory == fd)
		error = fcntl(memory, F_SETFD, 0) < 0 ? errno : 0;
	else if (error == 0)
		error = dup2(memory, fd) < 0 ? errno : 0;
	if (memory != fd)
		close(memory);
	return error;
}

static enum segl_status
hand_over(struct segl *segl, const struct settings *settings,
    const struct target *target, const struct obtained *obtained)
{
	struct presentation what = { .token = obtained->entry.token,
		.type = obtained->entry.type,
		.scope = obtained->entry.scope,
		.expires_in_s = obtained->remaining_s,
		.expires_at = (long long)time(NULL) + obtained->remaining_s,
		.from_cache = obtained->from_cache };
	enum segl_status status;
	struct buffer text;
	int error;

	if (obtained->remaining_s < 0)
		what.expires_at = -1;
	buffer_init(&text, ENTRY_MAX);
	status = present_token(
	    &text, settings->output, &what, target->variable != NULL);
	if (status != SEGL_OK) {
		status = error_nomem(segl);
	} else {
		error = target->variable == NULL
		    ? put_on_descriptor(&text, target->fd)
		    : setenv(target->variable, text.data, 1) < 0 ? errno
								 : 0;
		if (error != 0)
			status = error_set(segl, SEGL_EINTERNAL, SEGL_TURN_YOU,
			    "the token cannot be handed to the command: %s",
			    strerror(error));
	}
	buffer_clear(&text);
	return status;
}

/*
 * The limit on core files stays at nothing, as it is for us: the token would
 * be in them.
 */
static enum segl_status
become(struct segl *segl, char **program)
{
	int error;
	char *safe;

	(void)execvp(program[0], program);
	error = errno;
	safe = text_foreign(program[0], strlen(program[0]));
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%s cannot be run: %s",
	    safe == NULL ? "" : safe, strerror(error));
	error_remedy(segl,
	    "check the name of the command, and that it is in PATH and "
	    "executable");
	free(safe);
	return SEGL_EUSAGE;
}

enum segl_status
command_exec(struct segl *segl, const struct settings *settings)
{
	struct obtained obtained;
	enum segl_status status;
	struct target target;

	if (settings->program == NULL || settings->program[0] == NULL) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "segl exec needs a command, behind --");
		error_remedy(segl, "write segl exec -- CMD ARGUMENT...");
		return SEGL_EUSAGE;
	}
	status = take_target(segl, settings->token_to, &target);
	if (status != SEGL_OK)
		return status;
	status = obtain(segl, settings, settings->force_new, NULL, &obtained);
	if (status == SEGL_OK)
		status = hand_over(segl, settings, &target, &obtained);
	obtained_clear(&obtained);
	if (status == SEGL_OK)
		status = become(segl, settings->program);
	return status;
}
