/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/text.h"
#include "pki/fault.h"
#include "softtoken/chain.h"

/* What one file gave. */
struct found {
	struct certificate_list *pool;
	size_t certs;
	size_t broken;
};

static enum segl_status
add(struct found *found, X509 *x509)
{
	struct certificate *certificate;
	enum segl_status status = certificate_of(x509, &certificate);

	if (status == SEGL_OK)
		status = certificate_list_add(found->pool, certificate, NULL);
	if (status == SEGL_OK)
		found->certs++;
	return status;
}

static enum segl_status
read_der(struct found *found, const unsigned char *der, long len)
{
	const unsigned char *p = der;
	X509 *x509 = d2i_X509(NULL, &p, len);
	enum segl_status status;

	if (x509 == NULL) {
		found->broken++;
		return fault_is_nomem() ? SEGL_ENOMEM : SEGL_OK;
	}
	status = add(found, x509);
	X509_free(x509);
	return status;
}

/* SignedData without signature, as issuers deliver chains (.p7b, .p7c). */
static enum segl_status
read_pkcs7(struct found *found, const unsigned char *der, long len)
{
	const unsigned char *p = der;
	PKCS7 *pkcs7 = d2i_PKCS7(NULL, &p, len);
	enum segl_status status = SEGL_OK;
	STACK_OF(X509) *certs = NULL;

	if (pkcs7 != NULL && PKCS7_type_is_signed(pkcs7) &&
	    pkcs7->d.sign != NULL)
		certs = pkcs7->d.sign->cert;
	for (int i = 0; i < sk_X509_num(certs) && status == SEGL_OK; i++)
		status = add(found, sk_X509_value(certs, i));
	PKCS7_free(pkcs7);
	return status;
}

static enum segl_status
read_pem_block(
    struct found *found, const char *label, const unsigned char *der, long len)
{
	if (strcmp(label, PEM_STRING_X509) == 0 ||
	    strcmp(label, PEM_STRING_X509_OLD) == 0 ||
	    strcmp(label, PEM_STRING_X509_TRUSTED) == 0)
		return read_der(found, der, len); /* trust follows, unread */
	if (strcmp(label, PEM_STRING_PKCS7) == 0 ||
	    strcmp(label, PEM_STRING_CMS) == 0)
		return read_pkcs7(found, der, len);
	return SEGL_OK; /* keys and what else stands there: not ours */
}

static enum segl_status
read_pem(struct found *found, const struct buffer *text)
{
	BIO *bio = BIO_new_mem_buf(text->data, (int)text->len);
	enum segl_status status = bio == NULL ? SEGL_ENOMEM : SEGL_OK;
	char *label, *header;
	unsigned char *der;
	long len;

	while (status == SEGL_OK &&
	    PEM_read_bio(bio, &label, &header, &der, &len)) {
		status = read_pem_block(found, label, der, len);
		OPENSSL_free(label);
		OPENSSL_free(header);
		OPENSSL_clear_free(der, (size_t)len); /* may be a key */
	}
	if (status == SEGL_OK && fault_is_nomem())
		status = SEGL_ENOMEM;
	BIO_free(bio);
	return status;
}

static enum segl_status
read_bytes(struct found *found, const struct buffer *bytes)
{
	enum segl_status status;
	const unsigned char *der = (const unsigned char *)bytes->data;

	if (bytes->len == 0)
		return SEGL_OK;
	fault_begin();
	if (der[0] != 0x30) {
		status = read_pem(found, bytes);
	} else {
		status = read_der(found, der, (long)bytes->len);
		if (status == SEGL_OK && found->certs == 0)
			status = read_pkcs7(found, der, (long)bytes->len);
	}
	fault_end();
	return status;
}

enum segl_status
chain_read_mem(const void *bytes, size_t len, struct certificate_list *pool)
{
	struct found found = { .pool = pool };
	struct buffer view = { .data = (char *)(uintptr_t)bytes, .len = len };

	return read_bytes(&found, &view);
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
	struct found found = { .pool = pool };
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
		status = read_bytes(&found, &bytes);
		if (status == SEGL_ENOMEM)
			error_nomem(segl);
		if (status == SEGL_ECERT)
			status = too_many(segl, safe);
	}
	buffer_clear(&bytes);
	if (status == SEGL_OK && found.certs == 0) {
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
	struct found found = { .pool = pool };
	enum segl_status status = SEGL_OK;
	struct buffer bytes;
	char *path;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return SEGL_ENOMEM;
	buffer_init(&bytes, CERTIFICATE_MAX * 16);
	if (file_read(path, &bytes, NULL) == 0)
		status = read_bytes(&found, &bytes);
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
