/* SPDX-License-Identifier: ISC */
#ifndef SIM_CHECKS_H
#define SIM_CHECKS_H

#include "sim/grant.h"

/*
 * What was looked at in ATTEMPT, in order, for people and for tests: an array
 * of {"check", "outcome", "found"}, new, NULL when out of memory. The outcome
 * is passed, failed, not-reached or, where the way that the grant came on has
 * no such check, not-applicable; the last are left out of what was not reached.
 */
json_t *checks_json(const struct attempt *attempt);

/* Subjects of the certificates in x5c, leaf first; new, NULL: none. */
json_t *checks_path(const struct attempt *attempt);

#endif
