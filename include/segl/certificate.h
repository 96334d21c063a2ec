/* SPDX-License-Identifier: ISC */
#ifndef SEGL_CERTIFICATE_H
#define SEGL_CERTIFICATE_H

#include <stddef.h>

#include <segl/handle.h>

SEGL_BEGIN_DECLS

/* What a certificate says about itself (RFC 5280). Nothing is believed. */
struct segl_certificate;

/*
 * Read LEN bytes of DER.
 *
 * OUT    new, NULL when the call fails.
 *
 * Errors: SEGL_ECERT   no certificate, or bytes after it
 *         SEGL_ENOMEM
 * No I/O.
 */
enum segl_status segl_certificate_read(struct segl *segl, const void *der,
    size_t len, struct segl_certificate **out) SEGL_MUST_USE;
void segl_certificate_free(struct segl_certificate *certificate);

/*
 * Subject and issuer, RFC 4514, made safe to print, and the serial number in
 * hexadecimal; borrowed.
 */
const char *segl_certificate_subject(
    const struct segl_certificate *certificate);
const char *segl_certificate_issuer(const struct segl_certificate *certificate);
const char *segl_certificate_serial(const struct segl_certificate *certificate);

/*
 * The Subject's first organizationIdentifier (2.5.4.97), exactly as it
 * stands: not safe to print. NULL where there is none; borrowed.
 */
const char *segl_certificate_organization_identifier(
    const struct segl_certificate *certificate);

/*
 * First and last second of the validity, seconds since the Epoch, UTC.
 * Returns 0, or -1 where the certificate has times that cannot be read.
 */
int segl_certificate_validity(const struct segl_certificate *certificate,
    long long *not_before, long long *not_after);

/* Non-zero where the Subject is that of a Norwegian enterprise certificate. */
int segl_certificate_is_norwegian(const struct segl_certificate *certificate);

/* Non-zero where issuer and subject are the same name: a root. */
int segl_certificate_is_self_issued(const struct segl_certificate *certificate);

/* Non-zero where ISSUER's name and key are those that signed CERTIFICATE. */
int segl_certificate_issued_by(const struct segl_certificate *certificate,
    const struct segl_certificate *issuer);

SEGL_END_DECLS

#endif
