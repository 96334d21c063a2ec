/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_PURPOSE_H
#define SOFTTOKEN_PURPOSE_H

#include <segl/softtoken.h>

#include "base/text.h"
#include "pki/certificate.h"

/*
 * How well CERT (may be NULL) serves ROUTE, to be compared only within one
 * route; the greater the better.
 */
int purpose_rank(const struct certificate *cert, enum segl_route route);

/* Why a certificate of that rank is taken; static. */
const char *purpose_reason(
    const struct certificate *cert, enum segl_route route);

/* What its key usage and QC statements are for, in words; static. */
const char *purpose_text(const struct certificate *cert);

/* Its last day, in UTC, perhaps in TEXT. */
const char *purpose_day(
    const struct certificate *cert, char text[TEXT_DAY_LEN]);

#endif
