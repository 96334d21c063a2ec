/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <string.h>

#include <openssl/asn1t.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "pki/fault.h"
#include "pki/oid.h"
#include "softtoken/pbe.h"

void
pbe_init(struct pbe *pbe, struct source *source, const char *again)
{
	memset(pbe, 0, sizeof(*pbe));
	pbe->source = source;
	pbe->segl = source->segl;
	pbe->name = source->name;
	pbe->again = again;
	pbe->iterations_left = PBE_ITERATIONS_MAX;
}

void
pbe_clear(struct pbe *pbe)
{
	passwords_clear(&pbe->passwords);
	OSSL_PROVIDER_unload(pbe->legacy_provider);
	OSSL_PROVIDER_unload(pbe->default_provider);
	OSSL_LIB_CTX_free(pbe->legacy);
	memset(pbe, 0, sizeof(*pbe));
}

/* ---- PIN ----------------------------------------------------------------- */

enum segl_status
pbe_need_pin(struct pbe *pbe)
{
	struct secret *pin = NULL;
	enum segl_status status;

	if (pbe->passwords.n > 0)
		return SEGL_OK;
	status = pbe->source->pin(pbe->source->pin_arg, &pin);
	if (status != SEGL_OK)
		return status;
	if (pin == NULL) {
		pbe->pin_missing = 1;
		pin = secret_new("", 0);
	}
	if (pin == NULL || passwords_init(&pbe->passwords, pin) < 0)
		status = error_nomem(pbe->segl);
	secret_free(pin);
	return status;
}

enum segl_status
pbe_wrong_pin(struct pbe *pbe)
{
	if (pbe->pin_missing) {
		error_set(pbe->segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s is protected by a PIN, and no PIN source is given",
		    pbe->name);
		error_remedy(pbe->segl,
		    "say --pin prompt to be asked for it, or where it is kept: "
		    "--pin file:PATH, fd:N, env:NAME or credential:NAME");
		return SEGL_EUSAGE;
	}
	error_set(pbe->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "the PIN of %s is wrong, or the file is damaged: from outside they "
	    "look the same",
	    pbe->name);
	error_remedy(pbe->segl,
	    "check the PIN (keyboard layout, a line end too many), then the "
	    "copy of the file");
	return SEGL_EKEY;
}

/* ---- what it may cost ---------------------------------------------------- */

static enum segl_status
charge(struct pbe *pbe, long iterations, long blocks)
{
	if (iterations > 0 && blocks > 0 &&
	    iterations <= pbe->iterations_left / blocks) {
		pbe->iterations_left -= iterations * blocks;
		return SEGL_OK;
	}
	error_set(pbe->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s asks for more than %ld iterations of key derivation", pbe->name,
	    PBE_ITERATIONS_MAX);
	error_remedy(pbe->segl, "write the key again with fewer iterations: %s",
	    pbe->again);
	return SEGL_EKEY;
}

enum segl_status
pbe_charge(struct pbe *pbe, const ASN1_INTEGER *count, long blocks)
{
	int64_t iterations;

	/* absent: RFC 7292, appendix A, DEFAULT 1 */
	if (count == NULL)
		return charge(pbe, 1, blocks);
	if (!ASN1_INTEGER_get_int64(&iterations, count) ||
	    iterations > LONG_MAX || iterations < 1)
		iterations = -1;
	return charge(pbe, (long)iterations, blocks);
}

/* ---- what an algorithm is made of --------------------------------------- */

static PBE2PARAM *
pbes2_of(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *oid;
	const void *parameter;
	int type;

	X509_ALGOR_get0(&oid, &type, &parameter, algorithm);
	if (OBJ_obj2nid(oid) != NID_pbes2 || type != V_ASN1_SEQUENCE)
		return NULL;
	return ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
}

static enum segl_status
charge_scrypt(struct pbe *pbe, const SCRYPT_PARAMS *s)
{
	uint64_t n, r, p;

	/* RFC 7914: 4 N r p blocks of Salsa20/8, each about half an iteration
	 */
	if (!ASN1_INTEGER_get_uint64(&n, s->costParameter) ||
	    !ASN1_INTEGER_get_uint64(&r, s->blockSize) ||
	    !ASN1_INTEGER_get_uint64(&p, s->parallelizationParameter) ||
	    n > INT_MAX || r > 1024 || p > 1024)
		return charge(pbe, -1, 1);
	/* beyond it OpenSSL fails, which would look like a wrong PIN */
	if (128 * r * p + 128 * r * (n + 2) > PBE_SCRYPT_MEMORY_MAX) {
		error_set(pbe->segl, SEGL_EKEY, SEGL_TURN_YOU,
		    "%s asks for more than %u MiB of memory to derive its key "
		    "(scrypt)",
		    pbe->name, (unsigned int)(PBE_SCRYPT_MEMORY_MAX >> 20));
		error_remedy(pbe->segl,
		    "write the key again with less of it: %s", pbe->again);
		return SEGL_EKEY;
	}
	return charge(pbe, (long)n, (long)(2 * r * p));
}

