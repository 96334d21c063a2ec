/* SPDX-License-Identifier: ISC */
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/file.h"
#include "base/secret.h"
#include "sim/issue.h"
#include "sim/material.h"
#include "sim/pki.h"

#define PIN_BYTES     15   /* random; 20 characters */
#define PKCS12_ROUNDS 2048 /* what OpenSSL and most issuers use */

/* A key and its certificate. */
struct identity {
	EVP_PKEY *key;
	X509 *certificate;
};

static void
identity_clear(struct identity *identity)
{
	EVP_PKEY_free(identity->key);
	X509_free(identity->certificate);
	identity->key = NULL;
	identity->certificate = NULL;
}

static enum segl_status
openssl_failed(struct segl *segl, const char *what)
{
	unsigned long code = ERR_get_error();
	const char *reason = ERR_reason_error_string(code);

	ERR_clear_error();
	return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
	    "cannot make %s: %s", what,
	    reason == NULL ? "OpenSSL refuses" : reason);
}

/* Issue to IDENTITY, whose KEY is taken. */
static enum segl_status
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
		return openssl_failed(segl, "a certificate");
	return SEGL_OK;
}

static enum segl_status
write_path(const struct directory *directory, struct segl *segl,
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

static enum segl_status
write_key(const struct directory *directory, struct segl *segl,
    const char *name, const struct identity *identity)
{
	enum segl_status status = SEGL_OK;
	struct buffer pem;

	buffer_init(&pem, FILE_KEY_MAX);
	if (pki_add_key(&pem, identity->key) != 0)
		status = error_nomem(segl);
	else
		status = directory_write(directory, segl, name, &pem, 0600);
	buffer_clear(&pem);
	return status;
}

static enum segl_status
write_pkcs12(
    const struct directory *directory, struct segl *segl, PKCS12 *pkcs12)
{
	unsigned char *der = NULL;
	enum segl_status status;
	struct buffer bytes;
	int len;

	buffer_init(&bytes, FILE_KEY_MAX);
	len = i2d_PKCS12(pkcs12, &der);
	if (len <= 0)
		return openssl_failed(segl, MATERIAL_SEAL);
	status = buffer_add(&bytes, der, (size_t)len);
	if (status == SEGL_OK)
		status = directory_write(
		    directory, segl, MATERIAL_SEAL, &bytes, 0600);
	OPENSSL_free(der);
	buffer_clear(&bytes);
	return status;
}

/* A random PIN, written to its file; new in PIN, freed by secret_free_text. */
static enum segl_status
make_pin(const struct directory *directory, struct segl *segl, char **pin)
{
	unsigned char bytes[PIN_BYTES];
	enum segl_status status;
	struct buffer text;

	*pin = NULL;
	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return openssl_failed(segl, MATERIAL_PIN);
	*pin = base64url_encode(bytes, sizeof(bytes));
	secret_wipe(bytes, sizeof(bytes));
	if (*pin == NULL)
		return error_nomem(segl);
	buffer_init(&text, FILE_KEY_MAX);
	status = buffer_printf(&text, "%s\n", *pin);
	if (status == SEGL_OK)
		status =
		    directory_write(directory, segl, MATERIAL_PIN, &text, 0600);
	buffer_clear(&text);
	return status;
}

static enum segl_status
write_seal(const struct directory *directory, struct segl *segl,
    const struct identity *seal, const struct identity *ca,
    const struct identity *root)
{
	STACK_OF(X509) *path = sk_X509_new_null();
	PKCS12 *pkcs12 = NULL;
	enum segl_status status;
	char *pin = NULL;

	status = make_pin(directory, segl, &pin);
	if (status != SEGL_OK)
		goto out;
	if (path == NULL || sk_X509_push(path, ca->certificate) <= 0 ||
	    sk_X509_push(path, root->certificate) <= 0) {
		status = error_nomem(segl);
		goto out;
	}
	pkcs12 = PKCS12_create(pin, "demo eSeal", seal->key, seal->certificate,
	    path, NID_aes_256_cbc, NID_aes_256_cbc, PKCS12_ROUNDS,
	    PKCS12_ROUNDS, 0);
	status = pkcs12 == NULL ? openssl_failed(segl, MATERIAL_SEAL)
				: write_pkcs12(directory, segl, pkcs12);
out:
	PKCS12_free(pkcs12);
	sk_X509_free(path);
	secret_free_text(pin);
	return status;
}

static enum segl_status
issue_server(
    const struct directory *directory, struct segl *segl, long long now)
{
	struct identity ca = { 0 }, server = { 0 }, token = { 0 };
	enum segl_status status;

	status = identity_make(&ca, segl, pki_ec_key(), &pki_tls_ca, NULL, now);
	if (status == SEGL_OK)
		status = identity_make(
		    &server, segl, pki_ec_key(), &pki_tls_server, &ca, now);
	if (status == SEGL_OK)
		status = identity_make(
		    &token, segl, pki_rsa_key(), &pki_token_signer, &ca, now);
	if (status == SEGL_OK)
		status = write_path(directory, segl, MATERIAL_CA,
		    (const struct identity *[]){ &ca, NULL });
	if (status == SEGL_OK)
		status = write_path(directory, segl, "server.pem",
		    (const struct identity *[]){ &server, NULL });
	if (status == SEGL_OK)
		status = write_path(directory, segl, "token.pem",
		    (const struct identity *[]){ &token, &ca, NULL });
	if (status == SEGL_OK)
		status = write_key(directory, segl, "ca.key", &ca);
	if (status == SEGL_OK)
		status = write_key(directory, segl, "server.key", &server);
	if (status == SEGL_OK)
		status = write_key(directory, segl, "token.key", &token);
	identity_clear(&ca);
	identity_clear(&server);
	identity_clear(&token);
	return status;
}

static enum segl_status
issue_seal(const struct directory *directory, struct segl *segl, long long now)
{
	struct identity root = { 0 }, ca = { 0 }, seal = { 0 };
	enum segl_status status;

	status =
	    identity_make(&root, segl, pki_ec_key(), &pki_seal_root, NULL, now);
	if (status == SEGL_OK)
		status = identity_make(
		    &ca, segl, pki_ec_key(), &pki_seal_ca, &root, now);
	if (status == SEGL_OK)
		status = identity_make(
		    &seal, segl, pki_rsa_key(), &pki_seal, &ca, now);
	if (status == SEGL_OK)
		status = write_path(directory, segl, "seal-root.pem",
		    (const struct identity *[]){ &root, NULL });
	if (status == SEGL_OK)
		status = write_path(directory, segl, MATERIAL_SEAL_CA,
		    (const struct identity *[]){ &ca, NULL });
	if (status == SEGL_OK)
		status = write_path(directory, segl, "seal.pem",
		    (const struct identity *[]){ &seal, &ca, &root, NULL });
	if (status == SEGL_OK)
		status = write_key(directory, segl, "seal-ca.key", &ca);
	if (status == SEGL_OK)
		status = write_seal(directory, segl, &seal, &ca, &root);
	identity_clear(&root);
	identity_clear(&ca);
	identity_clear(&seal);
	return status;
}

/* Half of the work, for a thread with a handle of its own. */
struct half {
	const struct directory *directory;
	struct segl *segl;
	long long now;
	enum segl_status status;
};

static void *
issue_half(void *arg)
{
	struct half *half = arg;

	half->status = issue_seal(half->directory, half->segl, half->now);
	return NULL;
}

/* Each half makes an RSA key, and that takes nearly all the time. */
enum segl_status
issue_all(const struct directory *directory, struct segl *segl, long long now)
{
	struct half half = { directory, segl_new(), now, SEGL_OK };
	enum segl_status status;
	pthread_t thread;
	int threaded;

	if (half.segl == NULL)
		return error_nomem(segl);
	threaded = pthread_create(&thread, NULL, issue_half, &half) == 0;
	status = issue_server(directory, segl, now);
	if (threaded)
		(void)pthread_join(thread, NULL);
	else
		(void)issue_half(&half);
	if (status == SEGL_OK && half.status != SEGL_OK)
		status =
		    error_set(segl, half.status, segl_error_turn(half.segl),
			"%s", segl_error_message(half.segl));
	segl_free(half.segl);
	return status;
}
