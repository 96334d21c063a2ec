/* SPDX-License-Identifier: ISC */
#include <openssl/x509v3.h>

#include "pki/fault.h"
#include "revocation/crl.h"

/* Extensions that are looked at, so that they may be critical. */
static int
is_known(const X509_EXTENSION *extension)
{
	/* the accessor does not change what it is given */
	const ASN1_OBJECT *type =
	    X509_EXTENSION_get_object((X509_EXTENSION *)extension);
	int nid = OBJ_obj2nid(type);

	return nid == NID_issuing_distribution_point ||
	    nid == NID_authority_key_identifier || nid == NID_crl_number;
}

static int
has_unknown_critical(const X509_CRL *crl)
{
	for (int i = 0; i < X509_CRL_get_ext_count(crl); i++) {
		const X509_EXTENSION *extension = X509_CRL_get_ext(crl, i);

		if (X509_EXTENSION_get_critical(extension) &&
		    !is_known(extension))
			return 1;
	}
	return 0;
}

/* ---- scope -----------------------------------------------------------------
 */

/* A name of POINT is among NAMES. */
static int
shares_name(const DIST_POINT_NAME *point, const GENERAL_NAMES *names)
{
	if (point == NULL || point->type != 0)
		return 0;
	for (int i = 0; i < sk_GENERAL_NAME_num(point->name.fullname); i++) {
		GENERAL_NAME *name =
		    sk_GENERAL_NAME_value(point->name.fullname, i);

		for (int k = 0; k < sk_GENERAL_NAME_num(names); k++) {
			if (GENERAL_NAME_cmp(
				name, sk_GENERAL_NAME_value(names, k)) == 0)
				return 1;
		}
	}
	return 0;
}

/* The CRL's own address is one that the certificate names (6.3.3 (b)(2)). */
static int
is_point_of(const DIST_POINT_NAME *own, const struct certificate *cert)
{
	CRL_DIST_POINTS *points;
	int found = 0;

	if (own->type != 0)
		return 0;
	points = X509_get_ext_d2i(
	    cert->x509, NID_crl_distribution_points, NULL, NULL);
	for (int i = 0; i < sk_DIST_POINT_num(points) && !found; i++)
		found = shares_name(sk_DIST_POINT_value(points, i)->distpoint,
		    own->name.fullname);
	CRL_DIST_POINTS_free(points);
	return found;
}

/* What speaks against the scope for CERT; NULL: nothing. */
static const char *
scope_objection(const ISSUING_DIST_POINT *scope, const struct certificate *cert)
{
	if (scope->indirectCRL > 0)
		return "it is an indirect CRL, which is not read";
	if (scope->onlyattr > 0 || (scope->onlyuser > 0 && cert->ca) ||
	    (scope->onlyCA > 0 && !cert->ca))
		return "it is of another kind of certificates";
	if (scope->onlysomereasons != NULL)
		return "it is of some reasons of revocation only";
	if (scope->distpoint != NULL && !is_point_of(scope->distpoint, cert))
		return "it is of other certificates of the issuer (its "
		       "distribution point is not that of this one)";
	return NULL;
}

static const char *
judge_scope(X509_CRL *crl, const struct certificate *cert)
{
	ISSUING_DIST_POINT *scope;
	const char *against = NULL;
	int critical;

	if (X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0)
		return "it is a delta CRL, which has the changes alone";
	if (has_unknown_critical(crl))
		return "it has a critical extension that is unknown";
	scope = X509_CRL_get_ext_d2i(
	    crl, NID_issuing_distribution_point, &critical, NULL);
	if (scope == NULL && critical != -1)
		return "its scope cannot be read";
	if (scope != NULL)
		against = scope_objection(scope, cert);
	ISSUING_DIST_POINT_free(scope);
	return against;
}

/* ---- issuer ---------------------------------------------------------------
 */

