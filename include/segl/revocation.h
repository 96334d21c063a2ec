/* SPDX-License-Identifier: ISC */
#ifndef SEGL_REVOCATION_H
#define SEGL_REVOCATION_H

#include <stddef.h>

#include <segl/handle.h>
#include <segl/softtoken.h>
#include <segl/transport.h>

SEGL_BEGIN_DECLS

/*
 * Has the issuer taken a certificate back? Asked of the OCSP responders (RFC
 * 6960) that the certificate names, and where none gives an answer to believe,
 * of its CRLs (RFC 5280, 5).
 */

enum segl_revocation {
	SEGL_REVOCATION_NOT_ASKED,
	SEGL_REVOCATION_GOOD,
	SEGL_REVOCATION_REVOKED, /* also where it is only on hold */
	SEGL_REVOCATION_UNKNOWN, /* there was no answer to believe */
	SEGL_REVOCATION_EXEMPT   /* none is published: it says so itself */
};

enum segl_revocation_source {
	SEGL_REVOCATION_NOWHERE,
	SEGL_REVOCATION_OCSP,
	SEGL_REVOCATION_CRL
};

/* CRLReason (RFC 5280, 5.3.1) of a certificate that may come back. */
#define SEGL_REVOCATION_REASON_HOLD 6

/*
 * What is known of one certificate, and from whom. Texts are safe to print,
 * NULL where there is none; times are seconds since the Epoch, UTC, -1 where
 * the answer has none.
 */
struct segl_revocation_answer {
	const char *subject; /* of the certificate, RFC 4514 */
	const char *serial;  /* of the certificate, hexadecimal */
	enum segl_revocation state;
	enum segl_revocation_source source; /* of what is believed */
	const char *url;                    /* where that came from */
	const char *signer;                 /* of the answer, RFC 4514 */
	long long this_update;              /* the answer is as of then */
	long long next_update;              /* and as good as new until then */
	long long revoked_at;
	int reason;      /* CRLReason; -1 not said, or not revoked */
	int from_cache;  /* an answer that was kept, verified again */
	const char *why; /* what there is to say besides, clauses with ';' */
};

/*
 * Keeps answers between runs; whoever asks brings it. KEY is a text of one
 * line. Both are given ARG.
 *
 * load   the bytes kept for KEY, new, freed with free(3); NULL none
 * store  keep LEN bytes until UNTIL, or not
 */
struct segl_revocation_cache {
	void *arg;
	unsigned char *(*load)(void *arg, const char *key, size_t *len);
	void (*store)(void *arg, const char *key, const void *bytes, size_t len,
	    long long until);
};

/* How to ask. */
struct segl_revocation_query {
	struct segl_transport *transport; /* with fetch; NULL: kept answers */
	const struct segl_revocation_cache *cache; /* NULL: none */
	long long now;      /* seconds since the Epoch, UTC */
	long timeout_s;     /* of one request; 0: 10 */
	long timeout_all_s; /* of all together; 0: 30 */
};

/* Answers for the certificates of one path, leaf first. */
struct segl_revocations;

/*
 * Ask about each certificate of TOKEN's path but a root at its end.
 *
 * OUT    new, NULL when the call fails. It does not need TOKEN afterwards.
 *
 * Who cannot be reached and what cannot be believed is an answer, not an
 * error: it is UNKNOWN, and why says the reason of each attempt.
 *
 * Errors: SEGL_EUSAGE TOKEN has no certificate, SEGL_EINTERNAL no random
 * numbers, SEGL_ENOMEM.
 * Does I/O through the transport and the cache; reads the clock to keep to
 * its limits of time.
 */
enum segl_status segl_revocation_ask(struct segl *segl,
    const struct segl_softtoken *token,
    const struct segl_revocation_query *query,
    struct segl_revocations **out) SEGL_MUST_USE;
void segl_revocations_free(struct segl_revocations *revocations);

/* The answers, leaf first, and in N how many there are; borrowed. */
const struct segl_revocation_answer *segl_revocations_answers(
    const struct segl_revocations *revocations, size_t *n);

/* Stable names: "revoked", "ocsp", "keyCompromise". Static. */
const char *segl_revocation_name(enum segl_revocation state);
const char *segl_revocation_source_name(enum segl_revocation_source source);
/* NULL where REASON is none of RFC 5280. */
const char *segl_revocation_reason_name(int reason);

SEGL_END_DECLS

#endif
