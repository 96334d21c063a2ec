/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/text.h"
#include "softtoken/pin.h"
#include "softtoken/terminal.h"

static const struct {
	const char *prefix;
	enum pin_kind kind;
} kinds[] = {
	{ "file:", PIN_FILE },
	{ "fd:", PIN_FD },
	{ "env:", PIN_ENV },
	{ "credential:", PIN_CREDENTIAL },
};

static enum segl_status
refuse(struct segl *segl, const char *why)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "the PIN source is not usable: %s", why);
	error_remedy(segl,
	    "say where the PIN is kept, not the PIN itself: --pin file:PATH, "
	    "fd:N, env:NAME or credential:NAME; or --pin prompt");
	return SEGL_EUSAGE;
}

/* "env:" and what follows, or -1 where TEXT has no such form. */
static int
find_kind(const char *text, enum pin_kind *kind, const char **value)
{
	*value = NULL;
	if (strcmp(text, "prompt") == 0) {
		*kind = PIN_PROMPT;
		*value = "";
		return 0;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t n = strlen(kinds[i].prefix);

		if (strncmp(text, kinds[i].prefix, n) == 0) {
			*kind = kinds[i].kind;
			*value = text + n;
			return 0;
		}
	}
	return -1;
}

static const char *
check_value(enum pin_kind kind, const char *value, int *fd)
{
	char *end;
	long n;

	*fd = -1;
	if (kind == PIN_PROMPT)
		return NULL;
	if (*value == '\0')
		return "nothing stands after the colon";
	if (kind == PIN_ENV && strchr(value, '=') != NULL)
		return "no variable has such a name";
	if (kind == PIN_CREDENTIAL &&
	    (strchr(value, '/') != NULL || value[0] == '.'))
		return "the name of a credential has no slash and no first dot";
	if (kind != PIN_FD)
		return NULL;
	errno = 0;
	n = strtol(value, &end, 10);
	if (*value < '0' || *value > '9' || *end != '\0' || errno != 0 ||
	    n > INT_MAX)
		return "a descriptor is a number";
	*fd = (int)n;
	return NULL;
}

enum segl_status
pin_source_parse(struct segl *segl, struct pin_source *source, const char *text)
{
	struct pin_source parsed = { .kind = PIN_NONE };
	const char *value, *wrong;

	if (find_kind(text, &parsed.kind, &value) < 0)
		return refuse(segl, "it has none of the known forms");
	wrong = check_value(parsed.kind, value, &parsed.fd);
	if (wrong != NULL)
		return refuse(segl, wrong);
	parsed.name = strdup(value);
	if (parsed.name == NULL)
		return error_nomem(segl);
	pin_source_clear(source);
	*source = parsed;
	return SEGL_OK;
}

enum segl_status
pin_source_give(
    struct segl *segl, struct pin_source *source, const void *pin, size_t len)
{
	struct secret *given;

	if (len > PIN_MAX || memchr(pin, '\0', len) != NULL)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the PIN is longer than %d bytes or holds a NUL", PIN_MAX);
	given = secret_new(pin, len);
	if (given == NULL)
		return error_nomem(segl);
	pin_source_clear(source);
	source->kind = PIN_GIVEN;
	source->given = given;
	return SEGL_OK;
}

void
pin_source_clear(struct pin_source *source)
{
	free(source->name);
	secret_free(source->given);
	memset(source, 0, sizeof(*source));
}

/* First line of TEXT, without its end, as a secret. */
static enum segl_status
first_line(struct segl *segl, const char *text, size_t len, const char *where,
    struct secret **out)
{
	static const char mark[] = { '\xef', '\xbb', '\xbf' };
	const char *end;

	/* what some editors begin a file of UTF-8 with is no part of a PIN */
	if (len >= sizeof(mark) && memcmp(text, mark, sizeof(mark)) == 0) {
		text += sizeof(mark);
		len -= sizeof(mark);
	}
	end = len == 0 ? NULL : memchr(text, '\n', len);
	if (end != NULL)
		len = (size_t)(end - text);
	while (len > 0 && text[len - 1] == '\r')
		len--;
	if (len > PIN_MAX) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "no PIN in %s: its first line is longer than %d bytes",
		    where, PIN_MAX);
		error_remedy(segl, "name the file that holds only the PIN");
		return SEGL_EUSAGE;
	}
	if (len > 0 && memchr(text, '\0', len) != NULL) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "no PIN in %s: its first line is not text", where);
		error_remedy(segl,
		    "name the file that holds only the PIN, saved as plain "
		    "text (UTF-8, not UTF-16)");
		return SEGL_EUSAGE;
	}
	*out = secret_new(len == 0 ? "" : text, len);
	return *out == NULL ? error_nomem(segl) : SEGL_OK;
}

