/* SPDX-License-Identifier: ISC */
#ifndef PKI_QCSTATEMENT_H
#define PKI_QCSTATEMENT_H

#include <stddef.h>

#include "pki/oid.h"

/* Types of a qualified certificate (EN 319 412-5, 4.2.3). */
#define QCTYPE_ESIGN "0.4.0.1862.1.6.1"
#define QCTYPE_ESEAL "0.4.0.1862.1.6.2"
#define QCTYPE_WEB   "0.4.0.1862.1.6.3"

/* Whom the Subject means (EN 319 412-1, 5.1). */
#define SEMANTICS_NATURAL "0.4.0.194121.1.1"
#define SEMANTICS_LEGAL   "0.4.0.194121.1.2"

/* How the Subject was identified (EN 319 412-5, 4.2.5). */
#define QC_IDENT_METHOD_ARC "0.4.0.1862.1.8."

/* Addresses of PKI disclosure statements that are taken over. */
#define QC_PDS_MAX 16

/* Longest address that is taken over, in bytes. */
#define QC_URL_MAX 1024

/* A PKI disclosure statement. */
struct qc_pds {
	char *url;
	char language[3];
};

/* What the extension QCStatements says (RFC 3739, 3.2.6; EN 319 412-5). */
struct qc_statements {
	int present;
	int readable;            /* the extension could be read to its end */
	int sloppy;              /* one that only informs is not as it should */
	int duplicates;          /* a statement stands twice (QCS-4.1-02A) */
	int compliance;          /* QcCompliance: an EU qualified certificate */
	int sscd;                /* QcSSCD: the key is in a QSCD */
	int qscd_legislation;    /* QcQSCDlegislation: the same, elsewhere */
	int legislation;         /* QcCClegislation is there: not the EU's */
	char countries[64];      /* of QcCClegislation, "NO, SE" */
	struct oid_list types;   /* of QcType */
	int type_there;          /* QcType stands, be it empty */
	struct oid_list methods; /* of QcIdentMethod */
	int limited;             /* QcLimitValue: amount times ten^exponent */
	char currency[4];        /* "EUR", or the number of ISO 4217 */
	long amount;
	long exponent;
	int retained;         /* QcRetentionPeriod */
	long retention_years; /* after the relationship ends */
	struct qc_pds pds[QC_PDS_MAX];
	size_t n_pds;
	int psd2;                  /* TS 119 495: a payment service provider */
	int time_stamps;           /* EN 319 422: a time-stamping unit */
	int syntax_there;          /* pkixQCSyntax-v1 or v2 stands */
	struct oid_list semantics; /* of pkixQCSyntax-v1 and v2 */
	struct oid_list others;    /* statements that are none of these */
};

/*
 * Read LEN bytes of DER at DER, the value of the extension. OUT is cleared
 * first. Returns 0, or -1 when out of memory; what cannot be read is a fact
 * (readable), not an error.
 */
int qc_statements_read(
    const unsigned char *der, size_t len, struct qc_statements *out);
void qc_statements_clear(struct qc_statements *statements);

#endif
