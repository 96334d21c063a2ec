/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/secret.h"
#include "cli/keyfile.h"
#include "settings/options.h"

/* "standard input", "descriptor 2147483647" */
#define WHERE_MAX 32

/* ---- descriptors --------------------------------------------------------- */

/* The descriptor that TEXT names, -1 where it is a file, -2 malformed. */
static int
descriptor_of(const char *text)
{
	char *end;
	long n;

	if (strcmp(text, "-") == 0)
		return STDIN_FILENO;
	if (strncmp(text, "fd:", 3) != 0)
		return -1;
	errno = 0;
	n = strtol(text + 3, &end, 10);
	if (text[3] < '0' || text[3] > '9' || *end != '\0' || errno != 0 ||
	    n > INT_MAX)
		return -2;
	return (int)n;
}

static const char *
where_is(int fd, char where[WHERE_MAX])
{
	if (fd == STDIN_FILENO)
		return "standard input";
	snprintf(where, WHERE_MAX, "descriptor %d", fd);
	return where;
}

static enum segl_status
malformed(struct segl *segl, const char *text)
{
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "%s names no descriptor: a descriptor is a number", text);
	error_remedy(segl,
	    "write fd:N with the number of an open descriptor, or ./%s for a "
	    "file of that name",
	    text);
	return SEGL_EUSAGE;
}

static enum segl_status
named_twice(struct segl *segl, int fd, const char *a, const char *b)
{
	char where[WHERE_MAX];

	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "%s is named twice, for %s and for %s: it can be read only once",
	    where_is(fd, where), a, b);
	error_remedy(segl,
	    "let one of them come from a file or from another descriptor, "
	    "fd:N");
	return SEGL_EUSAGE;
}

/* Each descriptor is read once: FILE, the PIN, and the certificates. */
static enum segl_status
check_descriptors(
    struct segl *segl, const struct settings *settings, const char *file)
{
	int key = file == NULL ? -1 : descriptor_of(file), pin = -1;

	if (key == -2)
		return malformed(segl, file);
	/* what is wrong with it is said where it is read */
	if (settings->pin != NULL && strncmp(settings->pin, "fd:", 3) == 0)
		pin = descriptor_of(settings->pin);
	if (key >= 0 && key == pin)
		return named_twice(segl, key, "the key", "the PIN");
	for (size_t i = 0; i < settings->cert.n; i++) {
		int cert = descriptor_of(settings->cert.values[i]);

		if (cert == -2)
			return malformed(segl, settings->cert.values[i]);
		if (cert < 0)
			continue;
		if (cert == key)
			return named_twice(
			    segl, cert, "the key", "a certificate");
		if (cert == pin)
			return named_twice(
			    segl, cert, "the PIN", "a certificate");
		for (size_t k = 0; k < i; k++) {
			if (descriptor_of(settings->cert.values[k]) == cert)
				return named_twice(
				    segl, cert, "a certificate", "another");
		}
	}
	return SEGL_OK;
}

static enum segl_status
read_descriptor(struct segl *segl, int fd, struct buffer *out)
{
	char where[WHERE_MAX];
	struct stat st;
	int error = 0;

	/*
	 * One that is not open has perhaps become a socket of ours, on which
	 * nothing will ever come.
	 */
	if (fstat(fd, &st) < 0 || S_ISSOCK(st.st_mode))
		error = EBADF;
	else
		error = file_read_fd(fd, out);
	if (error == 0 && fd > STDERR_FILENO)
		close(fd);
	if (error == 0)
		return SEGL_OK;
	if (error == ENOMEM)
		return error_nomem(segl);
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "cannot read %s: %s",
	    where_is(fd, where),
	    error == EFBIG ? "it has more than any key file" : strerror(error));
	error_remedy(segl, "check what is redirected to it");
	return SEGL_EUSAGE;
}

