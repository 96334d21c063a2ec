/* SPDX-License-Identifier: ISC */
#ifndef CLI_KEYFILE_H
#define CLI_KEYFILE_H

#include <segl/softtoken.h>

#include "settings/settings.h"

/*
 * Where people who have no file for it put a private JWK. Everybody who sees
 * the environment of a process sees it, so it draws a warning; it is removed
 * from the environment once it is read.
 */
#define KEYFILE_JWK_VARIABLE "MASKINPORTEN_CLIENT_JWK"

/*
 * Load into TOKEN the key and the certificates that SETTINGS name, or PATH
 * where it is not NULL: from files, standard input (-), descriptors (fd:N,
 * closed after reading) or, where no file is named, KEYFILE_JWK_VARIABLE.
 *
 * Errors: SEGL_EUSAGE nothing named, too much named, a descriptor named twice
 * or that cannot be read; those of segl_softtoken_add_cert() and
 * segl_softtoken_load_file().
 */
enum segl_status keyfile_load(struct segl *segl,
    const struct settings *settings, const char *path,
    struct segl_softtoken *token) SEGL_MUST_USE;

#endif
