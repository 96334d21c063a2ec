/* SPDX-License-Identifier: ISC */
#ifndef CLI_PASTE_H
#define CLI_PASTE_H

#include <segl/handle.h>

#include "base/buffer.h"

/* What people hand over: a file or standard input, with things around it. */

/*
 * Read PATH, standard input where it is NULL or "-", up to the limit of OUT.
 * OUT is empty when the call fails.
 * Errors: SEGL_EUSAGE cannot be read, too long, or has a NUL; SEGL_ENOMEM.
 */
enum segl_status paste_read(
    struct segl *segl, const char *path, struct buffer *out) SEGL_MUST_USE;

/*
 * The JWT in TEXT: alone, behind "Bearer" or a whole Authorization line, as
 * assertion of a form, or as member of a JSON object (access_token,
 * assertion); white space around it does not count. Not looked at further.
 *
 * OUT    new, freed with secret_free_text(); NULL when the call fails.
 * Errors: SEGL_EUSAGE nothing there, SEGL_ENOMEM.
 */
enum segl_status paste_jwt(
    struct segl *segl, const char *text, char **out) SEGL_MUST_USE;

/* Non-zero where TEXT itself looks like a JWT, not like the name of a file. */
int paste_is_jwt(const char *text);

/*
 * The JWT in the file PATH (NULL or "-": standard input), found as above. A
 * PATH that is a JWT itself is refused, and not repeated. OUT as above.
 */
enum segl_status paste_token(
    struct segl *segl, const char *path, char **out) SEGL_MUST_USE;

#endif
