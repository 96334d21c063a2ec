/* SPDX-License-Identifier: ISC */
#ifndef SIM_ISSUE_H
#define SIM_ISSUE_H

#include "sim/directory.h"

/*
 * Make every key and certificate of a simulator but the one below and write
 * them to DIRECTORY. Keys get mode 0600.
 *
 * Errors: SEGL_EUSAGE cannot be written, SEGL_EINTERNAL OpenSSL refuses,
 *         SEGL_ENOMEM
 */
enum segl_status issue_all(const struct directory *directory, struct segl *segl,
    unsigned short port, long long now) SEGL_MUST_USE;

/* The same for the key that access tokens are signed with. */
enum segl_status issue_token(const struct directory *directory,
    struct segl *segl, long long now) SEGL_MUST_USE;

#endif
