/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "softtoken/purpose.h"

/* Policies of EN 319 411-2, 5.3: legal person, without and with QSCD. */
#define POLICY_QCP_L      "0.4.0.194112.1.1"
#define POLICY_QCP_L_QSCD "0.4.0.194112.1.3"

static int
has_usage(const struct certificate *cert, unsigned int usage)
{
	/* without the extension a key may do everything */
	return !cert->has_key_usage || (cert->key_usage & usage) != 0;
}

static int
is_legal_person(const struct certificate *cert)
{
	return cert->n_organization_identifiers > 0 ||
	    oid_list_has(&cert->qc.semantics, SEMANTICS_LEGAL);
}

/* An eSeal: what says so most clearly first. */
static const struct {
	int rank;
	const char *reason;
} eseal[] = {
	{ 3, "its QcType is eseal" },
	{ 2, "its policy is QCP-l, for a legal person" },
	{ 1, "it is of a legal person, for signatures" },
	{ 0, "nothing in the file fits better" },
};

/* Norwegian enterprise certificates come as a set of two or three. */
static const struct {
	int rank;
	const char *reason;
} enterprise[] = {
	{ 2, "it is for authentication (digitalSignature)" },
	{ 1, "it is for signatures (nonRepudiation)" },
	{ 0, "nothing in the file fits better" },
};

static size_t
eseal_row(const struct certificate *cert)
{
	if (oid_list_has(&cert->qc.types, QCTYPE_ESEAL))
		return 0;
	if (oid_list_has(&cert->policies, POLICY_QCP_L) ||
	    oid_list_has(&cert->policies, POLICY_QCP_L_QSCD))
		return 1;
	if (is_legal_person(cert) &&
	    has_usage(cert, USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION))
		return 2;
	return 3;
}

static size_t
enterprise_row(const struct certificate *cert)
{
	if (has_usage(cert, USAGE_DIGITAL_SIGNATURE))
		return 0;
	return has_usage(cert, USAGE_NON_REPUDIATION) ? 1 : 2;
}

int
purpose_rank(const struct certificate *cert, enum segl_route route)
{
	if (cert == NULL)
		return 0;
	if (route == SEGL_ROUTE_ENTERPRISE || route == SEGL_ROUTE_REGISTERED)
		return enterprise[enterprise_row(cert)].rank;
	return eseal[eseal_row(cert)].rank;
}

const char *
purpose_reason(const struct certificate *cert, enum segl_route route)
{
	if (cert == NULL)
		return "a registered key needs no certificate";
	if (route == SEGL_ROUTE_ENTERPRISE || route == SEGL_ROUTE_REGISTERED)
		return enterprise[enterprise_row(cert)].reason;
	return eseal[eseal_row(cert)].reason;
}

const char *
purpose_text(const struct certificate *cert)
{
	if (oid_list_has(&cert->qc.types, QCTYPE_ESEAL))
		return "for seals";
	if (certificate_for_encryption(cert))
		return "for encryption";
	if (cert->has_key_usage && (cert->key_usage & USAGE_KEY_CERT_SIGN) != 0)
		return "for issuing certificates";
	if (!cert->has_key_usage)
		return "for any purpose";
	if ((cert->key_usage & USAGE_DIGITAL_SIGNATURE) != 0)
		return "for authentication";
	if ((cert->key_usage & USAGE_NON_REPUDIATION) != 0)
		return "for signatures";
	return "for nothing we know";
}

const char *
purpose_day(const struct certificate *cert, char text[TEXT_DAY_LEN])
{
	if (!cert->has_validity)
		return "unknown";
	return text_day(cert->not_after, text);
}
