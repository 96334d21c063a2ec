/* SPDX-License-Identifier: ISC */
#ifndef CLI_TRUST_WHY_H
#define CLI_TRUST_WHY_H

#include <jansson.h>

#include <segl/trust_store.h>

#include "settings/settings.h"

/* segl trust why: what the lists say of one certificate's path. */
enum segl_status trust_why(
    struct segl *segl, const struct settings *settings) SEGL_MUST_USE;

/* What TRUST says of TOKEN as JSON; new, NULL when out of memory. */
json_t *trust_why_json(
    const struct segl_trust *trust, const struct segl_softtoken *token);

/* What TS 119 615 says at one time, as JSON; null for NULL. */
json_t *trust_determination(const struct segl_trust_determination *d);

/* Instants as RFC 3339, texts as they are; null where there are none. */
json_t *trust_instant(long long at);
json_t *trust_text(const char *text);

/* STATE in a word, as JSON has it. Static. */
const char *trust_state(enum segl_trust_state state);

/* The uses of BITS, SEGL_TRUST_FOR_..., as an array of their names. */
json_t *trust_uses(unsigned int bits);

#endif