/* Have TOKEN take what FD has by TAKE, a function of the library. */
static enum segl_status
take_descriptor(struct segl *segl, int fd, struct segl_softtoken *token,
    enum segl_status (*take)(struct segl_softtoken *token, const void *bytes,
	size_t len, const char *name))
{
	char where[WHERE_MAX];
	enum segl_status status;
	struct buffer bytes;

	buffer_init(&bytes, FILE_KEY_MAX);
	status = read_descriptor(segl, fd, &bytes);
	if (status == SEGL_OK)
		status = take(token, bytes.data == NULL ? "" : bytes.data,
		    bytes.len, where_is(fd, where));
	buffer_clear(&bytes);
	return status;
}

/* ---- the key ------------------------------------------------------------- */

static enum segl_status
load_variable(struct segl *segl, struct segl_softtoken *token)
{
	char *value = getenv(KEYFILE_JWK_VARIABLE);
	enum segl_status status;

	note_warning(segl,
	    "the private key comes from the environment (%s), where others "
	    "may read it: a file is safer, --key FILE",
	    KEYFILE_JWK_VARIABLE);
	status = segl_softtoken_load_mem(
	    token, value, strlen(value), KEYFILE_JWK_VARIABLE);
	/* where it stood, others could read it in /proc/PID/environ */
	secret_wipe(value, strlen(value));
	unsetenv(KEYFILE_JWK_VARIABLE);
	return status;
}

static enum segl_status
load_key(struct segl *segl, const char *file, struct segl_softtoken *token)
{
	int fd = file == NULL ? -1 : descriptor_of(file);

	if (file == NULL)
		return load_variable(segl, token);
	return fd >= 0
	    ? take_descriptor(segl, fd, token, segl_softtoken_load_mem)
	    : segl_softtoken_load_file(token, file);
}

/* ---- its certificates ---------------------------------------------------- */

static enum segl_status
add_cert(struct segl *segl, const char *file, struct segl_softtoken *token)
{
	int fd = descriptor_of(file);

	return fd >= 0
	    ? take_descriptor(segl, fd, token, segl_softtoken_add_cert_mem)
	    : segl_softtoken_add_cert(token, file);
}

/* ---- which of them ------------------------------------------------------- */

/*
 * The file that has the key: what was said closer to the command counts.
 * OUT is NULL where the key is in the environment.
 */
static enum segl_status
find_file(struct segl *segl, const struct settings *settings, const char **out)
{
	const char *variable = getenv(KEYFILE_JWK_VARIABLE);
	enum origin_kind softtoken = settings_origin(settings, "softtoken");
	enum origin_kind key = settings_origin(settings, "key");

	*out =
	    settings->softtoken != NULL ? settings->softtoken : settings->key;
	if (settings->softtoken != NULL && settings->key != NULL) {
		*out = key < softtoken ? settings->key : settings->softtoken;
		if (key != softtoken)
			return SEGL_OK;
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "both a soft token (--softtoken) and a private key (--key) "
		    "are given");
		error_remedy(segl,
		    "name one: with --softtoken the file that has key and "
		    "certificates, or with --key and --cert those that have "
		    "one each");
		return SEGL_EUSAGE;
	}
	if (*out != NULL || (variable != NULL && *variable != '\0'))
		return SEGL_OK;
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    settings->cert.n == 0
		? "no soft token is given"
		: "a certificate is given, but not its private key");
	error_remedy(segl,
	    "name the file with --softtoken FILE, or the private key alone "
	    "with --key FILE");
	return SEGL_EUSAGE;
}

enum segl_status
keyfile_load(struct segl *segl, const struct settings *settings,
    const char *path, struct segl_softtoken *token)
{
	enum segl_status status = SEGL_OK;
	const char *file = path;
	int with_certs;

	if (path == NULL)
		status = find_file(segl, settings, &file);
	/* certificates of a key that was not taken are of no use */
	with_certs =
	    path == NULL && (settings->key == NULL || file == settings->key);
	if (status == SEGL_OK)
		status = check_descriptors(segl, settings, file);
	for (size_t i = 0;
	     status == SEGL_OK && with_certs && i < settings->cert.n; i++)
		status = add_cert(segl, settings->cert.values[i], token);
	if (status == SEGL_OK)
		status = segl_softtoken_set_kid(token, settings->kid);
	if (status == SEGL_OK)
		status = load_key(segl, file, token);
	return status;
}
