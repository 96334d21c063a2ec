/* SPDX-License-Identifier: ISC */
#ifndef SUITABILITY_DETERMINED_H
#define SUITABILITY_DETERMINED_H

#include "suitability/rule.h"

/*
 * What TS 119 615 makes of the certificate, in words, where the client_amr to
 * expect is AMR. Returns 0 where no trusted list was asked.
 */
int determined_say(
    const struct facts *facts, const char *amr, struct found *found);

/* The client_amr of an eSeal to expect of Maskinporten. Static. */
const char *determined_client_amr(const struct facts *facts);

#endif