static const char *
judge_issuer(X509_CRL *crl, const struct certificate *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer->x509);

	if (X509_NAME_cmp(X509_CRL_get_issuer(crl),
		X509_get_subject_name(issuer->x509)) != 0)
		return "it is the CRL of another issuer";
	if (issuer->has_key_usage && (issuer->key_usage & USAGE_CRL_SIGN) == 0)
		return "the issuer's key may not sign CRLs (cRLSign)";
	if (answer_weak_signature(X509_CRL_get_signature_nid(crl)))
		return "it is signed with SHA-1 or MD5";
	if (key == NULL || X509_CRL_verify(crl, key) != 1)
		return "its signature is not by the issuer of the certificate";
	return NULL;
}

/* ---- entries ----------------------------------------------------------------
 */

/* All that an entry may have critical is who issued the certificate, and that
 * is for indirect CRLs. */
static int
is_odd(const X509_REVOKED *entry)
{
	for (int i = 0; i < X509_REVOKED_get_ext_count(entry); i++) {
		if (X509_EXTENSION_get_critical(X509_REVOKED_get_ext(entry, i)))
			return 1;
	}
	return 0;
}

static int
reason_of(const X509_REVOKED *entry)
{
	ASN1_ENUMERATED *reason =
	    X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
	int value = reason == NULL ? -1 : (int)ASN1_ENUMERATED_get(reason);

	ASN1_ENUMERATED_free(reason);
	return value;
}

static void
look_up(X509_CRL *crl, const struct certificate *cert, struct answer *out)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(cert->x509);
	STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(crl);

	out->state = SEGL_REVOCATION_GOOD;
	for (int i = 0; i < sk_X509_REVOKED_num(entries); i++) {
		const X509_REVOKED *entry = sk_X509_REVOKED_value(entries, i);
		int reason;

		/* RFC 5280, 5.3: then it tells of no certificate at all */
		if (is_odd(entry)) {
			answer_refuse(out,
			    "an entry has a critical extension that is "
			    "unknown");
			return;
		}
		if (ASN1_INTEGER_cmp(
			serial, X509_REVOKED_get0_serialNumber(entry)) != 0)
			continue;
		reason = reason_of(entry);
		if (reason == CRL_REASON_REMOVE_FROM_CRL)
			continue; /* it was on hold, and is no more */
		out->state = SEGL_REVOCATION_REVOKED;
		out->reason = reason;
		out->revoked_at =
		    answer_time(X509_REVOKED_get0_revocationDate(entry));
	}
}

static enum segl_status
judge(X509_CRL *crl, const struct certificate *cert,
    const struct certificate *issuer, time_t now, struct answer *out)
{
	const char *against = judge_issuer(crl, issuer);

	if (against == NULL && answer_signed_by(out, issuer) < 0)
		return SEGL_ENOMEM;
	if (against == NULL)
		against = judge_scope(crl, cert);
	if (against != NULL)
		return answer_refuse(out, "%s", against);
	if (answer_take_times(out, X509_CRL_get0_lastUpdate(crl),
		X509_CRL_get0_nextUpdate(crl), 0, now) == 0)
		look_up(crl, cert, out);
	return SEGL_OK;
}

enum segl_status
crl_judge(const struct certificate *cert, const struct certificate *issuer,
    const unsigned char *der, size_t len, time_t now, struct answer *out)
{
	enum segl_status status = SEGL_OK;
	const unsigned char *p = der;
	X509_CRL *crl = NULL;

	answer_init(out);
	fault_begin();
	if (len <= CRL_MAX)
		crl = d2i_X509_CRL(NULL, &p, (long)len);
	if (crl == NULL || p != der + len)
		answer_refuse(out, "what came is no CRL");
	else
		status = judge(crl, cert, issuer, now, out);
	if (fault_is_nomem())
		status = SEGL_ENOMEM;
	X509_CRL_free(crl);
	fault_end();
	return status;
}
