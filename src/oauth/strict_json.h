/* SPDX-License-Identifier: ISC */
#ifndef OAUTH_STRICT_JSON_H
#define OAUTH_STRICT_JSON_H

#include <jansson.h>

#include <segl/handle.h>

/* Deeper than any document of the protocol; jansson alone allows 2048. */
#define STRICT_JSON_DEPTH_MAX 16

/*
 * Parse LEN bytes as one JSON object: no duplicate names at any level, nothing
 * behind it, not deeper than STRICT_JSON_DEPTH_MAX. WHAT names the document
 * in the error, "the answer of ..." for instance.
 *
 * OUT    new reference, NULL when the call fails.
 * Errors: SEGL_EREPLY. No I/O.
 */
enum segl_status strict_json_object(struct segl *segl, const char *what,
    const char *text, size_t len, json_t **out) SEGL_MUST_USE;

#endif
