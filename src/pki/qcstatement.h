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

/* What the extension QCStatements says (RFC 3739, 3.2.6). */
struct qc_statements {
	int present;
	int readable;          /* the extension could be read to its end */
	int compliance;        /* QcCompliance: an EU qualified certificate */
	int sscd;              /* QcSSCD: the key is in a QSCD */
	int legislation;       /* QcCClegislation is there: not the EU's */
	struct oid_list types; /* of QcType */
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
