/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "answers.h"

static void
need(int done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "answers: %s failed\n", what);
	abort();
}

static unsigned char *
copy(unsigned char *der, int len, size_t *out_len)
{
	unsigned char *out;

	need(len > 0, "encoding");
	out = malloc((size_t)len);
	need(out != NULL, "malloc");
	memcpy(out, der, (size_t)len);
	OPENSSL_free(der);
	*out_len = (size_t)len;
	return out;
}

unsigned char *
answers_ocsp(const struct ocsp_spec *spec, size_t *len)
{
	const struct ca *signer =
	    spec->signer == NULL ? spec->issuer : spec->signer;
	OCSP_CERTID *id =
	    OCSP_cert_to_id(NULL, spec->cert->cert, spec->issuer->cert);
	ASN1_TIME *from = ASN1_TIME_adj(NULL, spec->this_update, 0, 0);
	ASN1_TIME *to = spec->next_update == 0
	    ? NULL
	    : ASN1_TIME_adj(NULL, spec->next_update, 0, 0);
	ASN1_TIME *at = ASN1_TIME_adj(NULL, spec->revoked_at, 0, 0);
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_RESPONSE *response;
	unsigned char *der = NULL;
	int der_len;

	need(basic != NULL && id != NULL && from != NULL && at != NULL,
	    "OCSP_BASICRESP_new");
	need(ASN1_TIME_to_generalizedtime(from, &from) != NULL, "time");
	need(to == NULL || ASN1_TIME_to_generalizedtime(to, &to) != NULL,
	    "time");
	need(OCSP_basic_add1_status(
		 basic, id, spec->status, spec->reason, at, from, to) != NULL,
	    "OCSP_basic_add1_status");
	need(OCSP_basic_sign(basic, signer->cert, signer->key, EVP_sha256(),
		 NULL, signer == spec->issuer ? OCSP_NOCERTS : 0) == 1,
	    "OCSP_basic_sign");
	response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	need(response != NULL, "OCSP_response_create");
	der_len = i2d_OCSP_RESPONSE(response, &der);
	OCSP_RESPONSE_free(response);
	OCSP_BASICRESP_free(basic);
	OCSP_CERTID_free(id);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	ASN1_TIME_free(at);
	return copy(der, der_len, len);
}

static void
add_entry(X509_CRL *crl, const struct crl_spec *spec)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();
	ASN1_TIME *at = ASN1_TIME_set(NULL, CA_NOW - CA_DAY);

	need(entry != NULL && reason != NULL && at != NULL &&
		X509_REVOKED_set_serialNumber(
		    entry, X509_get_serialNumber(spec->revoked->cert)) == 1 &&
		X509_REVOKED_set_revocationDate(entry, at) == 1,
	    "X509_REVOKED_new");
	if (spec->reason >= 0)
		need(ASN1_ENUMERATED_set(reason, spec->reason) == 1 &&
			X509_REVOKED_add1_ext_i2d(
			    entry, NID_crl_reason, reason, 0, 0) == 1,
		    "reason");
	need(X509_CRL_add0_revoked(crl, entry) == 1, "X509_CRL_add0_revoked");
	ASN1_ENUMERATED_free(reason);
	ASN1_TIME_free(at);
}

unsigned char *
answers_crl(const struct crl_spec *spec, size_t *len)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *from = ASN1_TIME_set(NULL, spec->this_update);
	ASN1_TIME *to = ASN1_TIME_set(NULL, spec->next_update);
	unsigned char *der = NULL;
	int der_len;

	need(crl != NULL && from != NULL && to != NULL &&
		X509_CRL_set_version(crl, 1) == 1 &&
		X509_CRL_set_issuer_name(
		    crl, X509_get_subject_name(spec->issuer->cert)) == 1 &&
		X509_CRL_set1_lastUpdate(crl, from) == 1 &&
		(spec->next_update == 0 ||
		    X509_CRL_set1_nextUpdate(crl, to) == 1),
	    "X509_CRL_new");
	if (spec->revoked != NULL)
		add_entry(crl, spec);
	need(X509_CRL_sign(crl, spec->issuer->key, EVP_sha256()) > 0,
	    "X509_CRL_sign");
	der_len = i2d_X509_CRL(crl, &der);
	X509_CRL_free(crl);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return copy(der, der_len, len);
}
