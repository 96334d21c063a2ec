/* SPDX-License-Identifier: ISC */
#ifndef SIM_TRUST_H
#define SIM_TRUST_H

#include <openssl/x509.h>

#include <segl/handle.h>

/*
 * The certificates that stand in for the trust services of the EU trusted
 * lists: certification authorities, issuing or root.
 */
struct trust {
	X509_STORE *store;
	STACK_OF(X509) * certificates;
};

/*
 * Read PATH: a file of PEM certificates (or one in DER), or a directory of
 * such files, whose other files are passed over.
 *
 * OUT    new, NULL when the call fails.
 * Errors: SEGL_EUSAGE  cannot be read, or no certificate there
 *         SEGL_ENOMEM
 */
enum segl_status trust_load(
    struct segl *segl, const char *path, struct trust **out) SEGL_MUST_USE;
void trust_free(struct trust *trust);

/* Non-zero where CERTIFICATE is one of them. */
int trust_has(const struct trust *trust, const X509 *certificate);

#endif
