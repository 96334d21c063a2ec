/* SPDX-License-Identifier: ISC */
#ifndef SIM_LIST_H
#define SIM_LIST_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <segl/handle.h>

#include "base/buffer.h"

/*
 * A trusted list, ETSI TS 119 612 v2.4.1, or a list of those, as data. All is
 * borrowed; texts are UTF-8; instants are seconds since the Epoch.
 */

/* How sure a certificate is what it says: clause 5.5.9.2. */
struct list_qualification {
	const char *qualifier; /* behind SvcInfoExt/: QCNoQSCD, ... */
	const char *policy;    /* certificates with this policy, dotted */
};

/* A service was so since then; clauses 5.5.4 and 5.6. */
struct list_state {
	const char *status; /* behind Svcstatus/: granted, withdrawn, ... */
	long long since;
	const char *use; /* behind SvcInfoExt/: ForeSeals, ...; NULL: none */
	const struct list_qualification *qualification; /* NULL: none */
};

struct list_service {
	const char *type; /* behind Svctype/: CA/QC, CA/PKC, ... */
	X509 *certificate;
	const struct list_state *states; /* now first, then what was before */
	size_t state_count;
};

struct list_provider {
	const char *name;
	const struct list_service *services;
	size_t service_count;
};

/* To another list, or to the list of lists itself; clause 5.3.13. */
struct list_pointer {
	const char *location;
	const char *territory; /* EU: the list of lists */
	const char *operator_name;
	X509 *const *signers;
	size_t signer_count;
};

struct trusted_list {
	const char *territory; /* EU: the list of lists */
	const char *operator_name;
	const char *location; /* where it is published */
	int version;          /* 6 */
	int sequence;
	long long issued;
	long long next_update;               /* 0: closed */
	const char *const *information_uris; /* ends with NULL */
	const struct list_pointer *pointers;
	size_t pointer_count;
	const struct list_provider *providers;
	size_t provider_count;
};

/* Append LIST, canonical and without a signature. */
enum segl_status list_write(
    const struct trusted_list *list, struct buffer *out) SEGL_MUST_USE;

/* Signature methods that national lists have, RFC 9231 and XMLDSig 1.1. */
enum list_method {
	LIST_RSA_SHA256,
	LIST_RSA_SHA512,
	LIST_RSA_PSS_SHA256,
	LIST_ECDSA_SHA256,
};

/*
 * Append DOCUMENT, as list_write() made it, with an enveloped XAdES baseline
 * B signature (TS 119 612, annex B) made at NOW.
 *
 * Errors: SEGL_EINTERNAL, KEY cannot do METHOD; SEGL_ENOMEM.
 */
enum segl_status list_sign(const struct buffer *document,
    enum list_method method, EVP_PKEY *key, X509 *certificate, long long now,
    struct buffer *out) SEGL_MUST_USE;

#endif
