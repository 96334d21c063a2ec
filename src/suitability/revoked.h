/* SPDX-License-Identifier: ISC */
#ifndef SUITABILITY_REVOKED_H
#define SUITABILITY_REVOKED_H

#include "suitability/rule.h"

/*
 * The rule not-revoked: what was answered about the leaf and each CA below
 * the one that is trusted by itself, a root or a CA on a trusted list.
 */
int revoked_applies(const struct facts *facts);
int revoked_lenient(const struct facts *facts);
enum segl_outcome revoked_run(const struct facts *facts, struct found *found);

#endif
