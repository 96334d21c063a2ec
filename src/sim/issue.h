/* SPDX-License-Identifier: ISC */
#ifndef SIM_ISSUE_H
#define SIM_ISSUE_H

#include "sim/directory.h"

/*
 * Make every key and certificate of a simulator and write them to DIRECTORY:
 * its own, and a demo eSeal with its issuer. Keys get mode 0600.
 *
 * Errors: SEGL_EUSAGE cannot be written, SEGL_EINTERNAL OpenSSL refuses,
 *         SEGL_ENOMEM
 */
enum segl_status issue_all(const struct directory *directory, struct segl *segl,
    unsigned short port, long long now) SEGL_MUST_USE;

#endif
