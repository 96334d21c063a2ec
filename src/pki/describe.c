/* SPDX-License-Identifier: ISC */
/* The public face of struct certificate. */
#include <stdlib.h>

#include <segl/certificate.h>

#include "base/error.h"
#include "pki/certificate.h"

struct segl_certificate {
	struct certificate *facts;
};

enum segl_status
segl_certificate_read(struct segl *segl, const void *der, size_t len,
    struct segl_certificate **out)
{
	struct segl_certificate *certificate;
	enum segl_status status;

	*out = NULL;
	certificate = calloc(1, sizeof(*certificate));
	if (certificate == NULL)
		return error_nomem(segl);
	status = certificate_read(der, len, &certificate->facts);
	if (status == SEGL_OK) {
		*out = certificate;
		return SEGL_OK;
	}
	free(certificate);
	if (status == SEGL_ENOMEM)
		return error_nomem(segl);
	error_set(segl, SEGL_ECERT, SEGL_TURN_YOU,
	    "%zu bytes are not a certificate (DER, RFC 5280)", len);
	return SEGL_ECERT;
}

void
segl_certificate_free(struct segl_certificate *certificate)
{
	if (certificate == NULL)
		return;
	certificate_free(certificate->facts);
	free(certificate);
}

const char *
segl_certificate_subject(const struct segl_certificate *certificate)
{
	return certificate->facts->subject;
}

const char *
segl_certificate_issuer(const struct segl_certificate *certificate)
{
	return certificate->facts->issuer;
}

const char *
segl_certificate_serial(const struct segl_certificate *certificate)
{
	return certificate->facts->serial;
}

const char *
segl_certificate_organization_identifier(
    const struct segl_certificate *certificate)
{
	const struct certificate *facts = certificate->facts;

	return facts->n_organization_identifiers == 0
	    ? NULL
	    : facts->organization_identifiers[0];
}

int
segl_certificate_validity(const struct segl_certificate *certificate,
    long long *not_before, long long *not_after)
{
	const struct certificate *facts = certificate->facts;

	*not_before = 0;
	*not_after = 0;
	if (!facts->has_validity)
		return -1;
	*not_before = (long long)facts->not_before;
	*not_after = (long long)facts->not_after;
	return 0;
}

int
segl_certificate_is_norwegian(const struct segl_certificate *certificate)
{
	return certificate_norwegian(certificate->facts);
}

int
segl_certificate_is_self_issued(const struct segl_certificate *certificate)
{
	return certificate_self_issued(certificate->facts);
}

int
segl_certificate_issued_by(const struct segl_certificate *certificate,
    const struct segl_certificate *issuer)
{
	return certificate_issued_by(certificate->facts, issuer->facts);
}
