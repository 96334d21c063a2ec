/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_UPDATE_SIGNERS_H
#define TRUSTLIST_UPDATE_SIGNERS_H

#include "trustlist/list/list.h"

/*
 * Who may sign a list: whole certificates, told apart by the SHA-256 of their
 * DER. A name, a key or an expiry date decides nothing (TS 119 612, 5.3.13).
 */

/* Most certificates of one set; the lists that are met have six at most. */
#define SIGNERS_MAX 32

#define SIGNERS_SHA256 32 /* bytes */

struct signers {
	unsigned char sha256[SIGNERS_MAX][SIGNERS_SHA256];
	size_t n;
};

/* Add one; 0, or -1 where the set is full. */
int signers_add(
    struct signers *signers, const unsigned char sha256[SIGNERS_SHA256]);

/* Add a certificate in DER; 0, or -1 where the set is full. */
int signers_add_certificate(
    struct signers *signers, const struct tl_bytes *der);

/* Non-zero where the set has it. */
int signers_have(
    const struct signers *signers, const unsigned char sha256[SIGNERS_SHA256]);

#endif
