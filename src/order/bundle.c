/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "base/text.h"
#include "order/newkey.h"
#include "pki/fault.h"
#include "softtoken/resident.h"

/* Longest friendly name, in bytes: it is shown in lists. */
#define FRIENDLY_NAME_MAX 128

static enum segl_status
no_key(struct segl *segl, const struct segl_softtoken *token)
{
	error_set(segl, SEGL_EKEY, SEGL_TURN_YOU,
	    !segl_softtoken_has_key(token)
		? "there is no private key to put into the file"
		: segl_softtoken_path_len(token) == 0
		? "the private key has no certificate to put beside it"
		: "the private key cannot be taken from where it is");
	error_remedy(segl,
	    "name the file with the key, --key, and the one with its "
	    "certificate, --cert");
	return SEGL_EKEY;
}

static X509 *
certificate_at(const struct segl_softtoken *token, size_t i)
{
	const unsigned char *der;
	size_t len;

	der = segl_softtoken_path_der(token, i, &len);
	return der == NULL ? NULL : d2i_X509(NULL, &der, (long)len);
}

/* The path behind the leaf; NULL out of memory. */
static STACK_OF(X509) * issuers_of(const struct segl_softtoken *token)
{
	STACK_OF(X509) *all = sk_X509_new_null();

	for (size_t i = 1; all != NULL && i < segl_softtoken_path_len(token);
	     i++) {
		X509 *cert = certificate_at(token, i);

		if (cert == NULL || !sk_X509_push(all, cert)) {
			X509_free(cert);
			sk_X509_pop_free(all, X509_free);
			return NULL;
		}
	}
	return all;
}

/* ---- PKCS#12 ------------------------------------------------------------- */

static const char *
friendly_name(
    const struct segl_softtoken *token, const struct segl_bundle_terms *terms)
{
	const char *name = terms->name;

	if (name == NULL)
		name = segl_softtoken_common_name(token);
	if (name == NULL)
		name = segl_softtoken_organization(token);
	return name != NULL && strlen(name) <= FRIENDLY_NAME_MAX ? name
								 : "eseal";
}

/* The MAC is made apart: PKCS12_create() would choose its hash by itself. */
static int
write_pkcs12(BIO *bio, const struct segl_softtoken *token, X509 *leaf,
    STACK_OF(X509) * issuers, const struct segl_bundle_terms *terms)
{
	const struct secret *pin = terms->pin->secret;
	int iterations = (int)terms->iterations, done;
	PKCS12 *p12;

	p12 = PKCS12_create(secret_bytes(pin), friendly_name(token, terms),
	    softtoken_resident_key(token), leaf, issuers, NID_aes_256_cbc,
	    NID_aes_256_cbc, iterations, -1, 0);
	done = p12 != NULL &&
	    PKCS12_set_mac(p12, secret_bytes(pin), (int)secret_len(pin), NULL,
		NEWKEY_SALT_LEN, iterations, EVP_sha256()) == 1 &&
	    i2d_PKCS12_bio(bio, p12) == 1;
	PKCS12_free(p12);
	return done;
}

static enum segl_status
as_pkcs12(struct segl *segl, const struct segl_softtoken *token,
    const struct segl_bundle_terms *terms, BIO *bio)
{
	enum segl_status status = SEGL_OK;
	STACK_OF(X509) *issuers = issuers_of(token);
	X509 *leaf = certificate_at(token, 0);

	if (issuers == NULL || leaf == NULL)
		status = error_nomem(segl);
	else if (!write_pkcs12(bio, token, leaf, issuers, terms))
		status = newkey_failed(segl, "making the PKCS#12 file");
	sk_X509_pop_free(issuers, X509_free);
	X509_free(leaf);
	return status;
}

/* ---- PEM ----------------------------------------------------------------- */

