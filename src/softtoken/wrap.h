/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_WRAP_H
#define SOFTTOKEN_WRAP_H

#include "softtoken/material.h"

/* What was inside; wiped by wrap_clear(). */
struct unwrapped {
	unsigned char *bytes; /* NULL: there was no wrapping */
	size_t len;
};

/*
 * Take off one wrapping: PEM with the label PKCS12, or base64 with or without
 * line breaks. OUT is cleared first, and stays so where SOURCE is neither.
 * Errors: SEGL_EKEY the wrapping is there but damaged, SEGL_ENOMEM.
 */
enum segl_status wrap_take_off(
    const struct source *source, struct unwrapped *out) SEGL_MUST_USE;
void wrap_clear(struct unwrapped *unwrapped);

#endif
