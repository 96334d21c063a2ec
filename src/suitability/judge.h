/* SPDX-License-Identifier: ISC */
#ifndef SUITABILITY_JUDGE_H
#define SUITABILITY_JUDGE_H

#include <segl/suitability.h>

#include "pki/path.h"

/*
 * Judge PATH, leaf first, on TERMS; HAS_KEY where the leaf's private key is
 * there. Pure. OUT is new, NULL when the call fails.
 * Errors: SEGL_ENOMEM.
 */
enum segl_status suitability_judge(const struct path *path, int has_key,
    const struct segl_terms *terms, struct segl_report **out) SEGL_MUST_USE;

#endif
