/* SPDX-License-Identifier: ISC */
#ifndef REVOCATION_ANSWER_H
#define REVOCATION_ANSWER_H

#include <time.h>

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include <segl/revocation.h>

#include "pki/certificate.h"

/*
 * Clocks differ: an answer may be from this far in the future, and is good
 * for this long after its time, in seconds. What OpenSSL's own tools allow.
 */
#define ANSWER_SKEW_S 300

/*
 * An OCSP answer without nextUpdate says that newer ones can be had at any
 * time (RFC 6960, 4.2.2.1). Older than this it counts as stale, in seconds.
 */
#define ANSWER_OPEN_S (24 * 3600)

/* Longest reason why an answer is not believed, in bytes. */
#define ANSWER_WHY_MAX 256

/* What the bytes of an OCSP response or a CRL are worth. */
struct answer {
	enum segl_revocation state; /* GOOD, REVOKED or UNKNOWN */
	/* -1 absent; none is set unless the answer is authentic */
	time_t this_update;
	time_t next_update;
	time_t revoked_at;
	time_t until;  /* last second in which it may be believed */
	int reason;    /* CRLReason, -1 absent */
	int authentic; /* somebody who may answer signed it, whatever it says */
	char *signer;  /* new, safe to print; NULL not known */
	char why[ANSWER_WHY_MAX]; /* why UNKNOWN: a clause; safe to print */
};

/* Unknown, of which nothing is known. */
void answer_init(struct answer *answer);
void answer_clear(struct answer *answer);

/* Say why it is unknown. Returns SEGL_OK, for the end of a judgement. */
enum segl_status answer_refuse(struct answer *answer, const char *format, ...)
    SEGL_PRINTF(2, 3);

/*
 * Take over the times of an answer; NEXT may be NULL where OPEN_ENDED. 0 where
 * it is of now, else -1 and why.
 */
int answer_take_times(struct answer *answer, const ASN1_TIME *this_update,
    const ASN1_TIME *next_update, int open_ended, time_t now);

/* Seconds since the Epoch; -1 absent or unreadable. */
time_t answer_time(const ASN1_TIME *time);

/* The hash of a signature of type NID is one that can be forged. */
int answer_weak_signature(int nid);

/* Name who signed. Returns 0, or -1 when out of memory. */
int answer_signed_by(struct answer *answer, const struct certificate *signer);

#endif
