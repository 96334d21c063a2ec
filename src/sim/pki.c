/* SPDX-License-Identifier: ISC */
#include <openssl/bn.h>
#include <openssl/conf.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "sim/pki.h"

#define SERIAL_LEN 16 /* bytes; RFC 5280, 4.1.2.2 allows 20 */
#define BEFORE_NOW_S                                                           \
	3600 /* a client whose clock is behind still accepts it                \
	      */
#define DAY_S   86400LL
#define NOWHERE "http://pki.demo.invalid/"

EVP_PKEY *
pki_rsa_key(void)
{
	return EVP_RSA_gen(2048);
}

EVP_PKEY *
pki_rsa_key_of(unsigned int bits, unsigned long exponent)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
	BIGNUM *e = BN_new();
	EVP_PKEY *key = NULL;

	if (ctx == NULL || e == NULL || BN_set_word(e, exponent) != 1 ||
	    EVP_PKEY_keygen_init(ctx) <= 0 ||
	    EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits) <= 0 ||
	    EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, e) <= 0 ||
	    EVP_PKEY_generate(ctx, &key) <= 0)
		key = NULL;
	BN_free(e);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

EVP_PKEY *
pki_ec_key(void)
{
	return EVP_EC_gen("P-256");
}

static int
set_serial(X509 *certificate)
{
	unsigned char bytes[SERIAL_LEN];
	BIGNUM *bn;
	int ok;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return 0;
	/* positive, and always of the full length */
	bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40);
	bn = BN_bin2bn(bytes, sizeof(bytes), NULL);
	ok = bn != NULL &&
	    BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(certificate)) != NULL;
	BN_free(bn);
	return ok;
}

static int
set_subject(X509 *certificate, const struct pki_attribute *subject)
{
	X509_NAME *name = X509_get_subject_name(certificate);

	for (; subject->name != NULL; subject++)
		if (X509_NAME_add_entry_by_txt(name, subject->name,
			MBSTRING_UTF8, (const unsigned char *)subject->value,
			-1, -1, 0) != 1)
			return 0;
	return 1;
}

static int
set_validity(
    X509 *certificate, const struct pki_profile *profile, long long now)
{
	long long begin = profile->begins_days == 0
	    ? now - BEFORE_NOW_S
	    : now + profile->begins_days * DAY_S;

	return ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)begin) !=
	    NULL &&
	    ASN1_TIME_set(X509_getm_notAfter(certificate),
		(time_t)(now + profile->days * DAY_S)) != NULL;
}

static int
set_extensions(
    X509 *certificate, X509 *issuer, const struct pki_profile *profile)
{
	BIO *bio = BIO_new(BIO_s_mem());
	CONF *conf = NCONF_new(NULL);
	X509V3_CTX ctx;
	long line;
	int ok;

	X509V3_set_ctx(&ctx, issuer, certificate, NULL, NULL, 0);
	X509V3_set_nconf(&ctx, conf);
	ok = bio != NULL && conf != NULL &&
	    BIO_printf(bio, "base=%s\n%s",
		profile->base == NULL ? NOWHERE : profile->base,
		profile->extensions) > 0 &&
	    NCONF_load_bio(conf, bio, &line) > 0 &&
	    X509V3_EXT_add_nconf(conf, &ctx, "ext", certificate) == 1;
	NCONF_free(conf);
	BIO_free(bio);
	return ok;
}

X509 *
pki_issue(const struct pki_profile *profile, EVP_PKEY *key, X509 *issuer,
    EVP_PKEY *issuer_key, long long now)
{
	X509 *certificate = X509_new();

	if (certificate == NULL)
		return NULL;
	if (issuer == NULL)
		issuer = certificate;
	if (X509_set_version(certificate, X509_VERSION_3) == 1 &&
	    set_serial(certificate) &&
	    set_subject(certificate, profile->subject) &&
	    X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) ==
		1 &&
	    set_validity(certificate, profile, now) &&
	    X509_set_pubkey(certificate, key) == 1 &&
	    set_extensions(certificate, issuer, profile) &&
	    X509_sign(certificate, issuer_key,
		profile->hash == NULL
		    ? EVP_sha256()
		    : EVP_get_digestbyname(profile->hash)) > 0)
		return certificate;
	X509_free(certificate);
	return NULL;
}

char *
pki_subject(X509 *certificate)
{
	unsigned long form =
	    XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL, *data;
	long len;

	if (bio != NULL &&
	    X509_NAME_print_ex(
		bio, X509_get_subject_name(certificate), 0, form) >= 0) {
		len = BIO_get_mem_data(bio, &data);
		text = strndup(len > 0 ? data : "", (size_t)len);
	}
	BIO_free(bio);
	return text;
}

/* Takes BIO, which may be NULL. */
static int
add_bio(struct buffer *out, BIO *bio, int ok)
{
	char *data = NULL;
	long len;

	if (ok) {
		len = BIO_get_mem_data(bio, &data);
		ok = len > 0 && buffer_add(out, data, (size_t)len) == SEGL_OK;
	}
	BIO_free(bio);
	return ok ? 0 : -1;
}

int
pki_add_certificate(struct buffer *out, X509 *certificate)
{
	BIO *bio = BIO_new(BIO_s_mem());

	return add_bio(
	    out, bio, bio != NULL && PEM_write_bio_X509(bio, certificate) == 1);
}

int
pki_add_key(struct buffer *out, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());

	return add_bio(out, bio,
	    bio != NULL &&
		PEM_write_bio_PKCS8PrivateKey(
		    bio, key, NULL, NULL, 0, NULL, NULL) == 1);
}
