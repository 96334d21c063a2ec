/* SPDX-License-Identifier: ISC */
#ifndef CLI_MADE_H
#define CLI_MADE_H

#include <sys/stat.h>

#include <segl/order.h>

#include "settings/settings.h"

/* Files that commands make: whole or not at all, and nothing is lost. */

/* Non-zero where PATH is there, whatever it is. */
int made_exists(const char *path);

/*
 * Refuse to overwrite PATH. REMEDY is what to do instead. Returns SEGL_EUSAGE.
 */
enum segl_status made_in_the_way(
    struct segl *segl, const char *path, const char *remedy);

/*
 * Write LEN bytes to PATH, in the place of what is there only where REPLACE
 * says so. CHECK, where not NULL, is called with ARG and what the disk has,
 * before the file gets its name; what it returns but SEGL_OK ends the matter.
 * REMEDY is what to do where something is in the way.
 *
 * Errors: SEGL_EUSAGE something is in the way, or it cannot be written; those
 * of CHECK; SEGL_ENOMEM.
 */
struct made_file {
	const char *path;
	mode_t mode;
	const struct stat *like; /* owner and mode of this one; NULL: ours */
	int replace;
	const char *remedy;
	enum segl_status (*check)(
	    void *arg, const unsigned char *bytes, size_t len);
	void *arg;
};
enum segl_status made_write(struct segl *segl, const struct made_file *file,
    const void *bytes, size_t len) SEGL_MUST_USE;
/* The same of what the library made. */
enum segl_status made_write_made(struct segl *segl,
    const struct made_file *file, const struct segl_made *made) SEGL_MUST_USE;

/*
 * --iterations of SETTINGS, else USUAL.
 * Errors: SEGL_EUSAGE no number.
 */
enum segl_status made_iterations(struct segl *segl,
    const struct settings *settings, long usual, long *out) SEGL_MUST_USE;

#endif
