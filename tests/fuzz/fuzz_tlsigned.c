/* SPDX-License-Identifier: ISC */
/*
 * A whole signature of a trusted list, as a reader that was taken over may
 * hand it to the verifier: five parts, each with two bytes of length in front.
 * The key is made here and signs one list only, so whatever else is accepted
 * is a forgery.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "seeds.h"
#include "trustlist/verify/verify.h"

#define DS     "http://www.w3.org/2000/09/xmldsig#"
#define SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"
#define EXC    "http://www.w3.org/2001/10/xml-exc-c14n#"

#define PARTS    5
#define PART_MAX 4096

struct part {
	unsigned char bytes[PART_MAX];
	size_t len;
};

/* Document, properties, info, value, certificate. */
static struct part real[PARTS];

static void
must(int good)
{
	if (!good)
		abort();
}

static void
put_text(struct part *part, const char *text)
{
	part->len = strlen(text);
	must(part->len <= PART_MAX);
	memcpy(part->bytes, text, part->len);
}

static void
digest_text(const struct part *part, char out[64])
{
	unsigned char digest[32];

	must(EVP_Digest(
	    part->bytes, part->len, digest, NULL, EVP_sha256(), NULL));
	EVP_EncodeBlock((unsigned char *)out, digest, sizeof(digest));
}

static void
make_certificate(EVP_PKEY *key, struct part *out)
{
	X509 *x509 = X509_new();
	unsigned char *p = out->bytes;
	int len;

	must(x509 != NULL && X509_set_pubkey(x509, key) &&
	    X509_gmtime_adj(X509_getm_notBefore(x509), 0) != NULL &&
	    X509_gmtime_adj(X509_getm_notAfter(x509), 86400) != NULL &&
	    X509_sign(x509, key, EVP_sha256()) > 0);
	len = i2d_X509(x509, NULL);
	must(len > 0 && len <= PART_MAX);
	out->len = (size_t)i2d_X509(x509, &p);
	X509_free(x509);
}

/* r || s, as XMLDSig has it. */
static void
sign(EVP_PKEY *key, const struct part *info, struct part *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char der[128];
	const unsigned char *p = der;
	size_t len = sizeof(der);
	ECDSA_SIG *sig;

	must(ctx != NULL &&
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestSign(ctx, der, &len, info->bytes, info->len) == 1);
	sig = d2i_ECDSA_SIG(NULL, &p, (long)len);
	must(sig != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), out->bytes, 32) == 32 &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out->bytes + 32, 32) == 32);
	out->len = 64;
	ECDSA_SIG_free(sig);
	EVP_MD_CTX_free(ctx);
}

static void
make_real(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	char text[PART_MAX], digest[64], other[64];

	must(key != NULL);
	make_certificate(key, &real[4]);
	put_text(&real[0], "<T Id=\"r\">list</T>");
	digest_text(&real[4], digest);
	snprintf(text, sizeof(text),
	    "<x:SignedProperties xmlns:x=\"n\" Id=\"p\">"
	    "<x:SignedSignatureProperties><x:SigningCertificateV2><x:Cert>"
	    "<x:CertDigest><d:DigestMethod xmlns:d=\"" DS
	    "\" Algorithm=\"" SHA256 "\"></d:DigestMethod><d:DigestValue "
	    "xmlns:d=\"" DS "\">%s</d:DigestValue></x:CertDigest></x:Cert>"
	    "</x:SigningCertificateV2></x:SignedSignatureProperties>"
	    "</x:SignedProperties>",
	    digest);
	put_text(&real[1], text);
	digest_text(&real[0], digest);
	digest_text(&real[1], other);
	snprintf(text, sizeof(text),
	    "<d:SignedInfo xmlns:d=\"" DS "\"><d:CanonicalizationMethod "
	    "Algorithm=\"" EXC "\"></d:CanonicalizationMethod>"
	    "<d:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/"
	    "xmldsig-more#ecdsa-sha256\"></d:SignatureMethod><d:Reference "
	    "URI=\"#r\"><d:Transforms><d:Transform Algorithm=\"" DS
	    "enveloped-signature\"></d:Transform></d:Transforms>"
	    "<d:DigestMethod Algorithm=\"" SHA256 "\"></d:DigestMethod>"
	    "<d:DigestValue>%s</d:DigestValue></d:Reference><d:Reference "
	    "Type=\"http://uri.etsi.org/01903#SignedProperties\" URI=\"#p\">"
	    "<d:DigestMethod Algorithm=\"" SHA256 "\"></d:DigestMethod>"
	    "<d:DigestValue>%s</d:DigestValue></d:Reference></d:SignedInfo>",
	    digest, other);
	put_text(&real[2], text);
	sign(key, &real[2], &real[3]);
	EVP_PKEY_free(key);
}

static void
make_once(void)
{
	if (real[0].len == 0)
		make_real();
}

static size_t
pack(unsigned char *to)
{
	size_t n = 0;

	for (size_t i = 0; i < PARTS; i++) {
		to[n++] = (unsigned char)(real[i].len >> 8);
		to[n++] = (unsigned char)real[i].len;
		memcpy(to + n, real[i].bytes, real[i].len);
		n += real[i].len;
	}
	return n;
}

size_t
seeds_make(struct seed seeds[SEEDS_MAX])
{
	make_once();
	seeds[0].bytes = malloc(PARTS * (PART_MAX + 2));
	if (seeds[0].bytes == NULL)
		return 0;
	seeds[0].len = pack(seeds[0].bytes);
	return 1;
}

/* Each part in memory of its own, so that a step past its end is seen. */
static void
cut(const uint8_t *data, size_t size, struct tl_bytes out[PARTS])
{
	for (size_t i = 0; i < PARTS; i++) {
		size_t len =
		    size < 2 ? 0 : (size_t)data[0] << 8 | (size_t)data[1];
		unsigned char *copy;

		data += size < 2 ? size : 2;
		size -= size < 2 ? size : 2;
		if (len > size)
			len = size;
		copy = malloc(len == 0 ? 1 : len);
		must(copy != NULL);
		memcpy(copy, data, len);
		out[i].data = copy;
		out[i].len = len;
		data += len;
		size -= len;
	}
}

static int
is_real(const struct tl_bytes *bytes, size_t i)
{
	return bytes->len == real[i].len &&
	    memcmp(bytes->data, real[i].bytes, bytes->len) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tl_bytes parts[PARTS], signer;
	struct verify_parts given;
	int whole = 1;

	make_once();
	signer.data = real[4].bytes;
	signer.len = real[4].len;
	cut(data, size, parts);
	given.document = parts[0];
	given.properties = parts[1];
	given.info = parts[2];
	given.value = parts[3];
	given.certificate = parts[4];
	for (size_t i = 0; i < PARTS; i++)
		whole &= is_real(&parts[i], i);
	must((verify_list(&given, &signer, 1) == TL_ACCEPTED) == whole);
	for (size_t i = 0; i < PARTS; i++)
		free((void *)(uintptr_t)parts[i].data);
	return 0;
}
