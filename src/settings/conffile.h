/* SPDX-License-Identifier: ISC */
#ifndef SETTINGS_CONFFILE_H
#define SETTINGS_CONFFILE_H

#include <stddef.h>

#include <segl/handle.h>

/* Largest file and longest line, in bytes. */
#define CONFFILE_MAX      (256u << 10)
#define CONFFILE_LINE_MAX 8192

/*
 * The text of segl.conf(5), line by line. Strict: a line is blank, a comment
 * (# or ; first of all), [profile NAME], or key = value. A value is all that
 * follows, blanks at both ends removed; there are no comments behind it, no
 * quotes, no continued lines, and nothing is ever cut.
 */
struct conffile_line {
	unsigned int number; /* from 1 */
	unsigned int column; /* of key, from 1 */
	const char *profile; /* NULL before the first section */
	const char *key;
	const char *value;
};

/*
 * Parse LEN bytes of TEXT, which is cut into the lines' texts in place and
 * must be followed by a NUL. NAME is the file, for errors, which give
 * NAME:LINE:COLUMN. EACH is called with ARG for each key; what it returns but
 * SEGL_OK ends the parse and is returned.
 *
 * Errors: SEGL_EUSAGE. No I/O.
 */
enum segl_status conffile_parse(struct segl *segl, const char *name, char *text,
    size_t len,
    enum segl_status (*each)(void *arg, const struct conffile_line *line),
    void *arg) SEGL_MUST_USE;

/*
 * The same of another file of this syntax, whose sections are [WORD NAME];
 * their NAME is what a line has as its profile.
 */
enum segl_status conffile_parse_sections(struct segl *segl, const char *name,
    char *text, size_t len, const char *word,
    enum segl_status (*each)(void *arg, const struct conffile_line *line),
    void *arg) SEGL_MUST_USE;

#endif
