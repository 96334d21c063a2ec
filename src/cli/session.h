/* SPDX-License-Identifier: ISC */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <segl/exchange.h>
#include <segl/softtoken.h>

#include "settings/settings.h"

/* From settings to the objects of the library, the same for every command. */

/*
 * A soft token set up as SETTINGS say, not loaded yet. AT counts as now.
 * OUT is new, NULL when the call fails.
 * Errors: those of the functions of segl/softtoken.h that configure.
 */
enum segl_status session_new(struct segl *segl, const struct settings *settings,
    long long at, struct segl_softtoken **out) SEGL_MUST_USE;

/*
 * What a key without certificate, a JWK perhaps, is good for.
 * Errors: SEGL_EKEY it needs its certificate.
 */
enum segl_status session_check_kid(struct segl *segl,
    const struct settings *settings,
    const struct segl_softtoken *token) SEGL_MUST_USE;

/*
 * Load the soft token that SETTINGS name, from PATH where it is not NULL; a
 * certificate without its key will do where SAMPLE says so. AT counts as now.
 * A seal's path that ends early is completed from the trusted lists.
 *
 * Errors: those of segl_softtoken_load_file(), SEGL_EUSAGE.
 */
enum segl_status session_load(struct segl *segl,
    const struct settings *settings, const char *path, int sample, long long at,
    struct segl_softtoken **out) SEGL_MUST_USE;

/*
 * The same for a grant, now, and judge it (cli/suitable.h): what certainly
 * cannot work is refused.
 */
enum segl_status session_softtoken(struct segl *segl,
    const struct settings *settings, struct segl_softtoken **out) SEGL_MUST_USE;

/*
 * Non-zero where what session_load() took from the trusted lists to complete
 * the path may be sent.
 */
int session_sends_extended(const struct settings *settings);

/*
 * Complete the path of TOKEN, which was loaded, from the trusted lists, as
 * session_load() does. Where nobody judges it before it is sent
 * (--require-suitable no), only where that may be sent.
 * Errors: SEGL_ENOMEM.
 */
enum segl_status session_complete(struct segl *segl,
    const struct settings *settings,
    struct segl_softtoken *token) SEGL_MUST_USE;

/* The route that the holder of TOKEN takes: by who it is, and SETTINGS. */
enum segl_route session_route(
    const struct settings *settings, const struct segl_softtoken *token);

/*
 * A grant as SETTINGS ask for it, by the holder of TOKEN, for the server
 * ISSUER that offers ALGS (names joined by blanks, "" not known).
 */
enum segl_status session_grant(struct segl *segl,
    const struct settings *settings, const struct segl_softtoken *token,
    const char *issuer, const char *algs,
    struct segl_grant **out) SEGL_MUST_USE;

#endif
