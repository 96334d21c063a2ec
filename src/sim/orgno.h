/* SPDX-License-Identifier: ISC */
#ifndef SIM_ORGNO_H
#define SIM_ORGNO_H

#include "sim/seal.h"

#define ORGNO_LEN 9 /* digits */

/* Non-zero where TEXT is nine digits whose last one is right (modulus 11). */
int orgno_is_good(const char *text);

/*
 * The organisation number in the Subject of a Norwegian enterprise
 * certificate, as Digdir's certificate library looks for it: the serial number
 * of SEID 1, then the end of O, then organizationIdentifier. Borrowed from
 * SEAL; NULL where there is none.
 */
const char *orgno_of(const struct seal *seal);

/*
 * Non-zero where the certificate is of a Norwegian organisation: NTRNO- or
 * PSDNO-, or the nine-digit serial number of SEID 1. Who issued it says
 * nothing: the same authorities make seals for foreign businesses.
 */
int orgno_is_claimed(const struct seal *seal);

#endif
