/* SPDX-License-Identifier: ISC */
#ifndef PKI_PATH_RULES_H
#define PKI_PATH_RULES_H

#include "pki/path.h"

/*
 * What RFC 5280, 6.1 asks of a path besides names and signatures, which
 * path_build() verified.
 */
enum path_fault {
	PATH_FINE,
	PATH_NOT_YET,          /* 4.1.2.5: not valid yet */
	PATH_EXPIRED,          /* 4.1.2.5 */
	PATH_UNREADABLE,       /* an extension twice, or not to be read */
	PATH_NOT_A_CA,         /* 4.2.1.9: CA:TRUE is not there */
	PATH_NO_CERT_SIGN,     /* 4.2.1.3: keyUsage without keyCertSign */
	PATH_TOO_LONG,         /* 4.2.1.9: more CAs below than allowed */
	PATH_NAME_NOT_ALLOWED, /* 4.2.1.10: name constraints */
	PATH_CRITICAL          /* 4.2: a critical extension that is unknown */
};

/* What PATH_RULES found first, from the leaf upwards. */
struct path_verdict {
	enum path_fault fault;
	int nomem; /* memory was out: nothing is known */
	size_t at; /* the certificate in the path, 0 the leaf */
	char extension[OID_TEXT_MAX]; /* of PATH_CRITICAL */
};

/*
 * Judge the first LEN certificates of PATH, leaf first: all of them, or those
 * up to a CA that is trusted by itself. A self-signed root at the end vouches
 * by its key (RFC 5280, 6.1.1 (d)): its own validity does not count, but that
 * it is a CA and its path length and name constraints do, as everyday
 * verifiers have it.
 *
 * The leaf's own validity, usage and names are not judged here, only whether
 * its critical extensions are known.
 */
void path_rules_judge(
    const struct path *path, size_t len, time_t now, struct path_verdict *out);

/* What FAULT is, in a clause; borrowed, static. */
const char *path_fault_words(enum path_fault fault);

#endif