static enum segl_status
as_pem(struct segl *segl, const struct segl_softtoken *token,
    const struct segl_bundle_terms *terms, BIO *bio)
{
	enum segl_status status;
	X509_SIG *sealed;

	status = newkey_encrypt(segl, softtoken_resident_key(token),
	    terms->pin->secret, terms->iterations, &sealed);
	if (status == SEGL_OK && PEM_write_bio_PKCS8(bio, sealed) != 1)
		status = error_nomem(segl);
	X509_SIG_free(sealed);
	for (size_t i = 0;
	     status == SEGL_OK && i < segl_softtoken_path_len(token); i++) {
		X509 *cert = certificate_at(token, i);

		if (cert == NULL || PEM_write_bio_X509(bio, cert) != 1)
			status = error_nomem(segl);
		X509_free(cert);
	}
	return status;
}

/* ---- either -------------------------------------------------------------- */

static enum segl_status
check_terms(struct segl *segl, const struct segl_bundle_terms *terms)
{
	const char *name = terms->name;

	if (name != NULL &&
	    (*name == '\0' || strlen(name) > FRIENDLY_NAME_MAX ||
		!text_is_utf8(name, strlen(name))))
		return error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the friendly name is empty, not UTF-8 or longer than %d "
		    "bytes",
		    FRIENDLY_NAME_MAX);
	return newkey_check_iterations(segl, terms->iterations);
}

enum segl_status
segl_bundle(struct segl *segl, const struct segl_softtoken *token,
    const struct segl_bundle_terms *terms, struct segl_made **out)
{
	struct segl_made *made = NULL;
	enum segl_status status;
	BIO *bio = NULL;

	*out = NULL;
	if (softtoken_resident_key(token) == NULL ||
	    segl_softtoken_path_len(token) == 0)
		return no_key(segl, token);
	status = check_terms(segl, terms);
	if (status != SEGL_OK)
		return status;
	fault_begin();
	made = made_new();
	bio = BIO_new(BIO_s_mem());
	if (made == NULL || bio == NULL)
		status = error_nomem(segl);
	else
		status = terms->container == SEGL_CONTAINER_PEM
		    ? as_pem(segl, token, terms, bio)
		    : as_pkcs12(segl, token, terms, bio);
	if (status == SEGL_OK && made_take(made, bio) != SEGL_OK)
		status = error_nomem(segl);
	BIO_free(bio);
	fault_end();
	if (status == SEGL_OK)
		*out = made;
	else
		segl_made_free(made);
	return status;
}

/* ---- and back ------------------------------------------------------------ */

static int
same_path(const struct segl_softtoken *a, const struct segl_softtoken *b)
{
	size_t n = segl_softtoken_path_len(a), a_len, b_len;

	if (n != segl_softtoken_path_len(b))
		return 0;
	for (size_t i = 0; i < n; i++) {
		const unsigned char *p = segl_softtoken_path_der(a, i, &a_len);
		const unsigned char *q = segl_softtoken_path_der(b, i, &b_len);

		if (a_len != b_len || memcmp(p, q, a_len) != 0)
			return 0;
	}
	return 1;
}

static int
same_key(const struct segl_softtoken *a, const struct segl_softtoken *b)
{
	EVP_PKEY *p = softtoken_resident_key(a), *q = softtoken_resident_key(b);

	return p != NULL && q != NULL && EVP_PKEY_eq(p, q) == 1;
}

enum segl_status
segl_bundle_verify(struct segl *segl, const struct segl_softtoken *token,
    const struct segl_pin *pin, const void *bytes, size_t len)
{
	struct segl_softtoken *again = segl_softtoken_new(segl);
	enum segl_status status;

	if (again == NULL)
		return error_nomem(segl);
	/* what was chosen is all there is: no route, no other certificate */
	status = segl_pin_give(pin, again);
	if (status == SEGL_OK)
		status = segl_softtoken_load_mem(
		    again, bytes, len, "the file that was written");
	if (status == SEGL_OK &&
	    (!same_path(token, again) || !same_key(token, again))) {
		status = error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "the file that was written, read again, is not what it "
		    "should be");
		error_remedy(segl, "report this; nothing was changed");
	}
	segl_softtoken_free(again);
	return status;
}
