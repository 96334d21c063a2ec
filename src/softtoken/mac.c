/* SPDX-License-Identifier: ISC */
#include <limits.h>

#include <openssl/asn1t.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pkcs12.h>

#include "pki/fault.h"
#include "pki/oid.h"
#include "softtoken/mac.h"

/* Longest key a PBMAC1 may ask for, in bytes; RFC 9579 uses that of a hash. */
#define MAC_KEY_MAX 64

/* MacData, taken apart. */
struct mac {
	ASN1_SEQUENCE_ANY *parts;
	X509_SIG *digest_info;
	const X509_ALGOR *algorithm;
	const ASN1_OCTET_STRING *expected;
	const ASN1_OCTET_STRING *salt;
	const ASN1_INTEGER *iterations; /* NULL: one */
};

/* How a key is made from the PIN, and what it is used with. */
struct derivation {
	const ASN1_OCTET_STRING *salt;
	const ASN1_INTEGER *iterations;
	const EVP_MD *prf; /* NULL: PKCS#12's own function with HASH */
	const EVP_MD *hash;
	size_t key_len;
};

static void
mac_clear(struct mac *mac)
{
	X509_SIG_free(mac->digest_info);
	sk_ASN1_TYPE_pop_free(mac->parts, ASN1_TYPE_free);
}

static int
mac_parse(const ASN1_TYPE *any, struct mac *mac)
{
	const unsigned char *p;
	const ASN1_TYPE *part;
	int n;

	p = any->value.sequence->data;
	mac->parts =
	    d2i_ASN1_SEQUENCE_ANY(NULL, &p, any->value.sequence->length);
	n = sk_ASN1_TYPE_num(mac->parts);
	if (n < 2 || n > 3)
		return -1;
	part = sk_ASN1_TYPE_value(mac->parts, 0);
	if (part->type != V_ASN1_SEQUENCE)
		return -1;
	p = part->value.sequence->data;
	mac->digest_info = d2i_X509_SIG(NULL, &p, part->value.sequence->length);
	if (mac->digest_info == NULL)
		return -1;
	X509_SIG_get0(mac->digest_info, &mac->algorithm, &mac->expected);
	part = sk_ASN1_TYPE_value(mac->parts, 1);
	if (part->type != V_ASN1_OCTET_STRING)
		return -1;
	mac->salt = part->value.octet_string;
	if (n == 2)
		return 0;
	part = sk_ASN1_TYPE_value(mac->parts, 2);
	if (part->type != V_ASN1_INTEGER)
		return -1;
	mac->iterations = part->value.integer;
	return 0;
}

static enum segl_status
unsupported(struct pbe *pbe, const ASN1_OBJECT *algorithm)
{
	char oid[OID_TEXT_MAX];

	if (fault_is_nomem())
		return error_nomem(pbe->segl);
	error_set(pbe->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s is protected by a MAC that is not supported (%s)", pbe->name,
	    oid_text(algorithm, oid) < 0 ? "unknown" : oid);
	error_remedy(
	    pbe->segl, "export the key again, as openssl pkcs12 -export does");
	return SEGL_EKEY;
}

static enum segl_status
malformed(struct pbe *pbe)
{
	if (fault_is_nomem())
		return error_nomem(pbe->segl);
	error_set(pbe->segl, SEGL_EKEY, SEGL_TURN_YOU,
	    "%s is damaged: its MAC cannot be read", pbe->name);
	error_remedy(pbe->segl, "take a good copy of the file");
	return SEGL_EKEY;
}

static int
derive(const struct derivation *d, const char *password, size_t password_len,
    unsigned char key[MAC_KEY_MAX])
{
	/* charged before: fits an int */
	int iterations =
	    d->iterations == NULL ? 1 : (int)ASN1_INTEGER_get(d->iterations);

	if (d->prf != NULL)
		return PKCS5_PBKDF2_HMAC(password, (int)password_len,
		    ASN1_STRING_get0_data(d->salt), ASN1_STRING_length(d->salt),
		    iterations, d->prf, (int)d->key_len, key);
	return PKCS12_key_gen_utf8(password, (int)password_len,
	    (unsigned char *)ASN1_STRING_get0_data(d->salt),
	    ASN1_STRING_length(d->salt), PKCS12_MAC_ID, iterations,
	    (int)d->key_len, key, d->hash);
}

