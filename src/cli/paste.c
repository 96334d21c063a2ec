/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <jansson.h>

#include <segl/jws.h>

#include "base/error.h"
#include "base/file.h"
#include "base/secret.h"
#include "base/text.h"
#include "cli/paste.h"

/* ---- read --------------------------------------------------------------- */

static enum segl_status
unreadable(struct segl *segl, const char *path, int error, size_t max)
{
	char *safe = text_foreign(path, strlen(path));
	const char *name = safe == NULL ? "the input" : safe;

	if (error == EFBIG)
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s is longer than %zu bytes", name, max);
	else
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s cannot be read: %s", name, strerror(error));
	error_remedy(segl,
	    "name a file that holds only the token, or give it on standard "
	    "input");
	free(safe);
	return SEGL_EUSAGE;
}

static enum segl_status
no_text(struct segl *segl, const char *path)
{
	char *safe = text_foreign(path, strlen(path));

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "%s is no text: it has a NUL byte",
	    safe == NULL ? "the input" : safe);
	error_remedy(segl,
	    "give the token as text; a certificate or a key file is for segl "
	    "check");
	free(safe);
	return SEGL_EUSAGE;
}

enum segl_status
paste_read(struct segl *segl, const char *path, struct buffer *out)
{
	enum segl_status status = SEGL_OK;
	int from_stdin = path == NULL || strcmp(path, "-") == 0;
	const char *name = from_stdin ? "standard input" : path;
	int error;

	error = from_stdin ? file_read_fd(STDIN_FILENO, out)
			   : file_read(path, out, NULL);
	if (error == ENOMEM)
		status = error_nomem(segl);
	else if (error != 0)
		status = unreadable(segl, name, error, out->max);
	else if (out->len > 0 && strlen(out->data) != out->len)
		status = no_text(segl, name);
	if (status != SEGL_OK)
		buffer_clear(out);
	return status;
}

/* ---- find --------------------------------------------------------------- */

/* TEXT from its first byte that is not white space to its last. */
static char *
trimmed(const char *text, size_t len)
{
	while (len > 0 && isspace((unsigned char)text[0])) {
		text++;
		len--;
	}
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		len--;
	return strndup(text, len);
}

/* What ends a value in a line of a shell, of curl's or of a header. */
static char *
value_at(const char *text)
{
	text += strspn(text, " \t\r\n\"'");
	return strndup(text, strcspn(text, " \t\r\n\"'&;,"));
}

static const char *
after(const char *text, const char *mark)
{
	const char *p = strcasestr(text, mark);

	return p == NULL ? NULL : p + strlen(mark);
}

static enum segl_status
of_json(struct segl *segl, const char *text, char **out)
{
	static const char *const names[] = { "access_token", "assertion" };
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	const char *value = NULL;
	enum segl_status status = SEGL_OK;

	for (size_t i = 0; value == NULL && i < 2; i++)
		value = json_string_value(json_object_get(json, names[i]));
	if (value == NULL) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    json == NULL
			? "the input begins as JSON does, but is none"
			: "the JSON has no access_token and no assertion");
		error_remedy(segl, "give the token alone");
		status = SEGL_EUSAGE;
	} else if ((*out = trimmed(value, strlen(value))) == NULL) {
		status = error_nomem(segl);
	}
	json_decref(json);
	return status;
}

static enum segl_status
refuse_pem(struct segl *segl)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "this is PEM, as certificates and keys are, and no token");
	error_remedy(segl, "a certificate or a key file is for segl check");
	return SEGL_EUSAGE;
}

enum segl_status
paste_jwt(struct segl *segl, const char *text, char **out)
{
	const char *value;

	*out = NULL;
	text += strspn(text, " \t\r\n");
	if (strncmp(text, "-----BEGIN", 10) == 0)
		return refuse_pem(segl);
	if (*text == '{')
		return of_json(segl, text, out);
	if ((value = after(text, "Bearer ")) != NULL ||
	    (value = after(text, "assertion=")) != NULL ||
	    (value = after(text, "ACCESS_TOKEN=")) != NULL)
		*out = value_at(value);
	else
		*out = trimmed(text, strlen(text));
	if (*out == NULL)
		return error_nomem(segl);
	if (**out != '\0')
		return SEGL_OK;
	secret_free_text(*out);
	*out = NULL;
	error_set(
	    segl, SEGL_EUSAGE, SEGL_TURN_YOU, "there is nothing to decode");
	error_remedy(segl, "give a token, as segl token prints one");
	return SEGL_EUSAGE;
}

int
paste_is_jwt(const char *text)
{
	const char *dot = strchr(text, '.');

	if (strncasecmp(text, "Bearer ", 7) == 0)
		return 1;
	/* {" in base64url, which no header does without */
	return strncmp(text, "eyJ", 3) == 0 && dot != NULL &&
	    strchr(dot + 1, '.') != NULL;
}

/* A token and what a form, a header or JSON puts around it, in bytes. */
#define TOKEN_INPUT_MAX (2 * SEGL_JWS_MAX)

enum segl_status
paste_token(struct segl *segl, const char *path, char **out)
{
	enum segl_status status;
	struct buffer input;

	*out = NULL;
	/* never repeat it: it may be a token that is still good */
	if (path != NULL && paste_is_jwt(path)) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the token itself stands on the command line, where "
		    "other users can read it");
		error_remedy(segl, "name a file, or give it on standard input");
		return SEGL_EUSAGE;
	}
	buffer_init(&input, TOKEN_INPUT_MAX);
	status = paste_read(segl, path, &input);
	if (status == SEGL_OK)
		status =
		    paste_jwt(segl, input.data == NULL ? "" : input.data, out);
	buffer_clear(&input);
	return status;
}
