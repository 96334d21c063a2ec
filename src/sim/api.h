/* SPDX-License-Identifier: ISC */
#ifndef SIM_API_H
#define SIM_API_H

#include "sim/sim.h"

/*
 * What stands beside Maskinporten and lives on its tokens: the exchange and an
 * API of Norwegian Customs, the exchange of Altinn. In one server here, on
 * hosts of their own in the world.
 */

/* Who signed a token; each has an issuer of its own. */
enum api_issuer { API_MASKINPORTEN, API_CUSTOMS, API_ALTINN };

/* One request to such an address. */
struct api_call {
	struct sim *sim;
	const struct httpd_request *request;
	struct httpd_answer *answer;
	long long now;
	json_t *entry; /* of the journal */
};

/*
 * Answer CALL where its path is one of these. Returns non-zero then, and how
 * that ended in STATUS.
 */
int api_answer(const struct api_call *call, enum segl_status *status);

/* One address; the method is right already. */
enum segl_status customs_exchange(const struct api_call *call) SEGL_MUST_USE;
enum segl_status customs_test_auth(const struct api_call *call) SEGL_MUST_USE;
enum segl_status altinn_exchange(const struct api_call *call) SEGL_MUST_USE;

/* ---- what they share ----------------------------------------------------- */

/* The iss of ISSUER; new, NULL out of memory. */
char *api_issuer_name(const struct sim *sim, enum api_issuer issuer);

/*
 * The claims of TOKEN where ISSUER signed it and it is good at NOW; new. NULL
 * where it is not, with the reason in WHY; static.
 */
json_t *api_claims(const struct api_call *call, const char *token,
    enum api_issuer issuer, const char **why);

/* The token in the one Authorization field, NULL without; borrowed. */
const char *api_bearer(const struct httpd_request *request);

/* CLAIMS, which is taken, with iss, iat, exp and jti, signed; new or NULL. */
char *api_sign(const struct api_call *call, enum api_issuer issuer,
    long lifetime_s, json_t *claims);

/* Non-zero where CLAIMS are about a business of the Norwegian register. */
int api_is_norwegian(const json_t *claims);

/* Note in the journal how it ended: RULE and WHY where it was refused. */
void api_note(const struct api_call *call, const char *outcome, enum rule rule,
    const char *why);

#endif
