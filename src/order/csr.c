/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>

#include "base/file.h"
#include "base/text.h"
#include "order/newkey.h"
#include "order/subject.h"
#include "pki/fault.h"
#include "pki/name.h"
#include "softtoken/format.h"

/* RSA keys that are taken for a request, in bits. */
#define RSA_LEAST_BITS 2048

struct segl_csr {
	struct segl *segl;
	X509_NAME *subject;
	EVP_PKEY *pkey;
	/* what is told of them */
	char *subject_text;
	char *organization;
	char *identifier;
	char key_words[64];
	char key_digest[65];
};

struct segl_csr *
segl_csr_new(struct segl *segl)
{
	struct segl_csr *csr = calloc(1, sizeof(*csr));

	if (csr != NULL)
		csr->segl = segl;
	return csr;
}

void
segl_csr_free(struct segl_csr *csr)
{
	if (csr == NULL)
		return;
	X509_NAME_free(csr->subject);
	EVP_PKEY_free(csr->pkey);
	free(csr->subject_text);
	free(csr->organization);
	free(csr->identifier);
	free(csr);
}

/* ---- the Subject --------------------------------------------------------- */

/* The first attribute NID, safe to print; "" where there is none. */
static char *
safe_value(const X509_NAME *name, int nid)
{
	int nomem = 0;
	char *value = name_value(name, nid, 0, &nomem), *safe;

	if (nomem)
		return NULL;
	safe = value == NULL ? strdup("") : text_foreign(value, strlen(value));
	free(value);
	return safe;
}

static enum segl_status
describe_subject(struct segl_csr *csr)
{
	free(csr->subject_text);
	free(csr->organization);
	free(csr->identifier);
	csr->subject_text = name_text(csr->subject);
	csr->organization = safe_value(csr->subject, NID_organizationName);
	csr->identifier = safe_value(csr->subject, NID_organizationIdentifier);
	return csr->subject_text == NULL || csr->organization == NULL ||
		csr->identifier == NULL
	    ? error_nomem(csr->segl)
	    : SEGL_OK;
}

enum segl_status
segl_csr_set_subject(struct segl_csr *csr, const char *subject)
{
	enum segl_status status;
	X509_NAME *name;

	status = subject_parse(csr->segl, subject, &name);
	if (status != SEGL_OK)
		return status;
	X509_NAME_free(csr->subject);
	csr->subject = name;
	return describe_subject(csr);
}

enum segl_status
segl_csr_set_organization_identifier(
    struct segl_csr *csr, const char *identifier)
{
	enum segl_status status;

	if (csr->subject == NULL)
		return error_set(csr->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "there is no Subject yet");
	status = subject_add_identifier(csr->segl, csr->subject, identifier);
	return status == SEGL_OK ? describe_subject(csr) : status;
}

void
segl_csr_remark(struct segl_csr *csr)
{
	if (csr->subject != NULL)
		subject_remark(csr->segl, csr->subject);
}

/* ---- the key ------------------------------------------------------------- */

static int
hash_of_key(struct segl_csr *csr)
{
	unsigned char digest[32], *spki = NULL;
	int len = i2d_PUBKEY(csr->pkey, &spki), done;

	done = len > 0 &&
	    EVP_Digest(spki, (size_t)len, digest, NULL, EVP_sha256(), NULL);
	OPENSSL_free(spki);
	for (size_t i = 0; done && i < sizeof(digest); i++)
		snprintf(csr->key_digest + 2 * i, 3, "%02x", digest[i]);
	return done;
}

static enum segl_status
take_key(struct segl_csr *csr, EVP_PKEY *pkey)
{
	EVP_PKEY_free(csr->pkey);
	csr->pkey = pkey;
	if (EVP_PKEY_is_a(pkey, "RSA"))
		snprintf(csr->key_words, sizeof(csr->key_words), "RSA, %d bit",
		    EVP_PKEY_get_bits(pkey));
	else
		snprintf(csr->key_words, sizeof(csr->key_words),
		    "%.20s, %d bit", EVP_PKEY_get0_type_name(pkey),
		    EVP_PKEY_get_bits(pkey));
	return hash_of_key(csr) ? SEGL_OK : error_nomem(csr->segl);
}

enum segl_status
segl_csr_generate(struct segl_csr *csr, const char *type)
{
	const struct keytype *known = keytype_find(type);
	enum segl_status status;
	EVP_PKEY *pkey;

	if (known == NULL) {
		error_set(csr->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "no such kind of key is made");
		error_remedy(csr->segl, "choose one of " KEYTYPE_NAMES);
		return SEGL_EUSAGE;
	}
	status = newkey_generate(csr->segl, known, &pkey);
	return status == SEGL_OK ? take_key(csr, pkey) : status;
}

/* The PIN of a key file, once it is asked for. */
static enum segl_status
give_pin(void *arg, struct secret **out)
{
	const struct segl_pin *pin = arg;

	*out = pin == NULL
	    ? NULL
	    : secret_new(secret_bytes(pin->secret), secret_len(pin->secret));
	return pin != NULL && *out == NULL ? SEGL_ENOMEM : SEGL_OK;
}

static enum segl_status
unfit(struct segl *segl, const char *safe, const char *why)
{
	error_set(segl, SEGL_EKEY, SEGL_TURN_YOU, "%s: %s", safe, why);
	error_remedy(segl, "name the file of one private key, RSA or EC");
	return SEGL_EKEY;
}

