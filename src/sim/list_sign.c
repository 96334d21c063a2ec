/* SPDX-License-Identifier: ISC */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "sim/list.h"
#include "sim/xml.h"

#define DS        "http://www.w3.org/2000/09/xmldsig#"
#define DS_NS     " xmlns:ds=\"" DS "\""
#define XADES_NS  " xmlns:xades=\"http://uri.etsi.org/01903/v1.3.2#\""
#define EXCLUSIVE "http://www.w3.org/2001/10/xml-exc-c14n#"
#define SHA256    "http://www.w3.org/2001/04/xmlenc#sha256"
#define SHA512    "http://www.w3.org/2001/04/xmlenc#sha512"
#define MORE      "http://www.w3.org/2001/04/xmldsig-more#"
#define MORE_2007 "http://www.w3.org/2007/05/xmldsig-more#"

#define SIGNATURE_ID  "signature"
#define PROPERTIES_ID "signed-properties"
#define DECLARATION   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define END           "</TrustServiceStatusList>\n"
#define PART_MAX      65536 /* bytes of what is signed besides the list */

static const struct method {
	const char *signature_tag;
	const char *digest_tag; /* of the references, too */
	const char *digest_tag_ns;
	const EVP_MD *(*digest)(void);
	int pss, ecdsa;
} methods[] = {
	[LIST_RSA_SHA256] = { "ds:SignatureMethod Algorithm=\"" MORE
			      "rsa-sha256\"",
	    "ds:DigestMethod Algorithm=\"" SHA256 "\"",
	    "ds:DigestMethod" DS_NS " Algorithm=\"" SHA256 "\"", EVP_sha256, 0,
	    0 },
	[LIST_RSA_SHA512] = { "ds:SignatureMethod Algorithm=\"" MORE
			      "rsa-sha512\"",
	    "ds:DigestMethod Algorithm=\"" SHA512 "\"",
	    "ds:DigestMethod" DS_NS " Algorithm=\"" SHA512 "\"", EVP_sha512, 0,
	    0 },
	[LIST_RSA_PSS_SHA256] = { "ds:SignatureMethod Algorithm=\"" MORE_2007
				  "sha256-rsa-MGF1\"",
	    "ds:DigestMethod Algorithm=\"" SHA256 "\"",
	    "ds:DigestMethod" DS_NS " Algorithm=\"" SHA256 "\"", EVP_sha256, 1,
	    0 },
	[LIST_ECDSA_SHA256] = { "ds:SignatureMethod Algorithm=\"" MORE
				"ecdsa-sha256\"",
	    "ds:DigestMethod Algorithm=\"" SHA256 "\"",
	    "ds:DigestMethod" DS_NS " Algorithm=\"" SHA256 "\"", EVP_sha256, 0,
	    1 },
};

struct digest {
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned int len;
};

static enum segl_status
digest(const struct method *method, const void *bytes, size_t len,
    struct digest *out)
{
	if (EVP_Digest(
		bytes, len, out->bytes, &out->len, method->digest(), NULL) == 1)
		return SEGL_OK;
	ERR_clear_error();
	return SEGL_EINTERNAL;
}

/*
 * The signed properties. ALONE: as exclusive canonicalization takes them out
 * of the document, which renders a namespace where it is first used.
 */
