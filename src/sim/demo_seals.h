/* SPDX-License-Identifier: ISC */
#ifndef SIM_DEMO_SEALS_H
#define SIM_DEMO_SEALS_H

#include <stddef.h>

#include "sim/pki.h"

/* Who issues the demonstration certificates. */
enum demo_issuer {
	DEMO_QUALIFIED,  /* granted, CA/QC for seals */
	DEMO_ADVANCED,   /* recognised at national level, CA/PKC for seals */
	DEMO_WITHDRAWN,  /* was CA/QC for seals */
	DEMO_SIGNATURES, /* granted, CA/QC, for signatures alone */
	DEMO_UNLISTED,
	DEMO_EXPIRED,   /* listed, but the certificate of the CA is over */
	DEMO_NORWEGIAN, /* enterprise certificates */
	DEMO_ISSUERS
};

enum demo_key {
	DEMO_RSA_3072,
	DEMO_RSA_2048,
	DEMO_RSA_1024,
	DEMO_RSA_SMALL_EXPONENT,
	DEMO_EC_P256,
	DEMO_KEYS
};

/* How it is written into a file. */
enum demo_form {
	DEMO_P12,       /* key and the whole path */
	DEMO_P12_ALONE, /* without the path */
	DEMO_P12_GAP,   /* the issuer is missing, the root is there */
	DEMO_SAMPLE,    /* PEM, the path without the key */
	DEMO_OTHER_KEY  /* PEM, the path and a key of something else */
};

/* Statements of EN 319 412-5, and semantics of EN 319 412-1. */
enum demo_statement {
	DEMO_COMPLIANCE = 1 << 0,
	DEMO_TYPE_SEAL = 1 << 1,
	DEMO_TYPE_SIGN = 1 << 2,
	DEMO_TYPE_WEB = 1 << 3,
	DEMO_SSCD = 1 << 4,
	DEMO_PDS = 1 << 5,
	DEMO_LEGAL = 1 << 6,
	DEMO_NATURAL = 1 << 7,
	DEMO_NONE = 1 << 8, /* no statements at all */
};

/*
 * One certificate. Nothing, NULL or 0, stands for what a qualified seal has
 * that is as it should be: see demo_seal_with_defaults().
 */
struct demo_seal {
	const char *id;   /* and name of the file, without suffix */
	const char *what; /* for people */
	enum demo_form form;
	enum demo_issuer issuer;
	enum demo_key key;
	const struct pki_attribute *subject;
	const char *key_usage; /* empty: none */
	const char *eku;
	const char *policies;
	unsigned int statements;
	int is_ca;
	int is_revoked;        /* on the CRL of its issuer */
	int begins_days, days; /* as in struct pki_profile */
	const char *hash;
	/*
	 * What a verdict must find; or, where it comes to none, "error" as the
	 * verdict and the kind of error as the finding.
	 */
	const char *route; /* eseal, enterprise */
	const char *finding, *severity, *outcome;
	const char *verdict; /* with the lists of the same directory */
};

extern const struct demo_seal demo_seals[];
extern const size_t demo_seals_count;

struct demo_seal demo_seal_with_defaults(const struct demo_seal *seal);

#endif
