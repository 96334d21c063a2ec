/* SPDX-License-Identifier: ISC */
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/authority.h"

#define HOUR_S 3600LL
#define GOOD_S (24 * HOUR_S) /* that an answer is good for */

const struct revocation *
revocations_find(const struct revocations *all, const ASN1_INTEGER *serial)
{
	BIGNUM *bn = ASN1_INTEGER_to_BN(serial, NULL);
	char *hex = bn == NULL ? NULL : BN_bn2hex(bn);
	const struct revocation *found = NULL;

	for (size_t i = 0; hex != NULL && i < all->count; i++)
		if (strcasecmp(all->one[i].serial, hex) == 0)
			found = &all->one[i];
	OPENSSL_free(hex);
	BN_free(bn);
	return found;
}

/* ---- CRL */

static int
add_entry(X509_CRL *crl, const struct revocation *one)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *at = ASN1_TIME_set(NULL, (time_t)one->at);
	ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();
	BIGNUM *bn = NULL;
	ASN1_INTEGER *serial = NULL;
	int ok;

	if (BN_hex2bn(&bn, one->serial) > 0)
		serial = BN_to_ASN1_INTEGER(bn, NULL);
	ok = entry != NULL && at != NULL && reason != NULL && serial != NULL &&
	    X509_REVOKED_set_serialNumber(entry, serial) == 1 &&
	    X509_REVOKED_set_revocationDate(entry, at) == 1 &&
	    (one->reason < 0 ||
		(ASN1_ENUMERATED_set(reason, one->reason) == 1 &&
		    X509_REVOKED_add1_ext_i2d(
			entry, NID_crl_reason, reason, 0, 0) == 1)) &&
	    X509_CRL_add0_revoked(crl, entry) == 1;
	if (!ok)
		X509_REVOKED_free(entry);
	ASN1_INTEGER_free(serial);
	ASN1_ENUMERATED_free(reason);
	ASN1_TIME_free(at);
	BN_free(bn);
	return ok;
}

static int
set_dates(X509_CRL *crl, long long now)
{
	ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)(now - HOUR_S));
	ASN1_TIME *to = ASN1_TIME_set(NULL, (time_t)(now + GOOD_S));
	int ok = from != NULL && to != NULL &&
	    X509_CRL_set1_lastUpdate(crl, from) == 1 &&
	    X509_CRL_set1_nextUpdate(crl, to) == 1;

	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return ok;
}

/* RFC 5280, 5.2: who signed it, and which one it is. */
static int
set_extensions(X509_CRL *crl, X509 *issuer, long long now)
{
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	X509_EXTENSION *key = NULL;
	X509V3_CTX ctx;
	int ok;

	X509V3_set_ctx(&ctx, issuer, NULL, NULL, crl, 0);
	key = X509V3_EXT_conf_nid(
	    NULL, &ctx, NID_authority_key_identifier, "keyid");
	ok = key != NULL && X509_CRL_add_ext(crl, key, -1) == 1 &&
	    number != NULL && ASN1_INTEGER_set_int64(number, now) == 1 &&
	    X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0) == 1;
	X509_EXTENSION_free(key);
	ASN1_INTEGER_free(number);
	return ok;
}

enum segl_status
revocation_crl(const struct identity *issuer, const struct revocations *all,
    long long now, struct buffer *out)
{
	X509_CRL *crl = X509_CRL_new();
	unsigned char *der = NULL;
	enum segl_status status = SEGL_EINTERNAL;
	int len, ok;

	ok = crl != NULL &&
	    X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
	    X509_CRL_set_issuer_name(
		crl, X509_get_subject_name(issuer->certificate)) == 1 &&
	    set_dates(crl, now) &&
	    set_extensions(crl, issuer->certificate, now);
	for (size_t i = 0; ok && i < all->count; i++)
		ok = add_entry(crl, &all->one[i]);
	if (ok && X509_CRL_sort(crl) == 1 &&
	    X509_CRL_sign(crl, issuer->key, EVP_sha256()) > 0) {
		len = i2d_X509_CRL(crl, &der);
		if (len > 0)
			status = buffer_add(out, der, (size_t)len);
	}
	OPENSSL_free(der);
	X509_CRL_free(crl);
	ERR_clear_error();
	return status;
}