static enum segl_status
charge_pbes2(struct pbe *pbe, const PBE2PARAM *pbes2)
{
	enum segl_status status = SEGL_OK;
	ASN1_TYPE *parameter = pbes2->keyfunc->parameter;
	int kdf = OBJ_obj2nid(pbes2->keyfunc->algorithm);

	if (kdf == NID_id_pbkdf2) {
		PBKDF2PARAM *p = ASN1_TYPE_unpack_sequence(
		    ASN1_ITEM_rptr(PBKDF2PARAM), parameter);

		if (p != NULL) /* else decrypting says so */
			status = pbe_charge(pbe, p->iter, 1);
		PBKDF2PARAM_free(p);
	} else if (kdf == NID_id_scrypt) {
		SCRYPT_PARAMS *s = ASN1_TYPE_unpack_sequence(
		    ASN1_ITEM_rptr(SCRYPT_PARAMS), parameter);

		if (s != NULL)
			status = charge_scrypt(pbe, s);
		SCRYPT_PARAMS_free(s);
	}
	return status;
}

static enum segl_status
charge_algorithm(struct pbe *pbe, const X509_ALGOR *algorithm)
{
	enum segl_status status = SEGL_OK;
	PBE2PARAM *pbes2 = pbes2_of(algorithm);
	PBEPARAM *old = NULL;

	if (pbes2 != NULL)
		status = charge_pbes2(pbe, pbes2);
	else
		old = ASN1_TYPE_unpack_sequence(
		    ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
	if (old != NULL)
		status = pbe_charge(pbe, old->iter, 1);
	PBE2PARAM_free(pbes2);
	PBEPARAM_free(old);
	return status;
}

/* The cipher of ALGORITHM, by OpenSSL's number; NID_undef where unknown. */
static int
cipher_of(const X509_ALGOR *algorithm)
{
	PBE2PARAM *pbes2 = pbes2_of(algorithm);
	int nid = NID_undef, cipher = NID_undef;

	if (pbes2 != NULL)
		cipher = OBJ_obj2nid(pbes2->encryption->algorithm);
	else if (EVP_PBE_find(EVP_PBE_TYPE_OUTER,
		     OBJ_obj2nid(algorithm->algorithm), &nid, NULL, NULL))
		cipher = nid;
	PBE2PARAM_free(pbes2);
	return cipher;
}

/* ---- where its cipher is implemented ------------------------------------- */

static enum segl_status
load_legacy(struct pbe *pbe)
{
	if (pbe->legacy != NULL)
		return SEGL_OK;
	pbe->legacy = OSSL_LIB_CTX_new();
	if (pbe->legacy == NULL)
		return error_nomem(pbe->segl);
	pbe->legacy_provider = OSSL_PROVIDER_load(pbe->legacy, "legacy");
	pbe->default_provider = OSSL_PROVIDER_load(pbe->legacy, "default");
	if (pbe->legacy_provider != NULL && pbe->default_provider != NULL)
		return SEGL_OK;
	if (fault_is_nomem())
		return error_nomem(pbe->segl);
	error_set(pbe->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s is encrypted with an old algorithm (RC2, RC4 or DES), and "
	    "OpenSSL's legacy provider is not there to read it",
	    pbe->name);
	error_remedy(pbe->segl,
	    "install the legacy provider (Debian: openssl-provider-legacy), or "
	    "export the key again with AES");
	return SEGL_EKEY;
}

static int
has_cipher(OSSL_LIB_CTX *ctx, int nid)
{
	EVP_CIPHER *cipher = nid == NID_undef
	    ? NULL
	    : EVP_CIPHER_fetch(ctx, OBJ_nid2sn(nid), NULL);
	int has = cipher != NULL;

	EVP_CIPHER_free(cipher);
	return has;
}

enum segl_status
pbe_find_context(
    struct pbe *pbe, int cipher, const char *what, OSSL_LIB_CTX **ctx)
{
	enum segl_status status;

	*ctx = NULL;
	if (has_cipher(NULL, cipher))
		return SEGL_OK;
	if (cipher != NID_undef) {
		status = load_legacy(pbe);
		if (status != SEGL_OK)
			return status;
		*ctx = pbe->legacy;
		if (has_cipher(pbe->legacy, cipher))
			return SEGL_OK;
	}
	if (fault_is_nomem())
		return error_nomem(pbe->segl);
	error_set(pbe->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s is encrypted with an algorithm that is not supported (%s%s%s)",
	    pbe->name, what, cipher == NID_undef ? "" : ", ",
	    cipher == NID_undef ? "" : OBJ_nid2sn(cipher));
	error_remedy(
	    pbe->segl, "write the key again with AES-256: %s", pbe->again);
	return SEGL_EKEY;
}

static enum segl_status
find_context(struct pbe *pbe, const X509_ALGOR *algorithm, OSSL_LIB_CTX **ctx)
{
	char oid[OID_TEXT_MAX];

	return pbe_find_context(pbe, cipher_of(algorithm),
	    oid_text(algorithm->algorithm, oid) < 0 ? "unknown" : oid, ctx);
}

/* ---- decrypting ---------------------------------------------------------- */

/* One part of a file, and what opens it. */
struct part {
	const X509_ALGOR *algorithm;
	OSSL_LIB_CTX *ctx;
	const unsigned char *in;
	size_t len;
};

/* Parameters that OpenSSL does not know what to do with, PIN or not. */
#define NOT_STARTED (-2)

/* Decrypted bytes, new, in OUT; their length, -1, or NOT_STARTED. */
static int
decrypt(const struct part *part, const char *password, size_t password_len,
    unsigned char **out)
{
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	size_t room = part->len + EVP_MAX_BLOCK_LENGTH;
	int n = 0, last = 0, result = -1;

	*out = NULL;
	if (cipher == NULL)
		goto out;
	if (!EVP_PBE_CipherInit_ex(part->algorithm->algorithm, password,
		(int)password_len, part->algorithm->parameter, cipher, 0,
		part->ctx, NULL)) {
		result = NOT_STARTED;
		goto out;
	}
	*out = OPENSSL_malloc(room);
	if (*out == NULL)
		goto out;
	if (EVP_DecryptUpdate(cipher, *out, &n, part->in, (int)part->len) &&
	    EVP_DecryptFinal_ex(cipher, *out + n, &last))
		result = n + last;
out:
	if (result < 0 && *out != NULL) {
		OPENSSL_clear_free(*out, room);
		*out = NULL;
	}
	EVP_CIPHER_CTX_free(cipher);
	return result;
}

/* One reading of the PIN; SEGL_EKEY where it does not fit. */
static enum segl_status
try_password(struct pbe *pbe, const struct part *part, const char *password,
    size_t password_len, const ASN1_ITEM *item, void **out)
{
	unsigned char *plain;
	const unsigned char *p;
	int n;

	n = decrypt(part, password, password_len, &plain);
	p = plain;
	/* the padding of a wrong key is right once in 256: decode, too */
	if (n > 0)
		*out = ASN1_item_d2i(NULL, &p, n, item);
	if (plain != NULL)
		OPENSSL_clear_free(plain, part->len + EVP_MAX_BLOCK_LENGTH);
	if (*out != NULL)
		return SEGL_OK;
	if (fault_is_nomem())
		return error_nomem(pbe->segl);
	if (n == NOT_STARTED) {
		error_set(pbe->segl, SEGL_EKEY, SEGL_TURN_YOU,
		    "%s is encrypted in a way that is not supported, or the "
		    "parameters of its encryption are damaged",
		    pbe->name);
		error_remedy(pbe->segl,
		    "check the copy of the file, or write the key again: %s",
		    pbe->again);
	}
	return SEGL_EKEY;
}

enum segl_status
pbe_open(struct pbe *pbe, const X509_ALGOR *algorithm, const unsigned char *in,
    size_t len, const ASN1_ITEM *item, void **out)
{
	struct part part = { .algorithm = algorithm, .in = in, .len = len };
	enum segl_status status;

	*out = NULL;
	if (len > INT_MAX - EVP_MAX_BLOCK_LENGTH)
		return SEGL_EKEY;
	status = find_context(pbe, algorithm, &part.ctx);
	for (size_t i = 0; status == SEGL_OK && i < pbe->passwords.n; i++) {
		const char *password;
		size_t password_len;

		status = charge_algorithm(pbe, algorithm);
		if (status != SEGL_OK)
			break;
		passwords_get(&pbe->passwords, i, &password, &password_len);
		status =
		    try_password(pbe, &part, password, password_len, item, out);
		if (status == SEGL_OK) {
			passwords_worked(&pbe->passwords, i);
			return SEGL_OK;
		}
		if (status == SEGL_EKEY)
			status = SEGL_OK; /* the next one, then */
	}
	return status == SEGL_OK ? SEGL_EKEY : status;
}
