/* SPDX-License-Identifier: ISC */
#ifndef SOFTTOKEN_FORMAT_H
#define SOFTTOKEN_FORMAT_H

#include "softtoken/material.h"

/*
 * Wrappings one in another that are taken off: base64 of PEM, as a secret of
 * Kubernetes may hold, is two.
 */
#define FORMAT_WRAPS_MAX 3

/*
 * Find out what SOURCE is, by its bytes, and read every key and certificate
 * in it. A file of another kind is refused with its name and what to do.
 * Errors: SEGL_EKEY not a format that is read, or what the format's reader
 * says; SEGL_ENOMEM.
 */
enum segl_status format_load(
    struct source *source, struct material *out) SEGL_MUST_USE;

#endif
