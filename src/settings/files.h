/* SPDX-License-Identifier: ISC */
#ifndef SETTINGS_FILES_H
#define SETTINGS_FILES_H

#include "settings/settings.h"

/* Where configuration is looked for, the stronger first. */
#define FILES_MAX 2

/*
 * The names of the files that SETTINGS would read, in PATHS of size bytes
 * each; returns how many. --config names the only one.
 */
size_t files_paths(
    const struct settings *settings, char paths[FILES_MAX][4096]);

/*
 * Fill what is still unset from the files: first the profile asked for, then
 * what stands before any profile, the user's file before the system's.
 *
 * A file that others may write to is refused: it could name another server,
 * or a key of theirs. A missing file is fine, a profile that stands in none
 * of them is not.
 *
 * Errors: SEGL_EUSAGE, SEGL_ENOMEM. Reads files.
 */
enum segl_status files_take(
    struct segl *segl, struct settings *settings) SEGL_MUST_USE;

/* Check the file PATH, all profiles of it, without using it. */
enum segl_status files_validate(
    struct segl *segl, const char *path) SEGL_MUST_USE;

#endif
