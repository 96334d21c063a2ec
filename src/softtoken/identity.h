/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_IDENTITY_H
#define SOFTTOKEN_IDENTITY_H

#include <time.h>

#include <segl/softtoken.h>

#include "softtoken/given.h"
#include "softtoken/material.h"

/* Key and certificate pairs that are looked at in one file. */
#define IDENTITIES_MAX 256

/* Identities that a message lists before it says how many more there are. */
#define IDENTITIES_LISTED_MAX 20

/* What is asked of a file. */
struct wish {
	struct segl *segl;
	const char *file; /* its name, safe to print */
	enum segl_route route;
	const char *selector; /* NULL: by route */
	time_t now;
	const struct given *given; /* beside the file; NULL none */
};

/* A private key and the certificate of its public key; borrowed. */
struct identity {
	const struct material_key *key;
	const struct certificate *cert; /* NULL: known by its kid alone */
	const char *name;               /* friendly name, NULL where absent */
	int rank;
	size_t among; /* how many there were, also where none was chosen */
};

/*
 * Choose the identity of MATERIAL that serves WISH, and say why
 * (note_info). Keys and certificates belong together by the public key, not
 * by what the file says of them.
 *
 * By route: an eSeal is QcType eseal first, then policy QCP-l, then any
 * legal person; a Norwegian enterprise certificate is the one with
 * digitalSignature first. Among equals a valid one is better than one that is
 * not. Never one for encryption, unless the selector names it.
 *
 * Where certificates are given, the identity is of one of these; otherwise a
 * key that the file has no certificate for may have it in the pool. A
 * registered key and a JWK with a kid need none.
 *
 * Errors: SEGL_EKEY no key, no certificate, they do not belong together,
 * nothing selected, several equal (the message lists them); SEGL_ENOMEM.
 */
enum segl_status identity_choose(const struct wish *wish,
    const struct material *material, struct identity *out) SEGL_MUST_USE;

#endif
