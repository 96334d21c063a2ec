/* SPDX-License-Identifier: ISC */
/* git credential helpers: lines of KEY=VALUE (git-credential(1)). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/helper.h"
#include "cli/paste.h"
#include "cli/report.h"

/* Who asks, where a name is needed beside the token: any will do. */
#define USERNAME "oauth2"

/* What git wants to know; borrowed from its lines. */
struct question {
	const char *protocol, *host, *path, *username;
	int knows_authtype; /* it can take another kind than a password */
};

/* The lines of TEXT, which is cut up, up to the first empty one. */
static void
read_lines(char *text, struct question *out)
{
	memset(out, 0, sizeof(*out));
	while (text != NULL && text[0] != '\0' && text[0] != '\n') {
		char *end = strchr(text, '\n'), *equals;

		if (end != NULL)
			*end = '\0';
		equals = strchr(text, '=');
		if (equals != NULL) {
			*equals++ = '\0';
			if (strcmp(text, "protocol") == 0)
				out->protocol = equals;
			else if (strcmp(text, "host") == 0)
				out->host = equals;
			else if (strcmp(text, "path") == 0)
				out->path = equals;
			else if (strcmp(text, "username") == 0)
				out->username = equals;
			else if (strcmp(text, "capability[]") == 0 &&
			    strcmp(equals, "authtype") == 0)
				out->knows_authtype = 1;
		}
		text = end == NULL ? NULL : end + 1;
	}
}

static enum segl_status
compose(const struct question *question, const struct obtained *obtained,
    struct buffer *out)
{
	long long at = helper_expires_at(obtained);
	enum segl_status status;

	if (question->knows_authtype)
		status = buffer_printf(out,
		    "capability[]=authtype\nauthtype=Bearer\ncredential=%s\n"
		    "ephemeral=1\n",
		    obtained->entry.token);
	else
		status = buffer_printf(out, "username=%s\npassword=%s\n",
		    question->username == NULL ? USERNAME : question->username,
		    obtained->entry.token);
	if (status == SEGL_OK && at >= 0)
		status = buffer_printf(out, "password_expiry_utc=%lld\n", at);
	return status;
}

static enum segl_status
give(struct segl *segl, const struct settings *settings,
    const struct question *question)
{
	struct obtained obtained;
	enum segl_status status;
	struct buffer out;

	buffer_init(&out, REPORT_MAX);
	status = helper_obtain(segl, settings, 0, &obtained);
	if (status == SEGL_OK) {
		status = compose(question, &obtained, &out) != SEGL_OK
		    ? error_nomem(segl)
		    : report_output(segl, out.data, out.len);
	}
	obtained_clear(&obtained);
	buffer_clear(&out);
	return status;
}

/* Silence means that another helper, or the user, is asked. */
static enum segl_status
answer(struct segl *segl, const struct settings *settings,
    const struct question *question)
{
	enum helper_right right;
	char *url;

	if (question->protocol == NULL || question->host == NULL)
		return SEGL_OK;
	if (asprintf(&url, "%s://%s/%s", question->protocol, question->host,
		question->path == NULL ? "" : question->path) < 0)
		return error_nomem(segl);
	right = helper_right(segl, settings, url);
	free(url);
	if (right == HELPER_NO_LIST)
		return SEGL_EUSAGE;
	return right == HELPER_ALLOWED ? give(segl, settings, question)
				       : SEGL_OK;
}

enum segl_status
helper_git(
    struct segl *segl, const struct settings *settings, const char *operation)
{
	struct question question;
	enum segl_status status;
	struct buffer input;

	if (operation == NULL) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "segl helper git needs an operation, which git gives");
		error_remedy(
		    segl, "git config credential.helper '!segl helper git'");
		return SEGL_EUSAGE;
	}
	/* store, erase and what git may learn: nothing is ours to do */
	if (strcmp(operation, "get") != 0)
		return SEGL_OK;
	buffer_init(&input, HELPER_INPUT_MAX);
	status = paste_read(segl, NULL, &input);
	if (status == SEGL_OK) {
		read_lines(input.data, &question);
		status = answer(segl, settings, &question);
	}
	buffer_clear(&input);
	return status;
}
