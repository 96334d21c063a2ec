/* SPDX-License-Identifier: ISC */
#ifndef SEGL_TRUST_H
#define SEGL_TRUST_H

#include <stddef.h>

#include <segl/api.h>

SEGL_BEGIN_DECLS

/*
 * What the EU trusted lists (ETSI TS 119 612) say about the CAs of one path,
 * as rows that somebody looked up: by public key and name, never by the bytes
 * of a certificate. Plain data; all texts are borrowed.
 */

/* What a service is listed for: AdditionalServiceInformation, bits. */
#define SEGL_TRUST_FOR_ESIGNATURES (1u << 0)
#define SEGL_TRUST_FOR_ESEALS      (1u << 1)
#define SEGL_TRUST_FOR_WEB         (1u << 2)
#define SEGL_TRUST_ROOT_CA_QC      (1u << 3)

/* Qualifiers that the entry's criteria give to this leaf, bits. */
#define SEGL_TRUST_QC_WITH_SSCD     (1u << 0)
#define SEGL_TRUST_QC_WITH_QSCD     (1u << 1)
#define SEGL_TRUST_QC_QSCD_MANAGED  (1u << 2)
#define SEGL_TRUST_QC_NO_QSCD       (1u << 3)
#define SEGL_TRUST_QC_FOR_ESEAL     (1u << 4)
#define SEGL_TRUST_QC_FOR_ESIG      (1u << 5)
#define SEGL_TRUST_QC_FOR_WSA       (1u << 6)
#define SEGL_TRUST_QC_STATEMENT     (1u << 7)
#define SEGL_TRUST_QC_NOT_QUALIFIED (1u << 8)

/* A list, as it is at the time judged. */
enum segl_trust_state {
	SEGL_TRUST_CURRENT,
	SEGL_TRUST_STALE,   /* past its NextUpdate */
	SEGL_TRUST_OLD,     /* more than 90 days past it */
	SEGL_TRUST_CLOSED,  /* without NextUpdate: frozen, never a yes */
	SEGL_TRUST_MISSING, /* not in the store */
	SEGL_TRUST_REFUSED  /* there, but not authenticated */
};

/* One entry whose key and name are those of a certificate of the path. */
struct segl_trust_service {
	size_t position;         /* of that certificate; 1 issued the leaf */
	const char *territory;   /* of the list, "NO" */
	const char *provider;    /* the provider's name, may be NULL */
	const char *name;        /* the service's name, may be NULL */
	const char *type;        /* last parts of its URI: "CA/QC", "CA/PKC" */
	const char *status;      /* at the time judged: "granted" */
	unsigned int uses;       /* SEGL_TRUST_FOR_... */
	unsigned int qualifiers; /* SEGL_TRUST_QC_... */
	enum segl_trust_state list;
};

struct segl_trust {
	const struct segl_trust_service *services;
	size_t n;
	/* the list of the country in which the leaf's issuer is established */
	const char *territory; /* NULL where the issuer names no country */
	enum segl_trust_state list;
	/* lists of other countries that are stale or not there: "HR RO" */
	const char *missing; /* NULL: none */
};

SEGL_END_DECLS

#endif