/* ---- OCSP */

/* Which of the N ISSUERS the certificate of ID is of; NULL: none. */
static const struct identity *
find_issuer(const struct identity *issuers, size_t n, OCSP_CERTID *id)
{
	ASN1_OBJECT *hash = NULL;
	const struct identity *found = NULL;

	(void)OCSP_id_get0_info(NULL, &hash, NULL, NULL, id);
	for (size_t i = 0; found == NULL && i < n; i++) {
		OCSP_CERTID *own = OCSP_cert_to_id(
		    EVP_get_digestbyobj(hash), NULL, issuers[i].certificate);

		if (own != NULL && OCSP_id_issuer_cmp(own, id) == 0)
			found = &issuers[i];
		OCSP_CERTID_free(own);
	}
	return found;
}

static int
add_status(OCSP_BASICRESP *basic, OCSP_CERTID *id, int known,
    const struct revocations *all, long long now)
{
	ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)(now - HOUR_S));
	ASN1_TIME *to = ASN1_TIME_set(NULL, (time_t)(now + GOOD_S));
	const struct revocation *revocation = NULL;
	ASN1_INTEGER *serial = NULL;
	ASN1_TIME *at = NULL;
	int ok;

	(void)OCSP_id_get0_info(NULL, NULL, NULL, &serial, id);
	if (known && serial != NULL)
		revocation = revocations_find(all, serial);
	if (revocation != NULL)
		at = ASN1_TIME_set(NULL, (time_t)revocation->at);
	ok = from != NULL && to != NULL &&
	    OCSP_basic_add1_status(basic, id,
		!known                   ? V_OCSP_CERTSTATUS_UNKNOWN
		    : revocation == NULL ? V_OCSP_CERTSTATUS_GOOD
					 : V_OCSP_CERTSTATUS_REVOKED,
		revocation == NULL ? -1 : revocation->reason, at, from,
		to) != NULL;
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	ASN1_TIME_free(at);
	return ok;
}

/* The answer of whoever issued the first certificate that is asked about. */
static OCSP_RESPONSE *
answer(const struct identity *issuers, size_t n, const struct revocations *all,
    long long now, OCSP_REQUEST *request)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	const struct identity *signer = &issuers[0], *issuer;
	OCSP_RESPONSE *response = NULL;
	int ok = basic != NULL;

	for (int i = 0; ok && i < OCSP_request_onereq_count(request); i++) {
		OCSP_CERTID *id =
		    OCSP_onereq_get0_id(OCSP_request_onereq_get0(request, i));

		issuer = find_issuer(issuers, n, id);
		if (i == 0 && issuer != NULL)
			signer = issuer;
		ok = add_status(basic, id, issuer == signer, all, now);
	}
	if (ok && OCSP_copy_nonce(basic, request) >= 0 &&
	    OCSP_basic_sign(basic, signer->certificate, signer->key,
		EVP_sha256(), NULL, OCSP_NOCERTS) == 1)
		response = OCSP_response_create(
		    OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	OCSP_BASICRESP_free(basic);
	return response;
}

enum segl_status
revocation_ocsp(const struct identity *issuers, size_t n,
    const struct revocations *all, long long now, const void *bytes, size_t len,
    struct buffer *out)
{
	const unsigned char *at = bytes;
	OCSP_REQUEST *request = d2i_OCSP_REQUEST(NULL, &at, (long)len);
	enum segl_status status = SEGL_EINTERNAL;
	OCSP_RESPONSE *response;
	unsigned char *der = NULL;
	int der_len;

	response = request == NULL || OCSP_request_onereq_count(request) < 1
	    ? OCSP_response_create(OCSP_RESPONSE_STATUS_MALFORMEDREQUEST, NULL)
	    : answer(issuers, n, all, now, request);
	der_len = response == NULL ? -1 : i2d_OCSP_RESPONSE(response, &der);
	if (der_len > 0)
		status = buffer_add(out, der, (size_t)der_len);
	OPENSSL_free(der);
	OCSP_RESPONSE_free(response);
	OCSP_REQUEST_free(request);
	ERR_clear_error();
	return status;
}
