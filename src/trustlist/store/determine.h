/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_STORE_DETERMINE_H
#define TRUSTLIST_STORE_DETERMINE_H

#include <segl/trust.h>

#include "pki/certificate.h"
#include "trustlist/list/list.h"

/* Most entries of lists that one path is judged by; four are met. */
#define DETERMINE_MAX 64

/*
 * What SERVICE was at the time AT: the state that began last; among equals the
 * first, so the current entry outranks its history. NULL: none had begun.
 */
const struct tl_state *determine_state(
    const struct tl_service *service, long long at);

/* Non-zero where STATUS of a CA/QC service was a yes at the time AT. */
int determine_is_granted(const char *status, long long at);

/*
 * Whether LEAF is qualified at the time AT, for what, and with its key in a
 * device (TS 119 615, 4.4 to 4.6), by N SERVICES found for its issuer. Types
 * and statuses are the short ones. Texts of OUT are static.
 */
void determine(const struct tl_service *const *services, size_t n,
    const struct certificate *leaf, long long at,
    struct segl_trust_determination *out);

#endif
