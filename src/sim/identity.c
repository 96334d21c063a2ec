/* SPDX-License-Identifier: ISC */
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <string.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/file.h"
#include "base/secret.h"
#include "sim/identity.h"

#define PIN_BYTES     15   /* random; 20 characters */
#define PKCS12_ROUNDS 2048 /* what OpenSSL and most issuers use */

void
identity_clear(struct identity *identity)
{
	EVP_PKEY_free(identity->key);
	X509_free(identity->certificate);
	identity->key = NULL;
	identity->certificate = NULL;
}

enum segl_status
identity_failed(struct segl *segl, const char *what)
{
	unsigned long code = ERR_get_error();
	const char *reason = ERR_reason_error_string(code);

	ERR_clear_error();
	return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
	    "cannot make %s: %s", what,
	    reason == NULL ? "OpenSSL refuses" : reason);
}

enum segl_status
identity_make(struct identity *identity, struct segl *segl, EVP_PKEY *key,
    const struct pki_profile *profile, const struct identity *issuer,
    long long now)
{
	identity->key = key;
	if (key != NULL)
		identity->certificate = pki_issue(profile, key,
		    issuer == NULL ? NULL : issuer->certificate,
		    issuer == NULL ? key : issuer->key, now);
	if (identity->certificate == NULL)
		return identity_failed(segl, "a certificate");
	return SEGL_OK;
}

enum segl_status
identity_write_path(const struct directory *directory, struct segl *segl,
    const char *name, const struct identity *const *path)
{
	enum segl_status status = SEGL_OK;
	struct buffer pem;

	buffer_init(&pem, FILE_KEY_MAX);
	for (; status == SEGL_OK && *path != NULL; path++)
		if (pki_add_certificate(&pem, (*path)->certificate) != 0)
			status = error_nomem(segl);
	if (status == SEGL_OK)
		status = directory_write(directory, segl, name, &pem, 0644);
	buffer_clear(&pem);
	return status;
}

enum segl_status
identity_write_key(const struct directory *directory, struct segl *segl,
    const char *name, EVP_PKEY *key)
{
	enum segl_status status = SEGL_OK;
	struct buffer pem;

	buffer_init(&pem, FILE_KEY_MAX);
	if (pki_add_key(&pem, key) != 0)
		status = error_nomem(segl);
	else
		status = directory_write(directory, segl, name, &pem, 0600);
	buffer_clear(&pem);
	return status;
}

static enum segl_status
write_pkcs12(const struct directory *directory, struct segl *segl,
    const char *name, PKCS12 *pkcs12)
{
	unsigned char *der = NULL;
	enum segl_status status;
	struct buffer bytes;
	int len;

	buffer_init(&bytes, FILE_KEY_MAX);
	len = i2d_PKCS12(pkcs12, &der);
	if (len <= 0)
		return identity_failed(segl, name);
	status = buffer_add(&bytes, der, (size_t)len);
	if (status == SEGL_OK)
		status = directory_write(directory, segl, name, &bytes, 0600);
	OPENSSL_free(der);
	buffer_clear(&bytes);
	return status;
}

char *
identity_new_pin(void)
{
	unsigned char bytes[PIN_BYTES];
	char *pin;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return NULL;
	pin = base64url_encode(bytes, sizeof(bytes));
	secret_wipe(bytes, sizeof(bytes));
	return pin;
}

static enum segl_status
write_pin(const struct directory *directory, struct segl *segl,
    const char *name, const char *pin)
{
	enum segl_status status;
	struct buffer text;

	buffer_init(&text, FILE_KEY_MAX);
	status = buffer_printf(&text, "%s\n", pin);
	if (status == SEGL_OK)
		status = directory_write(directory, segl, name, &text, 0600);
	buffer_clear(&text);
	return status;
}

enum segl_status
identity_write_pkcs12(const struct directory *directory, struct segl *segl,
    const char *name, const char *pin_name, const char *pin, const char *label,
    const struct identity *const *path)
{
	STACK_OF(X509) *above = sk_X509_new_null();
	const struct identity *leaf = path[0];
	PKCS12 *pkcs12 = NULL;
	enum segl_status status;

	status = write_pin(directory, segl, pin_name, pin);
	if (status != SEGL_OK)
		goto out;
	for (path++; *path != NULL; path++)
		if (above == NULL ||
		    sk_X509_push(above, (*path)->certificate) <= 0) {
			status = error_nomem(segl);
			goto out;
		}
	pkcs12 = PKCS12_create(pin, label, leaf->key, leaf->certificate, above,
	    NID_aes_256_cbc, NID_aes_256_cbc, PKCS12_ROUNDS, PKCS12_ROUNDS, 0);
	status = pkcs12 == NULL ? identity_failed(segl, name)
				: write_pkcs12(directory, segl, name, pkcs12);
out:
	PKCS12_free(pkcs12);
	sk_X509_free(above);
	return status;
}

static BIO *
open_pem(struct segl *segl, const struct directory *directory, const char *name,
    struct buffer *pem)
{
	if (directory_read(directory, segl, name, pem) != SEGL_OK)
		return NULL;
	return BIO_new_mem_buf(pem->data, (int)pem->len);
}

enum segl_status
identity_read(struct identity *identity, struct segl *segl,
    const struct directory *directory, const char *name, const char *key_name)
{
	struct buffer pem;
	BIO *bio;
	int ok;

	memset(identity, 0, sizeof(*identity));
	segl_error_clear(segl);
	buffer_init(&pem, FILE_KEY_MAX);
	bio = open_pem(segl, directory, name, &pem);
	if (bio != NULL)
		identity->certificate =
		    PEM_read_bio_X509(bio, NULL, NULL, NULL);
	ok = identity->certificate != NULL;
	BIO_free(bio);
	buffer_clear(&pem);
	if (ok && key_name != NULL) {
		bio = open_pem(segl, directory, key_name, &pem);
		if (bio != NULL)
			identity->key =
			    PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		ok = identity->key != NULL &&
		    X509_check_private_key(
			identity->certificate, identity->key) == 1;
		BIO_free(bio);
		buffer_clear(&pem);
	}
	ERR_clear_error();
	if (ok)
		return SEGL_OK;
	identity_clear(identity);
	/* where it could not be read, that was said already */
	if (segl_error_status(segl) == SEGL_OK)
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%s/%s is damaged",
		    directory->path, name);
	error_remedy(segl, "remove %s, it is made anew", directory->path);
	return SEGL_EUSAGE;
}
