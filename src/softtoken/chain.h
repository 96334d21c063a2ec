/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_CHAIN_H
#define SOFTTOKEN_CHAIN_H

#include "base/error.h"
#include "pki/path.h"

/* Files that are looked at in one directory. */
#define CHAIN_FILES_MAX 4096

/*
 * Add the certificates of PATH, a file (PEM with any number of them, DER,
 * PKCS#7) or a directory of such files, to POOL. In a directory, files
 * without a certificate are passed over.
 * Errors: SEGL_EUSAGE cannot be read, SEGL_EKEY no certificate, too many;
 * SEGL_ENOMEM.
 */
enum segl_status chain_read(struct segl *segl, const char *path,
    struct certificate_list *pool) SEGL_MUST_USE;

/*
 * The same of LEN bytes in memory; where they hold no certificate nothing is
 * added. Errors: SEGL_ECERT POOL is full, SEGL_ENOMEM.
 */
enum segl_status chain_read_mem(
    const void *bytes, size_t len, struct certificate_list *pool) SEGL_MUST_USE;

#endif
