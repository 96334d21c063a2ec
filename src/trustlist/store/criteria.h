/* SPDX-License-Identifier: ISC */
#ifndef TRUSTLIST_STORE_CRITERIA_H
#define TRUSTLIST_STORE_CRITERIA_H

#include "pki/certificate.h"
#include "trustlist/list/list.h"

/* Three values: what nobody can read is not known, and says so upwards. */
enum criteria_answer { CRITERIA_NO, CRITERIA_UNKNOWN, CRITERIA_YES };

/* Whether LEAF meets CRITERION (TS 119 612, 5.5.9.2.2). */
enum criteria_answer criteria_met(
    const struct tl_criterion *criterion, const struct certificate *leaf);

/*
 * The qualifiers that STATE gives LEAF, bits SEGL_TRUST_QC_... of
 * segl/trust.h; with SEGL_TRUST_QC_UNKNOWN where one may be missing.
 */
unsigned int criteria_qualifiers(
    const struct tl_state *state, const struct certificate *leaf);

#endif
