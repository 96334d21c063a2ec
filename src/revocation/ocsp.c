/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/rand.h>

#include "pki/fault.h"
#include "revocation/ocsp.h"

#define EKU_OCSP_SIGNING "1.3.6.1.5.5.7.3.9"

/* Bytes of a nonce: the most that responders must take (RFC 9654, 2.1). */
#define NONCE_LEN 32

/* ---- the question ------------------------------------------------------- */

static OCSP_REQUEST *
new_request(const struct certificate *cert, const struct certificate *issuer,
    unsigned char *nonce)
{
	OCSP_CERTID *id = OCSP_cert_to_id(NULL, cert->x509, issuer->x509);
	OCSP_REQUEST *request = OCSP_REQUEST_new();
	int ok = 0;

	if (id != NULL && request != NULL &&
	    OCSP_request_add0_id(request, id) != NULL) {
		id = NULL; /* the request's now */
		ok = nonce == NULL ||
		    OCSP_request_add1_nonce(request, nonce, NONCE_LEN) == 1;
	}
	OCSP_CERTID_free(id);
	if (!ok) {
		OCSP_REQUEST_free(request);
		request = NULL;
	}
	return request;
}

enum segl_status
ocsp_question_build(const struct certificate *cert,
    const struct certificate *issuer, int with_nonce, struct ocsp_question *out)
{
	enum segl_status status = SEGL_ENOMEM;
	unsigned char nonce[NONCE_LEN];
	OCSP_REQUEST *request = NULL;
	unsigned char *der = NULL;
	int len = 0;

	memset(out, 0, sizeof(*out));
	fault_begin();
	if (with_nonce && RAND_bytes(nonce, sizeof(nonce)) != 1) {
		status = fault_is_nomem() ? SEGL_ENOMEM : SEGL_EINTERNAL;
		goto out;
	}
	/* all that is left to fail here is memory */
	request = new_request(cert, issuer, with_nonce ? nonce : NULL);
	if (request != NULL)
		len = i2d_OCSP_REQUEST(request, &der);
	if (len > 0)
		out->der = malloc((size_t)len);
	if (out->der != NULL) {
		status = SEGL_OK;
		memcpy(out->der, der, (size_t)len);
		out->len = (size_t)len;
	}
out:
	OPENSSL_free(der);
	OCSP_REQUEST_free(request);
	fault_end();
	return status;
}

/* ---- who answers --------------------------------------------------------- */

/* SIGNER's key made the signature: no more, no less. */
static int
verifies(OCSP_BASICRESP *basic, const struct certificate *signer)
{
	STACK_OF(X509) *only = sk_X509_new_null();
	int ok = 0;

	if (only != NULL && sk_X509_push(only, signer->x509) > 0)
		ok = OCSP_basic_verify(
			 basic, only, NULL, OCSP_NOVERIFY | OCSP_NOINTERN) == 1;
	sk_X509_free(only);
	return ok;
}

/* What speaks against SIGNER in the place of ISSUER; NULL: nothing. */
static const char *
objection(const struct certificate *signer, const struct certificate *issuer,
    time_t now)
{
	if (!certificate_issued_by(signer, issuer))
		return "its signer was not authorised by the issuer of the "
		       "certificate";
	if (signer->has_bad_extension ||
	    !oid_list_has(&signer->eku, EKU_OCSP_SIGNING))
		return "its signer has no certificate for OCSP answers "
		       "(OCSPSigning)";
	if (signer->has_key_usage &&
	    (signer->key_usage &
		(USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION)) == 0)
		return "its signer's key is not for signatures";
	if (!certificate_valid_at(signer, now))
		return "the certificate of its signer is not valid now";
	return NULL;
}

/* One certificate of the answer: 1 it signed and may, 0 not, -1 no memory. */
static int
try_signer(OCSP_BASICRESP *basic, X509 *x509, const struct certificate *issuer,
    time_t now, struct answer *out)
{
	struct certificate *signer;
	const char *against;
	int result = 0;

	if (certificate_of(x509, &signer) != SEGL_OK)
		return -1;
	if (verifies(basic, signer)) {
		against = objection(signer, issuer, now);
		if (against == NULL)
			result = answer_signed_by(out, signer) < 0 ? -1 : 1;
		else
			answer_refuse(out, "%s", against);
	}
	certificate_free(signer);
	return result;
}

