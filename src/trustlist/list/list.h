/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_LIST_LIST_H
#define TRUSTLIST_LIST_LIST_H

#include <stddef.h>

#include <segl/status.h>

/*
 * A trusted list or list of trusted lists (ETSI TS 119 612), as read: plain
 * data. Texts are UTF-8 as the list has them, exact and not safe to print;
 * NULL where the list has none. Instants are seconds since the Epoch, UTC.
 *
 * The whole list is owned by one struct tl_list; everything else is borrowed
 * from it.
 */

struct tl_bytes {
	const unsigned char *data; /* NULL: none */
	size_t len;
};

/* AdditionalServiceInformation (5.5.9.4), bits of the URIs that matter. */
enum tl_use {
	TL_FOR_ESIGNATURES = 1 << 0,
	TL_FOR_ESEALS = 1 << 1,
	TL_FOR_WEB = 1 << 2,
	TL_ROOT_CA_QC = 1 << 3
};

/* Qualifiers (5.5.9.2.3), bits. */
enum tl_qualifier {
	TL_QC_WITH_SSCD = 1 << 0,
	TL_QC_WITH_QSCD = 1 << 1,
	TL_QC_NO_SSCD = 1 << 2,
	TL_QC_NO_QSCD = 1 << 3,
	TL_QC_SSCD_AS_IN_CERT = 1 << 4,
	TL_QC_QSCD_AS_IN_CERT = 1 << 5,
	TL_QC_QSCD_MANAGED = 1 << 6,
	TL_QC_FOR_LEGAL_PERSON = 1 << 7,
	TL_QC_FOR_ESIG = 1 << 8,
	TL_QC_FOR_ESEAL = 1 << 9,
	TL_QC_FOR_WSA = 1 << 10,
	TL_QC_STATEMENT = 1 << 11,
	TL_NOT_QUALIFIED = 1 << 12
};

enum tl_criterion_kind {
	TL_ALL,                /* of parts */
	TL_AT_LEAST_ONE,       /* of parts */
	TL_NONE,               /* of parts */
	TL_KEY_USAGE,          /* bits set and bits clear, all of them */
	TL_POLICY_SET,         /* oids, all of them */
	TL_EXTENDED_KEY_USAGE, /* oids, all of them */
	TL_SUBJECT_ATTRIBUTES, /* oids of attributes, all of them present */
	TL_QC_STATEMENTS,      /* oids of statements, all of them present */
	TL_UNKNOWN_CRITERION   /* nobody can tell whether it is met */
};

/* One criterion of a CriteriaList (5.5.9.2.2), or a list of them. */
struct tl_criterion {
	enum tl_criterion_kind kind;
	const struct tl_criterion *parts;
	size_t n_parts;
	unsigned int usage_set;   /* enum key_usage of pki/certificate.h */
	unsigned int usage_clear; /* the same, for value="false" */
	const char *const *oids;  /* dotted, without urn:oid: */
	size_t n_oids;
};

/* QualificationElement (5.5.9.2.1). */
struct tl_qualification {
	unsigned int qualifiers; /* enum tl_qualifier */
	int has_unknown;         /* a qualifier beyond those */
	struct tl_criterion criteria;
};

/* What a service was from SINCE on: its current entry, or one of history. */
struct tl_state {
	const char *type;   /* URI */
	const char *status; /* URI */
	long long since;
	unsigned int uses; /* enum tl_use */
	const struct tl_qualification *qualifications;
	size_t n_qualifications;
	/* an extension that is critical and not known (5.5.9) */
	int has_unknown_critical;
	long long expired_certs_revocation_info; /* -1 none (5.5.9.1) */
};

/* ServiceDigitalIdentity (5.5.3), one DigitalId. */
enum tl_identity_kind {
	TL_ID_CERTIFICATE, /* DER */
	TL_ID_SKI,         /* bytes of the key identifier */
	TL_ID_SUBJECT,     /* the name as text */
	TL_ID_OTHER
};
struct tl_identity {
	enum tl_identity_kind kind;
	struct tl_bytes value;
};

struct tl_service {
	const char *provider; /* English, else the first: TSPName */
	const char *name;     /* English, else the first: ServiceName */
	const struct tl_identity *identities; /* of the current entry */
	size_t n_identities;
	/*
	 * The current one, then history in the order of the list; none where
	 * it cannot be said what it was
	 */
	const struct tl_state *states;
	size_t n_states;
};

/* OtherTSLPointer (5.3.13). */
struct tl_pointer {
	const char *location;  /* URL */
	const char *territory; /* SchemeTerritory, "NO" */
	const char *mime_type;
	const char *type;                    /* TSLType, URI */
	const struct tl_bytes *certificates; /* DER, of the identities */
	size_t n_certificates;
};

struct tl_list {
	int version;        /* TSLVersionIdentifier */
	long long sequence; /* TSLSequenceNumber */
	const char *type;   /* TSLType, URI */
	const char *territory;
	const char *operator_name; /* English, else the first */
	long long issued;
	long long next_update; /* -1: none, the list is closed */
	const char *const
	    *information_uris; /* SchemeInformationURI, in order */
	size_t n_information_uris;
	const struct tl_pointer *pointers;
	size_t n_pointers;
	const struct tl_service *services;
	size_t n_services;
	size_t n_unread; /* of those, the ones without a state */
	void *memory;    /* all of the above */
};

#endif
