/* SPDX-License-Identifier: ISC */
#ifndef SIM_DEMO_PKI_H
#define SIM_DEMO_PKI_H

#include <segl/handle.h>

/*
 * demo-pki: certificates of every kind in DIR, with their issuers, the trusted
 * lists that these are on as if published at URL, and an index that says which
 * finding each must cause.
 *
 * Errors: SEGL_EUSAGE  the directory has files that are not ours
 *         SEGL_EINTERNAL, SEGL_ENOMEM
 */
enum segl_status demo_pki_make(
    struct segl *segl, const char *dir, const char *url) SEGL_MUST_USE;

#endif
