/* SPDX-License-Identifier: ISC */
#ifndef SIM_DEMO_PROFILE_H
#define SIM_DEMO_PROFILE_H

#include "sim/demo_seals.h"

/*
 * Append the extensions of SEAL, complete with its defaults, as struct
 * pki_profile has them. ISSUER names the files of its CA below URL.
 */
enum segl_status demo_profile_extensions(struct buffer *out,
    const struct demo_seal *seal, const char *issuer,
    const char *url) SEGL_MUST_USE;

#endif
