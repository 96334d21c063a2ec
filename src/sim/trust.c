/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "sim/trust.h"

static struct trust *
trust_new(void)
{
	struct trust *trust = calloc(1, sizeof(*trust));

	if (trust == NULL)
		return NULL;
	trust->store = X509_STORE_new();
	trust->certificates = sk_X509_new_null();
	if (trust->store == NULL || trust->certificates == NULL) {
		trust_free(trust);
		return NULL;
	}
	return trust;
}

void
trust_free(struct trust *trust)
{
	if (trust == NULL)
		return;
	X509_STORE_free(trust->store);
	sk_X509_pop_free(trust->certificates, X509_free);
	free(trust);
}

int
trust_has(const struct trust *trust, const X509 *certificate)
{
	for (int i = 0; i < sk_X509_num(trust->certificates); i++)
		if (X509_cmp(sk_X509_value(trust->certificates, i),
			certificate) == 0)
			return 1;
	return 0;
}

/* Takes CERTIFICATE. */
static enum segl_status
add(struct trust *trust, struct segl *segl, X509 *certificate)
{
	if (X509_STORE_add_cert(trust->store, certificate) != 1 ||
	    sk_X509_push(trust->certificates, certificate) <= 0) {
		X509_free(certificate);
		return error_nomem(segl);
	}
	return SEGL_OK;
}

/* What is no certificate is passed over. */
static enum segl_status
add_bytes(struct trust *trust, struct segl *segl, const struct buffer *bytes)
{
	const unsigned char *p = (const unsigned char *)bytes->data;
	enum segl_status status = SEGL_OK;
	X509 *certificate;
	BIO *bio;

	if (bytes->len == 0)
		return SEGL_OK;
	certificate = d2i_X509(NULL, &p, (long)bytes->len);
	if (certificate != NULL)
		return add(trust, segl, certificate);
	bio = BIO_new_mem_buf(bytes->data, (int)bytes->len);
	if (bio == NULL)
		return error_nomem(segl);
	while (status == SEGL_OK &&
	    (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL)
		status = add(trust, segl, certificate);
	BIO_free(bio);
	ERR_clear_error();
	return status;
}

static enum segl_status
add_file(struct trust *trust, struct segl *segl, const char *path, int strict)
{
	struct buffer bytes;
	enum segl_status status = SEGL_OK;
	int error;

	buffer_init(&bytes, FILE_KEY_MAX);
	error = file_read(path, &bytes, NULL);
	if (error == 0)
		status = add_bytes(trust, segl, &bytes);
	else if (strict || error == ENOMEM)
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "cannot read %s: %s", path, strerror(error));
	buffer_clear(&bytes);
	return status;
}

static enum segl_status
add_directory(
    struct trust *trust, struct segl *segl, DIR *dir, const char *path)
{
	enum segl_status status = SEGL_OK;
	const struct dirent *entry;

	while (status == SEGL_OK && (entry = readdir(dir)) != NULL) {
		char *file;

		if (entry->d_name[0] == '.')
			continue;
		if (asprintf(&file, "%s/%s", path, entry->d_name) < 0)
			return error_nomem(segl);
		status = add_file(trust, segl, file, 0);
		free(file);
	}
	return status;
}

enum segl_status
trust_load(struct segl *segl, const char *path, struct trust **out)
{
	struct trust *trust = trust_new();
	enum segl_status status;
	DIR *dir;

	*out = NULL;
	if (trust == NULL)
		return error_nomem(segl);
	dir = opendir(path);
	if (dir != NULL) {
		status = add_directory(trust, segl, dir, path);
		closedir(dir);
	} else {
		status = add_file(trust, segl, path, 1);
	}
	if (status == SEGL_OK && sk_X509_num(trust->certificates) == 0)
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "there is no certificate in %s", path);
	if (status != SEGL_OK)
		trust_free(trust);
	else
		*out = trust;
	return status;
}
