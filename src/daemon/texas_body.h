/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_TEXAS_BODY_H
#define DAEMON_TEXAS_BODY_H

#include <jansson.h>

#include <segl/handle.h>

#include "daemon/profiles.h"
#include "httpd/httpd.h"

/*
 * What comes in a request of Texas: JSON or a form, one object either way.
 * Errors of all of these, in SEGL: SEGL_EUSAGE, SEGL_ENOMEM.
 */

/* OUT is new, for json_decref() also when the call fails; NULL none. */
enum segl_status texas_read(struct segl *segl,
    const struct httpd_request *request, json_t **out) SEGL_MUST_USE;

/* The text NAME, borrowed from BODY; NULL where it is absent or null. */
enum segl_status texas_text(struct segl *segl, json_t *body, const char *name,
    const char **out) SEGL_MUST_USE;
enum segl_status texas_required(struct segl *segl, json_t *body,
    const char *name, const char **out) SEGL_MUST_USE;

/*
 * No field but those of KNOWN, which ends with NULL: one that is not known may
 * well be meant to limit the token.
 */
enum segl_status texas_only(
    struct segl *segl, json_t *body, const char *const *known) SEGL_MUST_USE;

/* Whose token: OTHER is NULL for Maskinporten's, else Texas' name; static. */
enum segl_status texas_provider(
    struct segl *segl, json_t *body, const char **other) SEGL_MUST_USE;

/* The profile that the field of that name names, or the first. */
enum segl_status texas_profile(struct segl *segl, json_t *body,
    const struct profiles *profiles, const struct profile **out) SEGL_MUST_USE;

/* The field NAME will not do, and WHY; always SEGL_EUSAGE or SEGL_ENOMEM. */
enum segl_status texas_refuse(
    struct segl *segl, const char *name, const char *why) SEGL_MUST_USE;

/* Whether JSON, itself at DEPTH, nests deeper than any that we take. */
int texas_is_too_deep(json_t *json, int depth);

#endif
