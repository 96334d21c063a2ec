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
#define SEGL_TRUST_QC_NO_SSCD       (1u << 9)
#define SEGL_TRUST_QC_SSCD_AS_CERT  (1u << 10)
#define SEGL_TRUST_QC_QSCD_AS_CERT  (1u << 11)
#define SEGL_TRUST_QC_LEGAL_PERSON  (1u << 12)
/* a qualifier, or a criterion of one, that nobody here can read */
#define SEGL_TRUST_QC_UNKNOWN (1u << 13)

/* A list, as it is at the time judged. */
enum segl_trust_state {
	SEGL_TRUST_CURRENT,
	SEGL_TRUST_STALE,   /* past its NextUpdate */
	SEGL_TRUST_OLD,     /* more than 90 days past it */
	SEGL_TRUST_CLOSED,  /* without NextUpdate: frozen, never a yes */
	SEGL_TRUST_MISSING, /* not in the store */
	SEGL_TRUST_REFUSED, /* there, but not authenticated */
	SEGL_TRUST_UNREAD   /* there, but for services that cannot be read */
};

/* One entry whose key and name are those of a certificate of the path. */
struct segl_trust_service {
	size_t position;       /* of that certificate; 1 issued the leaf */
	const char *territory; /* of the list, "NO" */
	const char *provider;  /* the provider's name, may be NULL */
	const char *name;      /* the service's name, may be NULL */
	const char *type;      /* last parts of its URI: "CA/QC", "CA/PKC" */
	const char *status;    /* at the time judged: "granted"; "" none yet */
	unsigned int uses;     /* SEGL_TRUST_FOR_... */
	unsigned int qualifiers; /* SEGL_TRUST_QC_... */
	enum segl_trust_state list;
	/* instants, seconds since the Epoch, UTC; 0 or -1: not known */
	long long since;         /* from when on it has this status */
	const char *next_status; /* that it is to get later; NULL: none */
	long long next_since;    /* and from when on */
	long long sequence;      /* number of the list */
	long long issued;        /* the list */
	long long next_update;   /* of the list */
};

/* What the type of a certificate turns out to be (TS 119 615, 4.5). */
enum segl_trust_kind {
	SEGL_TRUST_KIND_UNKNOWN,
	SEGL_TRUST_KIND_ESIG,
	SEGL_TRUST_KIND_ESEAL,
	SEGL_TRUST_KIND_WSA
};

/* Whether a certificate is qualified at a time, by TS 119 615, 4.4 to 4.6. */
struct segl_trust_determination {
	long long at;
	int listed; /* its issuer was a CA/QC service then */
	enum {
		SEGL_TRUST_NOT_QUALIFIED,
		SEGL_TRUST_QUALIFIED,
		SEGL_TRUST_INDETERMINATE
	} qualified;
	enum segl_trust_kind kind;
	int qscd;             /* 1 the key is in a device, 0 not, -1 unclear */
	const char *conflict; /* why nothing can be told; NULL: none */
	/* as the European Commission's demo validator words it */
	const char *words;
};

struct segl_trust {
	const struct segl_trust_service *services;
	size_t n;
	/* the list of the country in which the leaf's issuer is established */
	const char *territory; /* NULL where the issuer names no country */
	enum segl_trust_state list;
	/* lists of other countries that are stale or not there: "HR RO" */
	const char *missing; /* NULL: none */
	/* when the leaf was issued, and at the time judged; NULL: not asked */
	const struct segl_trust_determination *issuance;
	const struct segl_trust_determination *now;
};

/*
 * Non-zero where SERVICE was active at the time AT and listed for seals, which
 * is what Maskinporten asks for. How old its list is, is another question.
 * Pure.
 */
int segl_trust_is_active_for_seals(
    const struct segl_trust_service *service, long long at);

SEGL_END_DECLS

#endif