/*
 * RFC 6960, 4.2.2.2: the issuer itself, or whom it authorised. Whether the
 * authorised one's own certificate is revoked is not asked: its issuer
 * decides how short-lived it makes it.
 */
static int
find_signer(OCSP_BASICRESP *basic, const struct certificate *issuer, time_t now,
    struct answer *out)
{
	const STACK_OF(X509) *certs = OCSP_resp_get0_certs(basic);
	int n = sk_X509_num(certs), result = 0;

	if (verifies(basic, issuer))
		return answer_signed_by(out, issuer) < 0 ? -1 : 1;
	answer_refuse(out,
	    "its signature is not by the issuer, and by nobody "
	    "whom it authorised");
	for (int i = 0; i < n && i < OCSP_SIGNERS_MAX && result == 0; i++)
		result = try_signer(
		    basic, sk_X509_value(certs, i), issuer, now, out);
	return result;
}

/* ---- what it says ----------------------------------------------------------
 */

/* ID is of CERT, by whichever hash the responder chose. */
static int
is_about(const OCSP_CERTID *id, const struct certificate *cert,
    const struct certificate *issuer)
{
	ASN1_OBJECT *hash;
	OCSP_CERTID *own;
	const EVP_MD *md;
	int same;

	/* the accessor wants a pointer that it may change, and does not */
	if (OCSP_id_get0_info(NULL, &hash, NULL, NULL, (OCSP_CERTID *)id) != 1)
		return 0;
	md = EVP_get_digestbyobj(hash);
	if (md == NULL)
		return 0;
	own = OCSP_cert_to_id(md, cert->x509, issuer->x509);
	same = own != NULL && OCSP_id_cmp(own, id) == 0;
	OCSP_CERTID_free(own);
	return same;
}

/* An extension that must be understood, and is not. */
static int
has_unknown_critical(OCSP_BASICRESP *basic)
{
	for (int i = 0; i < OCSP_BASICRESP_get_ext_count(basic); i++) {
		X509_EXTENSION *extension = OCSP_BASICRESP_get_ext(basic, i);
		int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));

		if (X509_EXTENSION_get_critical(extension) &&
		    nid != NID_id_pkix_OCSP_Nonce)
			return 1;
	}
	return 0;
}

static int
is_odd(OCSP_SINGLERESP *single)
{
	for (int i = 0; i < OCSP_SINGLERESP_get_ext_count(single); i++) {
		if (X509_EXTENSION_get_critical(
			OCSP_SINGLERESP_get_ext(single, i)))
			return 1;
	}
	return 0;
}

static void
take_status(OCSP_SINGLERESP *single, time_t now, struct answer *out)
{
	ASN1_GENERALIZEDTIME *revoked = NULL, *this_update, *next_update;
	struct answer one;
	int reason = -1, status;

	answer_init(&one);
	if (is_odd(single)) {
		if (out->state == SEGL_REVOCATION_UNKNOWN)
			answer_refuse(
			    out, "it has a critical extension that is unknown");
		return;
	}
	status = OCSP_single_get0_status(
	    single, &reason, &revoked, &this_update, &next_update);
	if (answer_take_times(&one, this_update, next_update, 1, now) < 0) {
		/* what is believed already stays */
		if (out->state == SEGL_REVOCATION_UNKNOWN)
			answer_refuse(out, "%s", one.why);
		return;
	}
	if (status == V_OCSP_CERTSTATUS_REVOKED) {
		one.state = SEGL_REVOCATION_REVOKED;
		one.revoked_at = answer_time(revoked);
		one.reason = reason;
	} else if (status == V_OCSP_CERTSTATUS_GOOD) {
		one.state = SEGL_REVOCATION_GOOD;
	} else if (out->state == SEGL_REVOCATION_UNKNOWN) {
		answer_refuse(out,
		    "the responder does not know the "
		    "certificate");
		return;
	}
	/* of several about the same the worst counts, then the newest */
	if (one.state == SEGL_REVOCATION_UNKNOWN ||
	    (out->state == SEGL_REVOCATION_REVOKED &&
		one.state != SEGL_REVOCATION_REVOKED) ||
	    (out->state == one.state && out->this_update > one.this_update))
		return;
	one.signer = out->signer;
	one.authentic = out->authentic;
	*out = one;
}

