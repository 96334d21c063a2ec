/* SPDX-License-Identifier: ISC */
#ifndef PKI_NORWEGIAN_H
#define PKI_NORWEGIAN_H

/*
 * Norwegian numbers, by their published check digits.
 */

/*
 * Non-zero where TEXT is an organisation number: nine digits, the last one by
 * modulus 11 (Enhetsregisteret, "om organisasjonsnummeret").
 */
int norwegian_orgno(const char *text);

/*
 * A national identity number: 11 digits. 1 where both check digits fit (modulus
 * 11, Skatteetaten), 0 where only the shape is right, -1 else. D-numbers and
 * synthetic numbers follow the same rule; numbers of 2032 and later may not.
 */
int norwegian_pid(const char *text);

#endif