static enum segl_status
cannot_read(struct segl *segl, const char *where, int error)
{
	if (error == ENOMEM)
		return error_nomem(segl);
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "cannot read the PIN from %s: %s", where,
	    error == EFBIG ? "it is too large to be a PIN" : strerror(error));
	error_remedy(
	    segl, "check that the PIN is there and readable for this user");
	return SEGL_EUSAGE;
}

static void
warn_if_open(struct segl *segl, const char *safe, const struct stat *st)
{
	if (!file_is_open(st))
		return;
	note_warning(segl,
	    "the PIN file %s can be read by others (mode %04o): chmod %s %s",
	    safe, (unsigned int)st->st_mode & 07777,
	    st->st_uid == geteuid() ? "600" : "440", safe);
}

static enum segl_status
read_file(struct segl *segl, const char *path, int warn, struct secret **out)
{
	enum segl_status status = SEGL_OK;
	char *safe = text_foreign(path, strlen(path));
	struct buffer text;
	struct stat st;
	int error;

	if (safe == NULL)
		return error_nomem(segl);
	buffer_init(&text, FILE_KEY_MAX);
	error = file_read(path, &text, &st);
	if (error != 0)
		status = cannot_read(segl, safe, error);
	if (status == SEGL_OK && warn)
		warn_if_open(segl, safe, &st);
	if (status == SEGL_OK)
		status = first_line(segl, text.data, text.len, safe, out);
	buffer_clear(&text);
	free(safe);
	return status;
}

/*
 * Up to the end of the first line and no further: the writer may keep the
 * pipe open. Returns 0 or errno; the line has at most PIN_MAX + 1 bytes.
 */
static int
read_line(int fd, char line[PIN_MAX + 1], size_t *len)
{
	*len = 0;
	while (*len <= PIN_MAX) {
		ssize_t n = read(fd, line + *len, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (n == 0 || line[*len] == '\n')
			break;
		(*len)++;
	}
	return 0;
}

static enum segl_status
read_fd(struct segl *segl, struct pin_source *source, struct secret **out)
{
	enum segl_status status;
	char line[PIN_MAX + 1];
	char where[32];
	struct stat st;
	size_t len;
	int error;

	snprintf(where, sizeof(where), "descriptor %d", source->fd);
	if (source->fd < 0)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the descriptor of the PIN was read before");
	/*
	 * A descriptor that is not open has perhaps become a socket of ours,
	 * to the network helper: nothing would ever come over it.
	 */
	if (fstat(source->fd, &st) < 0 || S_ISSOCK(st.st_mode)) {
		len = 0;
		error = EBADF;
	} else {
		error = read_line(source->fd, line, &len);
		close(source->fd);
	}
	source->fd = -1;
	if (error != 0)
		status = cannot_read(segl, where, error);
	else
		status = first_line(segl, line, len, where, out);
	secret_wipe(line, sizeof(line));
	return status;
}

static enum segl_status
read_env(struct segl *segl, const char *name, struct secret **out)
{
	enum segl_status status;
	char *value = getenv(name);
	char *safe = text_foreign(name, strlen(name));
	size_t len;

	if (safe == NULL)
		return error_nomem(segl);
	if (value == NULL) {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the environment has no %s to read the PIN from", safe);
		error_remedy(segl, "set and export the variable");
		free(safe);
		return SEGL_EUSAGE;
	}
	len = strlen(value);
	status = first_line(segl, value, len, safe, out);
	/* where it stood, others could read it in /proc/PID/environ */
	secret_wipe(value, len);
	unsetenv(name);
	free(safe);
	return status;
}

static enum segl_status
read_credential(struct segl *segl, const char *name, struct secret **out)
{
	const char *directory = getenv("CREDENTIALS_DIRECTORY");
	enum segl_status status;
	char *path;

	if (directory == NULL || *directory == '\0') {
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "no credential to read the PIN from: "
		    "CREDENTIALS_DIRECTORY is not set");
		error_remedy(segl,
		    "start it from a systemd unit with LoadCredential= or "
		    "LoadCredentialEncrypted=");
		return SEGL_EUSAGE;
	}
	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return error_nomem(segl);
	/* systemd keeps the directory; its ACL looks like a group's right */
	status = read_file(segl, path, 0, out);
	free(path);
	return status;
}

enum segl_status
pin_source_read(struct segl *segl, struct pin_source *source, const char *file,
    struct secret **out)
{
	*out = NULL;
	switch (source->kind) {
	case PIN_NONE:
		return SEGL_OK;
	case PIN_GIVEN:
		*out = source->given;
		source->given = NULL;
		source->kind = PIN_NONE;
		return SEGL_OK;
	case PIN_FILE:
		return read_file(segl, source->name, 1, out);
	case PIN_FD:
		return read_fd(segl, source, out);
	case PIN_ENV:
		return read_env(segl, source->name, out);
	case PIN_CREDENTIAL:
		return read_credential(segl, source->name, out);
	case PIN_PROMPT:
		return terminal_ask(segl, file, out);
	}
	return SEGL_EINTERNAL;
}