static void
take_statuses(OCSP_BASICRESP *basic, const struct certificate *cert,
    const struct certificate *issuer, time_t now, struct answer *out)
{
	int n = OCSP_resp_count(basic);

	answer_refuse(out, "it speaks of another certificate");
	for (int i = 0; i < n; i++) {
		OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);

		if (is_about(OCSP_SINGLERESP_get0_id(single), cert, issuer))
			take_status(single, now, out);
	}
}

/* ---- the answer
 * -------------------------------------------------------------- */

static int
nonce_fits(const struct ocsp_question *question, OCSP_BASICRESP *basic)
{
	const unsigned char *p;
	OCSP_REQUEST *request;
	int fits;

	if (question == NULL)
		return 1;
	p = question->der;
	request = d2i_OCSP_REQUEST(NULL, &p, (long)question->len);
	/* many responders leave it out, which is allowed; another is not */
	fits = request != NULL && OCSP_check_nonce(request, basic) != 0;
	OCSP_REQUEST_free(request);
	return fits;
}

static enum segl_status
judge_basic(OCSP_BASICRESP *basic, const struct certificate *cert,
    const struct certificate *issuer, const struct ocsp_question *question,
    time_t now, struct answer *out)
{
	const ASN1_OBJECT *algorithm;
	int found;

	found = find_signer(basic, issuer, now, out);
	if (found < 0)
		return SEGL_ENOMEM;
	if (found == 0)
		return SEGL_OK;
	X509_ALGOR_get0(
	    &algorithm, NULL, NULL, OCSP_resp_get0_tbs_sigalg(basic));
	if (answer_weak_signature(OBJ_obj2nid(algorithm)))
		return answer_refuse(out, "it is signed with SHA-1 or MD5");
	if (!nonce_fits(question, basic))
		return answer_refuse(
		    out, "it is the answer to another question (nonce)");
	if (has_unknown_critical(basic))
		return answer_refuse(
		    out, "it has a critical extension that is unknown");
	take_statuses(basic, cert, issuer, now, out);
	return SEGL_OK;
}

static const char *
status_words(int status)
{
	switch (status) {
	case OCSP_RESPONSE_STATUS_MALFORMEDREQUEST:
		return "the responder does not understand the question "
		       "(malformedRequest)";
	case OCSP_RESPONSE_STATUS_INTERNALERROR:
		return "the responder has a fault (internalError)";
	case OCSP_RESPONSE_STATUS_TRYLATER:
		return "the responder says to try later (tryLater)";
	case OCSP_RESPONSE_STATUS_SIGREQUIRED:
		return "the responder answers signed questions only "
		       "(sigRequired)";
	case OCSP_RESPONSE_STATUS_UNAUTHORIZED:
		return "the responder does not answer for this certificate "
		       "(unauthorized)";
	default:
		return "the responder answers with an unknown status";
	}
}

enum segl_status
ocsp_judge(const struct certificate *cert, const struct certificate *issuer,
    const struct ocsp_question *question, const unsigned char *der, size_t len,
    time_t now, struct answer *out)
{
	enum segl_status status = SEGL_OK;
	OCSP_RESPONSE *response = NULL;
	OCSP_BASICRESP *basic = NULL;
	const unsigned char *p = der;

	answer_init(out);
	fault_begin();
	if (len <= OCSP_ANSWER_MAX)
		response = d2i_OCSP_RESPONSE(NULL, &p, (long)len);
	if (response == NULL || p != der + len) {
		answer_refuse(out, "what came is no OCSP answer");
		goto out;
	}
	if (OCSP_response_status(response) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
		answer_refuse(
		    out, "%s", status_words(OCSP_response_status(response)));
		goto out;
	}
	basic = OCSP_response_get1_basic(response);
	if (basic == NULL)
		answer_refuse(out, "the OCSP answer is of an unknown kind");
	else
		status = judge_basic(basic, cert, issuer, question, now, out);
out:
	/* memory that was out must not pass for an answer */
	if (fault_is_nomem())
		status = SEGL_ENOMEM;
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	fault_end();
	return status;
}