static int
matches(const struct derivation *d, const ASN1_OCTET_STRING *expected,
    const char *password, size_t password_len, const unsigned char *content,
    size_t len)
{
	unsigned char key[MAC_KEY_MAX], code[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	int same;

	same = derive(d, password, password_len, key) &&
	    HMAC(d->hash, key, (int)d->key_len, content, len, code, &n) !=
		NULL &&
	    ASN1_STRING_length(expected) == (int)n &&
	    CRYPTO_memcmp(ASN1_STRING_get0_data(expected), code, n) == 0;
	secret_wipe(key, sizeof(key));
	return same;
}

static enum segl_status
try_all(struct pbe *pbe, const struct derivation *d,
    const ASN1_OCTET_STRING *expected, const unsigned char *content, size_t len,
    int *verified)
{
	const EVP_MD *of_block = d->prf != NULL ? d->prf : d->hash;
	long blocks = ((long)d->key_len + EVP_MD_get_size(of_block) - 1) /
	    EVP_MD_get_size(of_block);

	for (size_t i = 0; i < pbe->passwords.n; i++) {
		enum segl_status status =
		    pbe_charge(pbe, d->iterations, blocks);
		const char *password;
		size_t password_len;

		if (status != SEGL_OK)
			return status;
		passwords_get(&pbe->passwords, i, &password, &password_len);
		if (matches(
			d, expected, password, password_len, content, len)) {
			passwords_worked(&pbe->passwords, i);
			*verified = 1;
			return SEGL_OK;
		}
		if (fault_is_nomem())
			return error_nomem(pbe->segl);
	}
	return SEGL_OK;
}

/* ---- PBMAC1 (RFC 8018, 7.1), which OpenSSL reads from 3.4 on ------------- */

/* The hash of an HMAC algorithm such as hmacWithSHA256; NULL where unknown. */
static const EVP_MD *
hmac_hash(const X509_ALGOR *algorithm)
{
	int nid = NID_undef;

	/* absent: RFC 8018, A.2, DEFAULT algid-hmacWithSHA1 */
	if (algorithm == NULL)
		return EVP_sha1();
	if (!EVP_PBE_find(EVP_PBE_TYPE_PRF, OBJ_obj2nid(algorithm->algorithm),
		NULL, &nid, NULL))
		return NULL;
	return EVP_get_digestbynid(nid);
}

static enum segl_status
verify_pbmac1(struct pbe *pbe, const struct mac *mac,
    const unsigned char *content, size_t len, int *verified)
{
	enum segl_status status = SEGL_EKEY;
	struct derivation d = { .salt = NULL };
	PBKDF2PARAM *kdf = NULL;
	/* PBMAC1-params has the shape of PBES2-params */
	PBE2PARAM *params = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(PBE2PARAM), mac->algorithm->parameter);
	int64_t key_len = 0;

	if (params == NULL) {
		status = malformed(pbe);
		goto out;
	}
	d.hash = hmac_hash(params->encryption);
	if (d.hash == NULL) {
		status = unsupported(pbe, params->encryption->algorithm);
		goto out;
	}
	if (OBJ_obj2nid(params->keyfunc->algorithm) != NID_id_pbkdf2) {
		status = unsupported(pbe, params->keyfunc->algorithm);
		goto out;
	}
	kdf = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(PBKDF2PARAM), params->keyfunc->parameter);
	/* RFC 9579, 5: keyLength is there, and a salt in the open */
	if (kdf == NULL || kdf->salt->type != V_ASN1_OCTET_STRING ||
	    kdf->keylength == NULL ||
	    !ASN1_INTEGER_get_int64(&key_len, kdf->keylength) || key_len < 1 ||
	    key_len > MAC_KEY_MAX) {
		status = malformed(pbe);
		goto out;
	}
	d.prf = hmac_hash(kdf->prf);
	if (d.prf == NULL) {
		status = unsupported(pbe, kdf->prf->algorithm);
		goto out;
	}
	d.salt = kdf->salt->value.octet_string;
	d.iterations = kdf->iter;
	d.key_len = (size_t)key_len;
	status = try_all(pbe, &d, mac->expected, content, len, verified);
out:
	PBKDF2PARAM_free(kdf);
	PBE2PARAM_free(params);
	return status;
}

static enum segl_status
verify_plain(struct pbe *pbe, const struct mac *mac,
    const unsigned char *content, size_t len, int *verified)
{
	struct derivation d = { .salt = mac->salt,
		.iterations = mac->iterations };

	d.hash = EVP_get_digestbyobj(mac->algorithm->algorithm);
	if (d.hash == NULL || EVP_MD_get_size(d.hash) < 1)
		return unsupported(pbe, mac->algorithm->algorithm);
	d.key_len = (size_t)EVP_MD_get_size(d.hash);
	return try_all(pbe, &d, mac->expected, content, len, verified);
}

enum segl_status
mac_verify(struct pbe *pbe, const ASN1_TYPE *any, const unsigned char *content,
    size_t len, int *verified)
{
	struct mac mac = { .parts = NULL };
	enum segl_status status;

	*verified = 0;
	if (any->type != V_ASN1_SEQUENCE || mac_parse(any, &mac) < 0)
		status = malformed(pbe);
	else if (OBJ_obj2nid(mac.algorithm->algorithm) == NID_pbmac1)
		status = verify_pbmac1(pbe, &mac, content, len, verified);
	else
		status = verify_plain(pbe, &mac, content, len, verified);
	mac_clear(&mac);
	return status;
}