static enum segl_status
choose_key(
    struct segl_csr *csr, const struct material *material, const char *safe)
{
	EVP_PKEY *pkey;

	if (material->n_keys != 1)
		return unfit(csr->segl, safe,
		    material->n_keys == 0 ? "there is no private key in it"
					  : "there are several keys in it");
	pkey = material->keys[0].pkey;
	if (EVP_PKEY_is_a(pkey, "RSA")
		? EVP_PKEY_get_bits(pkey) < RSA_LEAST_BITS
		: !EVP_PKEY_is_a(pkey, "EC"))
		return unfit(csr->segl, safe,
		    "no certificate would be issued for this key");
	EVP_PKEY_up_ref(pkey);
	return take_key(csr, pkey);
}

static enum segl_status
read_key(struct segl_csr *csr, struct source *source, const char *safe)
{
	struct certificate_list pool = { .n = 0 };
	struct material *material = material_new(&pool);
	enum segl_status status;

	if (material == NULL)
		return error_nomem(csr->segl);
	status = format_load(source, material);
	if (status == SEGL_OK)
		status = choose_key(csr, material, safe);
	material_free(material);
	certificate_list_clear(&pool);
	return status;
}

enum segl_status
segl_csr_load_key(
    struct segl_csr *csr, const char *path, const struct segl_pin *pin)
{
	char *safe = text_foreign(path, strlen(path));
	struct source source = {
		.segl = csr->segl, .name = safe, .pin = give_pin
	};
	enum segl_status status;
	struct buffer bytes;
	int error;

	if (safe == NULL)
		return error_nomem(csr->segl);
	memcpy(&source.pin_arg, &pin, sizeof(pin)); /* only read */
	buffer_init(&bytes, FILE_KEY_MAX);
	error = file_read(path, &bytes, NULL);
	if (error == ENOMEM) {
		status = error_nomem(csr->segl);
	} else if (error != 0) {
		status = error_set(csr->segl, SEGL_EKEY, SEGL_TURN_YOU,
		    "cannot read the private key %s: %s", safe,
		    strerror(error));
	} else {
		source.bytes =
		    (const unsigned char *)(bytes.len == 0 ? "" : bytes.data);
		source.len = bytes.len;
		status = read_key(csr, &source, safe);
	}
	buffer_clear(&bytes);
	free(safe);
	return status;
}

/* ---- what is made of them ------------------------------------------------ */

static enum segl_status
no_key(struct segl_csr *csr)
{
	return error_set(csr->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
	    "there is no key, or no Subject, to make a CSR of");
}

/* What WRITE puts into a new BIO, as OUT. */
static enum segl_status
make(struct segl *segl, int (*write)(BIO *bio, void *object), void *object,
    struct segl_made **out)
{
	struct segl_made *made = made_new();
	BIO *bio = BIO_new(BIO_s_mem());
	enum segl_status status = SEGL_ENOMEM;

	if (made != NULL && bio != NULL && write(bio, object) == 1)
		status = made_take(made, bio);
	BIO_free(bio);
	if (status != SEGL_OK) {
		segl_made_free(made);
		return error_nomem(segl);
	}
	*out = made;
	return SEGL_OK;
}

static int
write_key(BIO *bio, void *object)
{
	return PEM_write_bio_PKCS8(bio, object);
}

enum segl_status
segl_csr_key(struct segl_csr *csr, const struct segl_pin *pin, long iterations,
    struct segl_made **out)
{
	enum segl_status status;
	X509_SIG *sealed;

	*out = NULL;
	if (csr->pkey == NULL)
		return no_key(csr);
	status = newkey_encrypt(
	    csr->segl, csr->pkey, pin->secret, iterations, &sealed);
	if (status == SEGL_OK)
		status = make(csr->segl, write_key, sealed, out);
	X509_SIG_free(sealed);
	return status;
}

static int
write_request(BIO *bio, void *object)
{
	return PEM_write_bio_X509_REQ(bio, object);
}

enum segl_status
segl_csr_request(struct segl_csr *csr, struct segl_made **out)
{
	enum segl_status status = SEGL_OK;
	X509_REQ *request;

	*out = NULL;
	if (csr->pkey == NULL || csr->subject == NULL)
		return no_key(csr);
	fault_begin();
	request = X509_REQ_new();
	if (request == NULL || !X509_REQ_set_version(request, 0) ||
	    !X509_REQ_set_subject_name(request, csr->subject) ||
	    !X509_REQ_set_pubkey(request, csr->pkey) ||
	    X509_REQ_sign(request, csr->pkey, EVP_sha256()) <= 0 ||
	    X509_REQ_verify(request, csr->pkey) != 1)
		status = newkey_failed(csr->segl, "signing the CSR");
	if (status == SEGL_OK)
		status = make(csr->segl, write_request, request, out);
	X509_REQ_free(request);
	fault_end();
	return status;
}

const char *
segl_csr_subject(const struct segl_csr *csr)
{
	return csr->subject_text == NULL ? "" : csr->subject_text;
}

const char *
segl_csr_organization(const struct segl_csr *csr)
{
	return csr->organization == NULL ? "" : csr->organization;
}

const char *
segl_csr_organization_identifier(const struct segl_csr *csr)
{
	return csr->identifier == NULL ? "" : csr->identifier;
}

const char *
segl_csr_key_words(const struct segl_csr *csr)
{
	return csr->key_words;
}

const char *
segl_csr_key_digest(const struct segl_csr *csr)
{
	return csr->key_digest;
}
