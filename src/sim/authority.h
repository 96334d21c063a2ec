/* SPDX-License-Identifier: ISC */
#ifndef SIM_AUTHORITY_H
#define SIM_AUTHORITY_H

#include "sim/sim.h"

/*
 * What the authorities of the simulator say about the certificates that they
 * issued: by OCSP (RFC 6960), by CRL (RFC 5280) and by their own certificates.
 */
#define OCSP_PATH    "/ocsp" /* and with a slash and the request in base64 */
#define CRL_PATH     "/crl/"
#define ISSUER_PATH  "/aia/"
#define REVOKED_PATH "/__revoked"

/* Answer where the path is one of these but the last; non-zero then. */
int authority_answer(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer, enum segl_status *status);

/* GET, POST and DELETE of what is revoked. */
enum segl_status revoked_get(struct sim *sim,
    const struct httpd_request *request,
    struct httpd_answer *answer) SEGL_MUST_USE;
enum segl_status revoked_post(struct sim *sim,
    const struct httpd_request *request,
    struct httpd_answer *answer) SEGL_MUST_USE;
enum segl_status revoked_delete(struct sim *sim,
    const struct httpd_request *request,
    struct httpd_answer *answer) SEGL_MUST_USE;

/* A serial number that is revoked. */
struct revocation {
	char *serial; /* hexadecimal */
	int reason;   /* RFC 5280, 5.3.1; -1: none is told */
	long long at;
};

#define REVOCATIONS_MAX 256
struct revocations {
	struct revocation one[REVOCATIONS_MAX];
	size_t count;
};

/* NULL where SERIAL is not revoked. */
const struct revocation *revocations_find(
    const struct revocations *all, const ASN1_INTEGER *serial);

/*
 * Append in DER: the CRL of ISSUER with all of ALL, good for a day; and the
 * answer to the OCSP request in BYTES, for certificates of any of the N
 * ISSUERS. What is no request is answered with malformedRequest.
 */
enum segl_status revocation_crl(const struct identity *issuer,
    const struct revocations *all, long long now,
    struct buffer *out) SEGL_MUST_USE;
enum segl_status revocation_ocsp(const struct identity *issuers, size_t n,
    const struct revocations *all, long long now, const void *bytes, size_t len,
    struct buffer *out) SEGL_MUST_USE;

#endif