static enum segl_status
write_properties(struct buffer *out, const struct method *method,
    const struct digest *certificate, long long now, int alone)
{
	struct xml xml = { out, SEGL_OK };

	xml_open(&xml,
	    alone ? "xades:SignedProperties" XADES_NS " Id=\"" PROPERTIES_ID
		    "\""
		  : "xades:SignedProperties Id=\"" PROPERTIES_ID "\"");
	xml_open(&xml, "xades:SignedSignatureProperties");
	xml_time(&xml, "xades:SigningTime", now);
	xml_open(&xml, "xades:SigningCertificateV2");
	xml_open(&xml, "xades:Cert");
	xml_open(&xml, "xades:CertDigest");
	xml_leaf(&xml, alone ? method->digest_tag_ns : method->digest_tag, "");
	xml_bytes(&xml, alone ? "ds:DigestValue" DS_NS : "ds:DigestValue",
	    certificate->bytes, certificate->len);
	xml_close(&xml, "xades:CertDigest");
	xml_close(&xml, "xades:Cert");
	xml_close(&xml, "xades:SigningCertificateV2");
	xml_close(&xml, "xades:SignedSignatureProperties");
	xml_open(&xml, "xades:SignedDataObjectProperties");
	xml_open(&xml, "xades:DataObjectFormat ObjectReference=\"#document\"");
	xml_leaf(&xml, "xades:MimeType", "text/xml");
	xml_close(&xml, "xades:DataObjectFormat");
	xml_close(&xml, "xades:SignedDataObjectProperties");
	xml_close(&xml, "xades:SignedProperties");
	/* what follows the end tag is not of the element */
	if (xml.status == SEGL_OK && alone)
		out->data[--out->len] = '\0';
	return xml.status;
}

static void
write_reference(struct xml *xml, const struct method *method, const char *tag,
    int enveloped, const struct digest *value)
{
	xml_open(xml, tag);
	xml_open(xml, "ds:Transforms");
	if (enveloped)
		xml_leaf(xml,
		    "ds:Transform Algorithm=\"" DS "enveloped-signature\"", "");
	xml_leaf(xml, "ds:Transform Algorithm=\"" EXCLUSIVE "\"", "");
	xml_close(xml, "ds:Transforms");
	xml_leaf(xml, method->digest_tag, "");
	xml_bytes(xml, "ds:DigestValue", value->bytes, value->len);
	xml_close(xml, "ds:Reference");
}

static enum segl_status
write_info(struct buffer *out, const struct method *method,
    const struct digest *document, const struct digest *properties, int alone)
{
	struct xml xml = { out, SEGL_OK };

	xml_open(&xml, alone ? "ds:SignedInfo" DS_NS : "ds:SignedInfo");
	xml_leaf(
	    &xml, "ds:CanonicalizationMethod Algorithm=\"" EXCLUSIVE "\"", "");
	xml_leaf(&xml, method->signature_tag, "");
	write_reference(
	    &xml, method, "ds:Reference Id=\"document\" URI=\"\"", 1, document);
	write_reference(&xml, method,
	    "ds:Reference "
	    "Type=\"http://uri.etsi.org/01903#SignedProperties\" "
	    "URI=\"#" PROPERTIES_ID "\"",
	    0, properties);
	xml_close(&xml, "ds:SignedInfo");
	if (xml.status == SEGL_OK && alone)
		out->data[--out->len] = '\0';
	return xml.status;
}

/* XMLDSig 1.1, 6.4.3: r and s side by side, each as long as the order. */
static int
flatten(EVP_PKEY *key, unsigned char *signature, size_t *len)
{
	const unsigned char *der = signature;
	int half = (EVP_PKEY_get_bits(key) + 7) / 8;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)*len);
	int ok = sig != NULL && (size_t)half * 2 <= *len &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, half) == half &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + half, half) == half;

	*len = (size_t)half * 2;
	ECDSA_SIG_free(sig);
	return ok;
}

/* SIGNATURE is new, to be freed with free(). */
static enum segl_status
sign(const struct method *method, EVP_PKEY *key, const struct buffer *bytes,
    unsigned char **signature, size_t *len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey_ctx;
	int ok;

	*len = (size_t)EVP_PKEY_get_size(key);
	*signature = malloc(*len);
	ok = ctx != NULL && *signature != NULL &&
	    EVP_DigestSignInit(ctx, &pkey_ctx, method->digest(), NULL, key) ==
		1 &&
	    (!method->pss ||
		(EVP_PKEY_CTX_set_rsa_padding(pkey_ctx, RSA_PKCS1_PSS_PADDING) >
			0 &&
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(
			pkey_ctx, RSA_PSS_SALTLEN_DIGEST) > 0)) &&
	    EVP_DigestSign(ctx, *signature, len,
		(const unsigned char *)bytes->data, bytes->len) == 1 &&
	    (!method->ecdsa || flatten(key, *signature, len));
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	if (ok)
		return SEGL_OK;
	free(*signature);
	*signature = NULL;
	return SEGL_EINTERNAL;
}

