/* SPDX-License-Identifier: ISC */
#ifndef REVOCATION_OCSP_H
#define REVOCATION_OCSP_H

#include <stddef.h>

#include "revocation/answer.h"

/*
 * Largest answer that is read, in bytes: with the responder's certificate and
 * its path one has two to eight thousand.
 */
#define OCSP_ANSWER_MAX (64u << 10)

/* Certificates in an answer that are tried as that of its signer. */
#define OCSP_SIGNERS_MAX 8

/* An OCSPRequest, DER; der is new, freed with free(3). */
struct ocsp_question {
	unsigned char *der;
	size_t len;
};

/*
 * Ask about CERT, which ISSUER issued, by the SHA-1 certID that every
 * responder understands (RFC 5019, 2.1.1). WITH_NONCE puts 32 random bytes in
 * (RFC 9654): an answer that repeats them is no replay.
 *
 * Errors: SEGL_ENOMEM, SEGL_EINTERNAL no random numbers.
 */
enum segl_status ocsp_question_build(const struct certificate *cert,
    const struct certificate *issuer, int with_nonce,
    struct ocsp_question *out) SEGL_MUST_USE;

/*
 * Judge LEN bytes of DER, an OCSPResponse, at NOW (RFC 6960, 3.2): that it
 * speaks of CERT, is signed by ISSUER or by whom ISSUER issued a certificate
 * with OCSPSigning, is of now, and repeats the nonce of QUESTION where it has
 * one. QUESTION may be NULL: an answer that was kept. Pure.
 *
 * OUT is filled also where the answer is not believed.
 * Errors: SEGL_ENOMEM.
 */
enum segl_status ocsp_judge(const struct certificate *cert,
    const struct certificate *issuer, const struct ocsp_question *question,
    const unsigned char *der, size_t len, time_t now,
    struct answer *out) SEGL_MUST_USE;

#endif
