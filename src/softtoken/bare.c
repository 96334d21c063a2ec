/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "pki/fault.h"
#include "softtoken/bare.h"
#include "softtoken/certs.h"
#include "softtoken/key.h"
#include "softtoken/pbe.h"
#include "softtoken/pem.h"
#include "softtoken/sequence.h"
#include "softtoken/traditional.h"

/* One file on its way to material. */
struct bare {
	struct segl *segl;
	const char *name;
	struct material *out;
	struct pbe pbe;
	struct certs certs;
	int opened;                /* the PIN fits a key */
	char other[PEM_LABEL_MAX]; /* the first block that is not ours */
};

/* ---- what can be wrong --------------------------------------------------- */

static enum segl_status
damaged(struct bare *b, const struct pem_block *block)
{
	if (fault_is_nomem())
		return error_nomem(b->segl);
	error_set(b->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s is damaged or cut short: the %s that begins in line %zu does "
	    "not decode",
	    b->name, block->label, block->line);
	error_remedy(b->segl, "copy the file again from where it was made");
	return SEGL_EKEY;
}

static enum segl_status
wrong_pin(struct bare *b)
{
	if (!b->opened || b->pbe.pin_missing)
		return pbe_wrong_pin(&b->pbe);
	error_set(b->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "the PIN opens one key of %s but not another: that one has "
	    "another password or is damaged",
	    b->name);
	error_remedy(b->segl,
	    "put the key that is wanted in a file of its own, or give both "
	    "the same password");
	return SEGL_EKEY;
}

