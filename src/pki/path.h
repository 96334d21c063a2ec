/* SPDX-License-Identifier: ISC */
#ifndef PKI_PATH_H
#define PKI_PATH_H

#include <stddef.h>
#include <time.h>

#include "pki/certificate.h"

/* Longest path that is built; real ones have three or four certificates. */
#define PATH_LEN_MAX 10

/* Most certificates in a pool: all CAs of a country's trusted list and more. */
#define PATH_POOL_MAX 4096

/*
 * Signatures verified at most for one path, so that a pool made to be slow
 * (many cross-certificates of one name) costs a tenth of a second.
 */
#define PATH_VERIFY_MAX 1000

/* Certificates without duplicates, owned. */
struct certificate_list {
	struct certificate **certs;
	size_t n;
};

/*
 * Add CERTIFICATE, which the list takes, also when the call fails. KEPT, where
 * not NULL, receives the one in the list: an equal one that was there before
 * stays. Errors: SEGL_ECERT the list is full (PATH_POOL_MAX), SEGL_ENOMEM.
 */
enum segl_status certificate_list_add(struct certificate_list *list,
    struct certificate *certificate,
    const struct certificate **kept) SEGL_MUST_USE;
void certificate_list_clear(struct certificate_list *list);

/* A certification path, leaf first; the certificates are borrowed. */
struct path {
	const struct certificate *certs[PATH_LEN_MAX];
	size_t len;
	int self_signed; /* the last one is: the path is complete */
	size_t lent;     /* so many, at the end, did not come with the leaf */
	int favor;       /* what the caller gives for it */
	int others;      /* there were other ways to go than this one */
};

/*
 * How much the caller would rather have a path over a CA, DER, 0 for not at
 * all. Where it says so of the CA that issued the leaf, those above do not
 * count, else the most that it says of one.
 */
struct path_favor {
	int (*of)(void *arg, const unsigned char *der, size_t len);
	void *arg;
};

/*
 * Lengthen PATH by the certificate in LEN bytes of DER, which LIST owns then;
 * nothing is verified, and what passes PATH_LEN_MAX is left out.
 * Errors: SEGL_ECERT no certificate, SEGL_ENOMEM.
 */
enum segl_status path_append(struct path *path, struct certificate_list *list,
    const unsigned char *der, size_t len) SEGL_MUST_USE;

/*
 * Build the best path from LEAF with the certificates of POOL, each link by
 * name and by verified signature. A path that FAVOR (may be NULL) gives
 * more for is better; then one that ends self-signed is better than one that
 * does not; then one whose certificates are all valid at NOW;
 * then the one that stays valid longest; then the shorter. Among incomplete
 * ones the longest. Where the path is incomplete, the issuer of its last
 * certificate is missing. Reads no file, clock or network.
 */
void path_build(const struct certificate *leaf,
    const struct certificate_list *pool, time_t now,
    const struct path_favor *favor, struct path *out);

#endif
