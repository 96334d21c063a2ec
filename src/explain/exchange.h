/* SPDX-License-Identifier: ISC */
#ifndef EXPLAIN_EXCHANGE_H
#define EXPLAIN_EXCHANGE_H

#include "explain/refusal.h"

/*
 * What a refusal of the exchange means: by the words, else by HTTP_STATUS
 * alone. WHO is "customs" or "altinn". Never NULL. Borrowed, static.
 */
const struct refusal *refusal_of_exchange(
    const char *who, const char *words, int http_status);

#endif
