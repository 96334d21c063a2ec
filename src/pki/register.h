/* SPDX-License-Identifier: ISC */
#ifndef PKI_REGISTER_H
#define PKI_REGISTER_H

/*
 * Norway's identifiers of natural persons, UN:NO-9578-<issuer>-<id>, and in
 * old certificates 9578-<issuer>-<id>: a Subject's serialNumber that is one
 * belongs to a person. The issuer's four digits are assigned by Nkom.
 */

/*
 * Non-zero where TEXT is such an identifier. ISSUER, where not NULL, receives
 * who assigned it, in words; NULL where the four digits are not assigned.
 */
int register_is_person(const char *text, const char **issuer);

/* Whose issuer identifier NUMBER is, or NULL; static. */
const char *register_issuer(int number);

#endif
