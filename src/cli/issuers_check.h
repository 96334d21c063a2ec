/* SPDX-License-Identifier: ISC */
#ifndef CLI_ISSUERS_CHECK_H
#define CLI_ISSUERS_CHECK_H

#include "order/catalogue.h"
#include "settings/settings.h"

/*
 * segl issuers check: what the trusted lists on this machine say of the CAs
 * that the catalogue names; of ONLY, or of all where it is NULL.
 *
 * Errors: SEGL_ECERT an issuer has no CA that is active for seals;
 * SEGL_EUNDECIDED of one it is not known, or there is no store.
 */
enum segl_status issuers_check(struct segl *segl,
    const struct settings *settings, const struct catalogue *catalogue,
    const struct issuer *only) SEGL_MUST_USE;

#endif