/* What the signature is made of. */
struct parts {
	const struct method *method;
	struct digest document, properties, certificate;
	unsigned char *der; /* of the certificate */
	int der_len;
	unsigned char *signature;
	size_t signature_len;
};

static enum segl_status
make_parts(struct parts *parts, const struct buffer *document, EVP_PKEY *key,
    X509 *certificate, long long now)
{
	const struct method *method = parts->method;
	enum segl_status status;
	struct buffer alone;

	buffer_init(&alone, PART_MAX);
	parts->der_len = i2d_X509(certificate, &parts->der);
	status = parts->der_len < 0
	    ? SEGL_ENOMEM
	    : digest(method, parts->der, (size_t)parts->der_len,
		  &parts->certificate);
	/* the line that ends the document is not of it */
	if (status == SEGL_OK)
		status = digest(method, document->data, document->len - 1,
		    &parts->document);
	if (status == SEGL_OK)
		status = write_properties(
		    &alone, method, &parts->certificate, now, 1);
	if (status == SEGL_OK)
		status =
		    digest(method, alone.data, alone.len, &parts->properties);
	buffer_clear(&alone);
	if (status == SEGL_OK)
		status = write_info(
		    &alone, method, &parts->document, &parts->properties, 1);
	if (status == SEGL_OK)
		status = sign(method, key, &alone, &parts->signature,
		    &parts->signature_len);
	buffer_clear(&alone);
	return status;
}

static enum segl_status
write_signature(struct buffer *out, const struct parts *parts, long long now)
{
	struct xml xml = { out, SEGL_OK };

	xml_open(&xml, "ds:Signature" DS_NS " Id=\"" SIGNATURE_ID "\"");
	if (xml.status == SEGL_OK)
		xml.status = write_info(out, parts->method, &parts->document,
		    &parts->properties, 0);
	xml_bytes(
	    &xml, "ds:SignatureValue", parts->signature, parts->signature_len);
	xml_open(&xml, "ds:KeyInfo");
	xml_open(&xml, "ds:X509Data");
	xml_bytes(
	    &xml, "ds:X509Certificate", parts->der, (size_t)parts->der_len);
	xml_close(&xml, "ds:X509Data");
	xml_close(&xml, "ds:KeyInfo");
	xml_open(&xml, "ds:Object");
	xml_open(&xml,
	    "xades:QualifyingProperties" XADES_NS " Target=\"#" SIGNATURE_ID
	    "\"");
	if (xml.status == SEGL_OK)
		xml.status = write_properties(
		    out, parts->method, &parts->certificate, now, 0);
	xml_close(&xml, "xades:QualifyingProperties");
	xml_close(&xml, "ds:Object");
	xml_close(&xml, "ds:Signature");
	/* between the signature and the end tag the document has nothing */
	if (xml.status == SEGL_OK)
		out->data[--out->len] = '\0';
	return xml.status;
}

enum segl_status
list_sign(const struct buffer *document, enum list_method method, EVP_PKEY *key,
    X509 *certificate, long long now, struct buffer *out)
{
	struct parts parts = { .method = &methods[method] };
	enum segl_status status;

	status = make_parts(&parts, document, key, certificate, now);
	if (status == SEGL_OK)
		status = buffer_add_str(out, DECLARATION);
	if (status == SEGL_OK)
		status = buffer_add(
		    out, document->data, document->len - strlen(END));
	if (status == SEGL_OK)
		status = write_signature(out, &parts, now);
	if (status == SEGL_OK)
		status = buffer_add_str(out, END);
	OPENSSL_free(parts.der);
	free(parts.signature);
	return status;
}
