/* SPDX-License-Identifier: ISC */
#ifndef TESTS_ANSWERS_H
#define TESTS_ANSWERS_H

#include <stddef.h>

#include "ca.h"

/* Answers about revocation, made to measure. All bytes are new, free(3). */

struct ocsp_spec {
	const struct ca *cert;
	const struct ca *issuer;
	const struct ca *signer; /* NULL: the issuer */
	int status;              /* V_OCSP_CERTSTATUS_GOOD is 0 */
	int reason;
	time_t revoked_at;
	time_t this_update;
	time_t next_update; /* 0: none */
};

unsigned char *answers_ocsp(const struct ocsp_spec *spec, size_t *len);

struct crl_spec {
	const struct ca *issuer;
	const struct ca *revoked; /* NULL: nobody */
	int reason;               /* -1 none */
	time_t this_update;
	time_t next_update; /* 0: none */
};

unsigned char *answers_crl(const struct crl_spec *spec, size_t *len);

#endif
