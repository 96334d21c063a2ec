/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/text.h"
#include "softtoken/certs.h"
#include "softtoken/chain.h"

static enum segl_status
add(void *arg, X509 *x509, const char *name)
{
	struct certificate_list *pool = arg;
	struct certificate *certificate;
	enum segl_status status = certificate_of(x509, &certificate);

	(void)name;
	if (status == SEGL_OK)
		status = certificate_list_add(pool, certificate, NULL);
	return status;
}

enum segl_status
chain_read_mem(const void *bytes, size_t len, struct certificate_list *pool)
{
	struct certs found = { .add = add, .arg = pool };

	return certs_of_file(&found, bytes, len);
}

static enum segl_status
too_many(struct segl *segl, const char *safe)
{
	error_set(segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s: more than %d certificates to complete the path from", safe,
	    PATH_POOL_MAX);
	error_remedy(segl, "name only the certificates of the issuer");
	return SEGL_EKEY;
}

static enum segl_status
read_file(struct segl *segl, const char *path, const char *safe,
    struct certificate_list *pool)
{
	struct certs found = { .add = add, .arg = pool };
	enum segl_status status;
	struct buffer bytes;
	int error;

	buffer_init(&bytes, FILE_KEY_MAX);
	error = file_read(path, &bytes, NULL);
	if (error == ENOMEM) {
		status = error_nomem(segl);
	} else if (error != 0) {
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot read the certificates in %s: %s", safe,
		    strerror(error));
	} else {
		status = certs_of_file(
		    &found, (const unsigned char *)bytes.data, bytes.len);
		if (status == SEGL_ENOMEM)
			error_nomem(segl);
		if (status == SEGL_ECERT)
			status = too_many(segl, safe);
	}
	buffer_clear(&bytes);
	if (status == SEGL_OK && found.added == 0) {
		error_set(segl, SEGL_EKEY, SEGL_TURN_YOU,
		    "there is no certificate in %s", safe);
		error_remedy(segl,
		    "name a file with the issuer's certificates, PEM or DER");
		status = SEGL_EKEY;
	}
	if (status == SEGL_OK && found.broken > 0)
		note_warning(segl,
		    "%s: %zu certificates that cannot be read are left out",
		    safe, found.broken);
	return status;
}

/* One file of a directory; whatever is no certificate is passed over. */
static enum segl_status
read_entry(
    const char *directory, const char *name, struct certificate_list *pool)
{
	struct certs found = { .add = add, .arg = pool };
	enum segl_status status = SEGL_OK;
	struct buffer bytes;
	char *path;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return SEGL_ENOMEM;
	buffer_init(&bytes, CERTIFICATE_MAX * 16);
	if (file_read(path, &bytes, NULL) == 0)
		status = certs_of_file(
		    &found, (const unsigned char *)bytes.data, bytes.len);
	buffer_clear(&bytes);
	free(path);
	return status;
}

static int
is_wanted(const struct dirent *entry)
{
	return entry->d_name[0] != '.' &&
	    (entry->d_type == DT_REG || entry->d_type == DT_LNK ||
		entry->d_type == DT_UNKNOWN);
}

static enum segl_status
read_directory(struct segl *segl, const char *path, const char *safe,
    struct certificate_list *pool)
{
	enum segl_status status = SEGL_OK;
	struct dirent **entries;
	size_t before = pool->n;
	int n = scandir(path, &entries, is_wanted, alphasort);

	if (n < 0 && errno == ENOMEM)
		return error_nomem(segl);
	if (n < 0)
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot read the directory %s: %s", safe, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (status == SEGL_OK && i < CHAIN_FILES_MAX)
			status = read_entry(path, entries[i]->d_name, pool);
		free(entries[i]);
	}
	free(entries);
	if (status == SEGL_ENOMEM)
		return error_nomem(segl);
	if (status == SEGL_ECERT || n > CHAIN_FILES_MAX)
		return too_many(segl, safe);
	if (status == SEGL_OK && pool->n == before && before == 0) {
		error_set(segl, SEGL_EKEY, SEGL_TURN_YOU,
		    "there is no certificate in the directory %s", safe);
		error_remedy(segl,
		    "name a directory with the issuer's certificates, PEM or "
		    "DER");
		return SEGL_EKEY;
	}
	return status;
}

enum segl_status
chain_read(struct segl *segl, const char *path, struct certificate_list *pool)
{
	char *safe = text_foreign(path, strlen(path));
	enum segl_status status;
	DIR *directory;

	if (safe == NULL)
		return error_nomem(segl);
	directory = opendir(path);
	if (directory != NULL)
		closedir(directory);
	if (directory != NULL)
		status = read_directory(segl, path, safe, pool);
	else
		status = read_file(segl, path, safe, pool);
	free(safe);
	return status;
}
