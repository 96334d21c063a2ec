/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "softtoken/certs.h"
#include "softtoken/given.h"

/* Where the certificates of a file go. */
struct target {
	struct certificate_list *pool;
	struct given *given;
};

static enum segl_status
remember(struct given *given, const struct certificate *cert)
{
	const struct certificate **grown;

	for (size_t i = 0; i < given->n; i++) {
		if (given->certs[i] == cert)
			return SEGL_OK;
	}
	/* as many as the pool has, at most */
	grown = realloc(given->certs, (given->n + 1) * sizeof(*grown));
	if (grown == NULL)
		return SEGL_ENOMEM;
	given->certs = grown;
	given->certs[given->n++] = cert;
	return SEGL_OK;
}

static enum segl_status
add(void *arg, X509 *x509, const char *name)
{
	struct target *target = arg;
	const struct certificate *kept;
	struct certificate *certificate;
	enum segl_status status = certificate_of(x509, &certificate);

	(void)name;
	if (status == SEGL_OK)
		status = certificate_list_add(target->pool, certificate, &kept);
	return status == SEGL_OK ? remember(target->given, kept) : status;
}

static enum segl_status
add_file_name(struct given *given, const char *safe)
{
	char *files;

	if (asprintf(&files, "%s%s%s", given->files == NULL ? "" : given->files,
		given->files == NULL ? "" : ", ", safe) < 0)
		return SEGL_ENOMEM;
	free(given->files);
	given->files = files;
	return SEGL_OK;
}

static enum segl_status
take(struct segl *segl, const void *bytes, size_t len, const char *safe,
    struct target *target)
{
	struct certs certs = { .add = add, .arg = target };
	enum segl_status status = certs_of_file(&certs, bytes, len);

	if (status == SEGL_OK && certs.added > 0)
		status = add_file_name(target->given, safe);
	if (status == SEGL_ENOMEM)
		return error_nomem(segl);
	if (status != SEGL_OK) {
		error_set(segl, SEGL_EKEY, SEGL_TURN_YOU,
		    "%s: more than %d certificates", safe, PATH_POOL_MAX);
		error_remedy(segl, "name only the certificate of the key");
		return SEGL_EKEY;
	}
	if (certs.added == 0) {
		error_set(segl, SEGL_EKEY, SEGL_TURN_YOU,
		    "there is no certificate in %s%s", safe,
		    certs.broken > 0 ? " that can be read" : "");
		error_remedy(segl,
		    "name a file with the certificate of the key: PEM, DER or "
		    "PKCS#7");
		return SEGL_EKEY;
	}
	if (certs.broken > 0)
		note_warning(segl,
		    "%s: %zu certificates that cannot be read are left out",
		    safe, certs.broken);
	return SEGL_OK;
}

enum segl_status
given_take(struct segl *segl, const void *bytes, size_t len, const char *name,
    struct certificate_list *pool, struct given *given)
{
	struct target target = { .pool = pool, .given = given };
	char *safe = text_foreign(name, strlen(name));
	enum segl_status status;

	if (safe == NULL)
		return error_nomem(segl);
	status = take(segl, bytes, len, safe, &target);
	free(safe);
	return status;
}

enum segl_status
given_read(struct segl *segl, const char *path, struct certificate_list *pool,
    struct given *given)
{
	char *safe = text_foreign(path, strlen(path));
	enum segl_status status;
	struct buffer bytes;
	int error;

	if (safe == NULL)
		return error_nomem(segl);
	buffer_init(&bytes, FILE_KEY_MAX);
	error = file_read(path, &bytes, NULL);
	if (error == ENOMEM)
		status = error_nomem(segl);
	else if (error != 0)
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot read the certificate in %s: %s", safe,
		    strerror(error));
	else
		status =
		    given_take(segl, bytes.data, bytes.len, path, pool, given);
	buffer_clear(&bytes);
	free(safe);
	return status;
}

void
given_clear(struct given *given)
{
	free(given->certs);
	free(given->files);
	memset(given, 0, sizeof(*given));
}
