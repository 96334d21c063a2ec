/* SPDX-License-Identifier: ISC */
#ifndef SIM_PKI_H
#define SIM_PKI_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/buffer.h"

/* One attribute of a Subject: OpenSSL's short name and the value, UTF-8. */
struct pki_attribute {
	const char *name;
	const char *value;
};

/* What a certificate is to be. */
struct pki_profile {
	const struct pki_attribute *subject; /* ends with a NULL name */
	/*
	 * Extensions as x509v3_config(5) writes them, the section [ext] and
	 * what it refers to.
	 */
	const char *extensions;
	int days;         /* of validity, from now; negative: it is over */
	int begins_days;  /* from now; 0: an hour ago */
	const char *hash; /* of the signature; NULL: SHA256 */
	const char *base; /* what $base in the extensions is; NULL: nowhere */
};

/* The certificates that segl-sim makes; RFC 5280, ETSI EN 319 412-2 and -3. */
extern const struct pki_profile pki_tls_ca;
extern const struct pki_profile pki_tls_server;
extern const struct pki_profile pki_tls_expired;
extern const struct pki_profile pki_tls_other_name;
extern const struct pki_profile pki_tls_gateway;
extern const struct pki_profile pki_token_signer;
extern const struct pki_profile pki_seal_root;
extern const struct pki_profile pki_seal_ca;
extern const struct pki_profile pki_seal;
extern const struct pki_profile pki_enterprise_root;
extern const struct pki_profile pki_enterprise_ca;
extern const struct pki_profile pki_enterprise;

/* New keys; NULL when that fails. */
EVP_PKEY *pki_rsa_key(void); /* 2048 bits */
EVP_PKEY *pki_rsa_key_of(unsigned int bits, unsigned long exponent);
EVP_PKEY *pki_ec_key(void); /* P-256 */

/*
 * A new certificate for KEY, valid from about NOW, signed by
 * ISSUER_KEY; ISSUER NULL: self-signed. NULL when that fails.
 */
X509 *pki_issue(const struct pki_profile *profile, EVP_PKEY *key, X509 *issuer,
    EVP_PKEY *issuer_key, long long now);

/* The Subject as RFC 4514 writes it, in UTF-8; new, NULL: out of memory. */
char *pki_subject(X509 *certificate);

/* Append in PEM. Returns 0, or -1. */
int pki_add_certificate(struct buffer *out, X509 *certificate);
int pki_add_key(struct buffer *out, EVP_PKEY *key);

#endif
