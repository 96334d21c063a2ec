/* SPDX-License-Identifier: ISC */
#ifndef HTTPD_FORM_H
#define HTTPD_FORM_H

#include <stddef.h>

#define FORM_MAX 16 /* parameters; a token request has two */

/* A body in application/x-www-form-urlencoded, taken apart. */
struct form {
	struct {
		char *name;
		char *value;
	} parameter[FORM_MAX];
	size_t count;
};

/*
 * Take LEN bytes of BODY apart. Returns 0, or -1 where an escape is malformed
 * or means NUL, there are too many parameters, or memory is out; the form is
 * empty then.
 */
int form_parse(struct form *form, const char *body, size_t len);
void form_clear(struct form *form);

/* The value of NAME where it is there exactly once, else NULL. */
const char *form_get(const struct form *form, const char *name);

#endif
