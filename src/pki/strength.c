/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/objects.h>

#include "pki/fault.h"
#include "pki/strength.h"

/* The least public exponent that NIST SP 800-56B, 6.2 allows. */
#define EXPONENT_LEAST 65537

static const struct {
	const char *type; /* as OpenSSL calls it */
	enum key_kind kind;
	const char *words;
} kinds[] = {
	{ "RSA", KEY_RSA, "RSA" },
	{ "RSA-PSS", KEY_RSA_PSS, "RSASSA-PSS" },
	{ "EC", KEY_EC, "elliptic curve" },
	{ "ED25519", KEY_EDDSA, "Ed25519" },
	{ "ED448", KEY_EDDSA, "Ed448" },
	{ "DSA", KEY_DSA, "DSA" },
};

static int
is_weak_exponent(EVP_PKEY *key)
{
	BIGNUM *e = NULL;
	int weak = 0;

	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1)
		weak = !BN_is_odd(e) ||
		    (BN_num_bits(e) < 32 && BN_get_word(e) < EXPONENT_LEAST);
	BN_free(e);
	return weak;
}

static void
read_curve(EVP_PKEY *key, struct key_facts *out)
{
	char curve[40] = "";
	size_t len = 0;

	if (EVP_PKEY_get_group_name(key, curve, sizeof(curve), &len) != 1)
		curve[0] = '\0';
	out->on_p256 =
	    strcmp(curve, "prime256v1") == 0 || strcmp(curve, "P-256") == 0;
	snprintf(out->words, sizeof(out->words), "elliptic curve %s",
	    out->on_p256 ? "P-256" : curve);
}

void
key_facts_read(const struct certificate *certificate, struct key_facts *out)
{
	EVP_PKEY *key;

	memset(out, 0, sizeof(*out));
	snprintf(out->words, sizeof(out->words), "a key that cannot be read");
	fault_begin();
	key = X509_get0_pubkey(certificate->x509);
	if (key == NULL) {
		out->nomem = fault_is_nomem();
		fault_end();
		return;
	}
	out->kind = KEY_OTHER;
	out->bits = EVP_PKEY_get_bits(key);
	snprintf(out->words, sizeof(out->words), "a key of another kind");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!EVP_PKEY_is_a(key, kinds[i].type))
			continue;
		out->kind = kinds[i].kind;
		snprintf(out->words, sizeof(out->words), "%s, %d bit",
		    kinds[i].words, out->bits);
	}
	if (out->kind == KEY_EC)
		read_curve(key, out);
	if (out->kind == KEY_RSA || out->kind == KEY_RSA_PSS)
		out->weak_exponent = is_weak_exponent(key);
	out->nomem = fault_is_nomem();
	fault_end();
}

void
signature_facts_read(
    const struct certificate *certificate, struct signature_facts *out)
{
	int hash = NID_undef;
	const char *name;

	memset(out, 0, sizeof(*out));
	fault_begin();
	if (!X509_get_signature_info(
		certificate->x509, &hash, NULL, NULL, NULL))
		hash = NID_undef;
	fault_end();
	out->weak = hash == NID_md2 || hash == NID_md4 || hash == NID_md5 ||
	    hash == NID_sha1 || hash == NID_md5_sha1;
	name = OBJ_nid2ln(X509_get_signature_nid(certificate->x509));
	snprintf(out->words, sizeof(out->words), "%s%s%s",
	    name == NULL ? "unknown" : name, hash == NID_undef ? "" : ", ",
	    hash == NID_undef ? "" : OBJ_nid2sn(hash));
}