static enum segl_status
too_many(struct bare *b, const char *what)
{
	return error_set(b->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s holds too many %s", b->name, what);
}

/* ---- keys and certificates ----------------------------------------------- */

static char *
copy_of(const char *name)
{
	return name == NULL ? NULL : strdup(name);
}

/* KEY is taken; NULL means that it could not be read. */
static enum segl_status
add_key(struct bare *b, EVP_PKEY *key, const char *name)
{
	enum segl_status status;

	if (key == NULL) {
		if (fault_is_nomem())
			return error_nomem(b->segl);
		fault_begin();
		b->out->n_unreadable_keys++;
		note_warning(b->segl,
		    "%s: a private key that cannot be read is left out",
		    b->name);
		return SEGL_OK;
	}
	status = material_add_key(b->out, key, copy_of(name));
	return status == SEGL_EKEY ? too_many(b, "keys") : status;
}

static enum segl_status
add_cert(void *arg, X509 *x509, const char *name)
{
	struct bare *b = arg;
	enum segl_status status =
	    material_add_cert(b->out, x509, copy_of(name));

	if (status == SEGL_ENOMEM)
		return error_nomem(b->segl);
	return status == SEGL_EKEY ? too_many(b, "certificates") : status;
}

static enum segl_status
add_encrypted(struct bare *b, const X509_SIG *sig, const char *name)
{
	const X509_ALGOR *algorithm;
	const ASN1_OCTET_STRING *in;
	enum segl_status status;
	void *info = NULL;

	status = pbe_need_pin(&b->pbe);
	if (status != SEGL_OK)
		return status;
	X509_SIG_get0(sig, &algorithm, &in);
	status = pbe_open(&b->pbe, algorithm, ASN1_STRING_get0_data(in),
	    (size_t)ASN1_STRING_length(in), ASN1_ITEM_rptr(ASN1_SEQUENCE_ANY),
	    &info);
	/* where pbe_open() has said why, that stands */
	if (status == SEGL_EKEY)
		return wrong_pin(b);
	if (status != SEGL_OK)
		return status;
	b->opened = 1;
	status = add_key(b, key_from_info(info), name);
	sequence_free(info);
	return status;
}

static X509_SIG *
encrypted_of(const unsigned char *der, size_t len)
{
	return d2i_X509_SIG(NULL, &der, (long)len);
}

/* ---- PEM ----------------------------------------------------------------- */

static enum segl_status
add_traditional(struct bare *b, const struct pem_block *block)
{
	unsigned char *der;
	enum segl_status status;
	size_t len;
	int said;

	status = pbe_need_pin(&b->pbe);
	if (status != SEGL_OK)
		return status;
	status = traditional_open(&b->pbe, block, &der, &len, &said);
	if (status == SEGL_EKEY)
		return said ? status : wrong_pin(b);
	if (status != SEGL_OK)
		return status;
	b->opened = 1;
	status = add_key(b, key_from_der(der, len), block->name);
	OPENSSL_clear_free(der, len);
	return status;
}

static enum segl_status
add_key_block(struct bare *b, const struct pem_block *block)
{
	enum segl_status status;
	X509_SIG *sig;

	if (block->der == NULL)
		return damaged(b, block);
	if (block->header[0] != '\0')
		return add_traditional(b, block);
	if (strcmp(block->label, PEM_STRING_PKCS8) != 0) {
		if (key_shape(block->der, block->len) == KEY_NONE)
			return damaged(b, block);
		return add_key(
		    b, key_from_der(block->der, block->len), block->name);
	}
	sig = encrypted_of(block->der, block->len);
	if (sig == NULL)
		return damaged(b, block);
	status = add_encrypted(b, sig, block->name);
	X509_SIG_free(sig);
	return status;
}

static int
ends(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

static enum segl_status
each_block(void *arg, const struct pem_block *block)
{
	struct bare *b = arg;

	if (ends(block->label, PEM_STRING_PKCS8INF))
		return add_key_block(b, block);
	if (certs_are_in(block->label)) {
		if (block->der == NULL)
			return damaged(b, block);
		return certs_of_block(&b->certs, block);
	}
	if (b->other[0] == '\0')
		memcpy(b->other, block->label, strlen(block->label) + 1);
	return SEGL_OK;
}

/* Nothing of use: say what there is. */
static enum segl_status
nothing_of_use(struct bare *b)
{
	char *safe = text_foreign(b->other, strlen(b->other));

	if (safe == NULL)
		return error_nomem(b->segl);
	error_set(b->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s holds neither a private key nor a certificate: it is PEM of "
	    "another kind (%s)",
	    b->name, safe[0] == '\0' ? "no line begins with -----BEGIN" : safe);
	error_remedy(
	    b->segl, "name the eSeal's key file, as its issuer delivered it");
	free(safe);
	return SEGL_EKEY;
}

int
pem_is(const struct source *source)
{
	const char *begin = "-----BEGIN ";

	return memmem(source->bytes, source->len, begin, strlen(begin)) != NULL;
}

/* ---- DER ----------------------------------------------------------------- */

static int
is_cert(const unsigned char *der, size_t len)
{
	X509 *x509 = d2i_X509(NULL, &der, (long)len);

	X509_free(x509);
	return x509 != NULL;
}

static int
is_pkcs7(const unsigned char *der, size_t len)
{
	PKCS7 *pkcs7 = d2i_PKCS7(NULL, &der, (long)len);
	int is = pkcs7 != NULL && PKCS7_type_is_signed(pkcs7);

	PKCS7_free(pkcs7);
	return is;
}

static int
is_encrypted(const unsigned char *der, size_t len)
{
	X509_SIG *sig = encrypted_of(der, len);

	X509_SIG_free(sig);
	return sig != NULL;
}

/* Bytes of the outermost element; LEN where that is not known. */
static size_t
element_len(const unsigned char *der, size_t len)
{
	const unsigned char *p = der;
	int tag, class;
	long inner;

	if (ASN1_get_object(&p, &inner, &tag, &class, (long)len) !=
	    V_ASN1_CONSTRUCTED)
		return len;
	return (size_t)(p - der) + (size_t)inner;
}

int
der_is(const struct source *source)
{
	const unsigned char *der = source->bytes;
	size_t len = source->len;

	if (len < 2 || der[0] != 0x30 || len > LONG_MAX)
		return 0;
	return key_shape(der, len) != KEY_NONE || is_cert(der, len) ||
	    is_pkcs7(der, len) || is_encrypted(der, len);
}

static enum segl_status
load_der(struct bare *b, const unsigned char *der, size_t len)
{
	enum segl_status status;
	X509_SIG *sig;

	if (key_shape(der, len) != KEY_NONE)
		return add_key(b, key_from_der(der, len), NULL);
	if (is_cert(der, len))
		return certs_of_der(&b->certs, der, len, NULL);
	if (is_pkcs7(der, len))
		return certs_of_pkcs7(&b->certs, der, len);
	sig = encrypted_of(der, len);
	if (sig == NULL)
		return error_nomem(b->segl); /* it was one before */
	status = add_encrypted(b, sig, NULL);
	X509_SIG_free(sig);
	return status;
}

/* ---- both ---------------------------------------------------------------- */

static void
start(struct bare *b, struct source *source, struct material *out)
{
	memset(b, 0, sizeof(*b));
	b->segl = source->segl;
	b->name = source->name;
	b->out = out;
	b->certs.add = add_cert;
	b->certs.arg = b;
	pbe_init(&b->pbe, source, PBE_AGAIN_KEY);
	fault_begin();
}

static enum segl_status
finish(struct bare *b, enum segl_status status)
{
	if (status == SEGL_ENOMEM)
		error_nomem(b->segl);
	b->out->n_unreadable_certs += b->certs.broken;
	if (status == SEGL_OK && b->certs.broken > 0)
		note_warning(b->segl,
		    "%s: %zu certificates that cannot be read are left out",
		    b->name, b->certs.broken);
	pbe_clear(&b->pbe);
	fault_end();
	return status;
}

enum segl_status
pem_load(struct source *source, struct material *out)
{
	enum segl_status status;
	struct bare b;

	start(&b, source, out);
	status = pem_walk(source->bytes, source->len, each_block, &b);
	if (status == SEGL_OK && out->n_keys == 0 && out->n_certs == 0 &&
	    out->n_unreadable_keys == 0 && b.certs.broken == 0)
		status = nothing_of_use(&b);
	return finish(&b, status);
}

enum segl_status
der_load(struct source *source, struct material *out)
{
	size_t len = element_len(source->bytes, source->len);
	enum segl_status status;
	struct bare b;

	start(&b, source, out);
	status = load_der(&b, source->bytes, len);
	if (status == SEGL_OK && len < source->len)
		note_warning(source->segl,
		    "%s has %zu bytes after its end, which are ignored",
		    source->name, source->len - len);
	return finish(&b, status);
}
